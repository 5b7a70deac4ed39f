// One step of a job: held against the machine, chained into its log, written and told, all in the caller's transaction.
import { chainHash } from '../core/hash-chain.ts'
import type { Job, JobEvent, JobEventName } from '../core/job.ts'
import type { EpochMs } from '../core/time.ts'
import type { Work } from './commit.ts'
import { turnDeadlines } from './job-deadlines.ts'
import { checkStep, type Doer } from './job-machine.ts'
import { clearReported } from './report-closing.ts'
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
  reassigned: 'job.reassigned',
  'timed-out': 'job.reassigned',
  'handed-over': 'job.handed-over',
  deferred: 'job.deferred',
  escalated: 'job.escalated',
  urged: 'job.urged',
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
  const { event, by, at, key, reason = null } = step
  if (await work.tx.hasJobEvent(job.id, key)) return job
  const to = checkStep(job, event, by, reason)
  const row = chained(job, { at, event, from: job.state, to, party: by.party, actor: by.name, reason, key })
  await work.tx.addJobEvent(row)
  const changed: Job = { ...job, ...step.change, state: to, logLength: row.sequence, logHead: row.hash }
  await work.tx.updateJob(changed)
  await turnDeadlines(work, changed, row)
  if (event === 'closed') await clearReported(work, job, by.name, at)
  await tell(work, changed, row, step.notice)
  return { ...changed, version: job.version + 1 }
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
  await work.tx.insertJob(begun)
  await work.tx.addJobEvent(row)
  await turnDeadlines(work, begun, row)
  work.changed({ type: 'job', id: job.id })
  return begun
}

type Line = Omit<JobEvent, 'jobId' | 'sequence' | 'previousHash' | 'hash'>

function chained(job: Pick<Job, 'id' | 'logLength' | 'logHead'>, line: Line): JobEvent {
  const row = { jobId: job.id, sequence: job.logLength + 1, ...line }
  return { ...row, previousHash: job.logHead, hash: chainHash(row, job.logHead) }
}

async function tell(work: Work, job: Job, { event, sequence, at }: JobEvent, options?: NoticeOptions): Promise<void> {
  work.changed({ type: 'job', id: job.id })
  const notice = TOLD[event]
  // Before anybody has the job, what joins or leaves it is news to nobody.
  if (!notice || ((event === 'joined' || event === 'parted') && !job.teamId)) return
  await work.enqueue(noticeRow(notice, job.id, sequence, at, options))
}
