// Which pictures of an incident there are, and which of them answers a wish for a moment, a view and marks.
import { EVIDENCE_MOMENTS } from '../../../core/incident.ts'
import type { Evidence } from '../../client/records.ts'

export interface Wish {
  readonly moment: Evidence['moment']
  readonly view: Evidence['view']
  readonly annotated: boolean
}

/** One moment of the strip. */
export interface Frame {
  readonly moment: Evidence['moment']
  readonly takenAt: number
  /** The picture of it that is nearest to the wish. */
  readonly evidence: Evidence
}

export const FIRST_WISH: Wish = { moment: 'fired', view: 'wide', annotated: true }

export const isPicture = ({ mediaType }: Evidence): boolean => mediaType === 'image/jpeg'

/** The moment counts most, then the view, then the marks; of those alike the latest. */
function nearest(evidence: readonly Evidence[], wish: Wish): Evidence | undefined {
  const nearness = (item: Evidence): number =>
    (item.moment === wish.moment ? 4 : 0) +
    (item.view === wish.view ? 2 : 0) +
    (item.annotated === wish.annotated ? 1 : 0)
  return evidence.reduce<Evidence | undefined>(
    (best, item) =>
      best && (nearness(best) > nearness(item) || (nearness(best) === nearness(item) && best.takenAt > item.takenAt))
        ? best
        : item,
    undefined,
  )
}

/** The moments in their order, each by the picture that fits the wish. */
export function framesOf(evidence: readonly Evidence[], wish: Wish): readonly Frame[] {
  const pictures = evidence.filter(isPicture)
  return EVIDENCE_MOMENTS.flatMap(moment => {
    const found = nearest(
      pictures.filter(item => item.moment === moment),
      { ...wish, moment },
    )
    return found ? [{ moment, takenAt: found.takenAt, evidence: found }] : []
  })
}

export const shownOf = (evidence: readonly Evidence[], wish: Wish): Evidence | undefined =>
  nearest(evidence.filter(isPicture), wish)

const AFTER_WORK: readonly Evidence['moment'][] = ['verified', 'still-there', 'after']

/** What is seen after the work is shown beside the same view of what was reported. */
export function besideOf(evidence: readonly Evidence[], shown: Evidence): Evidence | undefined {
  if (!AFTER_WORK.includes(shown.moment)) return undefined
  const before = evidence.filter(
    item => isPicture(item) && !AFTER_WORK.includes(item.moment) && item.moment !== 'cleared',
  )
  return nearest(before, { moment: 'fired', view: shown.view, annotated: shown.annotated })
}

/** "0 s" for the moment at which the rule fired, "−3分30秒" before it. */
export function offsetOf(takenAt: number, firedAt: number, write: (ms: number) => string): string {
  const ms = takenAt - firedAt
  if (Math.abs(ms) < 1_000) return '0 s'
  return `${ms < 0 ? '−' : '+'}${write(Math.abs(ms))}`
}
