// The health of a camera's stream, as the API and the console show it.
import type { ErrorCode } from './errors.ts'
import type { CaptureClock } from './frame.ts'
import type { Point } from './geometry.ts'
import type { CameraId, ZoneId } from './ids.ts'
import type { View } from './scene.ts'
import type { EpochMs } from './time.ts'

/**
 * `connecting` → `online` ⇄ `retrying`; `ended` for footage that is over, `failed` where only a person can help,
 * `quarantined` while it is left alone because it has ended its shard again and again.
 */
export type StreamState = 'connecting' | 'online' | 'retrying' | 'ended' | 'failed' | 'quarantined'

/**
 * How much of a stream is decoded: key frames only; everything, for a moment that matters (a burst); or everything always,
 * since its key frames are too far apart, or none, or since more pictures were asked for than it has key frames.
 */
export const SAMPLING_MODES = ['economy', 'attentive', 'full'] as const
export type SamplingMode = (typeof SAMPLING_MODES)[number]
export const FULL_REASONS = ['long-gaps', 'no-key-frames', 'configured'] as const
/** Why a camera's rules, or people, would like to see more of it for a moment; the most pressing first. */
export const ATTENTION_REASONS = [
  'about-to-fire',
  'candidate-started',
  'verification',
  'short-hold',
  'watched',
] as const
export type AttentionReason = (typeof ATTENTION_REASONS)[number]

/** Why a frame that came in was not analysed. Frames in = analysed + unchanged + the sum of these. */
export const DROP_REASONS = [
  'superseded',
  'not-sampled',
  'spared',
  'shed',
  'undecodable',
  'inference-failed',
  'lost',
  'stopping',
] as const
export type DropReason = (typeof DROP_REASONS)[number]

export interface Problem {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
}

export interface StreamHealth {
  readonly cameraId: CameraId
  readonly state: StreamState
  readonly since: EpochMs
  /** The last error, with what to do about it; null while all is well. */
  readonly problem: Problem | null
  readonly codec: string | null
  readonly widthPx: number | null
  readonly heightPx: number | null
  readonly clock: CaptureClock | null
  /** The camera's clock against ours; null where it does not report one. */
  readonly clockSkewMs: number | null
  readonly keyframeIntervalMs: number | null
  readonly mode: SamplingMode
  /** Why everything is decoded always; null where it is not. */
  readonly fullReason: (typeof FULL_REASONS)[number] | null
  /** What decoding has cost since the watch began: on one thread, CPU time. */
  readonly decodeMs: number
  readonly lastFrameAt: EpochMs | null
  readonly reconnects: number
  readonly framesIn: number
  readonly framesAnalysed: number
  /** Seen, and not looked at by any network, since nothing had changed: for rules they show what was found before. */
  readonly framesUnchanged: number
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
}

/** What the camera shows, against its reference view. */
export interface SightHealth {
  /** Of the newest frame. */
  readonly view: View
  readonly since: EpochMs
  /**
   * `unknown` before a reference was taken and where there are no pictures; `aligned` within the small drift that zones
   * follow; `moved` and `unconfirmed`: the zones are suspended until the view returns, or until a person confirms them.
   */
  readonly alignment: 'unknown' | 'aligned' | 'moved' | 'unconfirmed'
  /** In fractions of the frame; 0, 0 where there is none. */
  readonly drift: Point
  /** What a person is asked to confirm (see core/reference-view.ts). */
  readonly pending: string | null
  /** Time in which it could not be judged, by reason, since the watch began. */
  readonly blindMs: Readonly<Partial<Record<Exclude<View, 'clear'>, number>>>
}

/** What looking at a zone's condition has cost since the watch began. */
export interface ZoneCost {
  readonly zoneId: ZoneId
  readonly samples: number
  /** Looks that were left out because nothing had changed. */
  readonly repeats: number
  readonly tiles: number
  /** Time of the network and of scaling its input; on one thread, CPU time. */
  readonly spentMs: number
  readonly lastAt: EpochMs | null
  /** Why the zone is not looked at: too small, the frame has changed its shape. */
  readonly problem: Problem | null
}

/** What a camera's rules, or people, would like to see of it at present. */
export interface AttentionHealth {
  /** Null where key frames are enough. */
  readonly reason: AttentionReason | null
  /** Whether that must wait its turn: only so many cameras of a shard get it at once. */
  readonly waiting: boolean
  /** Bursts since the watch began. */
  readonly bursts: number
  /** How far apart pictures may be at present for all its rules. */
  readonly everyMs: number
}

/** Everything that is known of a camera under watch. */
export interface CameraHealth extends StreamHealth {
  readonly sight: SightHealth | null
  readonly costs: readonly ZoneCost[]
  readonly attention: AttentionHealth
  /** At most one picture in so many ms is looked at, since its shard has more to do than it can; null where none is left out. */
  readonly shedEveryMs: number | null
  /** What the network of people and vehicles has cost since the watch began, like `decodeMs`. */
  readonly inferMs: number
}
