// What happens to a frame: the picture is judged, looked at, followed and written down, and every rule takes in the scene.
import type { Zone } from '../core/camera.ts'
import { type JiemuError, toJiemuError } from '../core/errors.ts'
import type { Frame, Picture } from '../core/frame.ts'
import type { Finding } from '../core/observation.ts'
import type { Scene, View } from '../core/scene.ts'
import { type AppearanceOf, describe } from './describe.ts'
import { planCrops } from './inference/crops.ts'
import type { Detector } from './inference/detector.ts'
import { viewOf } from './quality.ts'
import type { Rule } from './rule.ts'
import type { ByteTracker } from './tracking/byte-tracker.ts'

/** Read anew for every frame, so that an owner who changes zones and rules changes them between two frames. */
export interface PipelineDeps {
  readonly detector: Detector
  readonly tracker: Pick<ByteTracker, 'update'>
  readonly zones: readonly Zone[]
  readonly rules: readonly Pick<Rule, 'observe'>[]
  readonly quality?: (picture: Picture) => View
  readonly appearance?: AppearanceOf
  /** Such a frame counts as not seen: no rule hears of it. */
  readonly onFailure: (frame: Frame, error: JiemuError) => void
}

/** What one frame led to. Its picture is alive until the next value is asked for, and released then. */
export interface Observed {
  readonly frame: Frame
  readonly scene: Scene
  readonly findings: readonly Finding[]
}

/** Pulls frames one by one; ending early releases the picture in hand and closes `frames`. */
export async function* observe(frames: AsyncIterable<Frame>, deps: PipelineDeps): AsyncGenerator<Observed, void, void> {
  for await (const frame of frames) {
    try {
      const scene = await look(frame, deps).catch(error => {
        deps.onFailure(frame, toJiemuError(error, 'inference-failed'))
      })
      if (!scene) continue
      const findings = deps.rules.flatMap(rule => rule.observe(scene, frame.receivedAt))
      yield { frame, scene, findings }
    } finally {
      frame.picture?.release()
    }
  }
}

async function look(frame: Frame, deps: PipelineDeps): Promise<Scene> {
  const { picture } = frame
  const view = picture ? (deps.quality ?? viewOf)(picture) : 'clear'
  const plan = picture ? planCrops(deps.zones, picture) : []
  // A blind frame is written down without objects: what a network finds in the dark is not worth its time.
  const detections = view === 'clear' ? await deps.detector.detect(frame, plan) : []
  const objects = frame.density === 'dense' ? deps.tracker.update(detections, frame.capturedAt) : detections
  return describe(frame, view, objects, deps.zones, deps.appearance)
}
