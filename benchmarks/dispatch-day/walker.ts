// One worker on the move: where they are at any moment, what they still have to do, and what their phone last said.
import { distanceM, type Position } from '../../core/geo.ts'
import type { EpochMs } from '../../core/time.ts'
import type { WorkerPosition } from '../../core/worker.ts'
import { bellCurve } from '../../fixtures/random.ts'
import { DETOUR, type Person, SPEEDS } from './district.ts'
import { keyedRandom } from './keyed-random.ts'

/** A way from here to there, at an even pace along the straight line. */
interface Leg {
  readonly from: Position
  readonly to: Position
  readonly startAt: EpochMs
  readonly endAt: EpochMs
}

export interface Walker {
  /** Sets out. @returns what it takes, along the streets */
  goTo(place: Position, at: EpochMs): { readonly metres: number; readonly ms: number }
  whereAt(at: EpochMs): Position
  /** What the phone last said by then, some metres off; null where it says nothing. */
  reported(at: EpochMs): WorkerPosition | null
}

const PHONE_EVERY_MS = 60_000
const PHONE_ERROR_M = 20
const METRES_A_DEGREE = 111_195

export function walkerOf(seed: number, { worker, mode, home, sharesPosition }: Person): Walker {
  const legs: Leg[] = []
  // Phones do not all speak at the same second.
  const offsetMs = Math.floor(keyedRandom(seed, 'phone', worker.id)() * PHONE_EVERY_MS)

  function whereAt(at: EpochMs): Position {
    const leg = legs.findLast(({ startAt }) => startAt <= at)
    if (!leg) return home
    const share = leg.endAt > leg.startAt ? Math.min(1, (at - leg.startAt) / (leg.endAt - leg.startAt)) : 1
    return {
      lat: leg.from.lat + share * (leg.to.lat - leg.from.lat),
      lon: leg.from.lon + share * (leg.to.lon - leg.from.lon),
    }
  }

  return {
    goTo(place, at) {
      const from = whereAt(at)
      const metres = distanceM(from, place) * DETOUR
      const ms = Math.round((metres / SPEEDS[mode]) * 1_000)
      legs.push({ from, to: place, startAt: at, endAt: at + ms })
      return { metres, ms }
    },
    whereAt,
    reported(at) {
      if (!sharesPosition) return null
      const said = Math.floor((at - offsetMs) / PHONE_EVERY_MS) * PHONE_EVERY_MS + offsetMs
      const { lat, lon } = whereAt(said)
      const random = keyedRandom(seed, 'phone', worker.id, said)
      const off = () => (bellCurve(random) * PHONE_ERROR_M) / METRES_A_DEGREE
      return { workerId: worker.id, at: said, lat: lat + off(), lon: lon + off(), accuracyM: PHONE_ERROR_M }
    },
  }
}
