// Stays: which vehicle has stood in a zone since when, through occlusion, identity switches, gaps and restarts.
import { z } from 'zod'
import type { Zone } from '../../core/camera.ts'
import { stands } from '../../core/camera.ts'
import { bottomCentre } from '../../core/geometry.ts'
import { contentId } from '../../core/ids.ts'
import type { SceneObject } from '../../core/scene.ts'
import type { EpochMs } from '../../core/time.ts'
import { CANNOT_TELL } from '../appearance.ts'
import {
  ANOTHER_BELOW,
  contest,
  continues,
  isCovered,
  likeness,
  markOf,
  type Place,
  pairUp,
  placeOf,
  placeSchema,
  sighted,
} from './places.ts'
import { type Glance, VIEW_GAP_MS } from './seeing.ts'

const staySchema = placeSchema.extend({
  /** Minted once, from the camera, the zone and the first sighting. */
  id: z.string(),
  /** When its clock started: the first sighting, or when the calendar began to apply. */
  since: z.number(),
  /** Time since `since` in which it was seen to be away: not dwell. */
  awayMs: z.number(),
  blindMs: z.number(),
  /** Time since the last sighting in which the place was seen empty, and whether it was in the last clear scene. */
  emptyMs: z.number(),
  empty: z.boolean(),
  /** The camera looked away since the last sighting: only the appearance can prove that it is still the same. */
  unproven: z.boolean(),
  phase: z.enum(['idle', 'candidate', 'fired']),
  halfTaken: z.boolean(),
  saidAt: z.number().nullable(),
  history: z.array(z.object({ at: z.number(), value: z.number() })),
})
export type Stay = z.output<typeof staySchema>

const departedSchema = staySchema.extend({
  endedAt: z.number(),
  /** Seen empty; another vehicle stands there; or not seen for longer than `maxGap`. */
  how: z.enum(['empty', 'replaced', 'unseen']),
  /** How often the end was said. */
  sayings: z.number(),
})
export type Departed = z.output<typeof departedSchema>

export const stayStateSchema = z.object({
  sprouts: z.array(placeSchema),
  stays: z.array(staySchema),
  departed: z.array(departedSchema),
})
export type StayState = z.output<typeof stayStateSchema>

export const NO_STAYS: StayState = { sprouts: [], stays: [], departed: [] }

export interface StayOptions {
  readonly minScore: number
  readonly moveTolerance: number
  readonly appearanceMatch: number
  readonly settle: number
  readonly clearAfter: number
  readonly maxGap: number
  readonly cooldown: number
}

/** Together at most about 55 KiB of snapshot for the fullest zone; a camera of several such zones gives lean ones. */
const MOST = { stays: 20, departed: 6, sproutsInside: 10, sproutsOutside: 24 }
/** A vehicle seen once and not again within this was driving. */
const SPROUT_LIFE_MS = 30_000
/** One pair of looks that see a place empty is at most this share of the proof: after a stall, one overlooked twice has not left. */
const MOST_PER_PAIR = 1 / 2
/** A place seen empty for so long may have got another vehicle since, so the appearance must speak for the same one. */
const DOUBT_AFTER_EMPTY_MS = 5_000

export interface Step {
  readonly state: StayState
  /** Ids of stays whose vehicle was seen in this scene. */
  readonly seen: ReadonlySet<string>
  readonly ended: readonly Departed[]
}

/** One clear scene further. Pure: the same state and scene give the same step. */
export function advance(
  state: StayState,
  { elapsedMs, watched }: Glance,
  vehicles: readonly SceneObject[],
  at: EpochMs,
  zone: Zone,
  options: StayOptions,
): Step {
  const ended: Departed[] = []
  const seen = new Set<string>()
  const leastIou = 1 - options.moveTolerance
  const emptyAtMostMs = Math.min(elapsedMs, options.clearAfter * MOST_PER_PAIR)
  const inside = (place: Pick<Place, 'box'>) => stands(zone, bottomCentre(place.box))
  const depart = (stay: Stay, how: Departed['how']) =>
    ended.push({ ...stay, looks: stay.looks.slice(-1), endedAt: at, how, sayings: 0 })

  // 1. What this scene says about the places that are known.
  const known = watched
    ? state.stays
    : state.stays.map(stay => ({ ...stay, unproven: true, empty: false, blindMs: stay.blindMs + elapsedMs }))
  const pairing = pairUp(known, vehicles, leastIou, (stay, vehicle) => accepts(stay, vehicle, at, options))
  let stays: Stay[] = []
  for (const [index, stay] of known.entries()) {
    const vehicle = vehicles[pairing.vehicleOf.get(index) ?? -1]
    const next = vehicle ? present(stay, vehicle, at) : absent(stay, vehicles, watched ? emptyAtMostMs : 0)
    if (vehicle) seen.add(stay.id)
    if (!inside(next)) depart(next, 'unseen')
    else if (next.emptyMs >= options.clearAfter) depart(next, 'empty')
    else if (at - next.lastAt > options.maxGap) depart(next, 'unseen')
    else stays.push(next)
  }

  // 2. Vehicles that belong to no stay: perhaps standing, perhaps just passing.
  const alive = watched ? state.sprouts.filter(sprout => at - sprout.lastAt <= SPROUT_LIFE_MS) : []
  const sprouting = pairUp(alive, pairing.left, leastIou, (sprout, vehicle) => continues(sprout, vehicle, at))
  const carried = alive.map((sprout, index) => {
    const vehicle = pairing.left[sprouting.vehicleOf.get(index) ?? -1]
    return vehicle ? sighted(sprout, vehicle, at) : sprout
  })
  const fresh = sprouting.left
    .filter(vehicle => vehicle.score >= options.minScore)
    .map(vehicle => placeOf(vehicle, at, watched))
  let sprouts = [...carried, ...fresh]

  // 3. Sprouts that stand: the vehicle of a stay that was out of sight, one that came back, or a new one.
  let departed = state.departed
  for (const sprout of sprouts) {
    if (sprout.lastAt !== at || sprout.sightings < 2 || at - sprout.firstAt < options.settle || !inside(sprout))
      continue
    const rivals = stays.filter(stay => contest(stay.box, sprout.box))
    const own = rivals.find(stay => !seen.has(stay.id) && isAgain(stay, sprout, at, options))
    const grown = own ? resumed(own, sprout) : undefined
    if (own && grown) {
      stays = stays.map(stay => (stay === own ? grown : stay))
    } else if (
      rivals.some(stay => seen.has(stay.id)) ||
      (rivals.length > 0 && at - sprout.firstAt < options.clearAfter)
    ) {
      continue
    } else if (stays.length - rivals.length < MOST.stays) {
      for (const rival of rivals) depart(rival, 'replaced')
      const earlier = [...departed, ...ended].find(
        gone =>
          // Those that departed earlier are also kept to say their end; what ended just now was not seen to be away.
          (ended.includes(gone) || sprout.firstAt - gone.lastAt <= options.cooldown) &&
          contest(gone.box, sprout.box) &&
          likeness(gone, sprout) >= options.appearanceMatch,
      )
      const stay = earlier ? returned(earlier, sprout, options) : minted(sprout, zone)
      stays = [...stays.filter(other => !rivals.includes(other)), stay]
      departed = departed.filter(gone => gone.id !== stay.id)
      seen.add(stay.id)
    } else continue
    if (grown) seen.add(grown.id)
    sprouts = sprouts.filter(other => other !== sprout)
  }
  departed = [...departed, ...ended.filter(gone => !stays.some(stay => stay.id === gone.id))]
    .filter(gone => at - gone.lastAt <= Math.max(options.cooldown, options.clearAfter + 60_000))
    .slice(-MOST.departed)
  // What was recognised in the very scene in which its time ran out has not ended: an end and its opposite of one instant
  // would carry the same sequence, and the ledger would believe the first.
  const gone = ended.filter(each => !stays.some(stay => stay.id === each.id))
  return { state: { sprouts: bounded(sprouts, inside), stays, departed }, seen, ended: gone }
}

/**
 * Whether what stands is the stay's vehicle again. Where looks cannot tell (small, dim), a blind moment counts as a pause
 * between two scenes does: nobody was seen to leave, and who follows upon whom within a minute is rarely another.
 */
function isAgain(stay: Stay, sprout: Place, at: EpochMs, options: StayOptions): boolean {
  const alike = likeness(stay, sprout)
  if (alike === CANNOT_TELL && at - stay.lastAt <= VIEW_GAP_MS && stay.emptyMs < DOUBT_AFTER_EMPTY_MS) return true
  return alike >= proof(stay, options)
}

/** How alike a vehicle must be to count as the stay's own again: after a gap proven, after mere occlusion not another. */
function proof(stay: Stay, options: StayOptions): number {
  return stay.unproven || stay.emptyMs >= DOUBT_AFTER_EMPTY_MS ? options.appearanceMatch : ANOTHER_BELOW
}

function accepts(stay: Stay, vehicle: SceneObject, at: EpochMs, options: StayOptions): boolean {
  if (stay.unproven) return false
  if (stay.emptyMs < DOUBT_AFTER_EMPTY_MS) return continues(stay, vehicle, at)
  const alike = likeness(stay, placeOf(vehicle, at, true))
  return alike >= options.appearanceMatch || alike === CANNOT_TELL
}

function present(stay: Stay, vehicle: SceneObject, at: EpochMs): Stay {
  return { ...sighted(stay, vehicle, at), emptyMs: 0, empty: false }
}

/** Only time between two scenes in both of which the place was seen empty is time seen empty. */
function absent(stay: Stay, vehicles: readonly SceneObject[], watchedMs: number): Stay {
  const empty = !isCovered(stay.box, vehicles)
  return { ...stay, empty, emptyMs: stay.emptyMs + (empty && stay.empty ? watchedMs : 0) }
}

/** The same vehicle on both sides of what hid it: all of it counts as dwell. */
function resumed(stay: Stay, sprout: Place): Stay {
  return {
    ...stay,
    ...seenAs(sprout, stay),
    emptyMs: 0,
    empty: false,
    unproven: false,
  }
}

function seenAs(sprout: Place, stay: Stay) {
  const { lastAt, score, lookedAt, trackId } = sprout
  return { lastAt, score, lookedAt, trackId, looks: [...stay.looks, ...sprout.looks].slice(-3) }
}

function minted(sprout: Place, zone: Zone): Stay {
  // Of what a snapshot holds of it: two watches that go on from the same one must give the same name, whatever each saw next.
  return {
    ...sprout,
    id: contentId(zone.cameraId, zone.id, sprout.firstAt, sprout.mark ?? markOf(sprout.box)),
    since: sprout.firstAt,
    awayMs: 0,
    blindMs: 0,
    emptyMs: 0,
    empty: false,
    unproven: false,
    phase: 'idle',
    halfTaken: false,
    saidAt: null,
    history: [],
  }
}

/**
 * It left and came back to its place: the same stay. What had fired goes on at once; for the rest a clock that was
 * stopped by an empty place starts anew, and one that merely lost sight of its vehicle goes on.
 */
function returned(gone: Departed, sprout: Place, options: StayOptions): Stay {
  const { endedAt: _, how, sayings: __, ...stay } = gone
  const awayMs = sprout.firstAt - gone.lastAt
  if (how === 'unseen' && gone.endedAt === sprout.lastAt && awayMs <= options.maxGap) return resumed(stay, sprout)
  const wentOn = how !== 'empty' && awayMs <= options.maxGap
  const back: Stay = {
    ...stay,
    ...seenAs(sprout, stay),
    box: sprout.box,
    emptyMs: 0,
    empty: false,
    unproven: false,
    saidAt: null,
  }
  if (gone.phase === 'fired') return { ...back, awayMs: gone.awayMs + (wentOn ? 0 : awayMs) }
  if (wentOn) return { ...back, phase: 'idle' }
  return { ...back, phase: 'idle', halfTaken: false, since: sprout.firstAt, awayMs: 0, blindMs: 0, history: [] }
}

/** A third of the size: the newest look of each stay, no score history, and nothing of what may yet drive on. */
export function leaner({ stays, departed }: StayState): StayState {
  const slim = <S extends Stay>(stay: S): S => ({ ...stay, looks: stay.looks.slice(-1), history: [] })
  return { sprouts: [], stays: stays.map(slim), departed: departed.map(slim) }
}

/** A new tracker counts from 1 again: its numbers say nothing about those of the one before. */
export function withoutTracks({ sprouts, stays, departed }: StayState): StayState {
  const forget = <P extends Place>(place: P): P => ({ ...place, trackId: null })
  return { sprouts: sprouts.map(forget), stays: stays.map(forget), departed: departed.map(forget) }
}

/** Keeps the snapshot small: of the sprouts the latest seen stay, and only those in the zone keep their looks. */
function bounded(sprouts: readonly Place[], inside: (place: Place) => boolean): Place[] {
  const latest = [...sprouts].sort((a, b) => b.lastAt - a.lastAt || a.firstAt - b.firstAt)
  return [
    ...latest.filter(inside).slice(0, MOST.sproutsInside),
    ...latest
      .filter(sprout => !inside(sprout))
      .slice(0, MOST.sproutsOutside)
      .map(sprout => ({ ...sprout, looks: [] })),
  ]
}
