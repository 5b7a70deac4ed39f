// A camera's reference view: what it showed when its zones were drawn, small enough to be kept and handed on.
import type { CameraId } from './ids.ts'
import type { EpochMs } from './time.ts'

/** One small grey picture of the whole frame. */
export interface ReferencePicture {
  readonly takenAt: EpochMs
  readonly widthPx: number
  readonly heightPx: number
  /** `widthPx * heightPx` bytes of luma, base64. */
  readonly luma: string
  /** How sharp its edges were, place by place (detector/sharpness.ts), base64. */
  readonly sharpness?: string
}

/** What the view gate must remember across a restart; plain JSON, below 64 KiB. */
export interface ReferenceView {
  readonly version: 1
  readonly cameraId: CameraId
  /** Which zones, and which wish of a person, it was taken for (`referenceKey`): for others a new one is taken. */
  readonly key: string
  /** Size of the frames it was taken from. */
  readonly frame: { readonly widthPx: number; readonly heightPx: number }
  /** The original, never changed: whatever drifts slowly is measured from it. */
  readonly anchor: ReferencePicture
  /** Refreshed while the view is aligned, so that it has the light and the leaves of today. */
  readonly current: ReferencePicture
  /** Since when the camera has looked elsewhere; null while it is aligned. */
  readonly movedSince: EpochMs | null
  /** Set once a person must confirm that the zones fit again; names the occasion. Null where they are trusted. */
  readonly pending: string | null
}

/** What people have said about a camera's view. */
export interface ViewWord {
  /** Rises with every "this is the view from now on". */
  readonly renewals: number
  /** The `pending` that was confirmed last. */
  readonly confirmed: string | null
}

export const NO_WORD: ViewWord = { renewals: 0, confirmed: null }
