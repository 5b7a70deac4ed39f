// What happens when time is up: a job that nobody accepted is taken back, a level or a supervisor told, a deferred job goes on.
import type { Deadline } from '../core/deadline.ts'
import type { JobId } from '../core/ids.ts'
import type { Job } from '../core/job.ts'
import type { EpochMs } from '../core/time.ts'
import type { Work } from './commit.ts'
import { raise } from './escalation.ts'
import { isLegal } from './job-machine.ts'
import { BY_POLICY, NOBODY, takeStep } from './job-steps.ts'
import { assignRow } from './work-rows.ts'

/** The work of an outbox row "deadline". @param run which of its runs; one that has ended is not missed any more */
export async function miss(work: Work, jobId: JobId, deadline: Deadline, run: number, at: EpochMs): Promise<void> {
  const job = await work.tx.job(jobId)
  if (!job || !(await work.tx.deadlines.miss(jobId, deadline, run, at))) return
  work.missed({ kind: job.kind, deadline })
  const left = deadline === 'acknowledge' ? await takeBack(work, job, run, at) : job
  await raise(work, left, deadline, at, `${deadline}.${run}`)
}

/** Whoever let the time pass counts as having declined, and the job is assigned anew. */
async function takeBack(work: Work, job: Job, run: number, at: EpochMs): Promise<Job> {
  if (!isLegal(job.state, 'timed-out')) return job
  const step = { event: 'timed-out', by: BY_POLICY, at, key: `timed-out.${run}`, change: NOBODY } as const
  const back = await takeStep(work, job, { ...step, reason: job.workerId ?? job.teamId })
  work.enqueue(assignRow(back, 0, at, at))
  return back
}

/** The work of an outbox row "resume". @param until what was waited for; the job may have been put off anew */
export async function resume(work: Work, jobId: JobId, until: EpochMs, at: EpochMs): Promise<void> {
  const job = await work.tx.job(jobId)
  if (job?.state !== 'deferred' || job.deferredUntil !== until) return
  const change = { deferredUntil: null }
  const key = `resumed.${job.logLength}`
  const resumed = await takeStep(work, job, { event: 'resumed', by: BY_POLICY, at, key, reason: 'until', change })
  work.enqueue(assignRow(resumed, 0, at, at))
}

/**
 * The work of an outbox row "supervision": marks the job and tells whoever ordered it, and the operators, once.
 * @param dueAt of the supervision that is meant; it may have been ended since, or said anew with another time
 */
export async function overrun(work: Work, jobId: JobId, dueAt: EpochMs, at: EpochMs): Promise<void> {
  const job = await work.tx.job(jobId)
  const supervision = job?.supervision
  if (!job || !supervision || supervision.dueAt !== dueAt || supervision.overdueAt !== undefined) return
  await takeStep(work, job, {
    event: 'supervision-overdue',
    by: BY_POLICY,
    at,
    key: `supervision-overdue.${job.logLength}`,
    reason: `${supervision.by}: ${supervision.reason}`,
    change: { supervision: { ...supervision, overdueAt: at } },
    notice: { dueAt: at, more: { supervisedBy: supervision.by, supervisionDueAt: dueAt, roles: 'operator' } },
  })
}
