// How long each stage took: since the process began, and in the last quarter of an hour, from histograms of its own.
import type { StageLatency, TimedStage } from '../core/latency-budget.ts'
import type { Clock, EpochMs } from '../core/time.ts'

/** From a rule's fraction of a millisecond to a night without a network, each bound half as much again as the one before. */
export const STAGE_BOUNDS_MS: readonly number[] = Array.from({ length: 32 }, (_, step) =>
  Number((0.25 * 1.5 ** step).toPrecision(3)),
)
const MINUTE_MS = 60_000
const RECENT_MINUTES = 15

interface Counted {
  /** By bound, and one beyond the last. */
  readonly counts: Float64Array
  maxMs: number
}

const nothing = (): Counted => ({ counts: new Float64Array(STAGE_BOUNDS_MS.length + 1), maxMs: 0 })

export class StageLatencies {
  readonly startedAt: EpochMs
  readonly recentMinutes = RECENT_MINUTES
  readonly #clock: Clock
  readonly #all = new Map<TimedStage, Counted>()
  /** By minute of the clock; those that are too old go when a new one begins. */
  readonly #minutes = new Map<number, Map<TimedStage, Counted>>()

  constructor(clock: Clock) {
    this.#clock = clock
    this.startedAt = clock.now()
  }

  passed(stage: TimedStage, durationMs: number): void {
    const minute = Math.floor(this.#clock.now() / MINUTE_MS)
    const found = STAGE_BOUNDS_MS.findIndex(boundMs => durationMs <= boundMs)
    const bucket = found < 0 ? STAGE_BOUNDS_MS.length : found
    for (const counted of [of(this.#all, stage), of(this.#minute(minute), stage)]) {
      counted.counts[bucket] = (counted.counts[bucket] ?? 0) + 1
      counted.maxMs = Math.max(counted.maxMs, durationMs)
    }
  }

  sinceStart(stage: TimedStage): StageLatency {
    return latencyOf([this.#all.get(stage)])
  }

  recent(stage: TimedStage): StageLatency {
    const now = Math.floor(this.#clock.now() / MINUTE_MS)
    const minutes = [...this.#minutes].filter(([minute]) => minute > now - RECENT_MINUTES)
    return latencyOf(minutes.map(([, stages]) => stages.get(stage)))
  }

  #minute(minute: number): Map<TimedStage, Counted> {
    const known = this.#minutes.get(minute)
    if (known) return known
    for (const old of this.#minutes.keys()) if (old <= minute - RECENT_MINUTES) this.#minutes.delete(old)
    const begun = new Map<TimedStage, Counted>()
    this.#minutes.set(minute, begun)
    return begun
  }
}

function of(stages: Map<TimedStage, Counted>, stage: TimedStage): Counted {
  const known = stages.get(stage) ?? nothing()
  stages.set(stage, known)
  return known
}

function latencyOf(parts: readonly (Counted | undefined)[]): StageLatency {
  const counts = Array.from({ length: STAGE_BOUNDS_MS.length + 1 }, (_, bucket) =>
    parts.reduce((sum, part) => sum + (part?.counts[bucket] ?? 0), 0),
  )
  const count = counts.reduce((sum, one) => sum + one, 0)
  if (count === 0) return { count, p50Ms: null, p95Ms: null, p99Ms: null, maxMs: null }
  const maxMs = Math.max(...parts.map(part => part?.maxMs ?? 0))
  const at = (share: number): number => Number(Math.min(maxMs, quantile(counts, share * count)).toPrecision(4))
  return { count, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: Number(maxMs.toPrecision(4)) }
}

/** Evenly spread within a bucket, as Prometheus' histogram_quantile does; beyond the last bound all that is known is the most. */
function quantile(counts: readonly number[], rank: number): number {
  let below = 0
  for (const [bucket, here] of counts.entries()) {
    const boundMs = STAGE_BOUNDS_MS[bucket]
    if (boundMs === undefined) break
    if (below + here >= rank && here > 0) {
      const fromMs = STAGE_BOUNDS_MS[bucket - 1] ?? 0
      return fromMs + ((boundMs - fromMs) * (rank - below)) / here
    }
    below += here
  }
  return Number.POSITIVE_INFINITY
}
