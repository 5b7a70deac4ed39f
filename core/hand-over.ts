// The hand-over of a shift (交接班): what somebody writes for whoever comes after them, with what is still open.
import type { CameraId, IncidentId, JobId, PlaceId, StreetId, TeamId, WorkerId } from './ids.ts'
import type { JobState } from './job.ts'
import type { Mute } from './mute.ts'
import type { RuleKind, Severity } from './observation.ts'
import type { EpochMs } from './time.ts'

/** What is open at one moment, within somebody's scope; each list is cut where it would be longer than anybody reads. */
export interface OpenItems {
  readonly at: EpochMs
  readonly pendingAlerts: number
  readonly alerts: readonly {
    readonly id: IncidentId
    readonly kind: RuleKind
    readonly severity: Severity
    readonly cameraId: CameraId
    readonly openedAt: EpochMs
  }[]
  readonly openJobs: number
  readonly overdueJobs: number
  /** Those that are overdue or under supervision. */
  readonly jobs: readonly {
    readonly id: JobId
    readonly kind: RuleKind
    readonly severity: Severity
    readonly state: JobState
    readonly placeId: PlaceId
    readonly teamId: TeamId | null
    readonly workerId: WorkerId | null
    readonly dueAt: EpochMs | null
    readonly overdue: boolean
    readonly supervised: boolean
  }[]
  /** Those that are not online, or whose picture is not clear. */
  readonly cameras: readonly {
    readonly id: CameraId
    readonly name: string
    /** `unknown` where its shard has not said anything yet. */
    readonly state: string
    readonly view: string | null
    readonly since: EpochMs | null
  }[]
  /** What is muted (布控/撤防), the first to end first; absent in notes from before there were mutes. */
  readonly mutes?: readonly Pick<
    Mute,
    'id' | 'streetId' | 'cameraId' | 'zoneId' | 'kind' | 'untilAt' | 'reason' | 'setBy'
  >[]
}

export interface HandOverNote {
  readonly id: string
  readonly writtenBy: string
  /** As people call them; null where that login stands for no user. */
  readonly writtenByName: string | null
  readonly writtenAt: EpochMs
  /** The login of whom it is meant for; null for a team, or for whoever has the next shift. */
  readonly meantFor: string | null
  /** As people call them; null where that login stands for no user. */
  readonly meantForName: string | null
  /** Or the team that it is meant for. */
  readonly meantForTeam: TeamId | null
  readonly text: string
  readonly items: OpenItems
  /** What its writer was responsible for; both null for the district. */
  readonly streets: readonly StreetId[] | null
  readonly teamId: TeamId | null
  readonly takenBy: string | null
  readonly takenByName: string | null
  readonly takenAt: EpochMs | null
  readonly takenNote: string | null
}
