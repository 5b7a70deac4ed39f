// Whole days of two junctions with the carriageway as a dirty-road zone: nobody litters there, so every alarm is false.
//
// The footage is looked at once, with a threshold far below every one that is asked about; the rule is then run again on
// the scenes for each threshold, as it can be on the detection log.
import { join } from 'node:path'
import type { Camera } from '../../core/camera.ts'
import type { Scene } from '../../core/scene.ts'
import { dirtyRoad } from '../../detector/rules/kinds/dirty-road.ts'
import type { Detectors } from '../../watch/detectors.ts'
import { readTruth } from '../truth.ts'
import { carriageway, type RoadCamera } from './roads.ts'
import { type Alarm, alarmsOf, cameraOf, watch } from './watching.ts'

export interface RoadDay {
  readonly camera: Camera
  readonly scenes: readonly Scene[]
  readonly model: { readonly name: string; readonly sha256: string }
}

/** @param clips a folder of clips of this camera; its whole day, if left out */
export async function watchRoadDay(
  footage: string,
  name: RoadCamera,
  detectors: Detectors,
  clips?: string,
): Promise<RoadDay> {
  const truth = await readTruth(join(footage, 'truth', `${name}.json`))
  const source = clips === undefined ? truth.camera.source : { ...truth.camera.source, path: clips }
  const entry = { ...truth.camera, source, zones: [], health: false as const }
  const camera = { ...cameraOf(entry), zones: [carriageway(name)] }
  const { scenes } = await watch(camera, detectors)
  return { camera, scenes, model: detectors.conditions.model }
}

interface DayOutcome {
  readonly alarms: readonly Alarm[]
  /** What came nearest to an alarm without one: the spot of litter that was held longest. */
  readonly nearest: Spot | null
}

interface Spot {
  readonly heldMs: number
  readonly presence: number
  readonly sightings: number
  readonly score: number
  readonly lasting: boolean
}

/** The rule with its default options and this least score, on the scenes of the day. */
export function alarmsAt({ camera, scenes, model }: RoadDay, minScore: number): DayOutcome {
  const [zone] = camera.zones
  if (!zone) throw new Error('the road has no zone')
  const rule = dirtyRoad.create(dirtyRoad.options.parse({ minScore }), { camera, zone, model })
  let nearest: Spot | null = null
  const observations = scenes.flatMap(scene => {
    const findings = rule.observe(scene, scene.at)
    for (const spot of spotsOf(rule.snapshot())) {
      if (spot.sightings > 1 && isNearer(spot, nearest)) nearest = spot
    }
    return findings.flatMap(finding => (finding.type === 'observation' ? [finding.observation] : []))
  })
  return { alarms: alarmsOf(observations), nearest }
}

const isNearer = (spot: Spot, best: Spot | null): boolean =>
  best === null || spot.heldMs * spot.presence > best.heldMs * best.presence

function spotsOf(snapshot: unknown): readonly Spot[] {
  return (snapshot as { readonly state: { readonly spots: readonly Spot[] } }).state.spots
}
