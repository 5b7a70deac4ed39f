// Precision and recall over the alarms' score: what a higher threshold would have left of those that were raised.
import type { EpochMs } from '../../core/time.ts'
import { type Alarm, score } from '../score.ts'
import type { TruthEvent } from '../truth.ts'

/** One camera's events and alarms of one rule, and when it was looked at. */
export interface CurveCase {
  readonly events: readonly TruthEvent[]
  readonly alarms: readonly (Alarm & { readonly score: number })[]
  readonly sampledAt: readonly EpochMs[]
}

export interface CurvePoint {
  /** Only alarms of at least this score are counted. */
  readonly leastScore: number
  readonly hits: number
  readonly alarms: number
}

/**
 * A point for each score that an alarm has, the highest first; the last has all alarms and is where the rule operates. Alarms
 * are matched anew at each: without the first alarm of an event its second may be in time. To the right of the last point
 * nothing is known, since what a lower threshold would raise was never raised. Cases are pooled.
 */
export function curveOf(cases: readonly CurveCase[]): readonly CurvePoint[] {
  const scores = new Set(cases.flatMap(({ alarms }) => alarms.map(alarm => alarm.score)))
  return [...scores]
    .sort((a, b) => b - a)
    .map(leastScore => {
      const counted = cases.map(({ events, alarms, sampledAt }) => {
        const left = alarms.filter(alarm => alarm.score >= leastScore)
        return { hits: score(events, left, { sampledAt }).hits.length, alarms: left.length }
      })
      return {
        leastScore,
        hits: counted.reduce((total, { hits }) => total + hits, 0),
        alarms: counted.reduce((total, { alarms }) => total + alarms, 0),
      }
    })
}
