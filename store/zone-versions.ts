// Zones are never changed, only followed by their next version: an incident names the one that it was seen with.
import { isDeepStrictEqual } from 'node:util'
import { type CameraEntry, ownPlace, type ZoneEntry } from '../core/camera.ts'
import type { ReferenceView } from '../core/reference-view.ts'
import { tooSmall } from '../core/zone-size.ts'
import { type DrawnZone, type Import, zoneEntry } from './configuration-rows.ts'

type FrameSize = ReferenceView['frame']

/**
 * Retires what is gone or changed, and adds each change as the zone's next version.
 * @param file where it was drawn, for errors
 * @param frame the size of the camera's pictures, where it is known @throws JiemuError zone-too-small
 */
export async function putZones(
  step: Import,
  camera: CameraEntry,
  stored: readonly DrawnZone[],
  file: string,
  frame: FrameSize | undefined,
): Promise<boolean> {
  const same = (zone: DrawnZone, entry: ZoneEntry) => isDeepStrictEqual(zoneEntry(zone), zoneEntry(fromEntry(entry)))
  const fromEntry = (entry: ZoneEntry) => ({
    id: entry.id,
    cameraId: camera.id,
    name: entry.name ?? entry.id,
    rule: entry.rule,
    polygon: entry.polygon,
    options: entry.options,
    placeId: entry.place ?? ownPlace(camera.id, entry.id),
    position: entry.position ?? null,
  })
  const outdated = stored.filter(zone => !camera.zones.some(entry => entry.id === zone.id && same(zone, entry)))
  const fresh = camera.zones.filter(entry => !stored.some(zone => zone.id === entry.id && same(zone, entry)))
  for (const entry of fresh) {
    const refused = frame && tooSmall(fromEntry(entry), frame, `${file}: zone ${camera.id}/${entry.id}`)
    if (refused) throw refused
  }
  for (const zone of outdated) {
    await step.trx
      .updateTable('zones')
      .set({ retiredAt: step.at })
      .where('cameraId', '=', camera.id)
      .where('id', '=', zone.id)
      .where('retiredAt', 'is', null)
      .execute()
    const gone = !camera.zones.some(entry => entry.id === zone.id)
    if (gone) step.changes.push({ event: 'removed', what: 'zone', subject: ownPlace(camera.id, zone.id) })
  }
  for (const entry of fresh) {
    const zone = fromEntry(entry)
    await step.trx
      .insertInto('zones')
      .values({
        ...zone,
        polygon: JSON.stringify(zone.polygon),
        options: JSON.stringify(zone.options),
        position: zone.position && JSON.stringify(zone.position),
        version: eb =>
          eb
            .selectFrom('zones as older')
            .select(({ fn, val }) => eb(fn.coalesce(fn.max('older.version'), val(0)), '+', 1).as('next'))
            .where('older.cameraId', '=', camera.id)
            .where('older.id', '=', entry.id),
        createdAt: step.at,
        createdBy: step.actor,
        retiredAt: null,
      })
      .execute()
    const known = stored.some(other => other.id === entry.id)
    step.changes.push({ event: known ? 'changed' : 'added', what: 'zone', subject: ownPlace(camera.id, entry.id) })
  }
  return outdated.length + fresh.length > 0
}

/** Unknown before a shard has seen a picture of it: then the shard refuses what is too small, and says so. */
export async function frameOf({ trx }: Import, { id }: Pick<CameraEntry, 'id'>): Promise<FrameSize | undefined> {
  const row = await trx
    .selectFrom('referenceViews')
    .select(['frameWidthPx', 'frameHeightPx'])
    .where('cameraId', '=', id)
    .executeTakeFirst()
  return row && { widthPx: row.frameWidthPx, heightPx: row.frameHeightPx }
}
