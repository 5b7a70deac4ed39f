// A mute (布控/撤防): of a street, a camera, a zone or a kind no alert is raised until a time, for a reason.
import type { CameraId, StreetId, ZoneId } from './ids.ts'
import type { RuleKind } from './observation.ts'
import type { EpochMs } from './time.ts'

export type MuteId = string & { readonly __brand: 'MuteId' }

/** Whoever needs longer changes the zone or the policy: that is no mute any more. */
export const LONGEST_MUTE_MS = 30 * 86_400_000

/** What is muted: all that fits each part that is set. A zone comes with its camera. */
export interface Muted {
  readonly streetId: StreetId | null
  readonly cameraId: CameraId | null
  readonly zoneId: ZoneId | null
  readonly kind: RuleKind | null
  /** Whether camera-health is held back as well, where no kind is named: a market is no reason not to hear of a dead camera. */
  readonly faults: boolean
}

export interface Mute extends Muted {
  readonly id: MuteId
  readonly fromAt: EpochMs
  /** Exclusive. */
  readonly untilAt: EpochMs
  readonly reason: string
  readonly setBy: string
  /** Ended by somebody before its time. */
  readonly endedAt: EpochMs | null
  readonly endedBy: string | null
  readonly endReason: string | null
  /** How many breaches would have raised an alert meanwhile; one that goes on is one. */
  readonly held: number
  readonly lastHeldAt: EpochMs | null
}

export type NewMute = Muted & Pick<Mute, 'untilAt' | 'reason' | 'setBy'>
