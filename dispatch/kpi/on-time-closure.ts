// 按期结案率: of the jobs that fell due and were not put off, those closed by work that was reported in time.
import type { JobFacts } from './facts.ts'
import { type Formula, NOTHING, one, plus, within } from './ratio.ts'

export const onTimeClosure: Formula<JobFacts> = ({ dues }, period) =>
  dues
    .filter(due => within(period, due.dueAt))
    .map(({ outcome, inTime }) => one(inTime, outcome !== 'deferred'))
    .reduce(plus, NOTHING)
