// What the API needs of the rest of the house; app.ts passes the store, dispatch and the shards in by these shapes.
import type { Camera } from '../core/camera.ts'
import type { JobDeadline } from '../core/deadline.ts'
import type { ErrorCode } from '../core/errors.ts'
import type { PhotoClaim } from '../core/field-work.ts'
import type { Verification } from '../core/fresh-look.ts'
import type { Position } from '../core/geo.ts'
import type { CameraHealth } from '../core/health.ts'
import type {
  CameraId,
  EvidenceId,
  GridId,
  IncidentId,
  JobId,
  StreetId,
  TeamId,
  UserId,
  WorkerId,
  ZoneId,
} from '../core/ids.ts'
import type { Evidence, IncidentEvent, PhysicalState, RejectReason, ReviewState } from '../core/incident.ts'
import type { Job, JobEvent, JobState, Offers } from '../core/job.ts'
import type { Case, Deletion, EvidenceView, LegalHold, ViewPurpose } from '../core/keeping.ts'
import type { MuteId } from '../core/mute.ts'
import type { RuleKind } from '../core/observation.ts'
import type { Actor } from '../core/permission.ts'
import type { PushSubscription } from '../core/push.ts'
import type { Report, Reporter, ReportId } from '../core/report.ts'
import type { EpochMs } from '../core/time.ts'
import type { JobReach } from './field-ports.ts'
import type { ClaimedIncident, Deciding, Near, Outlook, Recipient, Whose } from './review-ports.ts'

/** Limits a list to what somebody may see: nothing set is the whole district. */
export interface ReadingScope {
  readonly streets?: readonly StreetId[]
  readonly teamId?: TeamId
}

/** Newest first; `before` is the last row of the page before. */
export interface PageRequest {
  readonly limit: number
  readonly before?: { readonly at: EpochMs; readonly id: string }
}

export interface IncidentFilter extends ReadingScope, PageRequest {
  readonly physical?: PhysicalState
  readonly review?: ReviewState
  readonly kind?: RuleKind
  readonly cameraId?: CameraId
}

export interface JobFilter extends ReadingScope, PageRequest {
  readonly states?: readonly JobState[]
  readonly kind?: RuleKind
  readonly street?: StreetId
  readonly team?: TeamId
  readonly worker?: WorkerId
  /** A deadline passed, and what it was for is still not done. */
  readonly overdue?: boolean
}

export interface IncidentDetail {
  readonly incident: ClaimedIncident
  readonly events: readonly IncidentEvent[]
  readonly evidence: readonly Evidence[]
  /** The job that lists it, if one does. */
  readonly job: Job | null
  /** That job's, in the order in which they began. */
  readonly deadlines: readonly JobDeadline[]
  /** What somebody in the street said of it; null where a camera saw it. */
  readonly report: Pick<Report, 'spot' | 'address' | 'description' | 'via'> | null
}

export interface JobDetail {
  readonly job: Job
  readonly events: readonly JobEvent[]
  readonly incidents: readonly ClaimedIncident[]
  /** In the order in which they began. */
  readonly deadlines: readonly JobDeadline[]
  /** What its cameras saw when they looked again; null where none was asked. */
  readonly verification: Verification | null
}

/** The numbers of the console's header. */
export interface Counts {
  readonly pendingIncidents: number
  readonly activeIncidents: number
  readonly queuedJobs: number
  readonly openJobs: number
  readonly overdueJobs: number
}

export interface Reading {
  /** Ordered by `openedAt`, newest first. With `teamId`: the incidents of that team's jobs. */
  listIncidents(filter: IncidentFilter): Promise<readonly ClaimedIncident[]>
  incident(id: IncidentId): Promise<IncidentDetail | undefined>
  /** Other incidents that wait or go on, at the place, before the camera or within `radiusM`; nearest first. */
  incidentsNear(id: IncidentId, scope: ReadingScope, radiusM: number, limit: number): Promise<readonly Near[]>
  /** Those that there are. */
  whoseIncidents(ids: readonly IncidentId[]): Promise<ReadonlyMap<IncidentId, Whose>>
  /** Ordered by `createdAt`, newest first. */
  listJobs(filter: JobFilter): Promise<readonly Job[]>
  job(id: JobId): Promise<JobDetail | undefined>
  /** How it reached people, and their photos. */
  reach(id: JobId): Promise<JobReach>
  counts(scope: ReadingScope): Promise<Counts>
}

export interface EvidenceFiles {
  /** @returns the row and where its file lies, the file's hash verified; undefined where there is none */
  open(id: EvidenceId): Promise<{ readonly path: string; readonly row: Evidence } | undefined>
  /** A copy that names who looks at it. @throws JiemuError evidence-altered */
  shown(
    path: string,
    id: EvidenceId,
    viewer: { readonly name: string; readonly at: EpochMs; readonly number: number },
  ): Promise<Uint8Array>
}

/** Deleting by hand. */
export interface EvidenceDeletion {
  /** @throws JiemuError not-found, case-held, evidence-below-floor */
  removeOne(id: EvidenceId, reason: string, actor: string): Promise<void>
}

/** Photos that people take at a job, or of what they report: then of an incident, and of no job. */
export interface Photos {
  /** @throws JiemuError evidence-too-large, evidence-not-an-image, disk-below-floor, disk-full */
  take(photo: {
    readonly bytes: Uint8Array
    readonly jobId: JobId | null
    readonly incidentId: IncidentId | null
    readonly moment: 'before' | 'after' | 'note'
    readonly takenBy: string
    readonly key: string | null
    /** What the page read from the file before it made it smaller. */
    readonly said: { readonly place: Position | null; readonly shotAt: EpochMs | null }
    /** The job's place. */
    readonly at: Position | null
  }): Promise<
    {
      readonly evidence: Evidence
      readonly place: { readonly latitude: number; readonly longitude: number } | null
    } & PhotoClaim
  >
}

export type RegisterRow = EvidenceView & { readonly id: number }

export interface RegisterFilter extends PageRequest {
  readonly from?: EpochMs
  readonly to?: EpochMs
  readonly who?: string
  readonly purpose?: ViewPurpose
  readonly evidenceId?: EvidenceId
  readonly incidentId?: IncidentId
  readonly jobId?: JobId
  readonly streets?: readonly StreetId[]
}

/** Of every look at evidence and every export. */
export interface Register {
  /** Must have come back before the first byte is sent. */
  record(view: Omit<EvidenceView, 'at'>): Promise<RegisterRow>
  /** Newest first. */
  list(filter: RegisterFilter): Promise<readonly RegisterRow[]>
}

/** Pictures behind signed links. */
export interface Media {
  /**
   * @returns undefined where there is no such picture
   * @throws JiemuError media-link-void, picture-not-blurred
   */
  open(
    id: EvidenceId,
    expiresAt: EpochMs,
    signature: string,
  ): Promise<{ readonly row: Evidence; readonly jpeg: Uint8Array } | undefined>
}

export interface Push {
  publicKey(): Promise<string>
  /** @returns the subscription's id. @throws JiemuError request-invalid where its address is refused */
  subscribe(userId: UserId, subscription: PushSubscription): Promise<string>
  /** @returns whether it was theirs */
  unsubscribe(userId: UserId, id: string): Promise<boolean>
}

export interface Deletions {
  /** Newest first. */
  list(page: { readonly limit: number; readonly before?: number }): Promise<readonly Deletion[]>
}

export interface Holds {
  /** @throws JiemuError not-found */
  place(on: Case, reason: string, actor: string): Promise<LegalHold>
  /** @throws JiemuError not-found where none stands */
  release(on: Case, reason: string, actor: string): Promise<LegalHold>
  standing(): Promise<readonly LegalHold[]>
}

/** Every command is idempotent and records the actor. @throws JiemuError transition-illegal, version-stale, … */
export interface Commands {
  confirm(id: IncidentId, actor: Actor, deciding: Deciding & { readonly to?: Recipient }): Promise<unknown>
  reject(id: IncidentId, reason: RejectReason, note: string | null, actor: Actor, deciding: Deciding): Promise<unknown>
  /** @throws JiemuError incident-claimed, transition-illegal where it is decided already */
  claim(id: IncidentId, takeOver: boolean, actor: Actor): Promise<unknown>
  /** Ends one's own claim; nobody else's. */
  release(id: IncidentId, actor: Actor): Promise<unknown>
  /** What would follow if it were confirmed now; nothing is changed. */
  outlook(id: IncidentId): Promise<Outlook>
  undo(id: IncidentId, reason: string | null, actor: Actor): Promise<unknown>
  ask(name: JobCommandName, id: JobId, asked: AskedOfJob): Promise<unknown>
  /** Who could be named for a job now, the most apt first. @throws JiemuError not-found */
  offers(id: JobId): Promise<Offers>
}

/** Each is one step of the job's machine. */
export type JobCommandName =
  | 'accept'
  | 'decline'
  | 'arrive'
  | 'handled'
  | 'close'
  | 'return'
  | 'defer'
  | 'resume'
  | 'reassign'
  | 'hand-over'
  | 'acknowledge'
  | 'urge'
  | 'supervise'
  | 'unsupervise'
  | 'note'
  | 'cancel'
  | 'merge'

export interface AskedOfJob {
  readonly actor: Actor
  /** The same key twice does it once. */
  readonly key: string
  readonly reason: string | null
  /** The version that the person saw; null where that does not matter to them. */
  readonly version: number | null
  readonly until?: EpochMs
  readonly workerId?: WorkerId
  readonly teamId?: TeamId
  readonly force?: boolean
  readonly into?: JobId
}

/** A resident's report as it came in. */
export interface NewReport extends Pick<Report, 'service' | 'spot' | 'address' | 'description' | 'mediaUrl'> {
  readonly via: string
  readonly attributes: Readonly<Record<string, string>>
  readonly reporter: Reporter
}

/** What became of a report. */
export interface ReportStatus
  extends Pick<Report, 'id' | 'service' | 'spot' | 'address' | 'description' | 'via' | 'requestedAt'> {
  readonly serviceName: string
  readonly status: 'open' | 'closed'
  readonly statusNotes: string
  /** The team that has it. */
  readonly agency: string | null
  readonly updatedAt: EpochMs
  /** By when it is to be handled. */
  readonly expectedAt: EpochMs | null
}

export interface Reports {
  /** The same report again within a day is the one that is there. */
  take(report: NewReport): Promise<{ readonly id: ReportId }>
  /** Newest first. Without `from`: of the last ninety days. With `ids` these, whatever their age. */
  list(wanted: {
    readonly ids?: readonly ReportId[]
    readonly services?: readonly Report['service'][]
    readonly status?: ReportStatus['status']
    readonly from?: EpochMs
    readonly to?: EpochMs
    readonly limit: number
  }): Promise<readonly ReportStatus[]>
}

/** A camera, and how it does; null before its shard has said anything. */
export interface CameraStatus {
  readonly camera: Camera
  readonly health: CameraHealth | null
  /** Of one core, for looking at a zone's condition, on average since it was first heard of; null where unknown. */
  coreShare(zone: ZoneId): number | null
  /** CPU time that it takes, on average; null where unknown. */
  readonly load: { readonly decodeMsPerS: number; readonly inferMsPerS: number } | null
}

export interface Cameras {
  list(): Promise<readonly CameraStatus[]>
  /** What the camera shows now is its view from now on. @param key the same one twice renews once */
  renewView(id: CameraId, actor: Actor, key: string): Promise<unknown>
  /** The zones fit the view again; twice is once. @throws JiemuError view-not-pending */
  confirmView(id: CameraId, pending: string, actor: Actor): Promise<unknown>
}

/** One part of the house: the database, the queue, a shard, … */
export interface ComponentHealth {
  readonly name: string
  /** `down` where nothing works without it. */
  readonly state: 'ok' | 'degraded' | 'down'
  readonly problem: { readonly code: ErrorCode; readonly message: string; readonly hint: string } | null
}

export interface Health {
  report(): Promise<readonly ComponentHealth[]>
}

/** Says that a record has changed; whoever wants to know how reads it. */
export type Change =
  | { readonly type: 'incident'; readonly id: IncidentId }
  | { readonly type: 'job'; readonly id: JobId }
  | { readonly type: 'camera'; readonly id: CameraId }
  | { readonly type: 'grid'; readonly id: GridId }
  | { readonly type: 'mute'; readonly id: MuteId }

export interface Events {
  /** @returns how to stop listening */
  subscribe(listener: (change: Change) => void): () => void
}

/** prom-client's Registry, as far as it is needed. */
export interface Metrics {
  readonly contentType: string
  metrics(): Promise<string>
}
