// What pairs of measurements say: a ratio with its interval, corrected for how many comparisons are made, and a verdict.
import { bootstrap, type Interval } from '../calibration/bootstrap.ts'
import { median } from '../provenance.ts'

/** The same work in the same minute: once by the baseline, once by the present commit. */
export interface Pair {
  readonly baseline: number
  readonly present: number
}

/** `inconclusive`: too few pairs, or slower by more than the limit in an interval that also holds "no slower". */
export type Verdict = 'pass' | 'slower' | 'faster' | 'inconclusive'

export interface Estimate extends Interval {
  readonly median: number
}

export interface Comparison {
  readonly pairs: number
  /** Present ÷ baseline, of the median pair; null without pairs. */
  readonly ratio: Estimate | null
  readonly verdict: Verdict
  readonly reason: string
  /** Whether more pairs could hardly change the verdict: the interval lies on one side of the limit. */
  readonly settled: boolean
}

/** More than a tenth slower fails. */
export const RATIO_LIMIT = 1.1
/** The chance of blaming one unchanged commit, over all its comparisons together. */
const ALPHA = 0.05
/** Enough for the outermost draws of an interval of 99.5 %. */
const RESAMPLES = 4_000
const SEED = 1

/** Bonferroni: each of `comparisons` intervals leaves out its part of what all may leave out together. */
export const coverageOf = (comparisons: number): number => 1 - ALPHA / comparisons

/**
 * The fewest pairs that can say anything at this coverage: with fewer, chance alone puts them all on one side more often
 * than it may (2 · ½ⁿ, the sign test), and no draw from them could tell.
 */
export function leastPairs(comparisons: number): number {
  return Math.ceil(1 + Math.log2(comparisons / ALPHA))
}

/**
 * The median and its bootstrap interval: one repetition that the machine spoiled moves neither far.
 * @returns null without values
 */
export function estimate(values: readonly number[], comparisons: number): Estimate | null {
  if (values.length === 0) return null
  const options = { seed: SEED, resamples: RESAMPLES, coverage: coverageOf(comparisons) }
  const drawn = bootstrap(
    values.length,
    weightOf => ({ median: median(values.flatMap((value, at) => Array<number>(weightOf(at)).fill(value))) }),
    options,
  )
  return drawn.median && { median: median(values), ...drawn.median }
}

/** @param comparisons how many are made in all, this one among them */
export function compare(pairs: readonly Pair[], comparisons: number): Comparison {
  // Logarithms, so that twice as slow and twice as fast lie equally far from one.
  const logs = estimate(
    pairs.map(({ baseline, present }) => Math.log(present / baseline)),
    comparisons,
  )
  if (!logs) return { pairs: 0, ratio: null, verdict: 'inconclusive', reason: 'no pairs', settled: false }
  const ratio = { median: Math.exp(logs.median), low: Math.exp(logs.low), high: Math.exp(logs.high) }
  const least = leastPairs(comparisons)
  if (pairs.length < least) {
    return { pairs: pairs.length, ratio, verdict: 'inconclusive', reason: `fewer than ${least} pairs`, settled: false }
  }
  return { pairs: pairs.length, ratio, ...judge(ratio) }
}

function judge({ median: ratio, low, high }: Estimate): Pick<Comparison, 'verdict' | 'reason' | 'settled'> {
  const settled = high <= RATIO_LIMIT || low > RATIO_LIMIT
  if (ratio > RATIO_LIMIT) {
    return low > 1
      ? { verdict: 'slower', reason: `above ${RATIO_LIMIT}, and the interval excludes 1`, settled }
      : { verdict: 'inconclusive', reason: `above ${RATIO_LIMIT}, but the interval holds 1`, settled }
  }
  if (high < 1 && ratio < 1 / RATIO_LIMIT) return { verdict: 'faster', reason: 'the interval excludes 1', settled }
  return { verdict: 'pass', reason: `not above ${RATIO_LIMIT}`, settled }
}
