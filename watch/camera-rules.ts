// The rules of a camera: those of its zones, and the one that watches the camera itself.
import { type Camera, HEALTH_ZONE, ownPlace, type Zone } from '../core/camera.ts'
import { JiemuError } from '../core/errors.ts'
import type { ZoneId } from '../core/ids.ts'
import { parseOptions } from '../core/kind.ts'
import { CONDITION_RULES } from '../core/observation.ts'
import type { RuleSnapshot } from '../core/shard-contract.ts'
import type { Scheduled } from '../detector/conditions/sampler.ts'
import type { Detector } from '../detector/inference/detector.ts'
import type { Rule } from '../detector/rule.ts'
import { RULE_TABLE } from '../detector/rules/kinds/index.ts'
import { CALM_EVERY_MS, calmEveryMs } from '../detector/rules/pace.ts'

/** @throws JiemuError rule-not-built */
export function ruleNamed(kind: string, where: string): (typeof RULE_TABLE)[number] {
  const found = RULE_TABLE.find(({ name }) => name === kind)
  if (found) return found
  throw new JiemuError('rule-not-built', { where, kind, known: RULE_TABLE.map(({ name }) => name).join(', ') })
}

/** Every camera's own health, as a zone of which nobody draws anything; none where nobody needs to know. */
function healthZones(camera: Camera): readonly Zone[] {
  if (camera.health === false) return []
  return [
    {
      id: HEALTH_ZONE,
      name: camera.name,
      cameraId: camera.id,
      version: camera.version,
      rule: 'camera-health',
      polygon: [],
      options: camera.health,
      placeId: ownPlace(camera.id, HEALTH_ZONE),
    },
  ]
}

/**
 * The rules of a camera's zones and of the camera itself, by zone: for a live camera, or to be run again on its
 * detection log.
 * @throws JiemuError rule-not-built, options-invalid or model-lacks-class
 */
export function createRules(
  camera: Camera,
  detectors: { readonly [K in 'objects' | 'conditions']: Pick<Detector, 'model' | 'classes'> },
  restored?: RuleSnapshot,
): ReadonlyMap<ZoneId, Rule> {
  return new Map(
    [...camera.zones, ...healthZones(camera)].map(zone => {
      const where = `zone ${camera.id}/${zone.id}`
      const kind = ruleNamed(zone.rule, where)
      const options = parseOptions(kind.options, where, zone.options)
      const { model, classes } = CONDITION_RULES.includes(zone.rule) ? detectors.conditions : detectors.objects
      const rule = kind.create(options, { camera, zone, model, restored: restored?.zones[zone.id] })
      const lacking = rule.conditions?.labels.find(label => !classes.includes(label))
      if (lacking !== undefined) throw new JiemuError('model-lacks-class', { where, model: model.name, label: lacking })
      return [zone.id, rule]
    }),
  )
}

/** The zones whose condition their rules want to be looked at, and how often. */
export function scheduled(camera: Camera, rules: ReadonlyMap<ZoneId, Rule>): readonly Scheduled[] {
  return camera.zones.flatMap(zone => {
    const wish = rules.get(zone.id)?.conditions
    return wish ? [{ ...wish, zone }] : []
  })
}

/** A condition is looked at late by this part of its interval at most. */
const LATE_SHARE = 1 / 5

/** How far apart pictures may be for the most demanding of them, as things stand. */
export function needsEveryMs(rules: Iterable<Pick<Rule, 'needsEveryMs' | 'conditions'>>): number {
  const needs = [...rules].map(rule => rule.needsEveryMs ?? calmEveryMs(LATE_SHARE * (rule.conditions?.everyMs ?? 0)))
  return Math.min(CALM_EVERY_MS, ...needs)
}
