// The port of a detector: a frame and a plan of where to look go in, detections in fractions of the frame come out.
import type { Frame } from '../../core/frame.ts'
import type { Box } from '../../core/geometry.ts'
import type { Detection } from '../../core/scene.ts'

/** Regions of the frame worth looking at, in fractions of it; at most four (see crops.ts). */
export type CropPlan = readonly Box[]

export interface Detector {
  /** Name and hash of what detects, for the evidence. */
  readonly model: { readonly name: string; readonly sha256: string }
  /** @throws JiemuError inference-failed: such a frame counts as not seen, never as empty */
  detect(frame: Frame, plan: CropPlan): Promise<readonly Detection[]>
  close(): Promise<void>
}
