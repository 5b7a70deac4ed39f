// What becomes of a job when its incidents clear or are rejected: the cameras close what they see to be done.
import { isWatched } from '../core/camera.ts'
import type { IncidentId, JobId } from '../core/ids.ts'
import type { Incident } from '../core/incident.ts'
import { isOver, type Job, type JobState } from '../core/job.ts'
import { SEVERITIES } from '../core/observation.ts'
import type { DispatchPolicy } from '../core/team.ts'
import type { EpochMs } from '../core/time.ts'
import type { Work } from './commit.ts'
import type { Doer } from './job-machine.ts'
import { BY_POLICY, takeStep } from './job-steps.ts'
import { reconsider } from './verify.ts'
import { verifyRow } from './work-rows.ts'

/** Nobody has been there yet. */
const ON_THE_WAY: readonly JobState[] = ['queued', 'assigned', 'accepted']
const SELF_CLEARED = 'self-cleared'

/**
 * After an incident cleared, and nothing in its job is left: closes it if the team is done; before anybody is there the
 * policy says what becomes of it, and whoever has it is told.
 */
export async function settleJobOf(
  work: Work,
  incident: Incident,
  { selfCleared }: Pick<DispatchPolicy, 'selfCleared'>,
  at: EpochMs,
): Promise<void> {
  const job = await work.tx.lockedJobOf(incident.id)
  if (!job) return
  if (!ON_THE_WAY.includes(job.state)) await settleDone(work, job, at)
  else if (selfCleared === 'keep' || !(await seenClear(work, job.id))) return
  else if (selfCleared === 'cancel') await cancel(work, job, BY_POLICY, SELF_CLEARED, at)
  else {
    const severity = SEVERITIES[Math.max(0, SEVERITIES.indexOf(job.severity) - 1)] ?? job.severity
    const key = `downgraded.${incident.id}.${incident.reopened}`
    await takeStep(work, job, {
      event: 'downgraded',
      by: BY_POLICY,
      at,
      key,
      reason: SELF_CLEARED,
      change: { severity },
    })
  }
}

/** Whether the incident's job was cancelled because nothing was left of it: should it come back, it is to be done after all. */
export async function wasSelfCleared({ tx }: Work, incidentId: IncidentId): Promise<boolean> {
  const job = await tx.jobOf(incidentId)
  return job?.state === 'cancelled' && job.endReason === SELF_CLEARED
}

/** After an incident was rejected: a job with nothing else in it is cancelled. */
export async function releaseJobOf(work: Work, incidentId: IncidentId, by: Doer, at: EpochMs): Promise<void> {
  const job = await work.tx.lockedJobOf(incidentId)
  if (!job || isOver(job.state)) return
  const incidents = await work.tx.incidentsOf(job.id)
  if (incidents.some(incident => incident.review !== 'rejected')) await settleDone(work, job, at)
  else await cancel(work, job, by, 'rejected', at)
}

export function cancel(work: Work, job: Job, by: Doer, reason: string, at: EpochMs): Promise<Job> {
  const key = `cancelled.${by.name}`
  return takeStep(work, job, { event: 'cancelled', by, at, key, reason, change: { endReason: reason } })
}

/** The cameras are asked; where nobody can ask them, what they have seen already closes the job at once. */
export async function afterHandled(work: Work, job: Job, at: EpochMs): Promise<Job> {
  if (!work.looks) return closeIfSeenClear(work, job, at)
  work.enqueue(verifyRow(job, at))
  return job
}

/** The work is done, or may be: what its incidents have come to counts, unless cameras are to look for themselves. */
async function settleDone(work: Work, job: Job, at: EpochMs): Promise<void> {
  if (!work.looks) await closeIfSeenClear(work, job, at)
  else if (job.state === 'verifying') await reconsider(work, job, at)
}

/** @returns the job, closed where the work was reported done and the cameras see nothing of it any more */
async function closeIfSeenClear(work: Work, job: Job, at: EpochMs): Promise<Job> {
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

/** @returns the camera that saw the last of a job's incidents clear; undefined while any is still there */
async function seenClear({ tx }: Work, jobId: JobId): Promise<string | undefined> {
  const real = (await tx.incidentsOf(jobId)).filter(
    // What only people reported no camera can see to be done: those of the job that cameras saw speak for it, or a person.
    incident => incident.review !== 'rejected' && isWatched(incident),
  )
  if (real.some(incident => incident.physical === 'active')) return undefined
  const [last] = real.toSorted((one, other) => (other.clearedAt ?? 0) - (one.clearedAt ?? 0))
  return last && `camera:${last.cameraId}`
}
