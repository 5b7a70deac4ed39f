// The board: what is open, and what was closed of late, each with its next deadline, the most urgent first.
import { sql } from 'kysely'
import type { Deadline } from '../core/deadline.ts'
import type { CameraId, JobId, StreetId, TeamId, WorkerId } from '../core/ids.ts'
import { isOver, JOB_STATES, type Job, type JobState } from '../core/job.ts'
import type { RuleKind } from '../core/observation.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { Database } from './connection.ts'
import { mergeTargets } from './merge-targets.ts'
import { constants, oneOf } from './outbox-rows.ts'

/** As api/board-ports.ts describes it. */
interface Wanted {
  readonly streets?: readonly StreetId[]
  readonly teamId?: TeamId
  readonly states?: readonly JobState[]
  readonly kind?: RuleKind
  readonly street?: StreetId
  readonly team?: TeamId
  readonly worker?: WorkerId
  readonly overdue?: boolean
  readonly supervised?: boolean
}

interface Page {
  readonly limit: number
  readonly after?: { readonly at: number; readonly id: string }
}

const OPEN: readonly JobState[] = JOB_STATES.filter(state => !isOver(state))
const CLOSED_FOR_MS = 86_400_000

const CARD = [
  'jobs.id',
  'jobs.kind',
  'jobs.placeId',
  'jobs.streetId',
  'jobs.gridId',
  'jobs.lat',
  'jobs.lon',
  'jobs.severity',
  'jobs.state',
  'jobs.teamId',
  'jobs.workerId',
  'jobs.createdAt',
  'jobs.assignedAt',
  'jobs.acceptedAt',
  'jobs.arrivedAt',
  'jobs.handledAt',
  'jobs.closedAt',
  'jobs.handledBy',
  'jobs.assignments',
  'jobs.returns',
  'jobs.deferredUntil',
  'jobs.escalation',
  'jobs.acknowledged',
  'jobs.supervision',
  'jobs.version',
] as const satisfies readonly `jobs.${keyof Job}`[]

/**
 * What is due first comes first: a deadline that runs or was missed, the end of a supervision or of a deferral. What has
 * none comes after all that have one, the newest first; the sum stays within the fifteen digits that a cursor carries.
 */
const URGENCY = sql<number>`coalesce(
  least(due.due_at, (jobs.supervision->>'dueAt')::bigint, jobs.deferred_until),
  900000000000000 - jobs.created_at)`
const MISSED = sql<boolean>`exists (select 1 from job_deadlines as missed
  where missed.job_id = jobs.id and missed.missed_at is not null and missed.ended_at is null)`

export class Board {
  readonly #db: Database
  readonly #clock: Clock

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  async cards(wanted: Wanted & Page) {
    let query = this.#jobs(wanted)
      .leftJoinLateral(
        eb =>
          eb
            .selectFrom('jobDeadlines')
            .select(['deadline', 'dueAt', 'missedAt'])
            .whereRef('jobDeadlines.jobId', '=', 'jobs.id')
            .where('endedAt', 'is', null)
            .orderBy('dueAt')
            .orderBy('deadline')
            .limit(1)
            .as('due'),
        join => join.onTrue(),
      )
      .select(CARD)
      .select(['due.deadline', 'due.dueAt', 'due.missedAt'])
      .select(eb => [
        URGENCY.as('urgency'),
        MISSED.as('overdue'),
        eb
          .selectFrom('incidents')
          .innerJoin('jobIncidents', 'jobIncidents.incidentId', 'incidents.id')
          .select('incidents.cameraId')
          .whereRef('jobIncidents.jobId', '=', 'jobs.id')
          .orderBy('jobIncidents.position')
          .limit(1)
          .as('cameraId'),
      ])
    const { after } = wanted
    if (after) query = query.where(sql<boolean>`(${URGENCY}, jobs.id) > (${after.at}::bigint, ${after.id})`)
    const rows = await query.orderBy(URGENCY).orderBy('jobs.id').limit(wanted.limit).execute()
    return rows.map(({ deadline, dueAt, missedAt, urgency, ...card }) => ({
      ...card,
      cameraId: card.cameraId as CameraId | null,
      urgency: Number(urgency),
      due:
        deadline && dueAt !== null
          ? { deadline: deadline as Deadline, dueAt, missedAt: missedAt as EpochMs | null }
          : null,
    }))
  }

  mergeTargets(id: JobId, wanted: Parameters<typeof mergeTargets>[2]) {
    return mergeTargets(this.#db, id, wanted)
  }

  async tally(wanted: Wanted) {
    const rows = await this.#jobs(wanted)
      .select(({ fn }) => [
        'state',
        fn.countAll<number>().as('jobs'),
        fn.countAll<number>().filterWhere(MISSED).as('overdue'),
        fn.countAll<number>().filterWhere('supervision', 'is not', null).as('supervised'),
      ])
      .groupBy('state')
      .execute()
    const sum = (of: 'overdue' | 'supervised') => rows.reduce((total, row) => total + Number(row[of]), 0)
    return {
      states: rows.map(({ state, jobs }) => ({ state, jobs: Number(jobs) })),
      overdue: sum('overdue'),
      supervised: sum('supervised'),
    }
  }

  #jobs({ streets, teamId, states = JOB_STATES, kind, street, team, worker, overdue, supervised }: Wanted) {
    const since = this.#clock.now() - CLOSED_FOR_MS
    const open = OPEN.filter(state => states.includes(state))
    let query = this.#db
      .selectFrom('jobs')
      .where(({ and, eb, or }) =>
        or([
          ...(open.length > 0 ? [eb('state', 'in', constants(open))] : []),
          ...(states.includes('closed') ? [and([eb('state', '=', 'closed'), eb('closedAt', '>=', since)])] : []),
        ]),
      )
    if (streets) query = query.where('streetId', '=', oneOf(streets))
    if (teamId) query = query.where('teamId', '=', teamId)
    if (kind) query = query.where('kind', '=', kind)
    if (street) query = query.where('streetId', '=', street)
    if (team) query = query.where('teamId', '=', team)
    if (worker) query = query.where('workerId', '=', worker)
    if (overdue !== undefined) query = query.where(overdue ? MISSED : sql<boolean>`not ${MISSED}`)
    if (supervised !== undefined) query = query.where('supervision', supervised ? 'is not' : 'is', null)
    return query
  }
}
