// What the API needs of the rest of the house where an operator looks at alerts: claims, outlooks, and what is near.
import type { Deadline } from '../core/deadline.ts'
import type { Position } from '../core/geo.ts'
import type { JobId, StreetId, TeamId, WorkerId } from '../core/ids.ts'
import type { Incident, IncidentClaim } from '../core/incident.ts'
import type { AssignmentReason, Offers } from '../core/job.ts'
import type { EpochMs } from '../core/time.ts'

/** An incident, and who looks at it; nobody where nothing is said. */
export type ClaimedIncident = Incident & { readonly claim?: IncidentClaim | null }

export interface Deciding {
  /** Although somebody else looks at it. */
  readonly takeOver?: boolean
}

/** One of the two. */
export interface Recipient {
  readonly workerId?: WorkerId
  readonly teamId?: TeamId
}

export interface Whose {
  readonly streetId: StreetId
  /** The team whose job lists it. */
  readonly teamId: TeamId | null
}

export const NEARNESSES = ['same-place', 'same-camera', 'near'] as const

export interface Near {
  readonly incident: Incident
  readonly because: (typeof NEARNESSES)[number]
  readonly distanceM: number | null
  readonly position: Position | null
}

export const JOININGS = ['listed', 'same-place', 'near'] as const

export interface Outlook {
  readonly at: EpochMs
  readonly position: Position | null
  /** The open job that it has, or that would take it in; null where it would get its own. */
  readonly joins: {
    readonly jobId: JobId
    readonly because: (typeof JOININGS)[number]
    readonly distanceM: number | null
  } | null
  readonly assignment: AssignmentReason | null
  /** Of its own job, if it were made and assigned now. */
  readonly dues: readonly { readonly deadline: Deadline; readonly dueAt: EpochMs }[]
  /** Everybody, as they would be judged if the operator named them. */
  readonly offers: Offers['offers']
  readonly teams: Offers['teams']
}
