// What becomes of a job when its incidents clear or are rejected: the cameras close what they see to be done.
import type { IncidentId, JobId } from '../core/ids.ts'
import { isOver, type Job } from '../core/job.ts'
import type { EpochMs } from '../core/time.ts'
import type { Work } from './commit.ts'
import type { Doer } from './job-machine.ts'
import { takeStep } from './job-steps.ts'

/** After an incident cleared: closes its job if the team is done and nothing in it is left. */
export async function settleJobOf(work: Work, incidentId: IncidentId, at: EpochMs): Promise<void> {
  const job = await lockedJobOf(work, incidentId)
  if (job) await closeIfSeenClear(work, job, at)
}

/** After an incident was rejected: a job with nothing else in it is cancelled. */
export async function releaseJobOf(work: Work, incidentId: IncidentId, by: Doer, at: EpochMs): Promise<void> {
  const job = await lockedJobOf(work, incidentId)
  if (!job || isOver(job.state)) return
  const incidents = await work.tx.incidentsOf(job.id)
  if (incidents.some(incident => incident.review !== 'rejected')) await closeIfSeenClear(work, job, at)
  else await cancel(work, job, by, 'rejected', at)
}

export function cancel(work: Work, job: Job, by: Doer, reason: string, at: EpochMs): Promise<Job> {
  const key = `cancelled.${by.name}`
  return takeStep(work, job, { event: 'cancelled', by, at, key, reason, change: { endReason: reason } })
}

/** @returns the job, closed where the work was reported done and the cameras see nothing of it any more */
export async function closeIfSeenClear(work: Work, job: Job, at: EpochMs): Promise<Job> {
  if (job.state !== 'handled' && job.state !== 'verifying') return job
  const name = await seenClear(work, job.id)
  if (!name) return job
  const by: Doer = { party: 'camera', name }
  return takeStep(work, job, {
    event: 'closed',
    by,
    at,
    key: `closed.${name}.${job.returns}`,
    change: { closedAt: at },
  })
}

async function lockedJobOf({ tx }: Work, incidentId: IncidentId): Promise<Job | undefined> {
  const job = await tx.jobOf(incidentId)
  return job && tx.job(job.id)
}

/** @returns the camera that saw the last of a job's incidents clear; undefined while any is still there */
async function seenClear({ tx }: Work, jobId: JobId): Promise<string | undefined> {
  const real = (await tx.incidentsOf(jobId)).filter(incident => incident.review !== 'rejected')
  if (real.some(incident => incident.physical === 'active')) return undefined
  const [last] = real.toSorted((one, other) => (other.clearedAt ?? 0) - (one.clearedAt ?? 0))
  return last && `camera:${last.cameraId}`
}
