// Lets the cameras of a process connect one after the other: behind a switch that comes back they would all come at once.
import { stopwatch } from '../core/time.ts'
import type { Wait } from './source.ts'

/** Each opens a connection, a thread of its own and a decoder to find out what comes: fifty are begun within two seconds. */
const ATTEMPTS_PER_SECOND = 25

/** Shared by the streams of a process. */
export class ConnectionPace {
  readonly #intervalMs: number
  readonly #elapsedMs: () => number
  #freeAtMs = 0

  /** @param elapsedMs counts from any moment on, and never back */
  constructor(perSecond = ATTEMPTS_PER_SECOND, elapsedMs: () => number = stopwatch()) {
    this.#intervalMs = 1_000 / perSecond
    this.#elapsedMs = elapsedMs
  }

  /** Resolves when it is this one's turn, in the order of asking; at once when aborted. */
  async turn(wait: Wait, signal: AbortSignal): Promise<void> {
    const now = this.#elapsedMs()
    const at = Math.max(now, this.#freeAtMs)
    this.#freeAtMs = at + this.#intervalMs
    if (at > now) await wait(at - now, signal)
  }
}
