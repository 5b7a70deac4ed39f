// 首次派准率: of the jobs first assigned in the period, those that the first assignee handled.
import type { JobFacts } from './facts.ts'
import { type Formula, one, within } from './ratio.ts'

export const firstDispatchAccuracy: Formula<JobFacts> = ({ assignedAt, firstAssignee }, period) =>
  one(firstAssignee === 'kept', firstAssignee !== null && within(period, assignedAt))
