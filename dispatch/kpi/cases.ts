// The cases behind a figure of jobs: one for each that its formula counts, so that as many are found as the figure says.
import type { FiguresSpan, JobCase, JobKpi, KpiLine } from '../../core/kpi.ts'
import { LOOK_BACK_MS, lineOf } from './count.ts'
import { type JobFacts, jobFacts, MARKS } from './facts.ts'
import type { FiguresStore } from './store-port.ts'
import { type JobGrouping, keyOf, OF_JOBS } from './tally.ts'

export interface CasesWish {
  readonly kpi: JobKpi
  /** Those above the line, or all that are counted below it. */
  readonly line: KpiLine
  /** Of one group; `key` null: of those that belong to none. */
  readonly group?: { readonly by: JobGrouping; readonly key: string | null }
  /** How many are given; all are counted. */
  readonly limit: number
}

/** A job counts once for each of its deadlines that lie in the span: each is a case of its own. */
const BY_DUE: readonly JobKpi[] = ['closure-rate', 'on-time-closure', 'deferral-rate']

/** Newest first. */
export async function jobCases(
  store: Pick<FiguresStore, 'trails'>,
  span: FiguresSpan,
  { kpi, line, group, limit }: CasesWish,
): Promise<{ readonly items: readonly JobCase[]; readonly total: number }> {
  const formula = OF_JOBS[kpi]
  let items: JobCase[] = []
  let total = 0
  for await (const batch of store.trails(span, MARKS, LOOK_BACK_MS)) {
    for (const trail of batch) {
      const facts = jobFacts(trail)
      if (!facts || (group && keyOf(group.by, facts) !== group.key)) continue
      for (const unit of unitsOf(kpi, facts)) {
        const { top, bottom } = formula(unit, span)
        if ((line === 'top' ? top : bottom) === 0) continue
        total += 1
        const dueAt = BY_DUE.includes(kpi) ? (unit.dues[0]?.dueAt ?? null) : null
        items.push({ ...lineOf(trail), countedDueAt: dueAt, among: top > 0 })
      }
    }
    // Bounded, however many there are.
    items = items
      .toSorted((one, other) => other.createdAt - one.createdAt || (one.id < other.id ? -1 : 1))
      .slice(0, limit)
  }
  return { items, total }
}

function unitsOf(kpi: JobKpi, facts: JobFacts): readonly JobFacts[] {
  return BY_DUE.includes(kpi) ? facts.dues.map(due => ({ ...facts, dues: [due] })) : [facts]
}
