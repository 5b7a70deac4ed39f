// One frame of a camera that somebody looks at right now: its picture, and what is found in it.
import type { Point } from './geometry.ts'
import type { CameraId } from './ids.ts'
import type { Detection, View } from './scene.ts'
import type { EpochMs } from './time.ts'

export interface SeenFrame {
  readonly cameraId: CameraId
  readonly at: EpochMs
  readonly view: View
  /** Of the camera's own frame; the picture is smaller. */
  readonly widthPx: number
  readonly heightPx: number
  /** How far the picture lies from the reference view, in fractions of the frame. */
  readonly drift: Point
  /** What the rules are given: found in and around the zones, in coordinates of the reference view. */
  readonly objects: readonly Detection[]
  /** People and vehicles anywhere in the frame, where that could be looked for; in the same coordinates. */
  readonly everywhere: readonly Detection[] | null
  readonly jpeg: Uint8Array
}
