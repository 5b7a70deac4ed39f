// What dispatch needs of a store. The store implements it without knowing us; app.ts brings the two together.
import type { Delivery } from '../core/delivery.ts'
import type { Position } from '../core/geo.ts'
import type {
  CameraId,
  Fingerprint,
  GridId,
  IncidentId,
  JobId,
  PlaceId,
  StreetId,
  WorkerId,
  ZoneId,
} from '../core/ids.ts'
import type { Incident, IncidentClaim, IncidentEvent } from '../core/incident.ts'
import type { Job, JobEvent, Refusal } from '../core/job.ts'
import type { MuteId } from '../core/mute.ts'
import type { Observation, RuleKind } from '../core/observation.ts'
import type { Report } from '../core/report.ts'
import type { DispatchPolicy } from '../core/team.ts'
import type { EpochMs, TimeSpan } from '../core/time.ts'
import type { Rota, Worker } from '../core/worker.ts'
import type { Roster } from './bench.ts'
import type { DeadlinesTransaction } from './deadlines-port.ts'
import type { LooksTransaction } from './looks-port.ts'
import type { StandingsTransaction } from './standing/store-port.ts'

export const OUTBOX_TOPICS = [
  'canary',
  'assign',
  'notify',
  'deliver',
  'confirm-overdue',
  'deadline',
  'escalate',
  'resume',
  'supervision',
  'weigh',
  'verify',
  'verify-overdue',
] as const
export type OutboxTopic = (typeof OUTBOX_TOPICS)[number]

/** Work to be done once the transaction that asked for it is committed. */
export interface OutboxRow {
  /** Derived from content: the same work asked for twice is one row, and one queue job. */
  readonly id: string
  readonly topic: OutboxTopic
  /** Small and serialisable: ids, not records. */
  readonly payload: Readonly<Record<string, string | number | null>>
  readonly dueAt: EpochMs
  readonly createdAt: EpochMs
}

/** What is kept of a report and never shown over Open311. */
export interface ReportPrivacy {
  /** Its content's hash. */
  readonly content: string
  readonly attributes: Readonly<Record<string, string>>
  /** Who reported it, sealed; null where they said nothing of themselves. */
  readonly reporter: string | null
}

/** A zone's place, and where that is. */
export interface WatchedPlace {
  readonly placeId: PlaceId
  readonly cameraId: CameraId
  readonly zoneId: ZoneId
  readonly streetId: StreetId
  readonly gridId: GridId
}

export interface DispatchStore {
  /**
   * Runs `work` in one transaction; commits when it returns, rolls back when it throws.
   * No queue, network or picture may be awaited inside.
   * @throws JiemuError database-unavailable (retryable), or whatever `work` threw
   */
  transact<T>(work: (tx: DispatchTransaction) => Promise<T>): Promise<T>
  /**
   * Rows that are not done and are due by `now`, oldest due first. Left out are those that the queue was handed after
   * `staleBefore` and after they were due.
   */
  dueOutbox(now: EpochMs, staleBefore: EpochMs, limit: number): Promise<readonly OutboxRow[]>
  /** Rows that are due between `now` and `until`, and that the queue was never handed, oldest due first. */
  comingOutbox(now: EpochMs, until: EpochMs, limit: number): Promise<readonly OutboxRow[]>
  /** Notes that the queue has these rows. */
  markPublished(ids: readonly string[], at: EpochMs): Promise<void>
}

/** What an observation names. */
export type Seen = Pick<Observation, 'fingerprint' | 'kind' | 'cameraId' | 'zoneId' | 'at'>

/** What is known before an observation is taken in. */
export interface Known {
  /** The open incident of the fingerprint or, where none is open, the one that closed last. */
  readonly latest: Incident | undefined
  /** The zone's own, else the kind's, else the default. */
  readonly policy: DispatchPolicy
  /** Where the camera stands; undefined where it was removed. */
  readonly scope: { readonly streetId: StreetId; readonly gridId: GridId } | undefined
  /** The mute that holds then, of what it is about. */
  readonly mute: MuteId | undefined
}

export interface DispatchTransaction {
  readonly standings: StandingsTransaction
  readonly deadlines: DeadlinesTransaction
  readonly looks: LooksTransaction

  /** What an observation continues, and by which rules; the incident's row is locked. */
  knownBefore(seen: Seen): Promise<Known>
  /** The row is locked until the transaction ends. */
  incident(id: IncidentId): Promise<Incident | undefined>
  /**
   * Also logs the events, and ties the pictures of the fingerprint, provisional until now, to the incident.
   * @returns false where the unique index already holds an open incident of this fingerprint: nothing is written then
   */
  insertIncident(incident: Incident, events?: readonly IncidentEvent[]): Promise<boolean>
  /** Likewise, for an incident that is there; writes it with version + 1. @throws JiemuError version-stale */
  extendIncident(incident: Incident, events?: readonly IncidentEvent[]): Promise<void>
  /** The same without the pictures: what a person decides on one that is over must not take those of the next. */
  updateIncident(incident: Incident, events?: readonly IncidentEvent[]): Promise<void>
  addIncidentEvent(event: IncidentEvent): Promise<void>
  /** What was decided about it last, or taken back; undefined before anybody or anything did. */
  lastDecision(id: IncidentId): Promise<IncidentEvent | undefined>
  /**
   * Notes who looks at an alert that waits to be decided. A live claim of somebody else stays as it is, unless it is
   * taken over; a claim of one's own is made longer.
   * @returns whose it is then; undefined where the incident does not wait
   */
  claim(claim: IncidentClaim, takeOver: boolean): Promise<IncidentClaim | undefined>
  /** Ends the claim on an incident. @param holder only theirs @returns what it was */
  endClaim(id: IncidentId, holder?: string): Promise<IncidentClaim | undefined>
  /** Notes that a mute holds this breach back; the same one again only says when it was last. */
  noteHeld(mute: MuteId, fingerprint: Fingerprint, at: EpochMs): Promise<void>
  /** The zone's own policy, else the kind's, else the default. */
  policyFor(kind: RuleKind, cameraId: CameraId, zoneId: ZoneId): Promise<DispatchPolicy>

  /** Where an incident is: its zone, else its camera; for a report where the resident said. */
  positionOf(incident: Pick<Incident, 'id' | 'cameraId' | 'zoneId'>): Promise<Position | undefined>
  /** Serialises job creation for one kind and place (a row lock, never an advisory one). */
  lockPlace(kind: RuleKind, placeId: PlaceId): Promise<void>
  /**
   * Jobs of the kind and place that are not over, newest first.
   * @param opened only those whose first incident opened then
   */
  openJobsAt(kind: RuleKind, placeId: PlaceId, opened?: TimeSpan): Promise<readonly Job[]>
  /** Jobs of the kind that are not over, nearest first. */
  openJobsNear(kind: RuleKind, spot: Position, radiusM: number, opened?: TimeSpan): Promise<readonly Job[]>
  /** The row is locked until the transaction ends. */
  job(id: JobId): Promise<Job | undefined>
  /** The job that lists the incident, if one does; of several the newest, and never one that was merged into another. */
  jobOf(incidentId: IncidentId): Promise<Job | undefined>
  /** The same, and its row is locked until the transaction ends. */
  lockedJobOf(incidentId: IncidentId): Promise<Job | undefined>
  /**
   * Writes a job and its list of incidents, and appends to its log.
   * @throws where an event's sequence or its key is there already: a mistake of ours
   */
  insertJob(job: Job, ...events: readonly JobEvent[]): Promise<void>
  /** Likewise, for a job whose row is locked, with version + 1. @throws JiemuError version-stale */
  updateJob(job: Job, ...events: readonly JobEvent[]): Promise<void>
  /** Whether a step of the job was taken with this key. */
  hasJobEvent(id: JobId, key: string): Promise<boolean>
  incidentsOf(jobId: JobId): Promise<readonly Incident[]>
  /** Those that there are, in any order, to be read and not to be changed: no row is locked. */
  incidents(ids: readonly IncidentId[]): Promise<readonly Incident[]>
  jobs(ids: readonly JobId[]): Promise<readonly Job[]>

  /** The latest report with this content; nobody else asks for it until the transaction ends. */
  latestReport(content: string): Promise<Report | undefined>
  insertReport(report: Report, more: ReportPrivacy): Promise<void>
  /** Places of zones with this rule whose position is known, nearest first, within a kilometre. */
  placesNear(kind: RuleKind, spot: Position): Promise<readonly (WatchedPlace & { readonly metres: number })[]>

  /**
   * Takes the turn to assign, which another dispatcher gets only when this transaction ends, then those rows "assign"
   * that are due, oldest first, each with its job; both are locked. Rows whose row or job somebody else is at are left.
   * @param only of these rows, where others failed
   */
  takeAssignments(now: EpochMs, limit: number, only?: readonly string[]): Promise<TakenAssignments>
  /** Those rows "notify" that are due, oldest first, locked. Rows that somebody else is at are left to him. */
  takeNotices(now: EpochMs, limit: number, only?: readonly string[]): Promise<readonly OutboxRow[]>
  /** Takes the turn to assign, where it is not had: until this transaction ends nobody else gets a job. */
  takeTurn(): Promise<void>
  /** Teams, workers and who works when, as far as it says something of `at`. */
  rota(at: EpochMs): Promise<Rota & Pick<Roster, 'teams' | 'workers'>>
  /** Everybody who could be sent, and what they have to do now. */
  roster(at: EpochMs): Promise<Roster>
  worker(id: WorkerId): Promise<Worker | undefined>
  refusalsOf(jobId: JobId): Promise<readonly Refusal[]>
  /** Notes that somebody had a job and did not do it; twice is once. */
  addRefusal(refusal: Refusal): Promise<void>
  /** Like `updateJob`, for many at once, whose incidents stay as they are. @throws JiemuError version-stale */
  updateJobs(jobs: readonly Job[]): Promise<void>
  addJobEvents(events: readonly JobEvent[]): Promise<void>

  /** Adds work; a row whose id exists is left as it is. */
  addOutbox(rows: readonly OutboxRow[]): Promise<void>
  /** Adds deliveries, each with its row of the outbox, at the same place of `rows`; those that exist are left as they are. */
  addDeliveries(deliveries: readonly Delivery[], rows: readonly OutboxRow[]): Promise<void>
  /** Locks the row; undefined where it is done already (or never was): then there is nothing to do. */
  takeOutbox(id: string): Promise<OutboxRow | undefined>
  finishOutbox(id: string, at: EpochMs): Promise<void>
  finishOutboxRows(ids: readonly string[], at: EpochMs): Promise<void>
}

export interface TakenAssignments {
  readonly rows: readonly TakenAssignment[]
  /** How many were due, but somebody else is at them for a moment. */
  readonly busy: number
}

export interface TakenAssignment {
  readonly row: OutboxRow
  /** Undefined where there is none any more. */
  readonly job: Job | undefined
  readonly refusals: readonly Refusal[]
}
