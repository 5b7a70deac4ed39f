// A job: the work given to a team for one incident, or for several that open together at one place.
import type { GridId, IncidentId, JobId, PlaceId, StreetId, TeamId } from './ids.ts'
import type { RuleKind, Severity } from './observation.ts'
import type { EpochMs } from './time.ts'

export const JOB_STATES = ['queued', 'assigned', 'accepted', 'handled', 'closed', 'cancelled'] as const
export type JobState = (typeof JOB_STATES)[number]

/** Who decided an assignment and against whom: shown to people who ask "why this team?". */
export interface AssignmentReason {
  readonly chosen: TeamId | null
  readonly candidates: readonly {
    readonly teamId: TeamId
    readonly load: number
    /** Why it was passed over; null for those that could have gone. */
    readonly excluded: 'off-shift' | 'other-grid' | 'no-skill' | 'full' | 'declined' | null
  }[]
  /** How far the search had to go: the grid's own teams, a neighbouring grid's, or whoever is on duty. */
  readonly reach: 'grid' | 'neighbour' | 'duty' | 'nobody'
}

export interface Job {
  readonly id: JobId
  readonly kind: RuleKind
  readonly placeId: PlaceId
  readonly streetId: StreetId
  readonly gridId: GridId
  readonly severity: Severity
  readonly state: JobState
  readonly teamId: TeamId | null
  readonly assignment: AssignmentReason | null
  readonly incidentIds: readonly IncidentId[]
  readonly createdAt: EpochMs
  readonly assignedAt: EpochMs | null
  readonly acceptedAt: EpochMs | null
  readonly handledAt: EpochMs | null
  readonly closedAt: EpochMs | null
  /** Who reported it handled: that person may not close it. */
  readonly handledBy: string | null
  readonly version: number
}

export const JOB_EVENTS = [
  'created',
  'joined',
  'assigned',
  'unassignable',
  'accepted',
  'handled',
  'closed',
  'cancelled',
] as const
export type JobEventName = (typeof JOB_EVENTS)[number]

/** One row of the append-only log. */
export interface JobEvent {
  readonly jobId: JobId
  readonly at: EpochMs
  readonly event: JobEventName
  readonly from: JobState | null
  readonly to: JobState
  readonly actor: string
  readonly reason: string | null
  /** A repeated key is a no-op. */
  readonly key: string
}
