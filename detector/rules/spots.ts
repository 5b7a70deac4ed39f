// Spots of litter: what lies at one place from sample to sample, also when a sample misses it or something hides it.
//
//   found once ─► spot ─ seen over `persist` in most looks ─► lasting ─ missed 3 times ─► gone ─ found ─► lasting
//                  │                                             │                          │
//                  └─ missed 5 times in a row, or a gap ─► forgotten ◄─ missed for as long as `persist` ─┘
import { z } from 'zod'
import { type Box, boxArea, intersectionArea } from '../../core/geometry.ts'
import type { Detection } from '../../core/scene.ts'
import type { EpochMs } from '../../core/time.ts'
import { boxSchema, isHidden, isInside, pairByPlace, placeAfter } from './same-place.ts'

export const spotSchema = z.object({
  box: boxSchema,
  firstAt: z.number(),
  lastAt: z.number(),
  sightings: z.number(),
  /** Samples in which nothing hid the place. */
  looks: z.number(),
  /** Share of the looks that found it, over about the looks of `persist`. */
  presence: z.number(),
  /** Looks since the last sighting. */
  misses: z.number(),
  /** From the first to the last sighting, without blind time. */
  heldMs: z.number(),
  /** Blind time since the last sighting. */
  blindMs: z.number(),
  score: z.number(),
  /** It has been there for long enough, once and for all. */
  lasting: z.boolean(),
})
export type Spot = z.output<typeof spotSchema>

export interface SpotOptions {
  readonly every: number
  readonly persist: number
  readonly presence: number
  readonly minScore: number
  readonly coverShare: number
  readonly maxGap: number
  readonly except: readonly Box[]
  /** In squared fractions of the frame: a larger box is no piece of litter. */
  readonly mostArea: number
}

/** 48 KiB of snapshot; a road with more litter than this is dirty by any measure. */
const MOST_SPOTS = 200
/** Two sightings are no series. */
const LEAST_SIGHTINGS = 3
/** Its place is the mean of about so many sightings: a heap may grow, and glare that wanders is faster. */
const SETTLED_AFTER = 10
/** A piece that is found in 60 % of the looks is missed three times running in 6 % of the cases, five times in 1 %. */
const GONE_AFTER = 3
const FORGOTTEN_AFTER = 5

/** How many looks fit into `persist`: what presence is measured over. */
function looksOver({ persist, every }: SpotOptions): number {
  return Math.max(LEAST_SIGHTINGS, Math.round(persist / every))
}

/**
 * The spots after one more sample. Pure: the same spots and sample give the same answer.
 * @param movers boxes of people and vehicles in the same frame: what they carry or stand on is not judged
 * @param blindMs time since the last sample in which frames came and could not be judged
 */
export function lookAtSpots(
  spots: readonly Spot[],
  detections: readonly Detection[],
  movers: readonly Box[],
  at: EpochMs,
  blindMs: number,
  options: SpotOptions,
): readonly Spot[] {
  const litter = detections.filter(
    ({ label, score, box }) =>
      label === 'litter' &&
      score >= options.minScore &&
      boxArea(box) <= options.mostArea &&
      !options.except.some(place => isInside(box, place)) &&
      !isHidden(box, movers, options.coverShare),
  )
  // What was not seen for too long cannot be told from what lies there now.
  const before = spots.filter(spot => spot.lasting || at - spot.lastAt <= options.maxGap)
  const pairs = pairByPlace(
    before.map(({ box }) => box),
    litter.map(({ box }) => box),
  )
  const taken = new Set(pairs.values())
  const known = before.map((spot, index) => {
    const waited = { ...spot, blindMs: spot.blindMs + blindMs }
    const found = litter[pairs.get(index) ?? -1]
    if (found) return sighted(waited, found, at, options)
    if (isHidden(spot.box, movers, options.coverShare)) return waited
    // One heap, found as one piece and as two: its parts are there wherever the whole is.
    const whole = litter.find(({ box }) => isInside(spot.box, box))
    return whole ? sighted(waited, { ...whole, box: spot.box }, at, options) : missed(waited, options)
  })
  const fresh = litter
    .filter(({ box }, index) => !taken.has(index) && !before.some(spot => isInside(box, spot.box)))
    .map(({ box, score }) => spotOf(box, score, at))
  return bounded([...known.filter(spot => !isForgotten(spot, options)), ...fresh])
}

export function spotOf(box: Box, score: number, at: EpochMs): Spot {
  return {
    ...{ box, firstAt: at, lastAt: at, sightings: 1, looks: 1, presence: 1, misses: 0 },
    ...{ heldMs: 0, blindMs: 0, score, lasting: false },
  }
}

function sighted(spot: Spot, found: Detection, at: EpochMs, options: SpotOptions): Spot {
  const sightings = spot.sightings + 1
  const heldMs = spot.heldMs + Math.max(0, at - spot.lastAt - spot.blindMs)
  const presence = shareAfter(spot, 1, options)
  const over = looksOver(options)
  return {
    box: placeAfter(spot.box, spot.sightings, SETTLED_AFTER, found.box),
    firstAt: spot.firstAt,
    lastAt: at,
    sightings,
    looks: spot.looks + 1,
    presence,
    misses: 0,
    heldMs,
    blindMs: 0,
    score: round(spot.score + (found.score - spot.score) / Math.min(sightings, over), 1_000),
    lasting:
      spot.lasting || (sightings >= LEAST_SIGHTINGS && heldMs >= options.persist && presence >= options.presence),
  }
}

function missed(spot: Spot, options: SpotOptions): Spot {
  return { ...spot, looks: spot.looks + 1, misses: spot.misses + 1, presence: shareAfter(spot, 0, options) }
}

/** Mean over the first looks, and then over about as many as fit into `persist`: one number instead of a list. */
function shareAfter({ presence, looks }: Spot, found: 0 | 1, options: SpotOptions): number {
  return round(presence + (found - presence) / Math.min(looks + 1, looksOver(options)), 1_000)
}

function isForgotten({ lasting, misses }: Spot, options: SpotOptions): boolean {
  return lasting ? misses > looksOver(options) : misses >= FORGOTTEN_AFTER
}

/** Lasting ones first, then those seen most; the rest was noise. */
function bounded(spots: readonly Spot[]): readonly Spot[] {
  if (spots.length <= MOST_SPOTS) return spots
  const rank = (spot: Spot) => (spot.lasting ? 1e6 : 0) + spot.sightings
  const kept = new Set(spots.toSorted((a, b) => rank(b) - rank(a)).slice(0, MOST_SPOTS))
  return spots.filter(spot => kept.has(spot))
}

/** Believed to lie there: found lately, or hidden since. */
export function isThere(spot: Spot): boolean {
  return spot.misses < GONE_AFTER
}

export interface Dirt {
  readonly pieces: number
  /** Of the zone's area, 0…1. */
  readonly share: number
}

/** Parts of a larger spot are no pieces of their own. @param zoneArea of the polygon, in squared fractions of the frame */
export function dirtOf(spots: readonly Spot[], zoneArea: number): Dirt {
  const whole = spots.filter(
    ({ box }) => !spots.some(other => boxArea(other.box) > boxArea(box) && isInside(box, other.box)),
  )
  const area = unionArea(spots.map(({ box }) => box))
  return { pieces: whole.length, share: zoneArea > 0 ? round(Math.min(1, area / zoneArea), 100_000) : 0 }
}

/** Area under the boxes, each place counted once: a sweep over the strips between their vertical edges. */
export function unionArea(boxes: readonly Box[]): number {
  if (!boxes.some((a, i) => boxes.some((b, j) => j > i && intersectionArea(a, b) > 0))) {
    return boxes.reduce((sum, box) => sum + boxArea(box), 0)
  }
  const xs = [...new Set(boxes.flatMap(({ x1, x2 }) => [x1, x2]))].sort((a, b) => a - b)
  const byTop = boxes.toSorted((a, b) => a.y1 - b.y1)
  let area = 0
  for (const [index, left] of xs.entries()) {
    const right = xs[index + 1] ?? left
    let covered = 0
    let reached = 0
    for (const { y1, y2 } of byTop.filter(({ x1, x2 }) => x1 <= left && x2 >= right)) {
      covered += Math.max(0, y2 - Math.max(y1, reached))
      reached = Math.max(reached, y2)
    }
    area += covered * (right - left)
  }
  return area
}

const round = (value: number, steps: number): number => Math.round(value * steps) / steps
