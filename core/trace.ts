// The way of a frame: when each stage was done with it, from the camera to the person who is told.
import type { EpochMs } from './time.ts'

/** What happens in a shard to every frame, in its order. */
export const FRAME_STAGES = ['received', 'decoded', 'inferred', 'tracked', 'ruled'] as const
export type FrameStage = (typeof FRAME_STAGES)[number]
/** What happens in main to a frame whose observation began a job. */
export const JOB_STAGES = ['committed', 'queued', 'assigned', 'notified'] as const
export type JobStage = (typeof JOB_STAGES)[number]
export type Stage = FrameStage | JobStage

/**
 * Instants on our clock, in their order; parts of a millisecond are kept where both ends were measured in one process.
 * Waiting belongs to the stage that is waited for: `inferred` begins when the picture is there, not when its turn comes.
 */
export interface FrameTrace {
  /** By the camera’s own clock; absent where that is not to be trusted, and for footage. */
  readonly capturedAt?: EpochMs
  readonly receivedAt: EpochMs
  readonly decodedAt: EpochMs
  readonly inferredAt: EpochMs
  readonly trackedAt: EpochMs
  readonly ruledAt: EpochMs
}

/**
 * Milliseconds of each stage; a clock that was set back meanwhile counts as no time. How long the camera and the network
 * took (`received`) is known only of cameras with a trustworthy clock.
 */
export type Spans = Readonly<Record<Exclude<FrameStage, 'received'>, number> & { received?: number }>

export function spansOf(trace: FrameTrace): Spans {
  const { capturedAt, receivedAt, decodedAt, inferredAt, trackedAt, ruledAt } = trace
  return {
    ...(capturedAt !== undefined && { received: since(capturedAt, receivedAt) }),
    decoded: since(receivedAt, decodedAt),
    inferred: since(decodedAt, inferredAt),
    tracked: since(inferredAt, trackedAt),
    ruled: since(trackedAt, ruledAt),
  }
}

export const since = (from: EpochMs, to: EpochMs): number => Math.max(0, to - from)

/** What a look was for: people and vehicles, who are told in time; or bins and roads, which change in minutes and may wait. */
export const LOOKED_FOR = ['objects', 'conditions'] as const
export type LookedFor = (typeof LOOKED_FOR)[number]
