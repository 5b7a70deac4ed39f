// What main has a child process do once and bring back: whatever decodes, infers, parses strangers' answers, or takes seconds.
import type { AnySource, Login } from './camera-source.ts'
import type { ErrorCode, ErrorDetail } from './errors.ts'
import type { FoundCamera, StreamProfile } from './onvif-camera.ts'
import type { SourceReport } from './source-report.ts'
import type { EpochMs } from './time.ts'
import type { Trial, TrialResult } from './trial.ts'

export interface ErrandResults {
  readonly probe: SourceReport
  readonly discover: readonly FoundCamera[]
  readonly profiles: readonly StreamProfile[]
  readonly 'try-log': TrialResult
  readonly 'try-clip': TrialResult
}
export type ErrandType = keyof ErrandResults

export type Errand =
  | { readonly type: 'probe'; readonly source: AnySource }
  | { readonly type: 'discover'; readonly waitMs: number }
  | { readonly type: 'profiles'; readonly address: string; readonly login: Login | null }
  | {
      readonly type: 'try-log'
      readonly trial: Trial
      readonly dataDirectory: string
      readonly from: EpochMs
      readonly to: EpochMs
      /** Of the camera's pictures, where it is known: it decides where objects were looked for. */
      readonly frame: { readonly widthPx: number; readonly heightPx: number } | null
    }
  | {
      readonly type: 'try-clip'
      readonly trial: Trial
      readonly file: string
      readonly startAt: EpochMs
      readonly networks: {
        readonly objects: string
        readonly conditions: string
        readonly directories?: readonly string[]
      }
    }

export type FromErrand =
  | { readonly type: 'ready' }
  /** 0…1. */
  | { readonly type: 'progress'; readonly done: number }
  | { readonly type: 'done'; readonly result: ErrandResults[ErrandType] }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly detail: ErrorDetail }
