// What people look at: lists of incidents and jobs, each in detail, and the numbers of the console's header.
import { type ExpressionBuilder, type NotNull, type SelectQueryBuilder, sql } from 'kysely'
import type { CameraId, IncidentId, JobId, StreetId, TeamId, WorkerId } from '../core/ids.ts'
import type { Evidence, Incident, IncidentEvent, PhysicalState, ReviewState } from '../core/incident.ts'
import { isOver, JOB_STATES, type Job, type JobEvent, type JobState } from '../core/job.ts'
import type { RuleKind } from '../core/observation.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import { type ClaimedIncident, withClaim, withClaims } from './claims.ts'
import type { Database } from './connection.ts'
import { deadlinesOf } from './job-deadlines.ts'
import { photosOf, reachedOf } from './job-reach.ts'
import { verificationOf } from './looks.ts'
import { incidentsNear } from './near-incidents.ts'
import { constants, oneOf } from './outbox-rows.ts'
import { incidentsWithin, type ReadingScope } from './reading-scope.ts'
import { EVIDENCE, jobColumns, toJob } from './records.ts'
import { reportOf } from './reports.ts'
import type { Tables } from './tables.ts'

/** Newest first; `before` is the last row of the page before. */
export interface Page {
  readonly limit: number
  readonly before?: { readonly at: EpochMs; readonly id: string }
}

export interface IncidentQuery extends ReadingScope, Page {
  readonly physical?: PhysicalState
  readonly review?: ReviewState
  readonly kind?: RuleKind
  readonly cameraId?: CameraId
}

export interface JobQuery extends ReadingScope, Page {
  readonly states?: readonly JobState[]
  readonly kind?: RuleKind
  readonly street?: StreetId
  readonly team?: TeamId
  readonly worker?: WorkerId
  /** A deadline passed, and what it was for is still not done. */
  readonly overdue?: boolean
}

const INCIDENT_EVENT = ['incidentId', 'at', 'event', 'actor', 'note'] as const
const JOB_EVENT = [
  'jobId',
  'sequence',
  'at',
  'event',
  'from',
  'to',
  'party',
  'actor',
  'reason',
  'key',
  'previousHash',
  'hash',
] as const

const OPEN: readonly JobState[] = JOB_STATES.filter(state => !isOver(state))

const ROWS = sql<number>`count(*)`.as('rows')

export class Reading {
  readonly #db: Database
  readonly #clock: Clock

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  /** By `openedAt`. With a team: the incidents of its jobs. */
  async listIncidents(wanted: IncidentQuery): Promise<readonly ClaimedIncident[]> {
    let query = this.#incidents(wanted).selectAll()
    if (wanted.physical) query = query.where('physical', '=', wanted.physical)
    if (wanted.review) query = query.where('review', '=', wanted.review)
    if (wanted.kind) query = query.where('kind', '=', wanted.kind)
    if (wanted.cameraId) query = query.where('cameraId', '=', wanted.cameraId)
    const { before } = wanted
    if (before) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('openedAt', 'id'), '<', tuple(before.at, before.id as IncidentId)),
      )
    }
    const found = await query.orderBy('openedAt', 'desc').orderBy('id', 'desc').limit(wanted.limit).execute()
    return withClaims(this.#db, found, this.#clock.now())
  }

  async incident(id: IncidentId) {
    const incident = await this.#db.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirst()
    if (!incident) return undefined
    const events: readonly IncidentEvent[] = await this.#db
      .selectFrom('incidentEvents')
      .select(INCIDENT_EVENT)
      .where('incidentId', '=', id)
      .orderBy('id')
      .execute()
    const job = await this.#db
      .selectFrom('jobs')
      .select(jobColumns)
      .where('id', 'in', eb => eb.selectFrom('jobIncidents').select('jobId').where('incidentId', '=', id))
      .where('state', '!=', 'joined')
      .orderBy('createdAt', 'desc')
      .limit(1)
      .executeTakeFirst()
    const deadlines = job ? await deadlinesOf(this.#db, job.id) : []
    const claimed = await withClaim(this.#db, incident, this.#clock.now())
    const [evidence, report] = await Promise.all([this.evidenceOf(id), reportOf(this.#db, id)])
    return { incident: claimed, events, evidence, job: job ? toJob(job) : null, deadlines, report }
  }

  /** Other incidents that wait or go on, at the place, before the camera or within `radiusM`, nearest first. */
  incidentsNear(id: IncidentId, scope: ReadingScope, radiusM: number, limit: number) {
    return incidentsNear(this.#db, this.#incidents(scope), id, radiusM, limit)
  }

  /** Whose incidents are: those that there are, in any order. */
  async whoseIncidents(ids: readonly IncidentId[]) {
    const rows = await this.#db
      .selectFrom('incidents')
      .select(eb => [
        'incidents.id',
        'incidents.streetId',
        eb
          .selectFrom('jobs')
          .innerJoin('jobIncidents', 'jobIncidents.jobId', 'jobs.id')
          .select('jobs.teamId')
          .whereRef('jobIncidents.incidentId', '=', 'incidents.id')
          .where('jobs.state', '!=', 'joined')
          .orderBy('jobs.createdAt', 'desc')
          .limit(1)
          .as('teamId'),
      ])
      .where('incidents.id', '=', oneOf(ids))
      .execute()
    return new Map(rows.map(row => [row.id, row]))
  }

  /** In the order in which they were taken. */
  evidenceOf(id: IncidentId): Promise<readonly Evidence[]> {
    return this.#db
      .selectFrom('evidence')
      .select(EVIDENCE)
      .where('incidentId', '=', id)
      .orderBy('takenAt')
      .orderBy('view', 'desc')
      .orderBy('annotated')
      .orderBy('id')
      .execute()
  }

  /** By `createdAt`. */
  async listJobs(wanted: JobQuery): Promise<readonly Job[]> {
    let query = this.#jobs(wanted).select(jobColumns)
    if (wanted.states) query = query.where('state', '=', oneOf(wanted.states))
    if (wanted.kind) query = query.where('kind', '=', wanted.kind)
    if (wanted.street) query = query.where('streetId', '=', wanted.street)
    if (wanted.team) query = query.where('teamId', '=', wanted.team)
    if (wanted.worker) query = query.where('workerId', '=', wanted.worker)
    if (wanted.overdue !== undefined) query = query.where('id', wanted.overdue ? 'in' : 'not in', overdueJobs)
    const { before } = wanted
    if (before) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('createdAt', 'id'), '<', tuple(before.at, before.id as JobId)),
      )
    }
    const rows = await query.orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(wanted.limit).execute()
    return rows.map(toJob)
  }

  async job(id: JobId) {
    const row = await this.#db.selectFrom('jobs').select(jobColumns).where('id', '=', id).executeTakeFirst()
    if (!row) return undefined
    const events: readonly JobEvent[] = await this.#db
      .selectFrom('jobEvents')
      .select(JOB_EVENT)
      .where('jobId', '=', id)
      .orderBy('sequence')
      .execute()
    const incidents: readonly Incident[] = await this.#db
      .selectFrom('incidents')
      .innerJoin('jobIncidents', 'jobIncidents.incidentId', 'incidents.id')
      .selectAll('incidents')
      .where('jobIncidents.jobId', '=', id)
      .orderBy('jobIncidents.position')
      .execute()
    const [deadlines, verification] = await Promise.all([deadlinesOf(this.#db, id), verificationOf(this.#db, id)])
    return { job: toJob(row), events, incidents, deadlines, verification }
  }

  /** Apart from the job itself, which is read at every change of it. */
  async reach(id: JobId) {
    const [photos, reached] = await Promise.all([photosOf(this.#db, [id]), reachedOf(this.#db, id)])
    return { photos, reached }
  }

  async counts(scope: ReadingScope) {
    // Each asks for its own few, with constants in its text, so that an index of those serves it: every page asks this at
    // every event, and what is over is kept for years.
    const incidents = this.#incidents(scope).select(ROWS)
    const jobs = this.#jobs(scope).select(ROWS)
    const open = jobs.where('state', 'in', constants(OPEN))
    return (
      this.#db
        .selectNoFrom([
          incidents.where('review', '=', sql.lit('pending')).as('pendingIncidents'),
          incidents.where('physical', '=', sql.lit('active')).as('activeIncidents'),
          jobs.where('state', '=', sql.lit('queued')).as('queuedJobs'),
          open.as('openJobs'),
          open.where('id', 'in', overdueJobs).as('overdueJobs'),
        ])
        // A count is never null, which a sub-select could be.
        .$narrowType<
          Record<'pendingIncidents' | 'activeIncidents' | 'queuedJobs' | 'openJobs' | 'overdueJobs', NotNull>
        >()
        .executeTakeFirstOrThrow()
    )
  }

  #incidents(scope: ReadingScope) {
    const query: SelectQueryBuilder<Tables, 'incidents', object> = this.#db.selectFrom('incidents')
    return query.where(incidentsWithin(scope))
  }

  #jobs({ streets, teamId }: ReadingScope) {
    let query: SelectQueryBuilder<Tables, 'jobs', object> = this.#db.selectFrom('jobs')
    if (streets) query = query.where('streetId', '=', oneOf(streets))
    if (teamId) query = query.where('teamId', '=', teamId)
    return query
  }
}

function overdueJobs(eb: ExpressionBuilder<Tables, 'jobs'>) {
  return eb
    .selectFrom('jobDeadlines')
    .select('jobDeadlines.jobId')
    .where('jobDeadlines.missedAt', 'is not', null)
    .where('jobDeadlines.endedAt', 'is', null)
}
