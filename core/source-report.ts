// What a connection test finds out about a camera's stream.
import type { ErrorCode } from './errors.ts'

/** What works, but not as well as it could. */
export const SOURCE_NOTES = ['keyframes-far-apart', 'low-resolution', 'slow'] as const
export type SourceNote = (typeof SOURCE_NOTES)[number]

export interface SourceReport {
  /** Why there is no picture; null where there is one. */
  readonly problem: { readonly code: ErrorCode; readonly message: string; readonly hint: string } | null
  readonly notes: readonly SourceNote[]
  readonly codec: string | null
  readonly widthPx: number | null
  readonly heightPx: number | null
  readonly fps: number | null
  readonly keyframeIntervalMs: number | null
  /** From the first connection to the first whole picture; null without one. */
  readonly pictureAfterMs: number | null
  readonly jpeg: Uint8Array | null
}
