// The colours of grids by day, for a report: of each day the worst.
import type { GridDays } from '../../core/kpi.ts'
import type { Period } from '../../core/periods.ts'
import type { Colour, StandingChange } from '../../core/standing.ts'
import type { EpochMs } from '../../core/time.ts'
import { rank } from './colour.ts'

/**
 * @param changes oldest first, and with each grid's last change before the first day
 * @param now days that have not begun have no colour yet
 * @returns by grid
 */
export function worstByDay(
  changes: readonly StandingChange[],
  days: readonly Period[],
  now: EpochMs,
): readonly GridDays[] {
  const grids = [...new Set(changes.map(({ gridId }) => gridId))].sort()
  return grids.map(gridId => {
    const ofGrid = changes.filter(change => change.gridId === gridId)
    return { gridId, days: days.map(day => (day.from > now ? null : worstIn(ofGrid, day))) }
  })
}

/** What it was when the day began counts for the day as well. */
function worstIn(changes: readonly StandingChange[], { from, to }: Period): Colour | null {
  const before = changes.findLast(({ at }) => at <= from)
  const colours = [...(before ? [before] : []), ...changes.filter(({ at }) => at > from && at < to)].map(
    change => change.to,
  )
  return colours.reduce<Colour | null>(
    (worst, colour) => (worst === null || rank(colour) > rank(worst) ? colour : worst),
    null,
  )
}
