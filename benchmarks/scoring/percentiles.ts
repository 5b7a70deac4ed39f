// Percentiles by nearest rank: each is a value that was measured, never one in between.

export interface Percentiles {
  readonly n: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** The least value that at least so many percent of all do not exceed. @returns null where there is none */
export function percentiles(values: readonly number[]): Percentiles | null {
  const sorted = [...values].sort((a, b) => a - b)
  const [least] = sorted
  if (least === undefined) return null
  const at = (percent: number) => sorted[Math.ceil((percent * sorted.length) / 100) - 1] ?? least
  return { n: sorted.length, p50: at(50), p95: at(95), p99: at(99) }
}
