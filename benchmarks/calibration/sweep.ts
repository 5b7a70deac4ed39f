// Sweeps a class's score threshold and chooses one.
import type { ClassSeen } from './matching.ts'
import { type Level, type Rates, ratesAt } from './rates.ts'

export interface SweepPoint extends Rates {
  readonly threshold: number
}

/** The lowest score that the network is asked for; below it nothing would be chosen. */
export const LEAST_SCORE = 0.01
/** Hundredths: a finer choice would not hold on the next pictures. */
const THRESHOLDS: readonly number[] = Array.from({ length: 97 }, (_, index) => (index + 2) / 100)

export function sweep(seen: ClassSeen, level: Level): readonly SweepPoint[] {
  return THRESHOLDS.map(threshold => ({ threshold, ...ratesAt(seen, threshold, level) }))
}

/** The best F1; or the best recall among the thresholds at which so much of what is seen is there. */
export type Objective = { readonly kind: 'f1' } | { readonly kind: 'precision'; readonly least: number }

/**
 * Of thresholds that do equally well, the middle of their longest run: as far from what would be missed as from what
 * would be seen for nothing. A class that is told apart perfectly between 0.1 and 0.9 has its threshold at 0.5.
 * @returns null where no threshold finds anything, or none is so precise
 */
export function choose(points: readonly SweepPoint[], objective: Objective): SweepPoint | null {
  const best = Math.max(...points.map(point => worthOf(point, objective)))
  if (points.length === 0 || best <= 0) return null
  let longest: readonly SweepPoint[] = []
  let run: readonly SweepPoint[] = []
  for (const point of points) {
    run = worthOf(point, objective) === best ? [...run, point] : []
    // On a street nothing is there most of the time: of two runs of one length the one with fewer false alarms.
    if (run.length >= longest.length) longest = run
  }
  return longest[longest.length >> 1] ?? null
}

function worthOf({ precision, recall, f1 }: SweepPoint, objective: Objective): number {
  if (objective.kind === 'f1') return f1 ?? 0
  return precision !== null && precision >= objective.least ? (recall ?? 0) : 0
}
