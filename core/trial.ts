// What a zone would have done: a rule tried on what was logged, or on a clip, before anybody saves it.
import type { Camera, Zone } from './camera.ts'
import type { Incident } from './incident.ts'
import type { View } from './scene.ts'
import type { DispatchPolicy } from './team.ts'
import type { EpochMs } from './time.ts'

/** A zone as it would be, with its camera as it is. */
export interface Trial {
  readonly camera: Camera
  readonly zone: Zone
  readonly policy: DispatchPolicy
}

/** Why the answer may be wrong. */
export type TrialLimit =
  /** Nothing was logged in this time. */
  | { readonly code: 'nothing-logged' }
  /** The log begins later, or ends sooner, than was asked for. */
  | { readonly code: 'log-short' }
  /** Nobody has looked at the condition of this place yet: a clip can be tried instead. */
  | { readonly code: 'not-looked-at' }
  /** The place was looked at as it was drawn before: only what lay within that was recorded. */
  | { readonly code: 'redrawn' }
  /** Objects were looked for around the zones that were there: of this one only so much was covered. */
  | { readonly code: 'partly-covered'; readonly share: number }
  /** The camera could not see for so long. */
  | { readonly code: 'blind'; readonly blindMs: number }

export interface WouldHaveFired
  extends Pick<Incident, 'since' | 'openedAt' | 'clearedAt' | 'severity' | 'score' | 'measure'> {
  /** When the picture was taken: one a minute is kept. */
  readonly at: EpochMs | null
  /** What the camera showed at about that time. */
  readonly jpeg: Uint8Array | null
}

export interface TrialResult {
  /** What there was to be tried on. */
  readonly from: EpochMs | null
  readonly to: EpochMs | null
  readonly looks: number
  readonly blindMs: Readonly<Partial<Record<Exclude<View, 'clear'>, number>>>
  readonly fired: readonly WouldHaveFired[]
  /** How many more there were than are shown. */
  readonly more: number
  readonly limits: readonly TrialLimit[]
}
