// A job: the work given to a worker or a team for one incident, or for several that open together at one place.
import type { Terms } from './deadline.ts'
import type { GridId, IncidentId, JobId, PlaceId, StreetId, TeamId, WorkerId } from './ids.ts'
import type { RuleKind, Severity } from './observation.ts'
import type { Role } from './permission.ts'
import type { EpochMs } from './time.ts'

/**
 * 待派 已派 已接 到场 已处置 核查中 返工 缓办 结案 撤销 并案. The last three are over: nothing leads out of them.
 * Escalation is no state but a level that any open job may have.
 */
export const JOB_STATES = [
  'queued',
  'assigned',
  'accepted',
  'on-site',
  'handled',
  'verifying',
  'returned',
  'deferred',
  'closed',
  'cancelled',
  'joined',
] as const
export type JobState = (typeof JOB_STATES)[number]

/** What may happen to a job; dispatch/job-machine.ts says when, by whom, and what it leads to. */
export const JOB_EVENTS = [
  /** 立案: an incident was confirmed, or a resident's report taken. */
  'created',
  /** One more incident or report of the same place is listed by it. */
  'joined',
  'assigned',
  /** Nobody can take it now; it stays queued, and is told. */
  'unassignable',
  'accepted',
  'declined',
  /** Nobody accepted in time: it is taken back. */
  'timed-out',
  'arrived',
  'handled',
  /** The camera is asked to look again. */
  'verifying',
  /** The cameras cannot tell: a supervisor decides. */
  'unseen',
  'closed',
  /** 返工: seen to be still there. */
  'returned',
  /** 缓办, until a time, approved by a supervisor. */
  'deferred',
  'resumed',
  /** 改派: taken from whoever has it; the reason names the wish. */
  'reassigned',
  /** Given on to another worker of the same team; what was done counts. */
  'handed-over',
  /** A deadline passed, or nobody answered the level before. */
  'escalated',
  /** Somebody who is responsible has seen the escalation: it stops repeating. */
  'acknowledged',
  /** 催办 */
  'urged',
  /** 督办: a supervisor wants it done by a time, and says why; shown until it is over. */
  'supervised',
  /** The supervision was ended by hand. */
  'unsupervised',
  /** Its time has passed and the job is not over: whoever ordered it, and the operators, are told once. */
  'supervision-overdue',
  'noted',
  /** One incident is no longer listed by it: its confirmation was taken back. */
  'parted',
  /** Clearing by itself made it less urgent. */
  'downgraded',
  'cancelled',
  /** The confirmation was taken back within its ten seconds. */
  'undone',
  /** 并案: it is a duplicate of another job. */
  'merged',
] as const
export type JobEventName = (typeof JOB_EVENTS)[number]

/** Who does something to a job: a signed-in person by role, or a part of the house. */
export const PARTIES = [
  'admin',
  'operator',
  'supervisor',
  'team-leader',
  'worker',
  /** Assignment. */
  'dispatch',
  /** Whoever looks: the actor is "camera:ID". */
  'camera',
  /** What was decided by rule: a policy, a deadline. */
  'policy',
  /** Reports over Open311. */
  'resident',
] as const satisfies readonly (Role | 'dispatch' | 'camera' | 'policy' | 'resident')[]
export type Party = (typeof PARTIES)[number]

/** One who could be sent: a worker, or a team as a whole where it lists no workers. */
export interface Candidate {
  readonly teamId: TeamId
  readonly workerId: WorkerId | null
  /** Open jobs that they have. */
  readonly load: number
  /** From the last known position to the place, in steps of 50 m; null where either is unknown, and off shift. */
  readonly distanceM: number | null
  /** Null off shift, too. */
  readonly positionAgeMs: number | null
  /** Since they last got a job; null for those that never did, who go first among equals. */
  readonly idleMs: number | null
  /** Why they were passed over; null for those that could have gone. */
  readonly excluded: Exclusion | null
}

export const EXCLUSIONS = [
  'off-shift',
  'other-grid',
  'no-skill',
  'full',
  /** This very job: refused, not answered in time, or taken away by a dispatcher. */
  'declined',
  'timed-out',
  'reassigned',
  /** They could have gone, but somebody else was wished for. */
  'not-wished',
] as const
export type Exclusion = (typeof EXCLUSIONS)[number]

/**
 * How far the search went: the grid's own, a neighbouring grid's, the team's leader, whoever is on duty; or somebody was
 * named although the rules pass them over.
 */
export const REACHES = ['grid', 'neighbour', 'team-leader', 'duty', 'named', 'nobody'] as const
export type Reach = (typeof REACHES)[number]

/** Who was chosen and against whom, best first: shown to people who ask "why this one?". */
export interface AssignmentReason {
  readonly chosen: { readonly teamId: TeamId; readonly workerId: WorkerId | null } | null
  readonly candidates: readonly Candidate[]
  /** How many more were passed over, where the list would be too long. */
  readonly unlisted?: number
  readonly reach: Reach
}

/** One of those who could be named for a job, and why naming them is refused. */
export interface Offer extends Candidate {
  /** Null where a team as a whole would go. */
  readonly name: string | null
  readonly teamName: string
  /** What became of it when they had this very job; they may be named all the same. */
  readonly before: Refusal['why'] | null
}

/** A team that could be named: whoever of it is on shift and most apt gets the job, by the rules of assignment. */
export interface TeamOffer {
  readonly teamId: TeamId
  readonly teamName: string
  /** Who of it would get the job now; null where nobody of it can. */
  readonly chosen: { readonly workerId: WorkerId | null; readonly name: string | null } | null
  /** Why nobody of it can: of the one who is nearest to it. */
  readonly excluded: Exclusion | null
}

/** Who could take a job now, the most apt first. */
export interface Offers {
  readonly offers: readonly Offer[]
  /** Teams of which there is anybody; those that can first. */
  readonly teams: readonly TeamOffer[]
  /** Who gets it where nobody is named. */
  readonly next: AssignmentReason['chosen']
}

/** 督办 */
export interface Supervision {
  readonly by: string
  readonly at: EpochMs
  readonly reason: string
  readonly dueAt: EpochMs
  /** When it was told that its time has passed; absent until then. */
  readonly overdueAt?: EpochMs
}

/** Somebody had a job and did not do it: they are not asked again while there are others. */
export interface Refusal {
  readonly jobId: JobId
  readonly teamId: TeamId
  readonly workerId: WorkerId | null
  readonly why: 'declined' | 'timed-out' | 'reassigned'
  /** The row of the job's log that says so. */
  readonly sequence: number
}

export interface Job {
  readonly id: JobId
  readonly kind: RuleKind
  readonly placeId: PlaceId
  readonly streetId: StreetId
  readonly gridId: GridId
  /** Where it is, in WGS-84; null where nobody has said. */
  readonly lat: number | null
  readonly lon: number | null
  readonly severity: Severity
  readonly state: JobState
  readonly teamId: TeamId | null
  /** The worker who has it; null while the team as a whole has it, or nobody. */
  readonly workerId: WorkerId | null
  readonly assignment: AssignmentReason | null
  /** In the order in which they were listed. */
  readonly incidentIds: readonly IncidentId[]
  readonly createdAt: EpochMs
  /** The latest assignment. */
  readonly assignedAt: EpochMs | null
  readonly acceptedAt: EpochMs | null
  readonly arrivedAt: EpochMs | null
  readonly handledAt: EpochMs | null
  readonly closedAt: EpochMs | null
  /** Who reported it handled: that person may not verify it. */
  readonly handledBy: string | null
  /** How often it was assigned, and how often it came back. */
  readonly assignments: number
  readonly returns: number
  /** 缓办 until; null unless deferred. */
  readonly deferredUntil: EpochMs | null
  /** How long it may wait; promised when it began. */
  readonly terms: Terms
  /** 0: nobody had to be woken. */
  readonly escalation: number
  /** The level that somebody has acknowledged; below `escalation` while nobody has. */
  readonly acknowledged: number
  /** Null while nobody supervises it, and once it is over. */
  readonly supervision: Supervision | null
  /** Why it ended without being handled; the job that it is a duplicate of, where it was merged. */
  readonly endReason: string | null
  readonly mergedInto: JobId | null
  /** Rows of its log, and the hash of the last: a log that was cut short is found out. */
  readonly logLength: number
  readonly logHead: string
  readonly version: number
}

/** One row of the append-only log; its hash is `chainHash` of core/hash-chain.ts over all but the two hashes. */
export interface JobEvent {
  readonly jobId: JobId
  /** 1, 2, 3 … within the job: the clock may be set back, this never is. */
  readonly sequence: number
  readonly at: EpochMs
  readonly event: JobEventName
  readonly from: JobState | null
  readonly to: JobState
  readonly party: Party
  readonly actor: string
  readonly reason: string | null
  /** A repeated key is a no-op. */
  readonly key: string
  /** Hash of the row before in the same job; 64 zeros before the first. */
  readonly previousHash: string
  readonly hash: string
}

export function isOver(state: JobState): boolean {
  return state === 'closed' || state === 'cancelled' || state === 'joined'
}
