// One step of a job: held against the machine, chained into its log, written and told, all in the caller's transaction.
import { chainHash } from '../core/hash-chain.ts'
import { isOver, type Job, type JobEvent, type JobEventName } from '../core/job.ts'
import type { EpochMs } from '../core/time.ts'
import type { Work } from './commit.ts'
import { turnDeadlines } from './job-deadlines.ts'
import { checkStep, type Doer } from './job-machine.ts'
import { clearReported } from './report-closing.ts'
import type { OutboxRow } from './store-port.ts'
import { type NoticeEvent, type NoticeOptions, noticeRow } from './work-rows.ts'

export const BY_POLICY: Doer = { party: 'policy', name: 'policy' }
export const BY_DISPATCH: Doer = { party: 'dispatch', name: 'dispatch' }

/** What a record says while nobody has the job. */
export const NOBODY = { teamId: null, workerId: null, assignedAt: null, acceptedAt: null, arrivedAt: null } as const

export interface Step {
  readonly event: JobEventName
  readonly by: Doer
  readonly at: EpochMs
  /** The same key twice does it once. */
  readonly key: string
  readonly reason?: string | null
  /** What else becomes of the record; its state is the machine's to say. */
  readonly change?: Partial<Omit<Job, 'id' | 'state' | 'version' | 'logLength' | 'logHead'>>
  /** When its people are told, and of what besides the record; at once, and of nothing, if left out. */
  readonly notice?: NoticeOptions
}

/** What a job's people, and other systems, are told of; the rest is in its log. */
const TOLD: Readonly<Partial<Record<JobEventName, NoticeEvent>>> = {
  assigned: 'job.assigned',
  joined: 'job.joined',
  parted: 'job.parted',
  unassignable: 'job.unassignable',
  returned: 'job.returned',
  unseen: 'job.verify-by-person',
  reassigned: 'job.reassigned',
  'timed-out': 'job.reassigned',
  'handed-over': 'job.handed-over',
  deferred: 'job.deferred',
  escalated: 'job.escalated',
  urged: 'job.urged',
  supervised: 'job.supervised',
  'supervision-overdue': 'job.supervision-overdue',
  downgraded: 'job.downgraded',
  closed: 'job.closed',
  cancelled: 'job.cancelled',
  undone: 'job.undone',
  merged: 'job.merged',
}

/**
 * Takes one step with a job whose row is locked. The key is asked first: a repeat of what was done is no error, although
 * the job has moved on since.
 * @returns the job as it is stored now; as it was where the key had been used
 * @throws JiemuError as `checkStep`; version-stale
 */
export async function takeStep(work: Work, job: Job, step: Step): Promise<Job> {
  if (await work.tx.hasJobEvent(job.id, step.key)) return job
  const { row, changed } = stepped(job, step)
  await work.tx.updateJob(changed, row)
  const why = REFUSALS.find(each => each === row.event)
  if (why && job.teamId) {
    const { id: jobId, teamId, workerId } = job
    await work.tx.addRefusal({ jobId, teamId, workerId, why, sequence: row.sequence })
  }
  await turnDeadlines(work, [{ changed, row }])
  if (row.event === 'closed') await clearReported(work, job, row.actor, row.at)
  work.enqueue(...told(work, job, changed, row, step.notice))
  return { ...changed, version: job.version + 1 }
}

/** One who refused a job, or kept it waiting, is not the next to be asked. */
const REFUSALS = ['declined', 'timed-out', 'reassigned'] as const

/**
 * Takes one step with each of many jobs, whose rows are locked and whose lists of incidents stay as they are; written
 * together. The keys must be new, which the caller knows by the jobs' states.
 * @throws JiemuError as `checkStep`; version-stale
 */
export async function takeSteps(
  work: Work,
  steps: readonly { readonly job: Job; readonly step: Step }[],
): Promise<void> {
  const taken = steps.map(({ job, step }) => ({ ...stepped(job, step), job, step }))
  await work.tx.addJobEvents(taken.map(({ row }) => row))
  await work.tx.updateJobs(taken.map(({ changed }) => changed))
  await turnDeadlines(work, taken)
  work.enqueue(...taken.flatMap(({ job, row, changed, step }) => told(work, job, changed, row, step.notice)))
}

function stepped(job: Job, { event, by, at, key, reason = null, change }: Step) {
  const to = checkStep(job, event, by, reason)
  const row = chained(job, { at, event, from: job.state, to, party: by.party, actor: by.name, reason, key })
  const over = isOver(to) && { supervision: null }
  const changed: Job = { ...job, ...change, ...over, state: to, logLength: row.sequence, logHead: row.hash }
  return { row, changed }
}

/** The first step, which makes the record. */
export async function beginJob(work: Work, job: Job, by: Doer, reason: string | null): Promise<Job> {
  const at = job.createdAt
  const to = checkStep({ ...job, state: null }, 'created', by, reason)
  const line = {
    at,
    event: 'created',
    from: null,
    to,
    party: by.party,
    actor: by.name,
    reason,
    key: 'created',
  } as const
  const row = chained(job, line)
  const begun: Job = { ...job, state: to, logLength: row.sequence, logHead: row.hash }
  await work.tx.insertJob(begun, row)
  await turnDeadlines(work, [{ changed: begun, row }])
  work.changed({ type: 'job', id: job.id })
  return begun
}

type Line = Omit<JobEvent, 'jobId' | 'sequence' | 'previousHash' | 'hash'>

function chained(job: Pick<Job, 'id' | 'logLength' | 'logHead'>, line: Line): JobEvent {
  const row = { jobId: job.id, sequence: job.logLength + 1, ...line }
  return { ...row, previousHash: job.logHead, hash: chainHash(row, job.logHead) }
}

/** @returns the notice of a step, where anybody is told of it */
function told(
  work: Work,
  before: Job,
  job: Job,
  { event, sequence, at }: JobEvent,
  { dueAt, more }: NoticeOptions = { dueAt: at, more: {} },
): readonly OutboxRow[] {
  work.changed({ type: 'job', id: job.id })
  const notice = TOLD[event]
  // Before anybody has the job, what joins or leaves it is news to nobody.
  if (!notice || ((event === 'joined' || event === 'parted') && !job.teamId)) return []
  return [noticeRow(notice, job.id, sequence, at, { dueAt, more: { ...more, ...formerHolder(before, job) } })]
}

/** Whoever has the job no longer is told of that too, although the record does not name them when it is told. */
function formerHolder({ teamId, workerId }: Job, after: Job): OutboxRow['payload'] {
  const lost = teamId !== after.teamId || (workerId !== null && workerId !== after.workerId)
  return teamId !== null && lost ? { formerTeamId: teamId, formerWorkerId: workerId } : {}
}
