// A frame: one picture of one camera with the instant at which it was taken.
import type { Box } from './geometry.ts'
import type { CameraId } from './ids.ts'
import type { Detection } from './scene.ts'
import type { EpochMs } from './time.ts'

/**
 * Where `capturedAt` came from: the sender's own absolute time; the sender's spacing on our clock;
 * the instant of arrival, for want of sender reports; or the position in a file after its `startAt`.
 */
export type CaptureClock = 'sender' | 'corrected' | 'arrival' | 'media'

export interface Frame {
  readonly cameraId: CameraId
  /** Counts the frames handed out by this source, from 0. */
  readonly sequence: number
  readonly capturedAt: EpochMs
  readonly clock: CaptureClock
  /** When the last byte of this picture reached us, on our clock; the start of every latency figure. */
  readonly receivedAt: EpochMs
  /** When its picture was there, on our clock; absent in a replay. */
  readonly decodedAt?: EpochMs
  readonly keyframe: boolean
  /** How dense the frames come at present: single key frames, or enough of them to follow what moves. */
  readonly density: 'keyframes' | 'dense'
  /** The decoded picture; absent where the source delivers recorded detections instead of pixels. */
  readonly picture?: Picture
  /** What was seen in this frame when it was recorded (source kind `recorded`). */
  readonly recorded?: readonly Detection[]
}

/** Tightly packed 8-bit RGB, row after row, `widthPx * heightPx * 3` bytes. */
export interface RgbImage {
  readonly widthPx: number
  readonly heightPx: number
  readonly pixels: Uint8Array
}

/** Where a region of the frame came to lie in the network's input. */
export interface Letterbox {
  /** The region that was really cut, in fractions of the frame (whole pixels, even origin). */
  readonly region: Box
  /** Size of the scaled region inside the square, from its top-left corner. */
  readonly contentWidthPx: number
  readonly contentHeightPx: number
}

/** The top-left part of a square that is really given to a network. */
export interface Room {
  readonly widthPx: number
  readonly heightPx: number
}

/**
 * A decoded picture, owned by the frame that carries it. Its memory lies outside the JavaScript heap:
 * whoever took the frame calls `release()` once, and touches nothing afterwards.
 */
export interface Picture {
  readonly widthPx: number
  readonly heightPx: number
  /**
   * Cuts `region`, scales it with its aspect ratio kept into the top-left corner of a square of `sidePx`, and pads
   * the rest with 114: FFmpeg's scaler writes RGB straight into `target`.
   * @param target `sidePx * sidePx * 3` bytes; less where `room` says which part of the square is wanted
   * @param room at least what the scaled region fills
   */
  letterbox(region: Box, sidePx: number, target: Uint8Array, room?: Room): Letterbox
  /**
   * A copy of `region` as RGB, scaled to exactly `widthPx` × `heightPx` (native size when left out).
   * @param target where to put it, with 64 bytes to spare; a new array when left out
   */
  rgb(region: Box, widthPx?: number, heightPx?: number, target?: Uint8Array): RgbImage
  release(): void
}
