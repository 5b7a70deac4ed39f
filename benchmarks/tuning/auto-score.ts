// From which score on a zone's alerts could go straight to dispatch: only where operators confirmed nearly all of them.
import { precisionOf, type Rate } from '../../core/alert-precision.ts'
import type { Incident } from '../../core/incident.ts'
import type { DispatchPolicy } from '../../core/team.ts'
import type { Effect } from './effect.ts'

/**
 * The lower end of the 95 % interval: people are sent, and nobody has looked. It takes 35 verdicts without a rejection, 53
 * with one.
 */
export const LEAST_AUTO_PRECISION = 0.9

/** An alert as it opened: what the policy would have gone by. */
export interface OpenedAlert {
  readonly incident: Incident
  readonly openingScore: number
}

export interface AutoScore {
  /** `autoScore` of the policy. */
  readonly score: number
  /** Of those that it lets through and that somebody judged. */
  readonly precision: Rate
  /** What an operator was asked about, and would not have been, in the order in which they opened. */
  readonly straight: readonly OpenedAlert[]
  readonly of: number
}

/** @param matched for each of `live`, what its zone's own options gave on the log again */
export function openedAlerts(live: readonly Incident[], { matched }: Effect): readonly OpenedAlert[] {
  return live.flatMap((incident, index) => {
    const again = matched[index]
    return again ? [{ incident, openingScore: again.score }] : []
  })
}

/**
 * The lowest score above which enough was confirmed; lower than what the policy has, if alerts go straight there already.
 * Every rejection counts, whatever its reason: somebody would have been sent for it.
 * @returns null without the evidence
 */
export function autoScoreFor(
  alerts: readonly OpenedAlert[],
  { mode, autoScore }: Pick<DispatchPolicy, 'mode' | 'autoScore'>,
): AutoScore | null {
  const now = mode === 'auto' ? autoScore : Number.POSITIVE_INFINITY
  const asked = alerts.filter(({ openingScore }) => openingScore < now)
  const scores = [...new Set(asked.map(({ openingScore }) => Math.floor(openingScore * 100) / 100))]
  for (const score of scores.toSorted((a, b) => a - b)) {
    const straight = asked.filter(({ openingScore }) => openingScore >= score)
    const judged = (review: Incident['review']) => straight.filter(({ incident }) => incident.review === review).length
    const precision = precisionOf(judged('confirmed'), judged('rejected'))
    if (precision && precision.low >= LEAST_AUTO_PRECISION) return { score, precision, straight, of: asked.length }
  }
  return null
}
