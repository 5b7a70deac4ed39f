// Bursts: how many zones of a shard are looked at more often at once, so that one job's look costs other cameras nothing.
import type { EpochMs } from '../core/time.ts'

/** Of the shard's cameras, and one at least. */
const SHARE = 0.1
/** Eight extra looks; whoever could not tell by then waits for the zone's own schedule. */
const FOR_MS = 40_000

export interface Burst {
  readonly forMs: number
  /** Lets the next one begin; twice is once. */
  end(): void
}

export class LookBursts {
  /** When each that runs ends by itself. */
  readonly #running = new Map<symbol, EpochMs>()
  readonly #cameras: () => number
  readonly #counts = { begun: 0, waited: 0 }

  /** @param cameras how many the shard has */
  constructor(cameras: () => number) {
    this.#cameras = cameras
  }

  get counts(): { readonly begun: number; readonly waited: number } {
    return { ...this.#counts }
  }

  /** @returns undefined where as many as may be run already: to be tried again with the next picture */
  begin(now: EpochMs): Burst | undefined {
    for (const [key, untilAt] of this.#running) if (untilAt <= now) this.#running.delete(key)
    if (this.#running.size >= Math.max(1, Math.floor(SHARE * this.#cameras()))) {
      this.#counts.waited++
      return undefined
    }
    const key = Symbol('burst')
    this.#running.set(key, now + FOR_MS)
    this.#counts.begun++
    return { forMs: FOR_MS, end: () => this.#running.delete(key) }
  }
}
