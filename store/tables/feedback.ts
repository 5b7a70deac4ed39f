// The tables of feedback: what of a kept picture must be hidden before it leaves the house.
import type { EvidenceId } from '../../core/ids.ts'
import type { PictureCut } from '../../core/privacy-mask.ts'
import type { Detection } from '../../core/scene.ts'
import type { Json } from '../tables.ts'

export interface FeedbackTables {
  /** A picture without a row cannot be masked, and so is not sent. */
  readonly evidenceSubjects: {
    readonly evidenceId: EvidenceId
    readonly cut: Json<PictureCut>
    /** The people and vehicles of the whole frame, in fractions of it. */
    readonly inFrame: Json<readonly Detection[]>
  }
}
