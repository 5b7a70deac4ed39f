// For tests: cameras whose views and stream states follow each other, and what camera-health said of them, as short lines.
import { HEALTH_ZONE } from '../../core/camera.ts'
import type { StreamHealth } from '../../core/health.ts'
import type { CameraId } from '../../core/ids.ts'
import type { Finding } from '../../core/observation.ts'
import type { Scene, View } from '../../core/scene.ts'
import type { Rule } from '../rule.ts'
import { cameraHealth } from './kinds/camera-health.ts'
import { type MakeRule, ruleOf, START_AT, scenes } from './painted.ts'

export const healthRule = (options: object = {}): MakeRule =>
  ruleOf(cameraHealth, options, { id: HEALTH_ZONE, name: 'camera-health', rule: 'camera-health' })

/** What a rule is told at an instant: a scene, or how its stream is. */
export type Event = { readonly at: number; readonly scene?: Scene; readonly health?: StreamHealth }

export const ONLINE: StreamHealth = {
  cameraId: 'gate' as CameraId,
  state: 'online',
  since: START_AT,
  problem: null,
  codec: 'h264',
  widthPx: 1920,
  heightPx: 1080,
  clock: 'sender',
  clockSkewMs: 0,
  keyframeIntervalMs: 2_000,
  mode: 'economy',
  fullReason: null,
  decodeMs: 0,
  lastFrameAt: null,
  reconnects: 0,
  framesIn: 0,
  framesAnalysed: 0,
  framesUnchanged: 0,
  dropped: {},
}
export const CORRUPT = { code: 'source-corrupt', message: 'undecodable', hint: 'check the network' } as const

export const seen = (fromS: number, toS: number, view: View = 'clear', stepS = 2): readonly Event[] =>
  scenes(fromS, toS, [], { view, stepS }).map(scene => ({ at: scene.at, scene }))

/** The stream's health every five seconds. */
export function told(fromS: number, toS: number, health: Partial<StreamHealth>): readonly Event[] {
  return Array.from({ length: Math.ceil((toS - fromS) / 5) }, (_, n) => {
    const at = START_AT + (fromS + n * 5) * 1_000
    return { at, health: { ...ONLINE, lastFrameAt: at, ...health } }
  })
}

export const atS = (seconds: number) => START_AT + seconds * 1_000
/** Silent from `fromS` until `toS`; the last picture came at `lastS`, if ever. */
export const silent = (
  fromS: number,
  toS: number,
  lastS?: number,
  more: Partial<StreamHealth> = {},
): readonly Event[] =>
  told(fromS, toS, {
    state: 'retrying',
    since: atS(fromS),
    lastFrameAt: lastS === undefined ? null : atS(lastS),
    ...more,
  })

export function tell(health: Rule, ...parts: readonly (readonly Event[])[]): readonly Finding[] {
  return parts
    .flat()
    .toSorted((a, b) => a.at - b.at)
    .flatMap(({ at, scene, health: state }) => {
      if (scene) return health.observe(scene, at)
      return state ? (health.attend?.(state, at) ?? []) : []
    })
}

/** "30 offline holds": without the repetitions every ten seconds. */
export function story(findings: readonly Finding[]): readonly string[] {
  const last = new Map<string, string>()
  return findings.flatMap(finding => {
    if (finding.type === 'dropped') return ['dropped']
    const { fingerprint, at } = finding.type === 'picture' ? finding.request : finding.observation
    const subject = fingerprint.split('|')[2] ?? ''
    const what = finding.type === 'picture' ? `picture ${finding.request.moment}` : finding.observation.phase
    const repeated = finding.type === 'observation' && last.get(subject) === what
    if (finding.type === 'observation') last.set(subject, what)
    return repeated ? [] : [`${(at - START_AT) / 1_000} ${subject} ${what}`]
  })
}
