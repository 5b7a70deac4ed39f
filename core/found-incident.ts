// An incident as a search finds it: one line of a table, with the names that people know.
import type { CameraId, GridId, IncidentId, JobId, StreetId, ZoneId } from './ids.ts'
import type { PhysicalState, RejectReason, ReviewState } from './incident.ts'
import type { JobState } from './job.ts'
import type { RuleKind, Severity } from './observation.ts'
import type { EpochMs } from './time.ts'

/** Who saw it first. */
export const ORIGINS = ['camera', 'resident', 'person'] as const
export type Origin = (typeof ORIGINS)[number]

export interface FoundIncident {
  readonly id: IncidentId
  readonly kind: RuleKind
  readonly origin: Origin
  readonly severity: Severity
  readonly physical: PhysicalState
  readonly review: ReviewState
  readonly rejectReason: RejectReason | null
  readonly cameraId: CameraId
  /** Null where the camera is gone. */
  readonly cameraName: string | null
  readonly zoneId: ZoneId
  /** As it was called when it was seen. */
  readonly zoneName: string | null
  readonly streetId: StreetId
  readonly gridId: GridId
  readonly openedAt: EpochMs
  readonly clearedAt: EpochMs | null
  /** Who decided last; "policy" where nobody did, null while nothing is decided. */
  readonly decidedBy: string | null
  readonly decidedAt: EpochMs | null
  readonly jobId: JobId | null
  readonly jobState: JobState | null
}

/** All parts that are set must fit. */
export interface IncidentWish {
  /** By when it opened; `from` inclusive, `to` exclusive. */
  readonly from?: EpochMs
  readonly to?: EpochMs
  readonly street?: StreetId
  readonly grid?: GridId
  readonly camera?: CameraId
  readonly zone?: ZoneId
  readonly kind?: RuleKind
  readonly severity?: Severity
  readonly physical?: PhysicalState
  /** `judged`: confirmed or rejected by an operator. */
  readonly review?: ReviewState | 'judged'
  /** The state of the job that lists it. */
  readonly job?: JobState
  readonly origin?: Origin
  /** Whoever decided on it, though another may have decided later. */
  readonly by?: string
  /** Somewhere in its id, or in the names or ids of its camera and zone. */
  readonly text?: string
}
