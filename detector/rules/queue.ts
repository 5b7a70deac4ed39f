// A queue of traffic is not parking: most vehicles of the scene came to stand together, and will move together.
import type { EpochMs } from '../../core/time.ts'
import type { Place } from './places.ts'

/** Vehicles of one queue stop within this time of each other: the length of a red light's first half. */
const STOPPED_TOGETHER_MS = 30_000
const LEAST_VEHICLES = 3
/** A vehicle not seen for longer is no company any more. */
const PRESENT_WITHIN_MS = 10_000

/**
 * Whether `place` is one of a group that came to stand together and makes up most of the vehicles in view. Only
 * vehicles that were seen to arrive count: what stood there when the camera first looked may stand there since yesterday.
 * Once the others have moved off, whoever stays is alone, and is no queue.
 */
export function inQueue(place: Place, standing: readonly Place[], vehiclesInView: number, at: EpochMs): boolean {
  if (!place.arrived) return false
  const company = standing.filter(
    other =>
      other.arrived &&
      at - other.lastAt <= PRESENT_WITHIN_MS &&
      Math.abs(other.firstAt - place.firstAt) <= STOPPED_TOGETHER_MS,
  )
  return company.length >= LEAST_VEHICLES && company.length * 2 > vehiclesInView
}
