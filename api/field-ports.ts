// What the API needs of the worker's page: one person's work, and who has seen which job.
import type { Doing, JobPhoto, Reached, Sighting, WorkSheet } from '../core/field-work.ts'

export interface Field {
  sheet(of: Doing): Promise<WorkSheet>
  /** Only the first time since the job was assigned counts. */
  see(sighting: Omit<Sighting, 'at'>): Promise<unknown>
}

/** What a job's page shows besides the job itself. */
export interface JobReach {
  readonly photos: readonly JobPhoto[]
  readonly reached: Reached
}
