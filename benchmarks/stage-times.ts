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

/** As the program tells them, in all since its start; times in ms. */
interface Histogram {
  readonly buckets: readonly Bucket[]
  readonly sumMs: number
  readonly slowestMs: number
}

/**
 * @param text of `/metrics`
 * @param before an earlier one of the same program: only what came between the two counts
 * @returns by stage, in the order in which the program names them; stages without a time are absent
 */
export function stageTimes(text: string, before = ''): Readonly<Record<string, StageTimes>> {
  const earlier = histograms(before, 'stage', 'stage')
  return Object.fromEntries(
    [...histograms(text, 'stage', 'stage')].flatMap(([stage, histogram]) => {
      const { buckets, sumMs, slowestMs } = between(earlier.get(stage), histogram)
      const count = buckets.at(-1)?.count ?? 0
      const at = (share: number) => rounded(Math.min(slowestMs, quantile(buckets, share)))
      const times = { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: rounded(slowestMs) }
      return count > 0 ? [[stage, { count, meanMs: rounded(sumMs / count), ...times }]] : []
    }),
  )
}

/** Of whole looks, for people and vehicles and for conditions apart; the program does not tell which took longest. */
export function lookTimes(text: string, before = ''): Readonly<Record<string, Omit<StageTimes, 'maxMs'>>> {
  const earlier = histograms(before, 'look', 'of')
  return Object.fromEntries(
    [...histograms(text, 'look', 'of')].flatMap(([of, histogram]) => {
      const { buckets, sumMs } = between(earlier.get(of), histogram)
      const count = buckets.at(-1)?.count ?? 0
      const at = (share: number) => rounded(quantile(buckets, share))
      return count > 0
        ? [[of, { count, meanMs: rounded(sumMs / count), p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) }]]
        : []
    }),
  )
}

function histograms(text: string, family: 'stage' | 'look', label: string): ReadonlyMap<string, Histogram> {
  const found = new Map<string, Histogram>()
  for (const [, name = '', labels = '', value = ''] of text.matchAll(
    new RegExp(`^jiemu_${family}_(\\w+)\\{(.+)\\} (\\S+)$`, 'gm'),
  )) {
    const stage = new RegExp(`${label}="([^"]+)"`).exec(labels)?.[1] ?? ''
    const bound = /le="([^"]+)"/.exec(labels)?.[1]
    const known = found.get(stage) ?? { buckets: [], sumMs: 0, slowestMs: Number.NaN }
    if (name === 'seconds_sum') found.set(stage, { ...known, sumMs: 1_000 * Number(value) })
    else if (name === 'max_seconds') found.set(stage, { ...known, slowestMs: 1_000 * Number(value) })
    else if (name === 'seconds_bucket' && bound !== undefined) {
      const leMs = bound === '+Inf' ? Number.POSITIVE_INFINITY : 1_000 * Number(bound)
      found.set(stage, { ...known, buckets: [...known.buckets, { leMs, count: Number(value) }] })
    }
  }
  return found
}

/** The slowest since the start is only then the slowest of these where it has risen; else, the bound of the last bucket with any. */
function between(before: Histogram | undefined, { buckets, sumMs, slowestMs }: Histogram): Histogram {
  if (!before) return { buckets, sumMs, slowestMs }
  const counts = buckets.map(({ leMs, count }, index) => ({ leMs, count: count - (before.buckets[index]?.count ?? 0) }))
  const all = counts.at(-1)?.count ?? 0
  const boundMs = counts.find(({ count }) => count === all)?.leMs ?? slowestMs
  const isNew = slowestMs > before.slowestMs || Number.isNaN(before.slowestMs)
  return {
    buckets: counts,
    sumMs: sumMs - before.sumMs,
    slowestMs: isNew ? slowestMs : Math.min(slowestMs, boundMs),
  }
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
