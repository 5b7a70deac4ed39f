// What the API needs of the board; app.ts passes it in.
import type { Deadline } from '../core/deadline.ts'
import type { CameraId, EvidenceId, JobId, StreetId, TeamId, WorkerId } from '../core/ids.ts'
import type { Job, JobState } from '../core/job.ts'
import type { RuleKind } from '../core/observation.ts'
import type { EpochMs } from '../core/time.ts'
import type { ReadingScope } from './ports.ts'

/** What of the board is wanted, within what somebody may see. */
export interface BoardFilter extends ReadingScope {
  readonly states?: readonly JobState[]
  readonly kind?: RuleKind
  readonly street?: StreetId
  readonly team?: TeamId
  readonly worker?: WorkerId
  /** A deadline passed, and what it was for is still not done. */
  readonly overdue?: boolean
  readonly supervised?: boolean
}

/** A job as its card shows it. */
export interface JobCard
  extends Omit<Job, 'assignment' | 'terms' | 'incidentIds' | 'endReason' | 'mergedInto' | 'logLength' | 'logHead'> {
  /** Of its first incident. */
  readonly cameraId: CameraId | null
  /** The deadline that is due next, or was missed first. */
  readonly due: { readonly deadline: Deadline; readonly dueAt: EpochMs; readonly missedAt: EpochMs | null } | null
  readonly overdue: boolean
  /** What cards are ordered by: when something is due. */
  readonly urgency: number
}

export interface BoardTally {
  /** Those states in which there are any. */
  readonly states: readonly { readonly state: JobState; readonly jobs: number }[]
  readonly overdue: number
  readonly supervised: number
}

/** An open job of the same kind that another may be a duplicate of. */
export interface MergeTarget
  extends Pick<
    Job,
    'id' | 'kind' | 'placeId' | 'severity' | 'state' | 'createdAt' | 'teamId' | 'workerId' | 'lat' | 'lon'
  > {
  /** Of its first incident. */
  readonly cameraId: CameraId | null
  /** `near`: within 200 m. */
  readonly because: 'same-camera' | 'near' | 'open'
  /** Null where one of the two positions is unknown. */
  readonly distanceM: number | null
  /** Of its first incident, as it began. */
  readonly pictureId: EvidenceId | null
}

/** Of jobs that are open, or were closed within a day. */
export interface Board {
  /** The most urgent first; `after` is the last of the page before. */
  cards(
    wanted: BoardFilter & { readonly limit: number; readonly after?: { readonly at: number; readonly id: string } },
  ): Promise<readonly JobCard[]>
  tally(wanted: BoardFilter): Promise<BoardTally>
  /**
   * Open jobs of the job's kind: of the same camera first, then the nearest.
   * @param wanted `text`: in its id, its place, its camera's or zone's name
   */
  mergeTargets(
    id: JobId,
    wanted: ReadingScope & { readonly text?: string; readonly limit: number },
  ): Promise<readonly MergeTarget[]>
}
