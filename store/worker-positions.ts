// Where workers' phones are: the last word of each while they work, and nothing of before.
import { sql } from 'kysely'
import { JiemuError } from '../core/errors.ts'
import { type Clock, formatDuration } from '../core/time.ts'
import type { WorkerPosition } from '../core/worker.ts'
import type { Database } from './connection.ts'
import { isWorking } from './own-rota.ts'

/** Phones set their clocks by the network, to the second; more than this is a wrong one. */
const AHEAD_MS = 60_000
/** In this time an e-bike is 30 m further, which changes no choice: a phone that reports every second costs no write. */
const PAUSE_MS = 5_000

const inSeconds = (durationMs: number): string => formatDuration(Math.round(durationMs / 1_000) * 1_000)

export class WorkerPositions {
  readonly #db: Database
  readonly #clock: Clock
  readonly #maxAgeMs: number

  /** @param maxAgeMs a position that is older would count for nothing, and is refused */
  constructor(db: Database, clock: Clock, maxAgeMs: number) {
    this.#db = db
    this.#clock = clock
    this.#maxAgeMs = maxAgeMs
  }

  /**
   * @returns false off shift, where a newer one is known, or one of a moment ago: then nothing is written
   * @throws JiemuError position-untimely, worker-unknown
   */
  async report({ workerId, at, ...where }: WorkerPosition): Promise<boolean> {
    const now = this.#clock.now()
    if (at > now + AHEAD_MS) {
      throw new JiemuError('position-untimely', { problem: `${inSeconds(at - now)} ahead of our clock` })
    }
    if (at < now - this.#maxAgeMs) {
      const limit = formatDuration(this.#maxAgeMs)
      throw new JiemuError('position-untimely', { problem: `${inSeconds(now - at)} old, and over ${limit}` })
    }
    const worker = await this.#db
      .selectFrom('workers')
      .select(['id', 'teamId', 'active'])
      .where('id', '=', workerId)
      .executeTakeFirst()
    if (!worker?.active) throw new JiemuError('worker-unknown', { id: workerId })
    const row = { ...where, at: Math.min(at, now), receivedAt: now }
    // Not the way to work either, by a phone that waited for the network.
    if (!(await isWorking(this.#db, worker, [row.at, now]))) return false
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('workerPositions')
      .columns(['workerId', 'lat', 'lon', 'accuracyM', 'at', 'receivedAt'])
      // Who is removed meanwhile leaves no position behind: whoever removes them waits for this row, or this for them.
      .expression(
        this.#db
          .selectFrom('workers')
          .select([
            'id',
            sql<number>`${row.lat}::double precision`.as('lat'),
            sql<number>`${row.lon}::double precision`.as('lon'),
            sql<number | null>`${row.accuracyM}::double precision`.as('accuracyM'),
            sql<number>`${row.at}::bigint`.as('at'),
            sql<number>`${row.receivedAt}::bigint`.as('receivedAt'),
          ])
          .where('id', '=', workerId)
          .where('active', '=', true)
          .forShare(),
      )
      .onConflict(conflict =>
        conflict
          .column('workerId')
          .doUpdateSet(row)
          .where('workerPositions.at', '<=', row.at - PAUSE_MS),
      )
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  }
}
