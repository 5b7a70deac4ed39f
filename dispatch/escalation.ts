// Escalation at work: a level is told, told again until somebody acknowledges, and after its wait the next one is.
import type { Deadline } from '../core/deadline.ts'
import { addresseesOf, type EscalationLevel, nextTurn, tellAt } from '../core/escalation.ts'
import type { JobId } from '../core/ids.ts'
import type { Incident } from '../core/incident.ts'
import type { Job, JobState } from '../core/job.ts'
import type { EpochMs } from '../core/time.ts'
import { isOnShift, onShiftOf } from '../core/worker.ts'
import type { Work } from './commit.ts'
import { BY_POLICY, takeStep } from './job-steps.ts'
import type { OutboxRow } from './store-port.ts'
import { escalateRow, type NoticeOptions, noticeRow } from './work-rows.ts'

/** Until when a deadline that passed is worth telling: what was missed may be done by now, late. */
const STILL_MISSED: Readonly<Record<Deadline, readonly JobState[]>> = {
  acknowledge: ['queued', 'assigned'],
  arrive: ['queued', 'assigned', 'accepted'],
  handle: ['queued', 'assigned', 'accepted', 'on-site', 'returned'],
}

/**
 * Takes a job up a level, or has the last one told anew: nobody is above it. What was acknowledged before was another
 * matter. @param key tells this occasion apart from others
 */
export async function raise(work: Work, job: Job, cause: Deadline, at: EpochMs, key: string): Promise<void> {
  const levels = await work.tx.deadlines.levels(job.kind, job.streetId)
  const number = Math.min(job.escalation + 1, levels.length)
  const level = levels[number - 1]
  if (!level) return
  const told = tellAt(level, job.severity, at)
  const raised = await takeStep(work, job, {
    event: 'escalated',
    by: BY_POLICY,
    at,
    key: `escalated.${key}`,
    reason: `${cause}: ${number} ${level.name}`,
    change: { escalation: number, acknowledged: Math.min(job.acknowledged, number - 1) },
    notice: { dueAt: told, more: { deadline: cause, ...(await meant(work, level, number, told)) } },
  })
  const next = nextTurn(level, number === levels.length, told, told, 0)
  work.enqueue(escalateRow(job.id, { step: raised.logLength, cause, told, count: 0 }, next, at))
}

/** One look at whether somebody has answered. */
export interface Turn {
  /** The step of the log that raised the job: a later one has turns of its own. */
  readonly step: number
  readonly cause: Deadline
  /** When the level was told first. */
  readonly told: EpochMs
  /** How often it was told again. */
  readonly count: number
}

/** The work of an outbox row "escalate": tells the level again, or the next one, unless somebody has answered. */
export async function goOn(work: Work, jobId: JobId, turn: Turn, at: EpochMs): Promise<void> {
  const { step, cause, told, count } = turn
  const job = await work.tx.job(jobId)
  if (!job || job.acknowledged >= job.escalation || !STILL_MISSED[cause].includes(job.state)) return
  if ((await work.tx.deadlines.lastEscalated(jobId)) !== step) return
  const levels = await work.tx.deadlines.levels(job.kind, job.streetId)
  const number = Math.min(job.escalation, levels.length)
  const level = levels[number - 1]
  if (!level) return
  const isLast = number === levels.length
  if (!isLast && at >= told + level.wait) return raise(work, job, cause, at, `${step}.unanswered`)
  const again = tellAt(level, job.severity, at)
  const more = { deadline: cause, again: count + 1, ...(await meant(work, level, number, again)) }
  work.enqueue(noticeRow('job.escalated', jobId, `${step}.${count + 1}`, at, { dueAt: again, more }))
  const next = nextTurn(level, isLast, told, again, count + 1)
  work.enqueue(escalateRow(jobId, { step, cause, told, count: count + 1 }, next, at))
}

/**
 * When, and whom, an alert that nobody decides on is told: by the chain of its kind and street, whose last level is
 * told again and again. @param number 1 for the first
 */
export async function noticeOf(
  work: Work,
  { kind, streetId, severity }: Pick<Incident, 'kind' | 'streetId' | 'severity'>,
  number: number,
  at: EpochMs,
): Promise<NoticeOptions> {
  const levels = await work.tx.deadlines.levels(kind, streetId)
  const reached = Math.min(number, levels.length)
  const level = levels[reached - 1]
  if (!level) return { dueAt: at, more: {} }
  const dueAt = tellAt(level, severity, at)
  return { dueAt, more: await meant(work, level, reached, dueAt) }
}

/**
 * Who is meant, as a notice says it. On duty are those on shift, by the rota with its exceptions, of the teams that take
 * what nobody else can; a team that lists no workers is on duty as a whole. @param at when they are told: it is who is then
 */
async function meant({ tx }: Work, level: EscalationLevel, number: number, at: EpochMs): Promise<OutboxRow['payload']> {
  const { roles, onDuty, destinations } = addresseesOf(level)
  const { teams, people } = onDuty ? await dutyAt(tx, at) : { teams: [], people: [] }
  return {
    level: number,
    levelName: level.name,
    roles: roles.join(' '),
    onDuty: teams.map(team => team.id).join(' '),
    onDutyWorkers: people.map(worker => worker.id).join(' '),
    destinations: destinations.join(' '),
  }
}

async function dutyAt(tx: Work['tx'], at: EpochMs) {
  const { teams, workers, ...rota } = await tx.rota(at)
  const duty = teams
    .filter(team => team.onDuty)
    .map(team => ({
      team,
      people: onShiftOf(rota, team, workers, at),
      whole: !workers.some(({ teamId }) => teamId === team.id) && isOnShift(rota, team, null, at),
    }))
    .filter(({ people, whole }) => people.length > 0 || whole)
  return { teams: duty.map(({ team }) => team), people: duty.flatMap(({ people }) => people) }
}
