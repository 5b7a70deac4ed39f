// Looks incidents up by time, place, kind, state and person, with the names of their cameras and zones.
import { sql } from 'kysely'
import type { FoundIncident, IncidentWish, Origin } from '../core/found-incident.ts'
import type { IncidentId } from '../core/ids.ts'
import { DECISIONS, type IncidentEventName, type ReviewState } from '../core/incident.ts'
import type { JobState } from '../core/job.ts'
import type { Database } from './connection.ts'
import { oneOf } from './outbox-rows.ts'
import type { Page } from './reading.ts'
import { incidentsWithin, type ReadingScope } from './reading-scope.ts'

const DECIDED: readonly IncidentEventName[] = DECISIONS.filter(event => event !== 'undone')

/** Reports name themselves in the place of a model, which they have none of. */
const ORIGIN = sql<Origin>`case incidents.reason->'model'->>'name'
  when 'resident' then 'resident' when 'person' then 'person' else 'camera' end`

/** Of the job that a line names. */
const JOB_STATE = sql<JobState>`(select jobs.state from jobs
  join job_incidents on job_incidents.job_id = jobs.id
  where job_incidents.incident_id = incidents.id and jobs.state <> 'joined'
  order by jobs.created_at desc limit 1)`

/** Fulfils `IncidentSearch` of api/search-ports.ts. */
export class IncidentSearch {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Newest first. */
  find({ limit, before, ...wanted }: IncidentWish & ReadingScope & Page): Promise<readonly FoundIncident[]> {
    let query = this.#matching(wanted)
    if (before) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('incidents.openedAt', 'incidents.id'), '<', tuple(before.at, before.id as IncidentId)),
      )
    }
    return query
      .leftJoinLateral(
        eb =>
          eb
            .selectFrom('jobs')
            .innerJoin('jobIncidents', 'jobIncidents.jobId', 'jobs.id')
            .select(['jobs.id', 'jobs.state'])
            .whereRef('jobIncidents.incidentId', '=', 'incidents.id')
            .where('jobs.state', '!=', 'joined')
            .orderBy('jobs.createdAt', 'desc')
            .limit(1)
            .as('job'),
        join => join.onTrue(),
      )
      .leftJoinLateral(
        eb =>
          eb
            .selectFrom('incidentEvents')
            .select(['incidentEvents.actor', 'incidentEvents.at'])
            .whereRef('incidentEvents.incidentId', '=', 'incidents.id')
            .where('incidentEvents.event', '=', oneOf(DECIDED))
            .orderBy('incidentEvents.id', 'desc')
            .limit(1)
            .as('decision'),
        // Taken back: nothing is decided.
        join => join.on('incidents.review', '!=', 'pending'),
      )
      .select([
        'incidents.id',
        'incidents.kind',
        'incidents.severity',
        'incidents.physical',
        'incidents.review',
        'incidents.rejectReason',
        'incidents.cameraId',
        'cameras.name as cameraName',
        'incidents.zoneId',
        'zones.name as zoneName',
        'incidents.streetId',
        'incidents.gridId',
        'incidents.openedAt',
        'incidents.clearedAt',
        'decision.actor as decidedBy',
        'decision.at as decidedAt',
        'job.id as jobId',
        'job.state as jobState',
        ORIGIN.as('origin'),
      ])
      .orderBy('incidents.openedAt', 'desc')
      .orderBy('incidents.id', 'desc')
      .limit(limit)
      .execute()
  }

  /** How many there are altogether. */
  async count(wanted: IncidentWish & ReadingScope): Promise<number> {
    const { count } = await this.#matching(wanted)
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return count
  }

  #matching({ text, by, ...wanted }: IncidentWish & ReadingScope) {
    let query = this.#db
      .selectFrom('incidents')
      .leftJoin('cameras', 'cameras.id', 'incidents.cameraId')
      .leftJoin('zones', join =>
        join
          .onRef('zones.cameraId', '=', 'incidents.cameraId')
          .onRef('zones.id', '=', 'incidents.zoneId')
          .onRef('zones.version', '=', 'incidents.zoneVersion'),
      )
      .where(incidentsWithin(wanted))
    const { from, to, street, grid, camera, zone, kind, severity, physical, review, origin, job } = wanted
    if (from !== undefined) query = query.where('incidents.openedAt', '>=', from)
    if (to !== undefined) query = query.where('incidents.openedAt', '<', to)
    if (street) query = query.where('incidents.streetId', '=', street)
    if (grid) query = query.where('incidents.gridId', '=', grid)
    if (camera) query = query.where('incidents.cameraId', '=', camera)
    if (zone) query = query.where('incidents.zoneId', '=', zone)
    if (kind) query = query.where('incidents.kind', '=', kind)
    if (severity) query = query.where('incidents.severity', '=', severity)
    if (physical) query = query.where('incidents.physical', '=', physical)
    if (job) query = query.where(JOB_STATE, '=', job)
    if (review === 'judged') query = query.where('incidents.review', '=', oneOf<ReviewState>(['confirmed', 'rejected']))
    else if (review) query = query.where('incidents.review', '=', review)
    if (origin) query = query.where(ORIGIN, '=', origin)
    if (by) {
      query = query.where('incidents.id', 'in', eb =>
        eb
          .selectFrom('incidentEvents')
          .select('incidentEvents.incidentId')
          .where('incidentEvents.actor', '=', by)
          .where('incidentEvents.event', '=', oneOf(DECIDED)),
      )
    }
    if (text) {
      const like = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
      query = query.where(({ eb, or }) =>
        or([
          eb('incidents.id', 'ilike', like as IncidentId),
          ...(['cameras.name', 'zones.name', 'incidents.cameraId', 'incidents.zoneId'] as const).map(column =>
            eb(sql<string>`${sql.ref(column)}`, 'ilike', like),
          ),
        ]),
      )
    }
    return query
  }
}
