// Runs the real rules, and the ledger's own decision, on a camera's detection log: once through it, all candidates at once.

import type { Camera, Zone } from '../core/camera.ts'
import type { Fingerprint } from '../core/ids.ts'
import type { Incident } from '../core/incident.ts'
import type { Observation } from '../core/observation.ts'
import type { Scene } from '../core/scene.ts'
import type { DispatchPolicy } from '../core/team.ts'
import type { EpochMs } from '../core/time.ts'
import { hears, type Rule } from '../detector/rule.ts'
import { decide } from '../dispatch/ledger.ts'
import { readManifest } from '../models/manifest.ts'
import { createRules } from './camera-rules.ts'

/** A zone with one set of options, and the incidents that it would have given. */
export interface Variant {
  readonly zone: Zone
  readonly options: Readonly<Record<string, unknown>>
  readonly policy: DispatchPolicy
}

/** Nobody looks at pixels here; the labels are those of every network that may have written the log. */
async function logged() {
  const classes = [...new Set((await readManifest()).flatMap(card => card.classes))]
  const detector = { model: { name: 'detection-log', sha256: '0'.repeat(64) }, classes }
  return { objects: detector, conditions: detector }
}

/**
 * @param scenes in the order in which they were logged
 * @returns by variant, its incidents in the order in which they opened, each with the score that it opened with; and the
 *   span that the log covers
 * @throws JiemuError options-invalid
 */
export async function rerun(
  camera: Camera,
  variants: readonly Variant[],
  scenes: AsyncIterable<Scene> | Iterable<Scene>,
): Promise<{ readonly incidents: readonly (readonly Incident[])[]; readonly from: EpochMs; readonly to: EpochMs }> {
  const detectors = await logged()
  const runs = variants.map(variant => {
    const zones = [{ ...variant.zone, options: variant.options }]
    const rules = [...createRules({ ...camera, zones, health: false }, detectors).values()]
    return { rules, street: new RememberedZone(camera, variant.policy) }
  })
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for await (const scene of scenes) {
    from = Math.min(from, scene.at)
    to = Math.max(to, scene.at)
    for (const { rules, street } of runs) for (const rule of rules) street.observe(rule, scene)
  }
  return { incidents: runs.map(({ street }) => street.incidents()), from, to }
}

/** What the ledger would remember of one zone. Nobody works there: what comes back within the cooldown is the same incident. */
export class RememberedZone {
  readonly #camera: Camera
  readonly #policy: DispatchPolicy
  readonly #latest = new Map<Fingerprint, Incident>()
  readonly #known = new Map<string, Incident>()

  constructor(camera: Camera, policy: DispatchPolicy) {
    this.#camera = camera
    this.#policy = policy
  }

  observe(rule: Rule, scene: Scene): void {
    if (!hears(rule, scene)) return
    for (const finding of rule.observe(scene, scene.at)) {
      if (finding.type === 'observation') this.takeIn(finding.observation)
    }
  }

  takeIn(observation: Observation): void {
    const { streetId, gridId } = this.#camera
    const around = { streetId, gridId, workDone: false }
    const change = decide(observation, this.#latest.get(observation.fingerprint), this.#policy, around)
    if (change.type === 'ignored') return
    this.#latest.set(observation.fingerprint, change.incident)
    const { id, score } = change.incident
    const opened = this.#known.get(id)
    // The score of its opening is what a policy goes by; the ledger's own rows keep the latest.
    this.#known.set(id, { ...change.incident, score: opened?.score ?? score })
  }

  incidents(): readonly Incident[] {
    return [...this.#known.values()]
  }
}
