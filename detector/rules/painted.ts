// For tests: vehicles painted from a seed, scenes out of them, and what a rule said, as short lines.
import type { CameraEntry, Zone } from '../../core/camera.ts'
import type { Picture } from '../../core/frame.ts'
import type { Box } from '../../core/geometry.ts'
import type { CameraId, PlaceId, ZoneId } from '../../core/ids.ts'
import type { AnyKind } from '../../core/kind.ts'
import { parseOptions } from '../../core/kind.ts'
import type { Finding, Observation } from '../../core/observation.ts'
import { type Detection, quantise, type Scene, type SceneObject } from '../../core/scene.ts'
import { appearanceOf } from '../appearance.ts'
import type { Rule, RuleStart } from '../rule.ts'

/** 2026-01-05 08:00 in Shanghai, a Monday. */
export const START_AT = Date.parse('2026-01-05T08:00:00+08:00')

/** A number in 0…1 that depends on nothing but its arguments (integer hash after Wang). */
function noise(...parts: readonly number[]): number {
  let hash = 61
  for (const part of parts) {
    hash = Math.imul(hash ^ part, 0x27d4eb2d)
    hash ^= hash >>> 15
  }
  return (hash >>> 0) / 2 ** 32
}

/** Blotches of eight by eight in each box of a vehicle; `seed` 0 is a grey nothing. */
export function paintedPicture(seed: number, body: Box, brightness = 1, widthPx = 640, heightPx = 360): Picture {
  const shade = (x: number, y: number, channel: number): number => {
    const u = (8 * (x - body.x1)) / (body.x2 - body.x1)
    const v = (8 * (y - body.y1)) / (body.y2 - body.y1)
    if (seed === 0 || u < 0 || v < 0 || u >= 8 || v >= 8) return 90
    const tint = 20 * noise(seed, channel)
    return Math.min(255, brightness * (30 + 180 * noise(seed, Math.floor(u), Math.floor(v)) + tint))
  }
  return {
    widthPx,
    heightPx,
    rgb: (region, width = widthPx, height = heightPx) => {
      const pixels = new Uint8Array(width * height * 3)
      for (let at = 0; at < pixels.length; at++) {
        const pixel = Math.floor(at / 3)
        const x = region.x1 + (((pixel % width) + 0.5) / width) * (region.x2 - region.x1)
        const y = region.y1 + ((Math.floor(pixel / width) + 0.5) / height) * (region.y2 - region.y1)
        pixels[at] = Math.round(shade(x, y, at % 3))
      }
      return { widthPx: width, heightPx: height, pixels }
    },
    letterbox: () => {
      throw new Error('nobody detects anything in a painted picture')
    },
    release: () => {},
  }
}

const looks = new Map<string, string>()

/** A vehicle on the spot `box`; the same seed is the same vehicle. Without a seed nothing is known of its looks. */
export function vehicle(seed: number | undefined, box: Box, more: Partial<SceneObject> = {}): SceneObject {
  if (seed === undefined) return { label: 'car', score: 0.8, box, ...more }
  const key = [seed, ...Object.values(box)].join()
  const appearance = looks.get(key) ?? appearanceOf(paintedPicture(seed, box), box)
  looks.set(key, appearance)
  return { label: 'car', score: 0.8, box, appearance, ...more }
}

/** A box of a car's shape whose bottom-centre is at (x, y). */
export function carAt(x: number, y: number, width = 0.12): Box {
  return { x1: x - width / 2, y1: y - width * 1.2, x2: x + width / 2, y2: y }
}

export function person(x: number, y: number, score = 0.7): SceneObject {
  return { label: 'person', score, box: { x1: x - 0.01, y1: y - 0.06, x2: x + 0.01, y2: y } }
}

/** @param atS seconds after `START_AT` */
export function sceneAt(atS: number, objects: readonly SceneObject[], more: Partial<Scene> = {}): Scene {
  const at = START_AT + Math.round(atS * 1_000)
  return { at, density: 'keyframes', view: 'clear', objects: objects.map(quantise), ...more }
}

/** One scene every `stepS` seconds from `fromS` up to and without `toS`. */
export function scenes(
  fromS: number,
  toS: number,
  objectsAt: readonly SceneObject[] | ((atS: number) => readonly SceneObject[]),
  { stepS = 2, ...more }: Partial<Scene> & { readonly stepS?: number } = {},
): readonly Scene[] {
  return Array.from({ length: Math.ceil((toS - fromS) / stepS) }, (_, index) => {
    const atS = fromS + index * stepS
    return sceneAt(atS, typeof objectsAt === 'function' ? objectsAt(atS) : objectsAt, more)
  })
}

/** Something that the condition network sees. */
export function sight(label: string, box: Box, score = 0.8): Detection {
  return { label, score, box }
}

/** A square box of `size` around (x, y). */
export function boxAt(x: number, y: number, size = 0.02): Box {
  return { x1: x - size / 2, y1: y - size / 2, x2: x + size / 2, y2: y + size / 2 }
}

/** A scene in which the zone of `ruleOf` was looked at. */
export function sampleAt(atS: number, detections: readonly Detection[], more: Partial<Scene> = {}): Scene {
  const conditions = [{ zoneId: 'kerb' as ZoneId, detections: detections.map(quantise) }]
  return sceneAt(atS, more.objects ?? [], { ...more, conditions })
}

export const WHOLE: CameraEntry['zones'][number]['polygon'] = [
  { x: 0, y: 0.2 },
  { x: 1, y: 0.2 },
  { x: 1, y: 1 },
  { x: 0, y: 1 },
]

const MODEL = { name: 'street-objects', sha256: 'f'.repeat(64) }

export type MakeRule = (restored?: unknown) => Rule

/** A rule of the table with `options` as the configuration has them, on a zone of the lower four fifths of the frame. */
export function ruleOf(kind: AnyKind<RuleStart, Rule>, options: object, zone: Partial<Zone> = {}): MakeRule {
  const parsed = parseOptions(kind.options, 'test', options)
  const camera = { id: 'gate' as CameraId }
  const whole: Zone = {
    id: 'kerb' as ZoneId,
    name: 'kerb',
    cameraId: camera.id,
    version: 1,
    rule: 'illegal-parking',
    polygon: WHOLE,
    options: {},
    placeId: 'gate/kerb' as PlaceId,
    ...zone,
  }
  return restored => kind.create(parsed, { camera, zone: whole, model: MODEL, restored })
}

export function play(rule: Rule, ...parts: readonly (readonly Scene[])[]): readonly Finding[] {
  return parts.flat().flatMap(scene => rule.observe(scene, scene.at))
}

/**
 * Plays each step to a rule that goes straight on, and to one that is made anew from its snapshot before every step.
 * @returns what each said and stored, step by step: two equal lists where a restart changes nothing
 */
export function throughRestarts<Step>(
  make: MakeRule,
  steps: readonly Step[],
  tell: (rule: Rule, step: Step) => readonly Finding[],
) {
  const straight = make()
  let restarted = make()
  const look = (rule: Rule, step: Step) => ({ said: tell(rule, step), stored: JSON.stringify(rule.snapshot()) })
  const on: ReturnType<typeof look>[] = []
  const anew: ReturnType<typeof look>[] = []
  for (const step of steps) {
    on.push(look(straight, step))
    const after = look(restarted, step)
    anew.push(after)
    restarted = make(JSON.parse(after.stored))
  }
  return { on, anew, revision: straight.revision, findings: on.flatMap(({ said }) => said) }
}

export const observationsIn = (findings: readonly Finding[]): readonly Observation[] =>
  findings.flatMap(finding => (finding.type === 'observation' ? [finding.observation] : []))

/** "32 fired A", "32 holds A": seconds, what, and whose: stays are A, B, … in the order in which they were first named. */
export function told(findings: readonly Finding[]): readonly string[] {
  const names = new Map<string, string>()
  const nameOf = (fingerprint: string): string => {
    const known = names.get(fingerprint) ?? String.fromCharCode(65 + names.size)
    names.set(fingerprint, known)
    return known
  }
  return findings.map(finding => {
    if (finding.type === 'dropped') return `dropped ${nameOf(finding.fingerprint)}`
    const { fingerprint, at } = finding.type === 'picture' ? finding.request : finding.observation
    const atS = (at - START_AT) / 1_000
    const what = finding.type === 'picture' ? finding.request.moment : finding.observation.phase
    return `${atS} ${what} ${nameOf(fingerprint)}`
  })
}

/** The same, without the repetitions every ten seconds. */
export function story(findings: readonly Finding[]): readonly string[] {
  const last = new Map<string, string>()
  return told(findings).filter(line => {
    const [, what = '', who = ''] = line.split(' ')
    if (what !== 'holds' && what !== 'ended') return true
    const repeated = last.get(who) === what
    last.set(who, what)
    return !repeated
  })
}
