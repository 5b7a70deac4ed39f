// Events that no alarm could tell apart: of one rule, zone and subject, at one time, without boxes that lie apart.
import { iou } from '../../core/geometry.ts'
import { LEAST_IOU } from '../score.ts'
import type { TruthEvent } from '../truth.ts'

/** @returns the places of the first such pair in the list; undefined where there is none */
export function overlapOf(
  events: readonly TruthEvent[],
): { readonly earlier: number; readonly later: number } | undefined {
  for (const [later, event] of events.entries()) {
    const earlier = events.findIndex((other, index) => index < later && alike(event, other))
    if (earlier >= 0) return { earlier, later }
  }
  return undefined
}

function alike(a: TruthEvent, b: TruthEvent): boolean {
  if (a.rule !== b.rule || a.zone !== b.zone || a.subject !== b.subject) return false
  if (a.fromAt >= (b.toAt ?? Number.POSITIVE_INFINITY) || b.fromAt >= (a.toAt ?? Number.POSITIVE_INFINITY)) return false
  return !a.box || !b.box || iou(a.box, b.box) >= LEAST_IOU
}
