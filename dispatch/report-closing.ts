// When a job is closed, what people reported in it is over: no rule began with it, so none will ever say so.
import { NO_CAMERA } from '../core/camera.ts'
import { BY_HAND } from '../core/incident.ts'
import type { Job } from '../core/job.ts'
import type { EpochMs } from '../core/time.ts'
import type { Work } from './commit.ts'

/** Clears the reported incidents of a job that somebody, or the cameras of its other incidents, saw to be done. */
export async function clearReported(work: Work, job: Pick<Job, 'id'>, actor: string, at: EpochMs): Promise<void> {
  for (const incident of await work.tx.incidentsOf(job.id)) {
    const reported = incident.cameraId === NO_CAMERA || incident.reason.model.name === BY_HAND
    if (!reported || incident.physical === 'cleared') continue
    const cleared = { incidentId: incident.id, at, event: 'cleared', actor, note: job.id } as const
    await work.tx.updateIncident({ ...incident, physical: 'cleared', clearedAt: at }, [cleared])
    work.changed({ type: 'incident', id: incident.id })
  }
}
