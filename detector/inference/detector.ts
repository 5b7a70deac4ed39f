// The port of a detector: a frame and a plan of where to look go in, detections in fractions of the frame come out.
import type { Frame } from '../../core/frame.ts'
import type { Box } from '../../core/geometry.ts'
import type { Detection } from '../../core/scene.ts'

/** Regions of the frame worth looking at, in fractions of it (see crops.ts and conditions/tiles.ts). */
export type CropPlan = readonly Box[]

export interface DetectOptions {
  /**
   * What becomes of a thing that several crops show: the surest detection stands for it (`best`, the default), or the mean
   * of all crops that show it whole (`mean`).
   */
  readonly merge?: 'best' | 'mean'
  /** So much of the network's thresholds is asked for; 1 if left out. */
  readonly ofThreshold?: number
  /** Waited for before each run of the network, by what others should not wait for. */
  readonly between?: (() => Promise<void>) | undefined
  /** Told how long scaling and network took; on one thread that is CPU time, waiting for a turn is not in it. */
  readonly onSpent?: (spentMs: number) => void
}

export interface Detector {
  /** Name and hash of what detects, for the evidence. */
  readonly model: { readonly name: string; readonly sha256: string }
  /** The labels that it can give. */
  readonly classes: readonly string[]
  /** @throws JiemuError inference-failed: such a frame counts as not seen, never as empty */
  detect(frame: Frame, plan: CropPlan, options?: DetectOptions): Promise<readonly Detection[]>
  close(): Promise<void>
}
