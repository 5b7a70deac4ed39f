// The same place seen again: bins and litter have no looks to know them by, only where they are.
import { z } from 'zod'
import { type Box, boxArea, centre, coverage, intersectionArea, iou } from '../../core/geometry.ts'
import type { ZoneId } from '../../core/ids.ts'
import type { ConditionSample, Scene, SceneObject } from '../../core/scene.ts'
import { VEHICLES } from '../inference/classes.ts'
import { meanBox } from './vehicles.ts'

export const boxSchema = z.object({ x1: z.number(), y1: z.number(), x2: z.number(), y2: z.number() })

/** Nearness rather than overlap: 3 px of jitter leave two 12 px boxes an IoU of 0.4, and a nearness of 0.65. */
const LEAST_NEARNESS = 0.5
/** But a heap around the place where a single piece lay is another thing: sides up to about twice as long are one. */
const LEAST_SIZE_RATIO = 0.25
/** A box of which this much lies in another is a part of it: one heap found as one piece and as two. */
const PART = 0.6
/** An object whose box is so much that of a bin is the bin: containers are found as trucks, too, and full bins as people. */
const SAME_THING_IOU = 0.55
/** What hides something stands nearer, so its bottom is lower in the picture, but for this share of the hidden box. */
const BOTTOM_SLACK = 0.1

/** 1 where the centres agree, 0 where they are a box apart (neighbours in a row of bins) or of quite another size. */
function nearness(a: Box, b: Box): number {
  const [small, large] = [boxArea(a), boxArea(b)].sort((x, y) => x - y)
  if ((small ?? 0) < LEAST_SIZE_RATIO * (large ?? 0)) return 0
  const [p, q] = [centre(a), centre(b)]
  const across = (2 * (p.x - q.x)) / (a.x2 - a.x1 + b.x2 - b.x1)
  const down = (2 * (p.y - q.y)) / (a.y2 - a.y1 + b.y2 - b.y1)
  return Math.max(0, 1 - Math.hypot(across, down))
}

/** Gives each place the box that fits it best, best pairs first; index of the box by index of the place. */
export function pairByPlace(places: readonly Box[], boxes: readonly Box[]): ReadonlyMap<number, number> {
  const pairs: { readonly p: number; readonly b: number; readonly fit: number }[] = []
  for (const [p, place] of places.entries()) {
    for (const [b, box] of boxes.entries()) {
      // Boxes that do not meet are neither alike nor near, and of most pairs that is all there is to know.
      if (intersectionArea(place, box) === 0) continue
      const near = nearness(place, box)
      if (near >= LEAST_NEARNESS) pairs.push({ p, b, fit: near + iou(place, box) })
    }
  }
  pairs.sort((a, b) => b.fit - a.fit)
  const boxOf = new Map<number, number>()
  const taken = new Set<number>()
  for (const { p, b } of pairs) {
    if (boxOf.has(p) || taken.has(b)) continue
    boxOf.set(p, b)
    taken.add(b)
  }
  return boxOf
}

/** Mean of the last sightings of a place, about `over` of them; to 1/100,000 of the frame, so that snapshots stay small. */
export function placeAfter(place: Box, sightings: number, over: number, box: Box): Box {
  const { x1, y1, x2, y2 } = meanBox(place, Math.min(sightings, over), box)
  const round = (value: number) => Math.round(value * 100_000) / 100_000
  return { x1: round(x1), y1: round(y1), x2: round(x2), y2: round(y2) }
}

export function isInside(inner: Box, outer: Box): boolean {
  return coverage(inner, outer) >= PART
}

/** Whether one of the boxes is mostly a part of the other. */
export function isPart(a: Box, b: Box): boolean {
  return isInside(a, b) || isInside(b, a)
}

/** What the zone's own schedule has seen in this scene. */
export function sampleOf({ conditions }: Scene, zone: ZoneId): ConditionSample | undefined {
  return conditions?.find(({ zoneId, extra }) => zoneId === zone && !extra)
}

/** People and everything that drives: what may stand before a place for a while. */
export function moversOf(objects: readonly SceneObject[]): readonly Box[] {
  const moves = ({ label }: SceneObject) => label === 'person' || VEHICLES.includes(label) || /cycle$/.test(label)
  return objects.filter(moves).map(({ box }) => box)
}

/** Those of the movers that are not one of these bins by another name. */
export function exceptThese(movers: readonly Box[], bins: readonly Box[]): readonly Box[] {
  return movers.filter(mover => bins.every(bin => iou(mover, bin) < SAME_THING_IOU))
}

/**
 * Whether at least `share` of the place is behind one of the movers.
 *
 *     ┌─────┐ behind the bin:        ┌─────┐ before it:
 *     │ car ┌───┐ its bottom is      │ ┌ ─ ┐ its bottom is
 *     └─────┤bin│ higher             │ ╎bin╎ lower
 *           └───┘                    │ └ ─ ┘
 *                                    └─────┘
 */
export function isHidden(place: Box, movers: readonly Box[], share: number): boolean {
  const least = share * boxArea(place)
  const lowest = place.y2 - BOTTOM_SLACK * (place.y2 - place.y1)
  return movers.some(
    mover => mover.y2 >= lowest && intersectionArea(mover, place) >= least && iou(mover, place) < SAME_THING_IOU,
  )
}
