// Verdicts as the figures need them: counted by day, zone, verdict and what came of it; and the time that was watched.
import { sql } from 'kysely'
import type { AlertCount, WatchedDay, Watching } from '../../core/alert-precision.ts'
import type { CameraId } from '../../core/ids.ts'
import { BY_HAND, type Incident } from '../../core/incident.ts'
import type { RuleKind } from '../../core/observation.ts'
import { dayOf } from '../../core/periods.ts'
import type { EpochMs } from '../../core/time.ts'
import type { Database } from '../connection.ts'
import { oneOf } from '../outbox-rows.ts'
import { incidentsWithin, type ReadingScope } from '../reading-scope.ts'
import { type JudgedPicture, type JudgedQuery, judgedPictures } from './judged-pictures.ts'
import { OUTCOME } from './outcome.ts'

export interface VerdictQuery extends ReadingScope {
  /** Of the alert's opening; `to` is no longer in it. */
  readonly from: EpochMs
  readonly to: EpochMs
  readonly kind?: RuleKind
  readonly cameraId?: CameraId
}

const HOUR_MS = 3_600_000

export class Verdicts {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async counts({ from, to, kind, cameraId, ...scope }: VerdictQuery): Promise<readonly AlertCount[]> {
    let query = this.#db.selectFrom('incidents').where('openedAt', '>=', from).where('openedAt', '<', to)
    // What a person drew and confirmed says nothing about the rules.
    query = query.where(sql<boolean>`reason->'model'->>'name' <> ${BY_HAND}`)
    if (kind) query = query.where('kind', '=', kind)
    if (cameraId) query = query.where('cameraId', '=', cameraId)
    query = query.where(incidentsWithin(scope))
    // By the hour: which day an hour belongs to is the city's business, and every zone's offset is whole hours here.
    const rows = await query
      .select(({ fn }) => [
        sql<number>`opened_at / ${HOUR_MS}::bigint`.as('hour'),
        'kind',
        'cameraId',
        'zoneId',
        'review',
        'rejectReason',
        OUTCOME.as('outcome'),
        fn.countAll<number>().as('count'),
      ])
      .groupBy(['hour', 'kind', 'cameraId', 'zoneId', 'review', 'rejectReason', 'outcome'])
      .orderBy('hour')
      .orderBy('cameraId')
      .orderBy('zoneId')
      .execute()
    return rows.map(({ hour, count, ...row }) => ({ ...row, day: dayOf(hour * HOUR_MS), count: Number(count) }))
  }

  /** By day and camera; a camera that watched nothing on a day is not in it. */
  async watched({ from, to, cameraId, streets }: VerdictQuery): Promise<readonly WatchedDay[]> {
    let query = this.#db
      .selectFrom('watchedHours')
      .innerJoin('cameras', 'cameras.id', 'watchedHours.cameraId')
      .where('watchedHours.hourAt', '>=', from)
      .where('watchedHours.hourAt', '<', to)
    if (cameraId) query = query.where('watchedHours.cameraId', '=', cameraId)
    if (streets) query = query.where('cameras.streetId', '=', oneOf(streets))
    const rows = await query.select(['hourAt', 'watchedHours.cameraId', 'watchedMs']).orderBy('hourAt').execute()
    const days = new Map<string, WatchedDay>()
    for (const { hourAt, cameraId, watchedMs } of rows) {
      const day = dayOf(hourAt)
      const before = days.get(`${day}/${cameraId}`)?.watchedMs ?? 0
      days.set(`${day}/${cameraId}`, { day, cameraId, watchedMs: before + watchedMs })
    }
    return [...days.values()]
  }

  /** Which rules each camera's zones have or had: those that are retired may have raised what is counted. */
  watching(): Promise<readonly Watching[]> {
    return this.#db.selectFrom('zones').select(['cameraId', 'rule as kind']).distinct().execute()
  }

  /** Of one camera: those whose breach began at `from` or later and that opened by `to`, in the order of opening. */
  incidents(cameraId: CameraId, from: EpochMs, to: EpochMs): Promise<readonly Incident[]> {
    return this.#db
      .selectFrom('incidents')
      .selectAll()
      .where('cameraId', '=', cameraId)
      .where('since', '>=', from)
      .where('openedAt', '<=', to)
      .orderBy('openedAt')
      .orderBy('id')
      .execute()
  }

  /** What a data set is made of. */
  pictures(query: JudgedQuery): AsyncGenerator<JudgedPicture> {
    return judgedPictures(this.#db, query)
  }

  /** Adds what was watched since it was last said. */
  async addWatched(
    rows: readonly { readonly cameraId: CameraId; readonly hourAt: EpochMs; readonly watchedMs: number }[],
  ) {
    if (rows.length === 0) return
    await this.#db
      .insertInto('watchedHours')
      .values([...rows])
      .onConflict(conflict =>
        conflict.columns(['cameraId', 'hourAt']).doUpdateSet(eb => ({
          watchedMs: sql<number>`least(${HOUR_MS}::bigint, ${eb.ref('watchedHours.watchedMs')} + ${eb.ref('excluded.watchedMs')})`,
        })),
      )
      .execute()
  }
}
