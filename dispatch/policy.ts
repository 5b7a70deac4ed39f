// The policy of a kind and zone: who decides on an alert, and what becomes of one that nobody decides.
import type { Incident, ReviewState } from '../core/incident.ts'
import type { DispatchPolicy } from '../core/team.ts'

/** The review state in which an incident opens: below `autoScore` an operator decides, whatever the mode. */
export function reviewAtOpening(policy: Pick<DispatchPolicy, 'mode' | 'autoScore'>, score: number): ReviewState {
  return policy.mode === 'auto' && score >= policy.autoScore ? 'auto-confirmed' : 'pending'
}

export type OverdueOutcome = 'decided' | 'expired' | 'auto-confirmed' | 'escalated'

/**
 * What becomes of an alert when its time to be confirmed is up. One that is over by itself expires: sending a team
 * to an empty street, or waking a supervisor for it, helps nobody.
 */
export function whenOverdue(
  incident: Pick<Incident, 'physical' | 'review'>,
  policy: Pick<DispatchPolicy, 'unanswered'>,
): OverdueOutcome {
  if (incident.review !== 'pending') return 'decided'
  if (incident.physical === 'cleared') return 'expired'
  return policy.unanswered === 'auto-confirm' ? 'auto-confirmed' : 'escalated'
}

/** Escalations follow at doubling distances, so that an alert left for a day writes ten lines and not a thousand. */
export function nextEscalationMs(policy: Pick<DispatchPolicy, 'confirmWithin'>, level: number): number {
  return Math.min(policy.confirmWithin * 2 ** (level + 1), 86_400_000)
}
