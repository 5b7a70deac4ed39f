// What the API needs to show cameras live.
import type { CameraId } from '../core/ids.ts'
import type { LiveShow, Still } from '../core/live-view.ts'

/** One who looks at a camera; neither may take long. */
export interface LiveViewer {
  show(show: LiveShow): void
  /** The camera is gone: nothing more will come. */
  gone(): void
}

export interface LiveViews {
  /** The newest picture, waited for a few seconds where there is none yet. @throws JiemuError still-missing */
  still(id: CameraId): Promise<Still>
  /** Shows at once what is there, and all that follows. @returns how to stop looking */
  watch(id: CameraId, as: 'video' | 'stills', viewer: LiveViewer): () => void
  /** How many look at it. */
  viewers(id: CameraId): number
}
