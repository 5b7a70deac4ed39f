// What the phone keeps while there is no network: the queue, the last sheet, and pictures of jobs that were opened.
import { clear, createStore, del, get, keys, set, values } from 'idb-keyval'
import { command, Refused, readMe, segment } from '../client/http.ts'
import { type Action, Outbox, type Sent, sentOf } from './outbox.ts'
import type { WorkSheet } from './sheet.ts'

const queue = createStore('jiemu-field-queue', 'actions')
const seen = createStore('jiemu-field-seen', 'kept')

async function send({ jobId, step, key, reason, photo }: Action): Promise<Sent> {
  const path = `/api/jobs/${segment(jobId)}`
  try {
    if (step === 'photo' && photo) await command(`${path}/evidence`, formOf(photo), { key })
    else await command(`${path}/${step}`, bodyOf(step, reason), { key })
    return 'taken'
  } catch (error) {
    if (!(error instanceof Refused)) return 'later'
    const meaning = sentOf(error.problem)
    return meaning === 'refused' ? error.problem : meaning
  }
}

function bodyOf(step: Action['step'], reason: string | null): object {
  if (!reason) return {}
  return step === 'decline' || step === 'note' ? { reason } : { note: reason }
}

/** The server reads the fields before the file. */
function formOf({ blob, moment, lat, lon, shotAt }: NonNullable<Action['photo']>): FormData {
  const form = new FormData()
  form.append('moment', moment)
  if (lat !== null && lon !== null) {
    form.append('lat', lat.toFixed(6))
    form.append('lon', lon.toFixed(6))
  }
  if (shotAt !== null) form.append('shotAt', String(shotAt))
  form.append('file', blob, 'photo.jpg')
  return form
}

export const openOutbox = (owner: string): Promise<Outbox> =>
  Outbox.open({
    owner,
    keep: {
      load: () => values<Action>(queue),
      put: action => set(action.key, action, queue),
      remove: key => del(key, queue),
    },
    // Also brings the token that changes must carry.
    whoAmI: () =>
      readMe().then(
        me => me.name,
        () => undefined,
      ),
    send,
    now: () => Date.now(),
    newKey: () => crypto.randomUUID(),
  })

const sheetKey = (owner: string): string => `sheet:${owner}`
const pictureKey = (id: string): string => `picture:${id}`

export const lastSheet = (owner: string): Promise<WorkSheet | undefined> => get<WorkSheet>(sheetKey(owner), seen)

/** Keeps the sheet, and only the pictures of its jobs. */
export async function keepSheet(owner: string, sheet: WorkSheet): Promise<void> {
  await set(sheetKey(owner), sheet, seen)
  const needed = new Set(sheet.jobs.flatMap(({ before, after }) => [before, after]).map(id => pictureKey(id ?? '')))
  for (const key of await keys<string>(seen)) {
    if (key.startsWith('picture:') && !needed.has(key)) await del(key, seen)
  }
}

export const keptPicture = (id: string): Promise<Blob | undefined> => get<Blob>(pictureKey(id), seen)
export const keepPicture = (id: string, blob: Blob): Promise<void> => set(pictureKey(id), blob, seen)

/** What was seen goes with whoever leaves; what they did stays until they are back and it is sent. */
export const forgetSeen = (): Promise<void> => clear(seen)
