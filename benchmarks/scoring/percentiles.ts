// Percentiles by nearest rank: each is a value that was measured, never one in between.

export interface Percentiles {
  readonly n: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** @param sorted rising @returns the least value that at least so many percent of all do not exceed, where there is one */
export function nearestRank(sorted: readonly number[], percent: number): number | undefined {
  return sorted[Math.max(0, Math.ceil((percent * sorted.length) / 100) - 1)]
}

/** @returns null where there is no value */
export function percentiles(values: readonly number[]): Percentiles | null {
  const sorted = [...values].sort((a, b) => a - b)
  const [least] = sorted
  if (least === undefined) return null
  const at = (percent: number) => nearestRank(sorted, percent) ?? least
  return { n: sorted.length, p50: at(50), p95: at(95), p99: at(99) }
}
