// The tables of feedback: who is in a kept picture, and for how long cameras watched.
import type { Box } from '../../core/geometry.ts'
import type { CameraId, EvidenceId } from '../../core/ids.ts'
import type { PictureCut } from '../../core/privacy-mask.ts'
import type { Detection } from '../../core/scene.ts'
import type { SightHour } from '../../core/sight.ts'
import type { EpochMs } from '../../core/time.ts'
import type { Json } from '../tables.ts'

export interface FeedbackTables {
  /** A picture without a row cannot be masked, and so is not sent. */
  readonly evidenceSubjects: {
    readonly evidenceId: EvidenceId
    readonly cut: Json<PictureCut>
    /** The people and vehicles of the whole frame, in fractions of it. */
    readonly inFrame: Json<readonly Detection[]>
    /** What the rule meant, in the reference view: up to 3 % of the width from the frame where the camera has drifted. */
    readonly about: Json<readonly Box[]>
  }
  readonly watchedHours: { readonly cameraId: CameraId; readonly hourAt: EpochMs; readonly watchedMs: number }
  readonly sightHours: SightHour
}
