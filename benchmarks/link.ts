// A poor link between camera and us, for replays: frames come late or never, the same ones for the same seed.
import { setTimeout as delay } from 'node:timers/promises'
import { type EpochMs, stopwatch } from '../core/time.ts'
import { seededRandom } from '../fixtures/random.ts'

export interface LinkOptions {
  /** Frames come as fast as they can be read, or at the distance in which they were taken. */
  readonly pace?: 'fast' | 'real'
  /** Each frame is delayed by up to this, evenly; none overtakes another. */
  readonly jitterMs?: number
  /** The share of frames that never come, 0…1. */
  readonly loss?: number
  readonly seed?: number
}

/**
 * Says when a frame arrives, once it has, or that it is lost. It is asked frame by frame, in their order.
 * @param wait how to let real time pass
 */
export function openLink(
  { pace = 'fast', jitterMs = 0, loss = 0, seed = 1 }: LinkOptions,
  wait: (durationMs: number) => Promise<unknown> = delay,
): (capturedAt: EpochMs) => Promise<EpochMs | 'lost'> {
  const random = seededRandom(seed)
  const elapsedMs = stopwatch()
  let firstAt: EpochMs | undefined
  let lastAt = Number.NEGATIVE_INFINITY
  return async capturedAt => {
    // Both are drawn for every frame: another share of losses leaves the delays as they are.
    const isLost = random() < loss
    const delayMs = Math.round(random() * jitterMs)
    if (isLost) return 'lost'
    lastAt = Math.max(lastAt, capturedAt + delayMs)
    firstAt ??= lastAt - elapsedMs()
    const aheadMs = lastAt - firstAt - elapsedMs()
    if (pace === 'real' && aheadMs > 0) await wait(aheadMs)
    return lastAt
  }
}
