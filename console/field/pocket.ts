// What the phone keeps while there is no network: the queue, the last sheet, and pictures of jobs that were opened.
import { clear, createStore, del, get, keys, set, values } from 'idb-keyval'
import { command, Refused, readMe, segment } from '../client/http.ts'
import { formOfPhoto } from '../parts/photo.ts'
import { type Action, Outbox, type Sent, type StreetReport, sentOf } from './outbox.ts'
import type { WorkSheet } from './sheet.ts'

const queue = createStore('jiemu-field-queue', 'actions')
const seen = createStore('jiemu-field-seen', 'kept')

async function send(action: Action): Promise<Sent> {
  const { jobId, step, key, reason, photo, report } = action
  const path = `/api/jobs/${segment(jobId)}`
  try {
    if (step === 'report' && report) await sendReport(report, photo, key)
    else if (step === 'note' && photo) {
      // Its own key, so that a note whose answer was lost names the same photo again.
      const form = formOfPhoto(photo)
      const { evidence } = await command<{ readonly evidence: { readonly id: string } }>(`${path}/note-photos`, form, {
        key,
      })
      await command(`${path}/note`, { ...bodyOf(step, reason), photos: [evidence.id] }, { key })
    } else if (step === 'photo' && photo) await command(`${path}/evidence`, formOfPhoto(photo), { key })
    else await command(`${path}/${step}`, bodyOf(step, reason), { key })
    return 'taken'
  } catch (error) {
    if (!(error instanceof Refused)) return 'later'
    const meaning = sentOf(error.problem)
    return meaning === 'refused' ? error.problem : meaning
  }
}

/** Both by the same key: tried again after either, each is done once. */
async function sendReport({ kind, spot, address, note }: StreetReport, photo: Action['photo'], key: string) {
  const said = { kind, ...(spot && { spot }), ...(address && { address }), ...(note && { note }) }
  const { incidentId } = await command<{ readonly incidentId: string }>('/api/reports', said, { key })
  if (photo) await command(`/api/incidents/${segment(incidentId)}/evidence`, formOfPhoto(photo), { key })
}

function bodyOf(step: Action['step'], reason: string | null): object {
  if (!reason) return {}
  return step === 'decline' || step === 'note' ? { reason } : { note: reason }
}

/** @param look asks for the sheet anew, and says whether it came */
export const openOutbox = (owner: string, look: () => Promise<boolean>): Promise<Outbox> =>
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
    look,
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
