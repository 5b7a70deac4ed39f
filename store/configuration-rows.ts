// The configuration as its rows have it, and as an entry of the cameras' file.
import type { Kysely, Transaction } from 'kysely'
import { type CameraEntry, ownPlace, type Zone, type ZoneEntry } from '../core/camera.ts'
import type { Position } from '../core/geo.ts'
import type { DispatchPolicy, Team } from '../core/team.ts'
import type { EpochMs } from '../core/time.ts'
import type { Shift, Worker } from '../core/worker.ts'
import { type DispatchSettings, readDispatchSettings } from './dispatch-settings.ts'
import type { Source } from './source-credentials.ts'
import type { CamerasTable, ConfigurationEventsTable, Json, Tables } from './tables.ts'

/** What a JSON column is read as. */
type Read<T> = { readonly [K in keyof T]: T[K] extends Json<infer Value> ? Value : T[K] }

/** One that somebody drew: none stands for the whole camera. */
export type DrawnZone = Zone & Pick<ZoneEntry, 'rule'> & { readonly position: Position | null }

export interface StoredCamera extends Read<CamerasTable> {
  readonly zones: readonly DrawnZone[]
}

export type ConfigurationChange = Pick<ConfigurationEventsTable, 'event' | 'what' | 'subject'> & {
  readonly key?: string
}

/** One import under way. */
export interface Import {
  readonly trx: Transaction<Tables>
  readonly at: EpochMs
  readonly actor: string
  /** What the configuration's revision will be if anything changes, and so the version of what changes. */
  readonly revision: number
  readonly changes: ConfigurationChange[]
}

export interface StoredConfiguration {
  readonly cameras: readonly StoredCamera[]
  readonly teams: readonly Team[]
  readonly policies: readonly DispatchPolicy[]
  readonly settings: DispatchSettings
  readonly workers: readonly Worker[]
  readonly shifts: readonly Shift[]
}

/** Everything that holds now, sorted by id; a district's few hundred rows. */
export async function readConfiguration(db: Kysely<Tables>): Promise<StoredConfiguration> {
  const cameras = await db.selectFrom('cameras').selectAll().orderBy('id').execute()
  const zones = await db
    .selectFrom('zones')
    .select(['id', 'name', 'cameraId', 'version', 'rule', 'polygon', 'options', 'placeId', 'position'])
    .where('retiredAt', 'is', null)
    .orderBy('id')
    .execute()
  const teams = await db.selectFrom('teams').selectAll().orderBy('id').execute()
  const policies = await db.selectFrom('policies').select('policy').orderBy('kind').orderBy('zone').execute()
  const workers = await db.selectFrom('workers').selectAll().orderBy('id').execute()
  const shifts = await db.selectFrom('shifts').selectAll().orderBy('id').execute()
  return {
    cameras: cameras.map(camera => ({ ...camera, zones: zones.filter(zone => zone.cameraId === camera.id) })),
    teams,
    policies: policies.map(row => row.policy),
    settings: await readDispatchSettings(db),
    workers,
    shifts,
  }
}

/** @param source with credentials or masked, as the reader may see it */
export function cameraEntry(camera: StoredCamera, source: Source): CameraEntry {
  return {
    id: camera.id,
    name: camera.name,
    street: camera.streetId,
    grid: camera.gridId,
    source,
    sampling: camera.sampling,
    generated: camera.generated,
    health: camera.health,
    ...(camera.position && { position: camera.position }),
    zones: camera.zones.map(zoneEntry),
  }
}

/** Leaves out what the file would leave out: a name that is the id, a place that is the zone itself. */
export function zoneEntry(zone: Omit<DrawnZone, 'version'>): ZoneEntry {
  return {
    id: zone.id,
    ...(zone.name === zone.id ? {} : { name: zone.name }),
    rule: zone.rule,
    polygon: [...zone.polygon],
    options: { ...zone.options },
    ...(zone.placeId === ownPlace(zone.cameraId, zone.id) ? {} : { place: zone.placeId }),
    ...(zone.position && { position: zone.position }),
  }
}
