// What other options would have made of the incidents that people judged: kept, lost, and new ones that nobody judged.
import { iou } from '../../core/geometry.ts'
import type { Incident, RejectReason } from '../../core/incident.ts'

/** These say nothing of a threshold: the alert was right, but there twice or badly shown. */
const NO_MATTER_OF_THRESHOLDS: readonly RejectReason[] = ['duplicate', 'bad-picture']
/** Two boxes of one standing thing; the rule's own tolerance is 0.3 too. */
const SAME_BOX_IOU = 0.3

export type Verdict = 'confirmed' | 'rejected'

/** Null where nobody decided, or where the verdict is not about thresholds. */
export function verdictOf({ review, rejectReason }: Pick<Incident, 'review' | 'rejectReason'>): Verdict | null {
  if (review === 'confirmed') return 'confirmed'
  const counts = review === 'rejected' && (rejectReason === null || !NO_MATTER_OF_THRESHOLDS.includes(rejectReason))
  return counts ? 'rejected' : null
}

export interface Effect {
  /** For each live incident, what is raised of it now. */
  readonly matched: readonly (Incident | undefined)[]
  /** And whether anything is. */
  readonly kept: readonly boolean[]
  /** Raised, and nothing like it was raised then. */
  readonly added: readonly Incident[]
}

/** @param live in the order in which they opened */
export function effectOf(live: readonly Incident[], raised: readonly Incident[]): Effect {
  const taken = new Set<Incident>()
  const matched = live.map(incident => {
    const found =
      raised.find(other => !taken.has(other) && isSameSubject(incident, other)) ??
      raised.find(other => !taken.has(other) && isSamePlaceAndTime(incident, other))
    if (found) taken.add(found)
    return found
  })
  // One crowd that another threshold sees as two is nothing new.
  const isKnown = (other: Incident) => live.some(one => isSameSubject(one, other) || isSamePlaceAndTime(one, other))
  const kept = matched.map(found => found !== undefined)
  return { matched, kept, added: raised.filter(incident => !taken.has(incident) && !isKnown(incident)) }
}

/** A stay's id is derived from what it began with: the same log gives it again, unless it now begins later. */
function isSameSubject(one: Incident, other: Incident): boolean {
  return one.subject === other.subject && overlaps(one, other)
}

function isSamePlaceAndTime(one: Incident, other: Incident): boolean {
  if (!overlaps(one, other)) return false
  const [a, b] = [one.boxes[0], other.boxes[0]]
  return a !== undefined && b !== undefined && one.subject !== '' && iou(a, b) >= SAME_BOX_IOU
}

const endOf = ({ clearedAt, lastSeenAt }: Incident): number => clearedAt ?? lastSeenAt
const overlaps = (one: Incident, other: Incident): boolean => one.since <= endOf(other) && other.since <= endOf(one)
