// What people ask of a job: each command one step of the machine, once per key, against the version that they saw.
import { JiemuError } from '../core/errors.ts'
import type { JobId, TeamId, WorkerId } from '../core/ids.ts'
import { type Job, type JobEventName, PARTIES, type Party } from '../core/job.ts'
import { severest } from '../core/observation.ts'
import type { Actor } from '../core/permission.ts'
import type { EpochMs } from '../core/time.ts'
import type { Transact, Work } from './commit.ts'
import { afterHandled } from './job-closing.ts'
import { checkHolder, checkWish, handOver } from './job-holders.ts'
import { type Doer, nextState } from './job-machine.ts'
import { NOBODY, type Step, takeStep } from './job-steps.ts'
import { assignRow, supervisionRow } from './work-rows.ts'

/** Commands by the name that API and log have for them; what an event needs besides stands in `JobWish`. */
export const JOB_COMMANDS = {
  accept: 'accepted',
  decline: 'declined',
  arrive: 'arrived',
  handled: 'handled',
  close: 'closed',
  return: 'returned',
  defer: 'deferred',
  resume: 'resumed',
  reassign: 'reassigned',
  'hand-over': 'handed-over',
  acknowledge: 'acknowledged',
  urge: 'urged',
  supervise: 'supervised',
  unsupervise: 'unsupervised',
  note: 'noted',
  cancel: 'cancelled',
  merge: 'merged',
} as const satisfies Record<string, JobEventName>
export type JobCommandName = keyof typeof JOB_COMMANDS

/** What some commands need besides a reason. */
export interface JobWish {
  /** defer: when it is taken up again; supervise: by when it is to be done. */
  readonly until?: EpochMs
  /** hand-over: to whom; reassign: whom one would like to have it. */
  readonly workerId?: WorkerId
  /** reassign: or which team; who of it, assignment chooses. */
  readonly teamId?: TeamId
  /** reassign: whoever is named gets it, whatever the rules say. */
  readonly force?: boolean
  /** merge: the job that this one is a duplicate of. */
  readonly into?: JobId
}

export interface JobCommand extends JobWish {
  readonly jobId: JobId
  readonly actor: Actor
  /** The same key twice does it once. */
  readonly key: string
  readonly reason: string | null
  /** The version that the person saw; null where that does not matter to them. */
  readonly version: number | null
  readonly at: EpochMs
}

/** @throws JiemuError transition-forbidden where the role has no part in jobs at all */
export function doerOf({ name, role }: Pick<Actor, 'name' | 'role'>, what: string, id: string): Doer {
  const party: Party | undefined = PARTIES.find(each => each === role)
  if (!party) throw new JiemuError('transition-forbidden', { event: what, party: role, id })
  return { party, name }
}

/**
 * Does one command in one transaction; nothing is changed where it throws.
 * @returns the job as it is then
 * @throws JiemuError not-found, version-stale, transition-illegal, transition-forbidden, reason-missing, request-invalid,
 * handler-cannot-close, worker-foreign-job, or as `handOver`
 */
export function command(transact: Transact, name: JobCommandName, asked: JobCommand): Promise<Job> {
  return transact('command', async work => {
    const job = await work.tx.job(asked.jobId)
    if (!job) throw new JiemuError('not-found', { what: 'job', id: asked.jobId })
    const event = JOB_COMMANDS[name]
    const key = `${event}:${asked.key}`
    if (await work.tx.hasJobEvent(job.id, key)) return job
    if (asked.version !== null && asked.version !== job.version) {
      throw new JiemuError('version-stale', { what: 'job', id: job.id })
    }
    const { at, reason } = asked
    const by = doerOf(asked.actor, event, job.id)
    nextState(job, event)
    const change = await changeOf(work, name, job, asked)
    const taken = await takeStep(work, job, { event, by, at, key, reason, change })
    return follow(work, name, taken, by, asked)
  })
}

/** What the step writes besides the state. @throws JiemuError request-invalid, not-found */
async function changeOf(
  work: Work,
  name: JobCommandName,
  job: Job,
  asked: JobCommand,
): Promise<NonNullable<Step['change']>> {
  const { at, actor, reason } = asked
  switch (name) {
    case 'accept': {
      const taker = await checkHolder(work, job, actor)
      return { acceptedAt: at, ...(taker && { workerId: taker }) }
    }
    case 'arrive':
      await checkHolder(work, job, actor)
      return { arrivedAt: at }
    case 'handled':
      await checkHolder(work, job, actor)
      return { handledAt: at, handledBy: actor.name }
    case 'close':
      return { closedAt: at }
    case 'return':
      return { returns: job.returns + 1, handledAt: null }
    case 'defer':
      if (asked.until === undefined || asked.until <= at) throw invalid('until: expected a time to come')
      return { ...NOBODY, deferredUntil: asked.until }
    case 'resume':
      return { deferredUntil: null }
    case 'decline':
      await checkHolder(work, job, actor)
      return NOBODY
    case 'reassign':
      await checkWish(work, job, asked, at)
      return NOBODY
    case 'hand-over':
      await checkHolder(work, job, actor)
      return handOver(work, job, asked.workerId, at)
    case 'acknowledge':
      return { acknowledged: job.escalation }
    case 'cancel':
      return { endReason: reason }
    case 'merge':
      return { mergedInto: (await mergeTarget(work, job, asked.into)).id, endReason: 'duplicate' }
    case 'supervise':
      if (asked.until === undefined || asked.until <= at) throw invalid('until: expected a time to come')
      if (!reason) throw new JiemuError('reason-missing', { event: JOB_COMMANDS[name], id: job.id })
      return { supervision: { by: actor.name, at, reason, dueAt: asked.until } }
    case 'unsupervise':
      return { supervision: null }
    case 'urge':
    case 'note':
      return {}
  }
}

async function mergeTarget(work: Work, job: Job, into: JobId | undefined): Promise<Job> {
  if (!into || into === job.id) throw invalid('into: expected another job')
  const target = await work.tx.job(into)
  if (!target) throw new JiemuError('not-found', { what: 'job', id: into })
  if (target.kind !== job.kind) throw invalid('into: expected a job of the same kind')
  nextState(target, 'joined')
  return target
}

/** What a step brings about at once. */
async function follow(
  work: Work,
  name: JobCommandName,
  job: Job,
  by: Doer,
  { at, workerId, teamId, force }: JobCommand,
): Promise<Job> {
  if (name === 'handled') return afterHandled(work, job, at)
  if (name === 'merge') await takeOver(work, job, by, at)
  if (name === 'supervise' && job.supervision) work.enqueue(supervisionRow(job.id, job.supervision.dueAt, at))
  if (job.state === 'queued') work.enqueue(assignRow(job, 0, at, at, { workerId, teamId, forced: force }))
  return job
}

/** The incidents of a duplicate go over to the other job, which closes only when all of them are cleared. */
async function takeOver(work: Work, duplicate: Job, by: Doer, at: EpochMs): Promise<void> {
  const target = duplicate.mergedInto && (await work.tx.job(duplicate.mergedInto))
  if (!target) return
  const incidentIds = [...new Set([...target.incidentIds, ...duplicate.incidentIds])]
  const reason = duplicate.id
  const change = { incidentIds, severity: severest(target.severity, duplicate.severity) }
  await takeStep(work, target, { event: 'joined', by, at, key: `merged.${reason}`, reason, change })
}

function invalid(problem: string): JiemuError {
  return new JiemuError('request-invalid', { problem })
}
