// What cameras saw over time: for how long clearly, for how long not, and why not.
import type { CameraId } from './ids.ts'
import { VIEWS, type View } from './scene.ts'
import type { EpochMs } from './time.ts'

/** `away`: no stream, or nothing heard of whoever watches it. */
export const SIGHTS = [...VIEWS, 'away'] as const
export type Sight = View | 'away'
export const BLIND_SIGHTS = SIGHTS.filter((sight): sight is Exclude<Sight, 'clear'> => sight !== 'clear')

/** So much of an hour a camera was in one sight; what no row tells of, nobody knows: the program did not run. */
export interface SightHour {
  readonly cameraId: CameraId
  readonly hourAt: EpochMs
  readonly sight: Sight
  readonly ms: number
}
