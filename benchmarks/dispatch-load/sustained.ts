// The search for the rate that holds: up in steps until one fails, or down until one holds, then closer to where it failed.

import type { Plateau } from './plateau.ts'

/** A rate is sustained while of 100 incidents 99 are with their team, and the team told, within a second. */
export const P99_LIMIT_MS = 1_000

type Kept = Pick<Plateau, 'ratePerS' | 'verdict' | 'settled' | 'backlog'>

/**
 * Whether everything arrived once, in time, and the backlog did not grow: by Little's law a rate that keeps the limit has
 * no more under way than comes within it.
 */
export function isSustained({
  offeredToNotified: { p99Ms },
  ...run
}: Kept & Pick<Plateau, 'offeredToNotified'>): boolean {
  return isRight(run) && p99Ms !== null && p99Ms <= P99_LIMIT_MS && run.backlog <= underWay(run.ratePerS, P99_LIMIT_MS)
}

/** Whether 99 of 100 had their people so soon after the commit, and neither commits nor notices fell behind. */
export function isAssignedWithin(
  { committedToAssigned, ...run }: Kept & Pick<Plateau, 'committedToAssigned'>,
  limitMs: number,
): boolean {
  const { p99Ms } = committedToAssigned
  return isRight(run) && p99Ms !== null && p99Ms <= limitMs && run.backlog <= underWay(run.ratePerS, FALLEN_BEHIND_MS)
}

/** Notices may take longer than people, but not ever longer. */
const FALLEN_BEHIND_MS = 2_000

const isRight = ({ settled, verdict: { lost, doubled, invented } }: Kept): boolean =>
  settled && lost.length + doubled.length + invented.length === 0

const underWay = (ratePerS: number, withinMs: number): number => Math.max(1, (ratePerS * withinMs) / 1_000)

/** Tries a rate, for real; says whether it held. */
export type Trial = (ratePerS: number) => Promise<boolean>

export interface Search {
  readonly firstPerS: number
  /** Each step offers so much more than the one before. */
  readonly growth: number
  /** Steps that halve, in the logarithm, the distance between the best that held and the least that failed. */
  readonly refinements: number
  /** Nothing below and above these is tried. */
  readonly leastPerS: number
  readonly mostPerS: number
}

/** From five a second, by half as much again; three refinements leave 5 % between what held and what did not. */
export const SEARCH: Search = { firstPerS: 5, growth: 1.5, refinements: 3, leastPerS: 0.2, mostPerS: 5_000 }

/**
 * The highest rate that was tried and held; 0 where none did. A step that fails is tried once more: on a machine with
 * other things to do one hiccup is not the limit, two in a row are.
 */
export async function sustainedRate(trial: Trial, search: Search = SEARCH): Promise<number> {
  const { firstPerS, growth, refinements, leastPerS, mostPerS } = search
  const holds = async (ratePerS: number) => (await trial(ratePerS)) || trial(ratePerS)
  let [held, failed] = [0, Number.POSITIVE_INFINITY]
  const goesUp = await holds(firstPerS)
  if (goesUp) held = firstPerS
  else failed = firstPerS
  while (goesUp ? held * growth <= mostPerS : failed / growth >= leastPerS) {
    const ratePerS = goesUp ? held * growth : failed / growth
    const itHolds = await holds(ratePerS)
    if (itHolds) held = ratePerS
    else failed = ratePerS
    if (itHolds !== goesUp) break
  }
  if (held === 0 || failed === Number.POSITIVE_INFINITY) return held
  for (let step = 0; step < refinements; step++) {
    const middle = Math.sqrt(held * failed)
    if (await holds(middle)) held = middle
    else failed = middle
  }
  return held
}
