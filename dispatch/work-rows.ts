// The outbox rows that dispatch writes: ids derived from content, so that the same work asked for twice is one row.
import type { JobDeadline } from '../core/deadline.ts'
import type { Delivery } from '../core/delivery.ts'
import { contentId, type GridId, type IncidentId, type JobId, type TeamId, type WorkerId } from '../core/ids.ts'
import type { Job } from '../core/job.ts'
import type { EpochMs } from '../core/time.ts'
import type { OutboxRow } from './store-port.ts'

/** What people and other systems are told of. */
export const NOTICES = [
  'incident.opened',
  'incident.reopened',
  'incident.escalated',
  'incident.cleared',
  'job.assigned',
  'job.joined',
  'job.parted',
  'job.unassignable',
  'job.returned',
  'job.verify-by-person',
  'job.reassigned',
  'job.handed-over',
  'job.deferred',
  'job.escalated',
  'job.urged',
  'job.supervised',
  'job.supervision-overdue',
  'job.downgraded',
  'job.closed',
  'job.cancelled',
  'job.undone',
  'job.merged',
  'grid.orange',
  'grid.red',
] as const
export type NoticeEvent = (typeof NOTICES)[number]

/** Sent every minute, to see that notices arrive. */
export const CANARY = 'system.canary'
/** Where it goes in any case; no destination of the settings may be named so. */
export const CANARY_DESTINATION = 'canary'
/** What the house says of itself. */
export const SYSTEM_NOTICES = [CANARY, 'system.canary-missing', 'system.canary-returned'] as const

/** One for each minute, even if two processes send it. It goes by the queue, to see that the queue works. */
export function canaryRow(at: EpochMs): OutboxRow {
  const id = `canary.${Math.floor(at / 60_000)}`
  return { id, topic: 'canary', payload: { event: CANARY, subject: 'notices' }, dueAt: at, createdAt: at }
}

/** Grids are weighed at most so often. */
export const WEIGH_EVERY_MS = 10_000

/** One for each ten seconds, done at their end, so that it sees all that changed in them. */
export function weighRow(at: EpochMs): OutboxRow {
  const slot = Math.floor(at / WEIGH_EVERY_MS)
  return { id: `weigh.${slot}`, topic: 'weigh', payload: {}, dueAt: (slot + 1) * WEIGH_EVERY_MS, createdAt: at }
}

/** How long a job that nobody could take waits for the next try. */
export const ASSIGN_AGAIN_MS = 30_000

interface Wished {
  readonly workerId?: WorkerId | null | undefined
  /** Or somebody of a team. */
  readonly teamId?: TeamId | null | undefined
  readonly forced?: boolean | undefined
}

/**
 * @param job its `logLength` tells its turns in the queue apart: it may come back there
 * @param attempt how many tries came before in this turn
 * @param wish whom a dispatcher would like to have it; forced, they get it whatever the rules say
 */
export function assignRow(
  job: Pick<Job, 'id' | 'logLength'>,
  attempt: number,
  dueAt: EpochMs,
  createdAt: EpochMs,
  { workerId, teamId, forced = false }: Wished = {},
): OutboxRow {
  const wish = {
    ...(workerId && { wish: workerId }),
    ...(teamId && { wishTeam: teamId }),
    ...(forced && { forced: 1 }),
  }
  const payload = { jobId: job.id, attempt, ...wish }
  return { id: `assign.${job.id}.${job.logLength}.${attempt}`, topic: 'assign', payload, dueAt, createdAt }
}

export interface NoticeOptions {
  /** When it is told: later where people sleep. */
  readonly dueAt: EpochMs
  /** What it says besides the record. */
  readonly more: OutboxRow['payload']
}

/** @param occurrence tells repeated events of one subject apart: the third escalation, the second return */
export function noticeRow(
  event: NoticeEvent,
  subject: IncidentId | JobId | GridId,
  occurrence: string | number,
  at: EpochMs,
  { dueAt, more }: NoticeOptions = { dueAt: at, more: {} },
): OutboxRow {
  return {
    id: `notify.${event}.${subject}.${occurrence}`,
    topic: 'notify',
    payload: { ...more, event, subject },
    dueAt,
    createdAt: at,
  }
}

export function deadlineRow({ jobId, deadline, run, startedAt, dueAt }: JobDeadline): OutboxRow {
  return {
    id: `deadline.${jobId}.${deadline}.${run}`,
    topic: 'deadline',
    payload: { jobId, deadline, run },
    dueAt,
    createdAt: startedAt,
  }
}

/** Takes a deferred job up again. */
export function resumeRow({ id, logLength }: Pick<Job, 'id' | 'logLength'>, until: EpochMs, at: EpochMs): OutboxRow {
  const payload = { jobId: id, until }
  return { id: `resume.${id}.${logLength}`, topic: 'resume', payload, dueAt: until, createdAt: at }
}

/** Wakes when a supervision is to be done; named by its end, so that one that was said anew with another has a row of its own. */
export function supervisionRow(jobId: JobId, dueAt: EpochMs, at: EpochMs): OutboxRow {
  return { id: `supervision.${jobId}.${dueAt}`, topic: 'supervision', payload: { jobId, dueAt }, dueAt, createdAt: at }
}

/** @param turn see `Turn` of escalation.ts */
export function escalateRow(
  jobId: JobId,
  turn: { readonly step: number; readonly count: number } & OutboxRow['payload'],
  dueAt: EpochMs,
  createdAt: EpochMs,
): OutboxRow {
  const id = `escalate.${jobId}.${turn.step}.${turn.count}`
  return { id, topic: 'escalate', payload: { ...turn, jobId }, dueAt, createdAt }
}

/**
 * @param opening which opening of the incident it belongs to: its `reopened`, or "REOPENED-AT" where the decision was taken back
 * @param level how often it has been escalated already
 */
export function overdueRow(
  incidentId: IncidentId,
  opening: string | number,
  level: number,
  dueAt: EpochMs,
  createdAt: EpochMs,
): OutboxRow {
  return {
    id: `confirm-overdue.${incidentId}.${opening}.${level}`,
    topic: 'confirm-overdue',
    payload: { incidentId, opening, level },
    dueAt,
    createdAt,
  }
}

/**
 * @param job just reported done
 * @see verify.ts
 */
export function verifyRow(
  { id, logLength, handledAt }: Pick<Job, 'id' | 'logLength' | 'handledAt'>,
  at: EpochMs,
): OutboxRow {
  const payload = { jobId: id, round: logLength, handledAt }
  return { id: `verify.${id}.${logLength}`, topic: 'verify', payload, dueAt: at, createdAt: at }
}

export function verifyOverdueRow(jobId: JobId, round: number, dueAt: EpochMs, createdAt: EpochMs): OutboxRow {
  return {
    id: `verify-overdue.${jobId}.${round}`,
    topic: 'verify-overdue',
    payload: { jobId, round },
    dueAt,
    createdAt,
  }
}

/** One delivery of a notice to a destination, or to one of the people behind it. */
export function deliveryIdOf(noticeId: string, destination: string, recipient: string | null): string {
  return `dlv-${contentId(noticeId, destination, recipient ?? '')}`
}

export function deliverRow({ id, destination, notice, createdAt }: Delivery): OutboxRow {
  return {
    id: `deliver.${destination}.${id}`,
    topic: 'deliver',
    payload: { event: notice.event, subject: notice.subject },
    dueAt: createdAt,
    createdAt,
  }
}

/** Whose delivery a row is, told by its id alone; undefined where it is another topic's. */
export function deliveryOf(rowId: string): { readonly id: string; readonly destination: string } | undefined {
  const [, destination, id] = /^deliver\.(.+)\.(dlv-[0-9a-f]+)$/.exec(rowId) ?? []
  return destination && id ? { id, destination } : undefined
}
