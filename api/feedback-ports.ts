// What the API needs to say how good the alerts are.
import type { AlertCount, WatchedDay, Watching } from '../core/alert-precision.ts'
import type { CameraId } from '../core/ids.ts'
import type { RuleKind } from '../core/observation.ts'
import type { EpochMs } from '../core/time.ts'
import type { ReadingScope } from './ports.ts'

export interface VerdictQuery extends ReadingScope {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly kind?: RuleKind
  readonly cameraId?: CameraId
}

export interface Verdicts {
  counts(query: VerdictQuery): Promise<readonly AlertCount[]>
  /** For how long the cameras saw their streets. */
  watched(query: VerdictQuery): Promise<readonly WatchedDay[]>
  watching(): Promise<readonly Watching[]>
}
