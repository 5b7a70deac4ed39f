// How the numbers of a tensor are spread over 256 steps: from a histogram to a scale and a zero point.

/** value = scale × (step − zeroPoint), steps from 0 to 255. */
export interface Spread {
  readonly scale: number
  readonly zeroPoint: number
}

/** From the least to the most that is told apart. */
export type Range = readonly [number, number]

/** Fine enough that a step of the narrowest range tried is still several bins wide. */
const BINS = 4_096
/** Shares of the whole range that are tried for each of its ends. */
const SHARES = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3] as const

/** What a tensor held over all pictures: first its extremes, then how often what lay between them. */
export class Histogram {
  #least = Number.POSITIVE_INFINITY
  #most = Number.NEGATIVE_INFINITY
  #counts: Float64Array | undefined

  /** First round. */
  widen(values: Float32Array): void {
    let [least, most] = [this.#least, this.#most]
    for (let at = 0; at < values.length; at++) {
      const value = values[at] as number
      if (value < least) least = value
      if (value > most) most = value
    }
    this.#least = least
    this.#most = most
  }

  /** Second round, over the same values. */
  count(values: Float32Array): void {
    this.#counts ??= new Float64Array(BINS)
    const counts = this.#counts
    const least = this.#least
    const perUnit = (BINS - 1) / Math.max(this.#most - least, Number.MIN_VALUE)
    for (let at = 0; at < values.length; at++) {
      const bin = ((values[at] as number) - least) * perUnit
      counts[bin | 0] = (counts[bin | 0] as number) + 1
    }
  }

  /**
   * The range whose squared error, of rounding within and of clipping without, is least over all values.
   * @param floor what lies below counts as if it were there: nothing that follows can tell it apart
   */
  range(floor = Number.NEGATIVE_INFINITY): Range {
    const least = Math.max(this.#least, floor)
    const most = this.#most
    let best: { readonly range: Range; readonly error: number } | undefined
    for (const below of least < 0 ? SHARES : [1]) {
      for (const above of most > 0 ? SHARES : [1]) {
        const range = [least * below, most * above] as const
        const error = this.#error(range, floor)
        if (!best || error < best.error) best = { range, error }
      }
    }
    return best?.range ?? [0, 0]
  }

  #error([from, to]: Range, floor: number): number {
    const { scale, zeroPoint } = spreadOf([from, to])
    const [low, high] = [-zeroPoint * scale, (255 - zeroPoint) * scale]
    const rounding = scale ** 2 / 12
    const width = (this.#most - this.#least) / (BINS - 1)
    let error = 0
    const counts = this.#counts ?? new Float64Array(0)
    for (let bin = 0; bin < counts.length; bin++) {
      const count = counts[bin] as number
      if (count === 0) continue
      const value = Math.max(floor, this.#least + (bin + 0.5) * width)
      const beyond = value < low ? low - value : value > high ? value - high : 0
      error += count * (beyond === 0 ? rounding : beyond ** 2)
    }
    return error
  }
}

/** Zero is always a step of its own: padding is exact. */
export function spreadOf([from, to]: Range): Spread {
  const [low, high] = [Math.min(0, from), Math.max(0, to)]
  const scale = Math.fround((high - low) / 255) || 1
  return { scale, zeroPoint: Math.max(0, Math.min(255, Math.round(-low / scale))) }
}
