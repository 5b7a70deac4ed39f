// Chooses, among other options of a zone, those that would have spared the most rejected alerts and lost no confirmed one.
import { FEW_VERDICTS, precisionOf, type Rate } from '../../core/alert-precision.ts'
import type { Incident } from '../../core/incident.ts'
import type { Candidate } from './candidates.ts'
import { type Effect, effectOf, type Verdict, verdictOf } from './effect.ts'

/** Below this, one operator's one mistake would move the thresholds. */
export const LEAST_VERDICTS = 5

export interface TuneOptions {
  /** This share of the confirmed alerts must still be raised; 1 loses none. */
  readonly keep: number
}

export interface Changed {
  readonly incident: Incident
  readonly verdict: Verdict | null
}

export interface ZoneTuning {
  /** Incidents whose whole beginning lies in the log, raised with the zone as it is. */
  readonly found: readonly Incident[]
  /** Those that the log did not give again, and which so say nothing here: the shard was not there, or began anew. */
  readonly notFound: number
  readonly confirmed: number
  readonly rejected: number
  readonly precision: Rate | null
  readonly few: boolean
  readonly outcome: 'proposed' | 'too-few-verdicts' | 'nothing-rejected' | 'nothing-better'
  readonly proposal: Proposal | null
}

export interface Proposal {
  readonly candidate: Candidate
  /** On the verdicts that it was chosen by, and so too good. */
  readonly precision: Rate | null
  /** Each verdict judged by the options that all others choose: what to expect. */
  readonly expected: Rate | null
  readonly keptCount: number
  readonly lost: readonly Changed[]
  /** Of alerts that nobody judged there may be new ones only where something is raised otherwise than before. */
  readonly added: readonly Incident[]
}

interface Judged {
  readonly verdict: Verdict
  /** By candidate. */
  readonly kept: readonly boolean[]
}

/**
 * Deterministic. @param raised by candidate, the first being the zone's own options
 * @param live the zone's incidents as they were raised and judged
 */
export function propose(
  candidates: readonly Candidate[],
  raised: readonly (readonly Incident[])[],
  live: readonly Incident[],
  { keep }: TuneOptions,
): ZoneTuning {
  const now = effectOf(live, raised[0] ?? [])
  const found = live.filter((_, index) => now.kept[index])
  const effects = raised.map(incidents => effectOf(found, incidents))
  const usable = candidates.map((_, index) => isTighter(effects[index], effects[0]))
  const judged = found.flatMap((incident, index): Judged[] => {
    const verdict = verdictOf(incident)
    return verdict ? [{ verdict, kept: effects.map(({ kept }) => kept[index] === true) }] : []
  })
  const [confirmed, rejected] = [count(judged, 'confirmed', 0), count(judged, 'rejected', 0)]
  const chosen = choose(judged, usable, candidates, keep)
  const outcome =
    judged.length < LEAST_VERDICTS
      ? 'too-few-verdicts'
      : rejected === 0
        ? 'nothing-rejected'
        : chosen === 0
          ? 'nothing-better'
          : 'proposed'
  const candidate = candidates[chosen]
  const effect = effects[chosen]
  return {
    found,
    notFound: live.length - found.length,
    confirmed,
    rejected,
    precision: precisionOf(confirmed, rejected),
    few: judged.length < FEW_VERDICTS,
    outcome,
    proposal:
      outcome === 'proposed' && candidate && effect
        ? {
            candidate,
            precision: precisionOf(count(judged, 'confirmed', chosen), count(judged, 'rejected', chosen)),
            expected: expectedPrecision(judged, usable, candidates, keep),
            keptCount: effect.kept.filter(Boolean).length,
            lost: found.flatMap((incident, index) =>
              effect.kept[index] ? [] : [{ incident, verdict: verdictOf(incident) }],
            ),
            added: effect.added,
          }
        : null,
  }
}

/** Options that raise what was not raised before cannot be judged by verdicts on what was. */
function isTighter(effect: Effect | undefined, now: Effect | undefined): boolean {
  return effect !== undefined && now !== undefined && effect.added.length <= now.added.length
}

const count = (judged: readonly Judged[], verdict: Verdict, candidate: number): number =>
  judged.filter(one => one.verdict === verdict && one.kept[candidate]).length

/** @returns the index of the best; 0, the options as they are, where nothing is better */
function choose(
  judged: readonly Judged[],
  usable: readonly boolean[],
  candidates: readonly Candidate[],
  keep: number,
): number {
  const wanted = Math.ceil(count(judged, 'confirmed', 0) * keep)
  let best = { index: 0, rejected: count(judged, 'rejected', 0), confirmed: count(judged, 'confirmed', 0) }
  // From the nearest to the farthest: a farther one must spare more, or lose less.
  for (const index of candidates.keys()) {
    const confirmed = count(judged, 'confirmed', index)
    const rejected = count(judged, 'rejected', index)
    if (!usable[index] || confirmed < wanted) continue
    const isBetter = rejected < best.rejected || (rejected === best.rejected && confirmed > best.confirmed)
    if (isBetter) best = { index, rejected, confirmed }
  }
  return best.index
}

/** Leaves one verdict out at a time, chooses on the others, and looks what the choice does to the one left out. */
function expectedPrecision(
  judged: readonly Judged[],
  usable: readonly boolean[],
  candidates: readonly Candidate[],
  keep: number,
): Rate | null {
  const kept = judged.filter((one, index) => {
    const others = judged.filter((_, other) => other !== index)
    return one.kept[choose(others, usable, candidates, keep)]
  })
  const confirmed = kept.filter(({ verdict }) => verdict === 'confirmed').length
  return precisionOf(confirmed, kept.length - confirmed)
}
