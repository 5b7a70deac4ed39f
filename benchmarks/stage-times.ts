// Reads the times of the stages out of what the program tells Prometheus.
import { rounded } from './provenance.ts'

export interface StageTimes {
  readonly count: number
  readonly meanMs: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** Cumulative, rising; the last bound is infinite. */
interface Bucket {
  readonly leMs: number
  readonly count: number
}

/** @param text of `/metrics` @returns by stage, in the order in which the program names them; stages without a time are absent */
export function stageTimes(text: string): Readonly<Record<string, StageTimes>> {
  const buckets = new Map<string, Bucket[]>()
  const sums = new Map<string, number>()
  const slowest = new Map<string, number>()
  for (const [, name = '', labels = '', value = ''] of text.matchAll(/^jiemu_stage_(\w+)\{(.+)\} (\S+)$/gm)) {
    const stage = /stage="([^"]+)"/.exec(labels)?.[1] ?? ''
    const bound = /le="([^"]+)"/.exec(labels)?.[1]
    if (name === 'seconds_sum') sums.set(stage, 1_000 * Number(value))
    else if (name === 'max_seconds') slowest.set(stage, 1_000 * Number(value))
    else if (name === 'seconds_bucket' && bound !== undefined) {
      const leMs = bound === '+Inf' ? Number.POSITIVE_INFINITY : 1_000 * Number(bound)
      buckets.set(stage, [...(buckets.get(stage) ?? []), { leMs, count: Number(value) }])
    }
  }
  return Object.fromEntries(
    [...buckets].flatMap(([stage, all]) => {
      const count = all.at(-1)?.count ?? 0
      const maxMs = slowest.get(stage) ?? Number.NaN
      const at = (share: number) => rounded(Math.min(maxMs, quantile(all, share)))
      const times = { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: rounded(maxMs) }
      return count > 0 ? [[stage, { count, meanMs: rounded((sums.get(stage) ?? 0) / count), ...times }]] : []
    }),
  )
}

/** As Prometheus' histogram_quantile: evenly spread within a bucket, and the lower bound of the last. */
function quantile(buckets: readonly Bucket[], share: number): number {
  const rank = share * (buckets.at(-1)?.count ?? 0)
  const index = buckets.findIndex(({ count }) => count >= rank)
  const { leMs, count } = buckets[index] ?? { leMs: Number.NaN, count: 0 }
  const before = buckets[index - 1] ?? { leMs: 0, count: 0 }
  if (leMs === Number.POSITIVE_INFINITY) return before.leMs
  return before.leMs + ((leMs - before.leMs) * (rank - before.count)) / (count - before.count)
}
