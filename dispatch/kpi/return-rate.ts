// 返工率: of the jobs closed in the period, those that came back at least once.
import type { JobFacts } from './facts.ts'
import { type Formula, one, within } from './ratio.ts'

export const returnRate: Formula<JobFacts> = ({ closedAt, returned }, period) => one(returned, within(period, closedAt))
