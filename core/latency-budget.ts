// The budget of the way from a frame to the people who are told, by the stages that the running process times.
import type { Stage } from './trace.ts'

/** What each stage may take of the whole; stages with one `share` have it together. `received` is the camera's and the network's. */
export const LATENCY_BUDGET = {
  received: null,
  decoded: { share: 'decode', ms: 30 },
  inferred: { share: 'infer', ms: 180 },
  tracked: { share: 'track-rules', ms: 15 },
  ruled: { share: 'track-rules', ms: 15 },
  committed: { share: 'commit', ms: 60 },
  queued: { share: 'queue', ms: 60 },
  assigned: { share: 'assign', ms: 60 },
  notified: { share: 'notify', ms: 60 },
  whole: { share: 'whole', ms: 500 },
} as const satisfies Record<Stage | 'whole', { readonly share: string; readonly ms: number } | null>

export type TimedStage = keyof typeof LATENCY_BUDGET
export const TIMED_STAGES = Object.keys(LATENCY_BUDGET) as TimedStage[]

/** How long a stage took; percentiles to within a bucket of the histogram, null where nothing passed. */
export interface StageLatency {
  readonly count: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly maxMs: number | null
}
