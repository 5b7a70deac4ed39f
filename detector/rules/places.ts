// Places: where vehicles stand, what stands there, since when. No tracks are needed, which is why it works on key frames.
//
//   vehicle seen once ─► sprout ─ seen standing ─► stay ─ seen empty, replaced or unseen too long ─► departed
//                          │                        ▲ │                                               │
//                          └── the same appearance ─┘ └──────────── the same one is back ◄────────────┘
import { z } from 'zod'
import { type Box, boxArea, coverage, intersectionArea, iou } from '../../core/geometry.ts'
import type { SceneObject } from '../../core/scene.ts'
import type { EpochMs } from '../../core/time.ts'
import { CANNOT_TELL, sameAppearance } from '../appearance.ts'
import { meanBox } from './vehicles.ts'

const boxSchema = z.object({ x1: z.number(), y1: z.number(), x2: z.number(), y2: z.number() })

export const placeSchema = z.object({
  box: boxSchema,
  /** Of its first box: with `firstAt` it tells the place from every other, whatever was seen after. Older snapshots have none. */
  mark: z.string().optional(),
  firstAt: z.number(),
  lastAt: z.number(),
  sightings: z.number(),
  score: z.number(),
  /** Up to `LOOKS` appearances, newest last. */
  looks: z.array(z.string()),
  lookedAt: z.number(),
  trackId: z.number().nullable(),
  /** Whether the place was watched before the vehicle came: only then is `firstAt` its arrival. */
  arrived: z.boolean(),
})
export type Place = z.output<typeof placeSchema>

/** A gap is judged by the median over these, so that one sighting behind a passing bus does not decide. */
const LOOKS = 3
/** Looks closer together than this show the same moment. */
const LOOK_EVERY_MS = 2_000
/** Sightings after which a place's box is settled; later ones no longer move it, so that creeping is not standing. */
const SETTLED_AFTER = 5
/** The score is the mean over about so many sightings: what is sure once and unsure ever after is no vehicle. */
const SCORED_OVER = 50
/** Nobody leaves and is replaced on the same spot within it; comparing appearances (1 ms) is saved. */
const NO_SWAP_WITHIN_MS = 1_000
/**
 * Below this likeness, what stands here now is another vehicle, even though the place was watched all the time:
 * of different vehicles on one spot 95 % score less, single sightings of one vehicle never did.
 */
export const ANOTHER_BELOW = 0.4
/** Two boxes that share this much are one place; two parked neighbours seen at a flat angle share less. */
export const ONE_PLACE_IOU = 0.5
const ONE_PLACE_COVERAGE = 0.85
/** A place of which this much is behind other vehicles' boxes was not seen, and so not seen empty. */
const COVERED_SHARE = 0.15

export const markOf = ({ x1, y1, x2, y2 }: Box): string => [x1, y1, x2, y2].map(side => side.toFixed(4)).join(' ')

export function placeOf(vehicle: SceneObject, at: EpochMs, arrived: boolean): Place {
  return {
    box: vehicle.box,
    mark: markOf(vehicle.box),
    firstAt: at,
    lastAt: at,
    sightings: 1,
    score: vehicle.score,
    looks: vehicle.appearance === undefined ? [] : [vehicle.appearance],
    lookedAt: at,
    trackId: vehicle.trackId ?? null,
    arrived,
  }
}

/** The place after one more sighting of what stands there. */
export function sighted<P extends Place>(place: P, vehicle: SceneObject, at: EpochMs): P {
  const look = vehicle.appearance !== undefined && (place.looks.length === 0 || at - place.lookedAt >= LOOK_EVERY_MS)
  return {
    ...place,
    box: place.sightings < SETTLED_AFTER ? meanBox(place.box, place.sightings, vehicle.box) : place.box,
    lastAt: at,
    sightings: place.sightings + 1,
    score: place.score + (vehicle.score - place.score) / Math.min(place.sightings + 1, SCORED_OVER),
    looks: look ? [...place.looks, vehicle.appearance ?? ''].slice(-LOOKS) : place.looks,
    lookedAt: look ? at : place.lookedAt,
    trackId: vehicle.trackId ?? null,
  }
}

/** The median likeness over all looks of both; `CANNOT_TELL` where one has none. */
export function likeness(a: Place, b: Place): number {
  const scores = a.looks.flatMap(left => b.looks.map(right => sameAppearance(left, right))).sort((x, y) => x - y)
  return scores[Math.floor((scores.length - 1) / 2)] ?? CANNOT_TELL
}

/** Whether a vehicle on the spot may count as the one that stands there, given that the place was watched meanwhile. */
export function continues(place: Place, vehicle: SceneObject, at: EpochMs): boolean {
  if (at - place.lastAt <= NO_SWAP_WITHIN_MS) return true
  if (vehicle.trackId !== undefined && vehicle.trackId === place.trackId) return true
  const look = place.looks.at(-1)
  if (look === undefined || vehicle.appearance === undefined) return true
  return sameAppearance(look, vehicle.appearance) >= ANOTHER_BELOW
}

/** Whether two boxes cannot both be standing vehicles: one place, one vehicle. */
export function contest(a: Box, b: Box): boolean {
  return iou(a, b) > ONE_PLACE_IOU || Math.max(coverage(a, b), coverage(b, a)) > ONE_PLACE_COVERAGE
}

export function isCovered(box: Box, vehicles: readonly SceneObject[]): boolean {
  return vehicles.some(vehicle => intersectionArea(box, vehicle.box) > COVERED_SHARE * boxArea(box))
}

export interface Pairing {
  /** Index of the vehicle that each place got, by index of the place. */
  readonly vehicleOf: ReadonlyMap<number, number>
  readonly left: readonly SceneObject[]
}

/** Gives each place the vehicle that covers it best, best pairs first; ties go to the earlier place and vehicle. */
export function pairUp<P extends { readonly box: Box }>(
  places: readonly P[],
  vehicles: readonly SceneObject[],
  leastIou: number,
  accepts: (place: P, vehicle: SceneObject) => boolean,
): Pairing {
  const pairs = places
    .flatMap((place, p) => vehicles.map((vehicle, v) => ({ p, v, overlap: iou(place.box, vehicle.box) })))
    .filter(pair => pair.overlap >= leastIou)
    .sort((a, b) => b.overlap - a.overlap)
  const vehicleOf = new Map<number, number>()
  const taken = new Set<number>()
  for (const { p, v } of pairs) {
    const [place, vehicle] = [places[p], vehicles[v]]
    if (!place || !vehicle || vehicleOf.has(p) || taken.has(v) || !accepts(place, vehicle)) continue
    vehicleOf.set(p, v)
    taken.add(v)
  }
  return { vehicleOf, left: vehicles.filter((_, v) => !taken.has(v)) }
}
