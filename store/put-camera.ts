// Puts one camera as an entry has it, its zones included: by a file's import, and by a change of one camera or zone.
import { isDeepStrictEqual } from 'node:util'
import type { CameraEntry } from '../core/camera.ts'
import { JiemuError } from '../core/errors.ts'
import { NO_WORD } from '../core/reference-view.ts'
import { cameraEntry, type Import, type StoredCamera } from './configuration-rows.ts'
import type { Secrets } from './secrets.ts'
import { openSource, type Source, sealSource, unmaskSource } from './source-credentials.ts'
import { frameOf, putZones } from './zone-versions.ts'

/**
 * What is as it was is left alone.
 * @param file where the entry comes from, for errors
 * @throws JiemuError options-invalid where a password is masked and none is stored, zone-too-small
 */
export async function putCamera(
  step: Import,
  secrets: Secrets,
  entry: CameraEntry,
  stored: StoredCamera | undefined,
  file: string,
): Promise<void> {
  const storedSource = stored && openable(stored, secrets)
  const source = unmaskSource(entry.source, storedSource, `camera ${entry.id}`)
  const sealed = sealSource(source, entry.id, secrets)
  // Of another source the pictures may be of another size.
  const frame = isDeepStrictEqual(sealed.source, stored?.source) ? await frameOf(step, entry) : undefined
  const zonesChanged = await putZones(step, entry, stored?.zones ?? [], file, frame)
  const before = stored && storedSource && { ...cameraEntry(stored, storedSource), zones: [] }
  if (!zonesChanged && isDeepStrictEqual(before, { ...entry, source, zones: [] })) return
  const row = {
    name: entry.name,
    streetId: entry.street,
    gridId: entry.grid,
    source: JSON.stringify(sealed.source),
    credentials: JSON.stringify(sealed.credentials),
    sampling: JSON.stringify(entry.sampling),
    generated: entry.generated,
    health: JSON.stringify(entry.health),
    position: entry.position ? JSON.stringify(entry.position) : null,
    version: step.revision,
  }
  await step.trx
    .insertInto('cameras')
    .values({ id: entry.id, ...row, viewWord: JSON.stringify(NO_WORD) })
    .onConflict(conflict => conflict.column('id').doUpdateSet(row))
    .execute()
  step.changes.push({ event: stored ? 'changed' : 'added', what: 'camera', subject: entry.id })
}

/** Nothing where the key was lost: giving the camera again, with its password, must still be possible. */
export function openable(stored: StoredCamera, secrets: Secrets): Source | undefined {
  try {
    return openSource(stored, stored.id, secrets)
  } catch (thrown) {
    if (thrown instanceof JiemuError && thrown.code === 'secret-key-invalid') return undefined
    throw thrown
  }
}
