// What a rule says: observations and picture requests with everything that does not change from scene to scene filled in.
import { z } from 'zod'
import type { Box } from '../../core/geometry.ts'
import { type Fingerprint, fingerprintOf } from '../../core/ids.ts'
import {
  type Finding,
  type Measure,
  type Moment,
  type Observation,
  type Reason,
  type RuleKind,
  SEVERITIES,
  type Severity,
} from '../../core/observation.ts'
import type { EpochMs } from '../../core/time.ts'
import type { RuleDeps } from '../rule.ts'

/** While a rule holds it says so this often, and its end this often after it, so that a lost message costs nothing. */
export const REPEAT_EVERY_MS = 10_000
/** How often an end is said. The shard repeats it until it is acknowledged; this covers a shard that died in between. */
export const END_SAYINGS = 3

/** A breach that holds, as a rule that has one at a time of a place remembers it. */
export const heldSchema = z.object({
  since: z.number(),
  dueAt: z.number(),
  saidAt: z.number(),
  severity: z.enum(SEVERITIES),
  /** Time since `since` in which the camera could not see. */
  blindMs: z.number(),
})
export const overSchema = heldSchema.extend({ endedAt: z.number(), sayings: z.number() })
export type Held = z.output<typeof heldSchema>

/** Whether it is time to say again that a breach holds. */
export function isHoldDue({ saidAt }: Pick<Held, 'saidAt'>, at: EpochMs): boolean {
  return at - saidAt >= REPEAT_EVERY_MS
}

/** Whether it is time to say, or to say again, that a breach is over. */
export function isEndDue(
  { endedAt, sayings }: Pick<z.output<typeof overSchema>, 'endedAt' | 'sayings'>,
  at: EpochMs,
): boolean {
  return sayings < END_SAYINGS && at - endedAt >= sayings * REPEAT_EVERY_MS
}

export interface Said {
  readonly subject: string
  readonly phase: Observation['phase']
  readonly at: EpochMs
  readonly since: EpochMs
  readonly dueAt: EpochMs
  readonly score: number
  readonly severity: Severity
  readonly measure: Measure
  readonly boxes: readonly Box[]
  readonly thresholds: Reason['thresholds']
  readonly history: Reason['history']
  readonly blindMs: number
  readonly receivedAt: EpochMs
}

export interface Voice {
  fingerprint(subject: string): Fingerprint
  observation(said: Said): Finding
  picture(subject: string, moment: Moment, at: EpochMs, boxes: readonly Box[], caption: string): Finding
  dropped(subject: string): Finding
}

/** @param kind the rule's name in observations and fingerprints */
export function voiceOf(kind: RuleKind, { camera, zone, model }: RuleDeps): Voice {
  const fingerprint = (subject: string) => fingerprintOf(kind, zone.placeId, subject)
  return {
    fingerprint,
    observation: ({ thresholds, history, ...said }) => ({
      type: 'observation',
      observation: {
        ...said,
        fingerprint: fingerprint(said.subject),
        sequence: said.at,
        kind,
        cameraId: camera.id,
        zoneId: zone.id,
        zoneVersion: zone.version,
        placeId: zone.placeId,
        reason: { model, thresholds, history },
      },
    }),
    picture: (subject, moment, at, boxes, caption) => ({
      type: 'picture',
      request: { fingerprint: fingerprint(subject), moment, at, zoneId: zone.id, boxes, caption },
    }),
    dropped: subject => ({ type: 'dropped', fingerprint: fingerprint(subject) }),
  }
}
