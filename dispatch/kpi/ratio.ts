// A figure before it is divided: sums can be added up over batches and groups, quotients cannot.
import type { Period } from '../../core/periods.ts'
import type { EpochMs } from '../../core/time.ts'

export interface Ratio {
  readonly top: number
  readonly bottom: number
}

/** One formula: what a record adds to the sums above and below its line in a period. */
export type Formula<Facts> = (facts: Facts, period: Period) => Ratio

export const NOTHING: Ratio = { top: 0, bottom: 0 }

/** One of those that are counted, and whether it is one of those above the line. */
export const one = (counts: boolean, among: boolean): Ratio => (among ? { top: counts ? 1 : 0, bottom: 1 } : NOTHING)

export function plus(one: Ratio, other: Ratio): Ratio {
  return { top: one.top + other.top, bottom: one.bottom + other.bottom }
}

/** Nothing below the line gives null: neither 0 nor 100 % would be true. */
export function quotient({ top, bottom }: Ratio): number | null {
  return bottom === 0 ? null : top / bottom
}

export function within({ from, to }: Period, at: EpochMs | null): boolean {
  return at !== null && at >= from && at < to
}
