// What the city's figures are counted from: jobs with the steps that matter, incidents and cameras, in bounded batches.
import { type SelectQueryBuilder, sql } from 'kysely'
import type { CameraId, GridId, IncidentId, JobId, PlaceId, StreetId, TeamId, WorkerId } from '../core/ids.ts'
import type { ReviewState } from '../core/incident.ts'
import type { JobState } from '../core/job.ts'
import type { RuleKind, Severity } from '../core/observation.ts'
import type { EpochMs } from '../core/time.ts'
import type { Database } from './connection.ts'
import type { Tables } from './tables.ts'

/** What somebody may see, from `from` up to and without `to`. */
interface Span {
  readonly streets?: readonly StreetId[]
  readonly teamId?: TeamId
  readonly from: EpochMs
  readonly to: EpochMs
}

/** A job's steps: name, time and, where one began a deadline for handling, until when; `Mark` names those wanted. */
interface Trail<Mark extends string> {
  readonly id: JobId
  readonly kind: RuleKind
  readonly streetId: StreetId
  readonly gridId: GridId
  readonly placeId: PlaceId
  readonly severity: Severity
  readonly cameraId: CameraId | null
  readonly openedAt: EpochMs | null
  readonly teamId: TeamId | null
  readonly workerId: WorkerId | null
  readonly state: JobState
  readonly endReason: string | null
  readonly createdAt: EpochMs
  readonly marks: readonly (readonly [Mark, EpochMs, EpochMs | null])[]
}

/** About 400 KB of rows; a month of 100,000 jobs is 100 batches. Fewer at once only in tests. */
const BATCH = 1_000

/** Fulfils `FiguresStore` of dispatch/kpi/store-port.ts, where each method is described. */
export class KpiReading {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async *trails<Mark extends string>(
    span: Span,
    marks: readonly Mark[],
    lookBackMs: number,
    most = BATCH,
  ): AsyncGenerator<readonly Trail<Mark>[]> {
    const wanted = this.#jobs(span)
      .where('jobs.state', 'not in', ['cancelled', 'joined'])
      .where('jobs.createdAt', '<', span.to)
      .where(({ eb, or }) => or([eb('jobs.closedAt', 'is', null), eb('jobs.closedAt', '>=', span.from - lookBackMs)]))
    let after = '' as JobId
    for (;;) {
      const batch = await this.#trailsOf(marks, wanted.where('jobs.id', '>', after).orderBy('jobs.id').limit(most))
      if (batch.length > 0) yield batch
      const last = batch.at(-1)
      if (!last || batch.length < most) return
      after = last.id
    }
  }

  async *jobsMade<Mark extends string>(
    span: Span,
    marks: readonly Mark[],
    most = BATCH,
  ): AsyncGenerator<readonly Trail<Mark>[]> {
    let after = { createdAt: span.from, id: '' as JobId }
    for (;;) {
      const wanted = this.#jobs(span)
        .where('jobs.createdAt', '<', span.to)
        .where(({ eb, refTuple, tuple }) =>
          eb(refTuple('jobs.createdAt', 'jobs.id'), '>', tuple(after.createdAt, after.id)),
        )
      const batch = await this.#trailsOf(marks, wanted.orderBy('jobs.createdAt').orderBy('jobs.id').limit(most))
      if (batch.length > 0) yield batch
      const last = batch.at(-1)
      if (!last || batch.length < most) return
      after = last
    }
  }

  async *alerts(span: Span) {
    let after = { openedAt: span.from, id: '' as IncidentId }
    for (;;) {
      let query = this.#db
        .selectFrom('incidents')
        .select(['id', 'kind', 'streetId', 'gridId', 'cameraId', 'placeId', 'openedAt', 'review', 'reopened'])
        .where('openedAt', '<', span.to)
        .where(({ eb, refTuple, tuple }) => eb(refTuple('openedAt', 'id'), '>', tuple(after.openedAt, after.id)))
      if (span.streets) query = query.where('streetId', '=', anyOf(span.streets))
      const { teamId } = span
      if (teamId) {
        query = query.where(({ exists, selectFrom }) =>
          exists(
            selectFrom('jobIncidents')
              .innerJoin('jobs', 'jobs.id', 'jobIncidents.jobId')
              .select('jobIncidents.jobId')
              .whereRef('jobIncidents.incidentId', '=', 'incidents.id')
              .where('jobs.teamId', '=', teamId),
          ),
        )
      }
      const batch: readonly (typeof after & {
        readonly kind: RuleKind
        readonly streetId: StreetId
        readonly gridId: GridId
        readonly cameraId: CameraId
        readonly placeId: PlaceId
        readonly review: ReviewState
        readonly reopened: number
      })[] = await query.orderBy('openedAt').orderBy('id').limit(BATCH).execute()
      if (batch.length > 0) yield batch
      const last = batch.at(-1)
      if (!last || batch.length < BATCH) return
      after = last
    }
  }

  /** A camera that was removed and added again watches since the latter. */
  async cameras({ streets, teamId }: Omit<Span, 'from' | 'to'>) {
    if (teamId) return []
    let query = this.#db.selectFrom('cameras').select(eb => [
      'cameras.id as cameraId',
      'cameras.streetId',
      'cameras.gridId',
      eb
        .selectFrom('configurationEvents')
        .select(({ fn }) => fn.coalesce(fn.max('at'), sql<number>`0`).as('at'))
        .whereRef('configurationEvents.subject', '=', sql<string>`cameras.id`)
        .where('what', '=', 'camera')
        .where('event', '=', 'added')
        .as('since'),
    ])
    if (streets) query = query.where('cameras.streetId', '=', anyOf(streets))
    const rows = await query.orderBy('cameras.id').execute()
    return rows.map(row => ({ ...row, since: row.since ?? 0 }))
  }

  #jobs({ streets, teamId }: Span) {
    let query: SelectQueryBuilder<Tables, 'jobs', object> = this.#db.selectFrom('jobs')
    if (streets) query = query.where('jobs.streetId', '=', anyOf(streets))
    if (teamId) query = query.where('jobs.teamId', '=', teamId)
    return query
  }

  async #trailsOf<Mark extends string>(
    marks: readonly Mark[],
    wanted: SelectQueryBuilder<Tables, 'jobs', object>,
  ): Promise<readonly Trail<Mark>[]> {
    const rows = await wanted
      .leftJoinLateral(
        eb =>
          eb
            .selectFrom('jobIncidents')
            .innerJoin('incidents', 'incidents.id', 'jobIncidents.incidentId')
            .select(['incidents.cameraId', 'incidents.openedAt'])
            .whereRef('jobIncidents.jobId', '=', 'jobs.id')
            .orderBy('jobIncidents.position')
            .limit(1)
            .as('first'),
        join => join.onTrue(),
      )
      .select(eb => [
        'jobs.id',
        'jobs.kind',
        'jobs.streetId',
        'jobs.gridId',
        'jobs.placeId',
        'jobs.severity',
        'jobs.teamId',
        'jobs.workerId',
        'jobs.state',
        'jobs.endReason',
        'jobs.createdAt',
        'first.cameraId',
        'first.openedAt',
        eb
          .selectFrom('jobEvents')
          .leftJoin('jobDeadlines', join =>
            join
              .onRef('jobDeadlines.jobId', '=', 'jobEvents.jobId')
              .onRef('jobDeadlines.run', '=', 'jobEvents.sequence')
              .on('jobDeadlines.deadline', '=', 'handle'),
          )
          .select(
            sql<readonly (readonly [Mark, EpochMs, EpochMs | null])[]>`coalesce(
              json_agg(json_build_array(event, at, due_at) order by sequence), '[]')`.as('marks'),
          )
          .whereRef('jobEvents.jobId', '=', 'jobs.id')
          .where(sql<boolean>`event = ${anyOf(marks)}`)
          .as('marks'),
      ])
      .execute()
    return rows.map(row => ({ ...row, marks: row.marks ?? [] }))
  }
}

/** Unlike `in (…)`, right for an empty list too: then nothing is found. */
function anyOf<T extends string>(values: readonly T[]) {
  return sql<T>`any(${sql.val([...values])}::text[])`
}
