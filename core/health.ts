// The health of a camera's stream, as the API and the console show it.
import type { ErrorCode } from './errors.ts'
import type { CaptureClock } from './frame.ts'
import type { CameraId } from './ids.ts'
import type { EpochMs } from './time.ts'

/** `connecting` → `online` ⇄ `retrying`; `ended` for footage that is over, `failed` where only a person can help. */
export type StreamState = 'connecting' | 'online' | 'retrying' | 'ended' | 'failed'

/** Why a frame that came in was not analysed. Frames in = analysed + the sum of these. */
export const DROP_REASONS = ['superseded', 'not-sampled', 'undecodable', 'inference-failed', 'stopping'] as const
export type DropReason = (typeof DROP_REASONS)[number]

export interface StreamHealth {
  readonly cameraId: CameraId
  readonly state: StreamState
  readonly since: EpochMs
  /** The last error, with what to do about it; null while all is well. */
  readonly problem: { readonly code: ErrorCode; readonly message: string; readonly hint: string } | null
  readonly codec: string | null
  readonly widthPx: number | null
  readonly heightPx: number | null
  readonly clock: CaptureClock | null
  /** The camera's clock against ours; null where it does not report one. */
  readonly clockSkewMs: number | null
  readonly keyframeIntervalMs: number | null
  readonly lastFrameAt: EpochMs | null
  readonly reconnects: number
  readonly framesIn: number
  readonly framesAnalysed: number
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
}
