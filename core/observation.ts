// An observation: a rule holds at this instant. The only thing that a shard tells the ledger.
import type { Box } from './geometry.ts'
import type { CameraId, Fingerprint, IncidentId, PlaceId, ZoneId } from './ids.ts'
import type { EpochMs } from './time.ts'
import type { FrameTrace } from './trace.ts'

export const RULE_KINDS = ['illegal-parking', 'crowding', 'overflowing-bin', 'dirty-road', 'camera-health'] as const
export type RuleKind = (typeof RULE_KINDS)[number]
/** The rules that a person draws a zone for; a camera's health is watched without one. */
export const ZONE_RULES = ['illegal-parking', 'crowding', 'overflowing-bin', 'dirty-road'] as const satisfies RuleKind[]
/** Of these, the ones that judge a condition of their place: the condition network looks at their zones on a schedule. */
export const CONDITION_RULES: readonly RuleKind[] = ['overflowing-bin', 'dirty-road']

/** 蓝 黄 橙 红, least severe first. */
export const SEVERITIES = ['blue', 'yellow', 'orange', 'red'] as const
export type Severity = (typeof SEVERITIES)[number]

export function severest(first: Severity, ...others: readonly Severity[]): Severity {
  return others.reduce((a, b) => (SEVERITIES.indexOf(b) > SEVERITIES.indexOf(a) ? b : a), first)
}

/** The number the rule looks at, beside its limit: 23 people of 15, 8 min 12 s of 7 min. */
export interface Measure {
  readonly name: 'dwell' | 'people' | 'share' | 'pieces' | 'score' | 'samples' | 'fault'
  readonly value: number
  readonly limit: number
  readonly unit: 'ms' | 'people' | 'share' | 'pieces' | 'score' | 'samples'
}

/** Why the rule holds: enough for a person to check, and for the evidence to stand. */
export interface Reason {
  readonly model: { readonly name: string; readonly sha256: string }
  readonly thresholds: Readonly<Record<string, number>>
  /** Newest last, at most 60 points: what the rule saw over time. */
  readonly history: readonly { readonly at: EpochMs; readonly value: number }[]
}

/**
 * Level-triggered: repeated every 10 s while the rule holds, and its end until it is acknowledged.
 * The ledger is idempotent by (fingerprint, sequence).
 */
export interface Observation {
  readonly fingerprint: Fingerprint
  /** Rises with every observation of a fingerprint, also across a restart: the frame's `capturedAt`. */
  readonly sequence: number
  readonly phase: 'holds' | 'ended'
  readonly kind: RuleKind
  readonly cameraId: CameraId
  readonly zoneId: ZoneId
  readonly zoneVersion: number
  readonly placeId: PlaceId
  /** What of the place it is about: a stay's id for parking, empty for conditions of a place. */
  readonly subject: string
  readonly at: EpochMs
  /** When the breach began: the stay's first sighting, the first crowded frame. */
  readonly since: EpochMs
  /** When the rule's condition was complete: `since` + grace, or the end of the hold. */
  readonly dueAt: EpochMs
  readonly score: number
  readonly severity: Severity
  readonly measure: Measure
  readonly boxes: readonly Box[]
  readonly reason: Reason
  /** Time within `since`…`at` in which the camera could not see. */
  readonly blindMs: number
  /** When the frame that this observation was made from reached us; latency is counted from here. */
  readonly receivedAt: EpochMs
  /** The way of that frame through the shard; absent in a replay, and where no frame told of it. */
  readonly trace?: FrameTrace
}

/** The moments of an incident of which pictures are kept. */
/** `verified` and `still-there`: what a fresh look has shown after the work. */
export const MOMENTS = ['first', 'half', 'fired', 'cleared', 'verified', 'still-there'] as const
export type Moment = (typeof MOMENTS)[number]

/** A rule's wish that the present frame be kept as pictures, wide and (where boxes are given) close-up. */
export interface PictureRequest {
  readonly fingerprint: Fingerprint
  /** Whose it is, where that is known: else the open incident of the fingerprint adopts it. */
  readonly incidentId?: IncidentId
  readonly moment: Moment
  readonly at: EpochMs
  readonly zoneId: ZoneId
  readonly boxes: readonly Box[]
  readonly caption: string
}

/** What a rule puts out for one scene, in order: pictures before the observation that they belong to. */
export type Finding =
  | { readonly type: 'observation'; readonly observation: Observation }
  | { readonly type: 'picture'; readonly request: PictureRequest }
  /** A candidate died before it fired: its provisional pictures are deleted. */
  | { readonly type: 'dropped'; readonly fingerprint: Fingerprint }
