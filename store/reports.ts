// Residents' reports as the store keeps them, and what became of each.
import { sql, type Transaction } from 'kysely'
import { DateTime } from 'luxon'
import type { IncidentId } from '../core/ids.ts'
import { isOver, type Job, type JobState } from '../core/job.ts'
import { TIME_ZONE } from '../core/kpi.ts'
import { type Report, type Reporter, type ReportId, serviceOf } from '../core/report.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { Database } from './connection.ts'
import type { Secrets } from './secrets.ts'
import type { Tables } from './tables.ts'

const REPORT = [
  'id',
  'service',
  'lat',
  'lon',
  'address',
  'description',
  'mediaUrl',
  'via',
  'placeId',
  'incidentId',
  'requestedAt',
] as const

type Row = Pick<Tables['reports'], (typeof REPORT)[number]>

function toReport({ lat, lon, ...row }: Row): Report {
  return { ...row, spot: lat === null || lon === null ? null : { lat, lon } }
}

/** Whoever asks for the same meanwhile waits until this transaction ends, and finds what it has written. */
export async function latestReport(trx: Transaction<Tables>, content: string): Promise<Report | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${content}, 0))`.execute(trx)
  const row = await trx
    .selectFrom('reports')
    .select(REPORT)
    .where('content', '=', content)
    .orderBy('requestedAt', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && toReport(row)
}

export async function insertReport(
  trx: Transaction<Tables>,
  { spot, ...report }: Report,
  more: {
    readonly content: string
    readonly attributes: Readonly<Record<string, string>>
    readonly reporter: string | null
  },
): Promise<void> {
  const row = { ...report, ...more, lat: spot?.lat ?? null, lon: spot?.lon ?? null }
  await trx
    .insertInto('reports')
    .values({ ...row, attributes: JSON.stringify(more.attributes) })
    .execute()
}

/** What was said of an incident that somebody in the street reported; null where a camera saw it. */
export async function reportOf(
  db: Database,
  id: IncidentId,
): Promise<Pick<Report, 'spot' | 'address' | 'description' | 'via'> | null> {
  const row = await db
    .selectFrom('reports')
    .select(['lat', 'lon', 'address', 'description', 'via'])
    .where('incidentId', '=', id)
    .executeTakeFirst()
  if (!row) return null
  const { lat, lon, ...said } = row
  return { ...said, spot: lat === null || lon === null ? null : { lat, lon } }
}

/** A report with what became of it. */
export interface ReportState extends Report {
  readonly serviceName: string
  readonly status: 'open' | 'closed'
  readonly statusNotes: string
  readonly agency: string | null
  readonly updatedAt: EpochMs
  readonly expectedAt: EpochMs | null
}

export interface ReportQuery {
  readonly ids?: readonly ReportId[]
  readonly services?: readonly Report['service'][]
  readonly status?: ReportState['status']
  readonly from?: EpochMs
  readonly to?: EpochMs
  readonly limit: number
}

/** What is listed where nobody says since when. */
const LISTED_MS = 90 * 86_400_000

const dayOf = (at: EpochMs): string => DateTime.fromMillis(at, { zone: TIME_ZONE }).toISODate() ?? ''

/** In the words of residents, who know neither states nor teams. */
const NOTES: Readonly<Record<JobState, string>> = {
  queued: '已立案，正在派遣 Confirmed; somebody is being found',
  assigned: '已派遣 Assigned',
  accepted: '已接单，正在前往 Somebody is on the way',
  'on-site': '处置中 Somebody is there',
  handled: '已处置，正在核查 Handled; it is being checked',
  verifying: '已处置，正在核查 Handled; it is being checked',
  returned: '核查未通过，返工中 Not done yet; somebody goes again',
  deferred: '缓办 Put off until later',
  closed: '已结案 Done',
  cancelled: '已撤销 Ended without being handled',
  joined: '已并案 Joined to another case',
}

/** What residents can plan by, and why nobody came. Reasons that people wrote are for the staff, and stay there. */
function notesOf({ state, deferredUntil, endReason }: Ending): string {
  if (state === 'deferred' && deferredUntil !== null) {
    const day = dayOf(deferredUntil)
    return `缓办至 ${day} Put off until ${day}`
  }
  // As the policy words it (dispatch/job-closing.ts).
  if (state === 'cancelled' && endReason === 'self-cleared') return '现场已恢复 Over before anybody had to act'
  return NOTES[state]
}

export class Reports {
  readonly #db: Database
  readonly #secrets: Secrets
  readonly #clock: Clock

  constructor(db: Database, secrets: Secrets, clock: Clock) {
    this.#db = db
    this.#secrets = secrets
    this.#clock = clock
  }

  /** @returns null where the resident said nothing of themselves */
  seal(reporter: Reporter): string | null {
    return Object.keys(reporter).length === 0 ? null : this.#secrets.seal(JSON.stringify(reporter), 'reports')
  }

  /** Residents' alone, newest first. */
  async list(wanted: ReportQuery): Promise<readonly ReportState[]> {
    let query = this.#db
      .selectFrom('reports')
      .innerJoin('incidents', 'incidents.id', 'reports.incidentId')
      .leftJoinLateral(
        eb =>
          eb
            .selectFrom('jobs')
            .innerJoin('jobIncidents', 'jobIncidents.jobId', 'jobs.id')
            .leftJoin('teams', 'teams.id', 'jobs.teamId')
            .select([
              'jobs.id',
              'jobs.state',
              'jobs.logLength',
              'jobs.deferredUntil',
              'jobs.endReason',
              'teams.name as team',
            ])
            .whereRef('jobIncidents.incidentId', '=', 'reports.incidentId')
            .where('jobs.state', '!=', 'joined')
            .orderBy('jobs.createdAt', 'desc')
            .limit(1)
            .as('job'),
        join => join.onTrue(),
      )
      .leftJoin('jobEvents', join =>
        join.onRef('jobEvents.jobId', '=', 'job.id').onRef('jobEvents.sequence', '=', 'job.logLength'),
      )
      .select(REPORT.map(column => `reports.${column}` as const))
      // The latest promise: a job that comes back is promised anew, and one that is put off is promised nothing for now.
      .leftJoinLateral(
        eb =>
          eb
            .selectFrom('jobDeadlines')
            .select(['dueAt', 'end'])
            .whereRef('jobId', '=', 'job.id')
            .where('deadline', '=', 'handle')
            .orderBy('run', 'desc')
            .limit(1)
            .as('promise'),
        join => join.onTrue(),
      )
      .select(['incidents.review', 'job.state', 'job.deferredUntil', 'job.endReason', 'job.team'])
      .select(['jobEvents.at as steppedAt', 'promise.dueAt', 'promise.end'])
      .select(eb =>
        eb
          .selectFrom('incidentEvents')
          .select(({ fn }) => fn.max('at').as('at'))
          .whereRef('incidentEvents.incidentId', '=', 'reports.incidentId')
          .as('changedAt'),
      )
    query = query.where('reports.via', 'is not', null)
    if (wanted.ids) query = query.where('reports.id', 'in', wanted.ids)
    else query = query.where('reports.requestedAt', '>=', wanted.from ?? this.#clock.now() - LISTED_MS)
    if (wanted.to !== undefined) query = query.where('reports.requestedAt', '<=', wanted.to)
    if (wanted.services) query = query.where('reports.service', 'in', wanted.services)
    if (wanted.status) {
      const over = ['closed', 'cancelled'] as const
      query = query.where(eb => {
        const closed = eb.or([
          eb('incidents.review', '=', 'rejected'),
          eb('incidents.review', '=', 'expired'),
          eb.and([eb('job.state', 'is not', null), eb('job.state', 'in', over)]),
        ])
        return wanted.status === 'closed' ? closed : eb.not(eb.fn.coalesce(closed, eb.lit(false)))
      })
    }
    const rows = await query
      .orderBy('reports.requestedAt', 'desc')
      .orderBy('reports.id', 'desc')
      .limit(wanted.limit)
      .execute()
    return rows.map(({ review, state, deferredUntil, endReason, team, steppedAt, dueAt, end, changedAt, ...row }) => ({
      ...toReport(row),
      serviceName: serviceOf(row.service)?.name ?? row.service,
      ...statusOf(review, state && { state, deferredUntil, endReason }),
      agency: team,
      updatedAt: Math.max(row.requestedAt, steppedAt ?? 0, changedAt ?? 0),
      expectedAt: end === 'void' ? null : dueAt,
    }))
  }
}

type Ending = Pick<Job, 'state' | 'deferredUntil' | 'endReason'>

function statusOf(review: string, job: Ending | null): Pick<ReportState, 'status' | 'statusNotes'> {
  if (job) return { status: isOver(job.state) ? 'closed' : 'open', statusNotes: notesOf(job) }
  if (review === 'rejected') return { status: 'closed', statusNotes: '不予立案 Looked into, and not taken up' }
  if (review === 'expired') return { status: 'closed', statusNotes: '已过期 Over by itself' }
  return { status: 'open', statusNotes: '已受理，待核实 Taken in; it waits for an operator' }
}
