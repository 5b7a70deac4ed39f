// Tunes the zones of one camera: reads its log once, runs every candidate of every zone, and proposes by the verdicts.
import type { Camera, Zone } from '../../core/camera.ts'
import type { Incident } from '../../core/incident.ts'
import type { Scene } from '../../core/scene.ts'
import type { DispatchPolicy } from '../../core/team.ts'
import type { EpochMs } from '../../core/time.ts'
import { rerun } from '../../watch/rule-rerun.ts'
import { type AutoScore, autoScoreFor, openedAlerts } from './auto-score.ts'
import { type Candidate, candidatesFor } from './candidates.ts'
import { effectOf } from './effect.ts'
import { propose, type TuneOptions, type ZoneTuning } from './propose.ts'

export interface TunedZone extends ZoneTuning {
  readonly zone: Zone
  readonly candidates: number
  /** With the zone's options as they are; null without the evidence. */
  readonly auto: AutoScore | null
  /** What of the log there was. */
  readonly from: EpochMs
  readonly to: EpochMs
}

export interface TuneDeps {
  readonly policyFor: (zone: Zone) => DispatchPolicy
  /** The camera's incidents whose breach began at `from` or later and that opened by `to`, in the order of opening. */
  readonly incidents: (from: EpochMs, to: EpochMs) => Promise<readonly Incident[]>
}

/** Zones whose rule is not tuned are left out. @throws JiemuError options-invalid */
export async function tuneCamera(
  camera: Camera,
  zones: readonly Zone[],
  scenes: AsyncIterable<Scene> | Iterable<Scene>,
  { policyFor, incidents }: TuneDeps,
  options: TuneOptions,
): Promise<readonly TunedZone[]> {
  const tuned = zones.map(zone => ({ zone, candidates: candidatesFor(zone) })).filter(has => has.candidates.length > 0)
  const variants = tuned.flatMap(({ zone, candidates }) =>
    candidates.map((candidate: Candidate) => ({ zone, options: candidate.options, policy: policyFor(zone) })),
  )
  const { incidents: raised, from, to } = await rerun(camera, variants, scenes)
  const live = from <= to ? await incidents(from, to) : []
  let first = 0
  return tuned.map(({ zone, candidates }) => {
    const mine = raised.slice(first, first + candidates.length)
    first += candidates.length
    // Of an earlier version of the zone the options are not those that are tried here.
    const judged = live.filter(({ zoneId, zoneVersion }) => zoneId === zone.id && zoneVersion === zone.version)
    const auto = autoScoreFor(openedAlerts(judged, effectOf(judged, mine[0] ?? [])), policyFor(zone))
    return { zone, candidates: candidates.length, from, to, auto, ...propose(candidates, mine, judged, options) }
  })
}
