// The colour of a grid: a score from its parts, and a colour from the score that does not flicker.
import { COLOURS, type Colour, type StandingPart, type StandingSettings } from '../../core/standing.ts'
import type { EpochMs } from '../../core/time.ts'
import type { GridLoad } from './store-port.ts'

type Scale = Pick<StandingSettings, 'thresholds' | 'release' | 'holdFor'>

/** @returns the parts that add something or are there, and their sum, to a tenth */
export function scoreOf(
  loads: readonly Pick<GridLoad, 'kind' | 'open' | 'overdue' | 'repeated'>[],
  { weights, overdue, repeated }: Pick<StandingSettings, 'weights' | 'overdue' | 'repeated'>,
): { readonly score: number; readonly parts: readonly StandingPart[] } {
  const parts = loads
    .filter(load => load.open + load.overdue + load.repeated > 0)
    .map(({ kind, ...load }) => {
      const times = load.open + overdue * load.overdue + repeated * load.repeated
      return {
        kind,
        open: load.open,
        overdue: load.overdue,
        repeated: load.repeated,
        points: tenth(weights[kind] * times),
      }
    })
    .sort((one, other) => other.points - one.points || (one.kind < other.kind ? -1 : 1))
  return { score: tenth(parts.reduce((sum, { points }) => sum + points, 0)), parts }
}

const tenth = (value: number): number => Math.round(value * 10) / 10

/**
 * It gets worse at once, at the threshold; it gets better only below `release` of the threshold that it is at, and not
 * before it has stood for `holdFor`. A score that hovers at a limit gives one change, and not twenty.
 */
export function nextColour(
  now: { readonly colour: Colour; readonly since: EpochMs } | undefined,
  score: number,
  scale: Scale,
  at: EpochMs,
): Colour {
  const reached = highest(score, scale, 1)
  if (!now || rank(reached) > rank(now.colour)) return reached
  // A clock that was set back must not hold a colour for ever.
  const held = Math.abs(at - now.since) < scale.holdFor
  const kept = highest(score, scale, scale.release)
  return held || rank(kept) >= rank(now.colour) ? now.colour : kept
}

export const rank = (colour: Colour): number => COLOURS.indexOf(colour)

function highest(score: number, { thresholds }: Scale, share: number): Colour {
  return COLOURS.findLast(colour => colour === 'green' || score >= thresholds[colour] * share) ?? 'green'
}
