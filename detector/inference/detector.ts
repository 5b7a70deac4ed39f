// The port of a detector: a frame and a plan of where to look go in, detections in fractions of the frame come out.
import type { Frame } from '../../core/frame.ts'
import type { Box } from '../../core/geometry.ts'
import type { Detection } from '../../core/scene.ts'

/** Regions of the frame worth looking at, in fractions of it (see crops.ts and conditions/tiles.ts). */
export type CropPlan = readonly Box[]

export interface Detector {
  /** Name and hash of what detects, for the evidence. */
  readonly model: { readonly name: string; readonly sha256: string }
  /** The labels that it can give. */
  readonly classes: readonly string[]
  /**
   * @param onSpent told how long scaling and network took; on one thread that is CPU time, waiting for a turn is not in it
   * @throws JiemuError inference-failed: such a frame counts as not seen, never as empty
   */
  detect(frame: Frame, plan: CropPlan, onSpent?: (spentMs: number) => void): Promise<readonly Detection[]>
  close(): Promise<void>
}
