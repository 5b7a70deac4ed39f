// Time at each stage of the jobs closed in the period: p50, p90 and p99 by nearest rank, so that each is a time that was measured.
import { STAGES, type Stage, type StageTime } from '../../core/kpi.ts'
import type { Period } from '../../core/periods.ts'
import type { JobFacts } from './facts.ts'
import { within } from './ratio.ts'

/** Grows by batches; a span is eight bytes, and the job it came from is let go. */
export class StageTimes {
  readonly #spans: Readonly<Record<Stage, number[]>> = {
    confirm: [],
    assign: [],
    accept: [],
    arrive: [],
    handle: [],
    verify: [],
    whole: [],
  }

  add({ stages, closedAt }: Pick<JobFacts, 'stages' | 'closedAt'>, period: Period): void {
    if (!within(period, closedAt)) return
    for (const stage of STAGES) {
      const spanMs = stages[stage]
      if (spanMs !== null) this.#spans[stage].push(spanMs)
    }
  }

  times(): Readonly<Record<Stage, StageTime>> {
    const each = STAGES.map(stage => [stage, percentiles(this.#spans[stage])] as const)
    return Object.fromEntries(each) as Readonly<Record<Stage, StageTime>>
  }
}

export function percentiles(spans: readonly number[]): StageTime {
  const sorted = Float64Array.from(spans).sort()
  const rank = (share: number): number | null => sorted[Math.ceil(share * sorted.length) - 1] ?? null
  return { n: sorted.length, p50Ms: rank(0.5), p90Ms: rank(0.9), p99Ms: rank(0.99) }
}
