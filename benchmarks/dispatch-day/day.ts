// What happens on the day: when and where incidents come, of which kind, and how long the work at each takes.
import type { Position } from '../../core/geo.ts'
import type { GridId, JobId } from '../../core/ids.ts'
import type { Severity, ZONE_RULES } from '../../core/observation.ts'
import type { EpochMs } from '../../core/time.ts'
import { bellCurve } from '../../fixtures/random.ts'
import { GRIDS, placeIn } from './district.ts'
import { keyedRandom, pickWeighted } from './keyed-random.ts'

export type Kind = (typeof ZONE_RULES)[number]

export interface PlannedIncident extends Position {
  readonly id: JobId
  readonly kind: Kind
  readonly severity: Severity
  readonly gridId: GridId
  readonly at: EpochMs
  /** At the place, whoever does it. */
  readonly workMs: number
}

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** How much happens in each hour of the day, as a share of an ordinary one: two rush hours, and midday. */
export const HOURLY: readonly number[] = [
  ...[0.2, 0.15, 0.1, 0.1, 0.2, 0.5],
  ...[1, 2.4, 2.2, 1.2, 1, 1.5],
  ...[1.7, 1.2, 1, 1, 1.3, 2.3],
  ...[2.4, 1.6, 1.1, 0.8, 0.5, 0.3],
]
/** Ten at once, within one grid: a market closes, a match ends. One in twenty incidents is of such a burst. */
export const BURST = 10
const BURST_SHARE = 0.05
const BURST_HOURS: readonly (readonly [number, number])[] = [
  [8, 2],
  [12, 1],
  [17, 2],
  [18, 2],
  [20, 1],
]

const KINDS: readonly (readonly [Kind, number])[] = [
  ['illegal-parking', 0.55],
  ['crowding', 0.1],
  ['overflowing-bin', 0.18],
  ['dirty-road', 0.17],
]
/** Medians; half as much and twice as much are about as rare as one in twelve. */
export const WORK_MS: Readonly<Record<Kind, number>> = {
  'illegal-parking': 5 * MINUTE_MS,
  crowding: 3 * MINUTE_MS,
  'overflowing-bin': 5 * MINUTE_MS,
  'dirty-road': 7 * MINUTE_MS,
}
const WORK_SPREAD = 0.5
const URGENT_SHARE: Readonly<Record<Kind, number>> = {
  'illegal-parking': 0.1,
  crowding: 0.3,
  'overflowing-bin': 0,
  'dirty-road': 0,
}
/** The middle of the district is thrice as busy as its corners. */
const GRID_WEIGHTS: readonly number[] = [1, 2, 2, 1, 2, 3, 3, 2, 1, 2, 2, 1]

/**
 * So many incidents in one day, the same ones for the same seed, in the order of their times.
 * @param day when it begins
 */
export function planDay(seed: number, incidents: number, day: EpochMs): readonly PlannedIncident[] {
  const random = keyedRandom(seed, 'day')
  const bursts = Math.floor((incidents * BURST_SHARE) / BURST)
  const spots = [
    ...Array.from({ length: bursts }, () => burstAt(random)).flat(),
    ...Array.from({ length: incidents - bursts * BURST }, () => ({ ...hourOf(random), gridId: gridOf(random) })),
  ]
  const inOrder = spots.toSorted((one, other) => one.afterMs - other.afterMs)
  return inOrder.map(({ afterMs, gridId }, index) => {
    const kind = pickWeighted(random, KINDS)
    return {
      id: `job-${String(index + 1).padStart(5, '0')}` as JobId,
      kind,
      severity: random() < URGENT_SHARE[kind] ? 'orange' : kind === 'crowding' ? 'yellow' : 'blue',
      gridId,
      at: day + afterMs,
      workMs: Math.round(WORK_MS[kind] * Math.exp(WORK_SPREAD * bellCurve(random))),
      ...placeIn(gridId, random),
    }
  })
}

function burstAt(random: () => number) {
  const afterMs = Math.round((pickWeighted(random, BURST_HOURS) + random()) * HOUR_MS)
  const gridId = gridOf(random)
  return Array.from({ length: BURST }, () => ({ afterMs, gridId }))
}

function hourOf(random: () => number) {
  const hour = pickWeighted(
    random,
    HOURLY.map((weight, index) => [index, weight] as const),
  )
  return { afterMs: Math.round((hour + random()) * HOUR_MS) }
}

const gridOf = (random: () => number): GridId =>
  pickWeighted(
    random,
    GRIDS.map((grid, index) => [grid, GRID_WEIGHTS[index] ?? 1] as const),
  )
