// The table of detectors: one file and one line per kind.
import type { AnyKind } from '../../../core/kind.ts'
import type { Detector } from '../detector.ts'
import { type DetectorDeps, onnx } from './onnx.ts'
import { recorded } from './recorded.ts'

export type { DetectorDeps }
export const DETECTOR_KINDS: readonly AnyKind<DetectorDeps, Promise<Detector>>[] = [onnx, recorded]
