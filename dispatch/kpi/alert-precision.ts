// Alert precision: of the alerts opened in the period and judged by an operator, those confirmed.
import type { IncidentFacts } from './facts.ts'
import { type Formula, one, within } from './ratio.ts'

export const alertPrecision: Formula<IncidentFacts> = ({ openedAt, review }, period) =>
  one(review === 'confirmed', (review === 'confirmed' || review === 'rejected') && within(period, openedAt))
