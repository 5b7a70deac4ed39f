// 结案率: of the jobs that fell due and were not put off, those that are closed, whenever that was.
import type { JobFacts } from './facts.ts'
import { type Formula, NOTHING, one, plus, within } from './ratio.ts'

export const closureRate: Formula<JobFacts> = ({ dues }, period) =>
  dues
    .filter(due => within(period, due.dueAt))
    .map(({ outcome }) => one(outcome === 'closed', outcome !== 'deferred'))
    .reduce(plus, NOTHING)
