// What people say about a camera's view: that it is another one from now on, or that the zones still fit it.
import { JiemuError } from '../core/errors.ts'
import type { CameraId } from '../core/ids.ts'
import type { ViewWord } from '../core/reference-view.ts'
import type { Import } from './configuration-rows.ts'

/** @param key the same one twice renews once @throws JiemuError not-found */
export async function renewView(step: Import, id: CameraId, key: string | undefined): Promise<void> {
  const word = await viewWord(step, id)
  if (key !== undefined && (await isKnown(step, id, key))) return
  await putWord(step, id, { ...word, renewals: word.renewals + 1 })
  step.changes.push({ event: 'renewed', what: 'view', subject: id, ...(key !== undefined && { key }) })
}

/** @throws JiemuError not-found */
export async function confirmView(step: Import, id: CameraId, pending: string): Promise<void> {
  const word = await viewWord(step, id)
  if (word.confirmed === pending) return
  await putWord(step, id, { ...word, confirmed: pending })
  step.changes.push({ event: 'confirmed', what: 'view', subject: id })
}

async function viewWord({ trx }: Import, id: CameraId): Promise<ViewWord> {
  const row = await trx.selectFrom('cameras').select('viewWord').where('id', '=', id).executeTakeFirst()
  if (!row) throw new JiemuError('not-found', { what: 'camera', id })
  return row.viewWord
}

/** The camera's version rises with it, so that its shard hears of it. */
async function putWord({ trx, revision }: Import, id: CameraId, word: ViewWord): Promise<void> {
  await trx
    .updateTable('cameras')
    .set({ viewWord: JSON.stringify(word), version: revision })
    .where('id', '=', id)
    .execute()
}

async function isKnown({ trx }: Import, id: CameraId, key: string): Promise<boolean> {
  const row = await trx
    .selectFrom('configurationEvents')
    .select('id')
    .where('subject', '=', id)
    .where('key', '=', key)
    .executeTakeFirst()
  return row !== undefined
}
