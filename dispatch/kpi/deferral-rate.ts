// 延期率: of the jobs that fell due, those that had been put off (缓办) by then.
import type { JobFacts } from './facts.ts'
import { type Formula, NOTHING, one, plus, within } from './ratio.ts'

export const deferralRate: Formula<JobFacts> = ({ dues }, period) =>
  dues
    .filter(due => within(period, due.dueAt))
    .map(({ outcome }) => one(outcome === 'deferred', true))
    .reduce(plus, NOTHING)
