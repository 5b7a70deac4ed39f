// Bootstrap: how far a figure would move if other pictures of the same kind had been labelled.
import { seededRandom } from '../../fixtures/random.ts'

export interface Interval {
  readonly low: number
  readonly high: number
}

export interface BootstrapOptions {
  readonly seed: number
  readonly resamples?: number
  /** Share of the draws that lie within the interval; 0.95, if left out. */
  readonly coverage?: number
}

const RESAMPLES = 1_000

/**
 * Draws as many pictures as there are, with replacement, a thousand times, and computes the figures anew each time. Whole
 * pictures are drawn, since the boxes of one are not independent of each other.
 * @param figures given how often each picture was drawn; a figure that a draw leaves undefined is null
 * @returns the percentiles of each figure that leave half the rest on either side (Efron and Tibshirani 1993, §13.3): the
 * 2.5th and the 97.5th; null where it was never defined
 */
export function bootstrap<Name extends string>(
  pictures: number,
  figures: (weightOf: (picture: number) => number) => Readonly<Record<Name, number | null>>,
  { seed, resamples = RESAMPLES, coverage = 0.95 }: BootstrapOptions,
): Readonly<Record<Name, Interval | null>> {
  const random = seededRandom(seed)
  const drawn = new Map<Name, number[]>()
  for (let draw = 0; draw < resamples; draw++) {
    const weights = new Uint32Array(pictures)
    for (let picture = 0; picture < pictures; picture++) {
      const index = Math.floor(random() * pictures)
      weights[index] = (weights[index] ?? 0) + 1
    }
    const values = figures(picture => weights[picture] ?? 0)
    for (const [name, value] of Object.entries(values) as [Name, number | null][]) {
      const list = drawn.get(name) ?? []
      if (value !== null) list.push(value)
      drawn.set(name, list)
    }
  }
  return Object.fromEntries([...drawn].map(([name, values]) => [name, intervalOf(values, coverage)])) as Readonly<
    Record<Name, Interval | null>
  >
}

function intervalOf(values: readonly number[], coverage: number): Interval | null {
  const tail = (1 - coverage) / 2
  const sorted = values.toSorted((a, b) => a - b)
  const low = sorted[Math.floor(tail * (sorted.length - 1))]
  const high = sorted[Math.ceil((1 - tail) * (sorted.length - 1))]
  return low === undefined || high === undefined ? null : { low, high }
}
