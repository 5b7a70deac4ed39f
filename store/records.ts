// Between a row and a record: which columns hold JSON, and the incidents that a job lists.
import { type ExpressionBuilder, sql } from 'kysely'
import type { IncidentId } from '../core/ids.ts'
import type { Evidence, Incident } from '../core/incident.ts'
import type { Job } from '../core/job.ts'
import type { Team } from '../core/team.ts'
import type { Tables } from './tables.ts'

export function incidentRow(incident: Incident) {
  return {
    ...incident,
    measure: JSON.stringify(incident.measure),
    boxes: JSON.stringify(incident.boxes),
    reason: JSON.stringify(incident.reason),
  }
}

export function jobRow({ incidentIds: _listed, ...job }: Job) {
  return {
    ...job,
    assignment: job.assignment && JSON.stringify(job.assignment),
    terms: JSON.stringify(job.terms),
    supervision: job.supervision && JSON.stringify(job.supervision),
  }
}

export function teamRow(team: Team) {
  return {
    ...team,
    skills: JSON.stringify(team.skills),
    grids: JSON.stringify(team.grids),
    neighbours: JSON.stringify(team.neighbours),
    shift: JSON.stringify(team.shift),
  }
}

/** The columns of a picture's record; `keptAt` is the store's own. */
export const EVIDENCE = [
  'id',
  'fingerprint',
  'incidentId',
  'jobId',
  'cameraId',
  'takenBy',
  'moment',
  'view',
  'annotated',
  'takenAt',
  'sha256',
  'bytes',
  'mediaType',
] as const satisfies readonly (keyof Evidence)[]

const JOB_COLUMNS = [
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
  'jobs.assignment',
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
  'jobs.terms',
  'jobs.escalation',
  'jobs.acknowledged',
  'jobs.supervision',
  'jobs.endReason',
  'jobs.mergedInto',
  'jobs.logLength',
  'jobs.logHead',
  'jobs.version',
] as const

/** A job's columns and, as one of them, its incidents in their order; a row lock may still be asked for. */
export function jobColumns(eb: ExpressionBuilder<Tables, 'jobs'>) {
  const listed = eb
    .selectFrom('jobIncidents')
    .select(sql<readonly IncidentId[]>`coalesce(json_agg(incident_id order by position), '[]')`.as('ids'))
    .whereRef('jobIncidents.jobId', '=', 'jobs.id')
  return [...JOB_COLUMNS, listed.as('incidentIds')] as const
}

/** An aggregate is never null, which the type of a subquery cannot say. */
export function toJob(row: Omit<Job, 'incidentIds'> & { readonly incidentIds: readonly IncidentId[] | null }): Job {
  return { ...row, incidentIds: row.incidentIds ?? [] }
}
