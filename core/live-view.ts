// What a camera shows live: compressed video for the browser's own decoder, or stills with the reason why no video.
import type { CameraId } from './ids.ts'
import type { EpochMs } from './time.ts'

/**
 * `codec`: browsers cannot play it · `pictures`: the camera gives single pictures · `not-muxed`: the stream cannot be put
 * into MP4 · `asked`: the viewer wants no video.
 */
export const STILLS_REASONS = ['codec', 'pictures', 'not-muxed', 'asked'] as const
export type StillsReason = (typeof STILLS_REASONS)[number]

export interface Still {
  readonly at: EpochMs
  readonly jpeg: Uint8Array
}

/** In the order in which a viewer needs it; whatever begins replaces what was shown before. */
export type LiveShow =
  /** A stretch of video begins: fragments of it follow. */
  | { readonly as: 'video'; readonly codec: string; readonly init: Uint8Array }
  /** A `moof` with its `mdat`. */
  | { readonly as: 'fragment'; readonly key: boolean; readonly bytes: Uint8Array }
  /** There is no video to be had at present: stills follow. */
  | { readonly as: 'stills'; readonly why: StillsReason; readonly codec: string }
  | ({ readonly as: 'still' } & Still)

/** What somebody looks at, or has just asked for. */
export interface LiveWish {
  readonly cameraId: CameraId
  readonly video: boolean
  readonly stills: boolean
}

/** Of one incident: video from before it until after it, as fragmented MP4. */
export interface Clip {
  readonly mp4: Uint8Array
  readonly durationMs: number
}

/** Of all cameras of a shard, since it started; `ringBytes` is of now. */
export interface MediaCounts {
  readonly ringBytes: number
  /** Packets that no ring could keep. */
  readonly ringDropped: number
  readonly clips: number
  /** Incidents without a clip: too many at once, or no video that could be put into MP4. */
  readonly clipsMissing: number
  /** Fragments that main had no room for. */
  readonly liveDropped: number
}
