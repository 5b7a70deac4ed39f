// For how long each camera was in each sight, by the hour: what blind time is read from.
import { sql } from 'kysely'
import type { CameraId, StreetId } from '../core/ids.ts'
import type { SightHour } from '../core/sight.ts'
import type { EpochMs } from '../core/time.ts'
import type { Database } from './connection.ts'

const HOUR_MS = 3_600_000

export class SightHours {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Adds to what was said of the same hours before. */
  async add(rows: readonly SightHour[]): Promise<void> {
    if (rows.length === 0) return
    await this.#db
      .insertInto('sightHours')
      .values(rows.map(row => ({ ...row, ms: Math.round(row.ms) })))
      .onConflict(conflict =>
        conflict.columns(['cameraId', 'hourAt', 'sight']).doUpdateSet(eb => ({
          ms: sql<number>`least(${HOUR_MS}::bigint, ${eb.ref('sightHours.ms')} + ${eb.ref('excluded.ms')})`,
        })),
      )
      .execute()
  }

  /** Of the cameras that there are, by camera and hour. */
  list(wanted: {
    readonly from: EpochMs
    readonly to: EpochMs
    readonly cameraId?: CameraId
    readonly streets?: readonly StreetId[]
  }): Promise<readonly SightHour[]> {
    const { from, to, cameraId, streets } = wanted
    let query = this.#db
      .selectFrom('sightHours')
      .innerJoin('cameras', 'cameras.id', 'sightHours.cameraId')
      .where('hourAt', '>=', from)
      .where('hourAt', '<', to)
    if (cameraId) query = query.where('sightHours.cameraId', '=', cameraId)
    if (streets) query = query.where('cameras.streetId', '=', sql<never>`any(${sql.val([...streets])}::text[])`)
    return query
      .select(['sightHours.cameraId', 'hourAt', 'sight', 'ms'])
      .orderBy('sightHours.cameraId')
      .orderBy('hourAt')
      .orderBy('sight')
      .execute()
  }
}
