// What a worker's page shows and says: the work of one person, how it reached them, and the photos that they take.
import type { JobDeadline } from './deadline.ts'
import type { DeliveryState } from './delivery.ts'
import type { LookVerdict } from './fresh-look.ts'
import type { EvidenceId, JobId, TeamId, WorkerId } from './ids.ts'
import type { Evidence } from './incident.ts'
import type { Job } from './job.ts'
import type { EpochMs } from './time.ts'

/**
 * By which way somebody came to see a job: a push message that they opened, the link in a group chat's message, the open
 * page that heard of it, the open page that asked, or the list when they next looked.
 */
export const SEEN_WAYS = ['push', 'link', 'live', 'poll', 'list'] as const
export type SeenWay = (typeof SEEN_WAYS)[number]

/** Somebody saw a job for the first time since it was assigned to whoever has it. */
export interface Sighting {
  readonly jobId: JobId
  /** The job's `assignments` at that time: a job that comes back has to be seen again. */
  readonly assignment: number
  readonly who: string
  readonly way: SeenWay
  readonly at: EpochMs
}

/** What was sent about a job, and who has seen it: newest deliveries first, sightings in their order. */
export interface Reached {
  readonly deliveries: readonly {
    readonly destination: string
    /** The login name of whom it went to; null where the destination is one, or they have signed off since. */
    readonly recipient: string | null
    readonly event: string
    readonly state: DeliveryState
    readonly attempts: number
    readonly at: EpochMs
  }[]
  readonly seen: readonly Omit<Sighting, 'jobId'>[]
}

/** Streets with tall houses put a phone 100 m off; beyond this a photo was taken somewhere else. */
export const PHOTO_FAR_M = 300

/** What a phone says of a photo: read before it was stripped from the file. */
export interface PhotoClaim {
  /** From where it was taken to the job's place, to ten metres; null where either is unknown. Never the place itself. */
  readonly distanceM: number | null
  /** By the phone's clock. */
  readonly shotAt: EpochMs | null
}

/** A photo that a person took for a job. */
export type JobPhoto = Evidence & PhotoClaim

/** A job as whoever works on it needs it, also where there is no network. */
export interface FieldJob {
  readonly job: Job
  /** What people call the place, and where it is, as far as anybody has said. */
  readonly place: string | null
  readonly camera: string | null
  readonly address: string | null
  /** In the words of whoever reported it: a resident, or one of our people. */
  readonly description: string | null
  readonly deadlines: readonly JobDeadline[]
  /** Of the breach as a camera, or whoever reported it, saw it. */
  readonly before: EvidenceId | null
  /** The same view as the last look saw it. */
  readonly after: EvidenceId | null
  /** What the cameras saw when they looked again; null while nobody has asked or answered. */
  readonly verdict: LookVerdict | null
  readonly returnedWhy: string | null
  readonly urgedAt: EpochMs | null
  readonly photos: readonly JobPhoto[]
}

/** Whose work: one worker's, or, without one, a team's as a whole. */
export interface Doing {
  readonly name: string
  readonly workerId: WorkerId | null
  readonly teamId: TeamId | null
}

export interface WorkSheet {
  readonly worker: { readonly id: WorkerId; readonly name: string; readonly teamId: TeamId } | null
  /** Now, by the rota with its exceptions; of the team where it is no worker's; null where there is no such team. */
  readonly onShift: boolean | null
  /** Open ones, and those that they reported handled today. */
  readonly jobs: readonly FieldJob[]
  /** What they reported handled today, and how much of that in time. */
  readonly today: { readonly handled: number; readonly onTime: number }
}
