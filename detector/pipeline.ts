// What happens to a frame: the picture is judged, looked at, followed and written down, and every rule takes in the scene.
import type { Zone } from '../core/camera.ts'
import { type JiemuError, toJiemuError } from '../core/errors.ts'
import type { Frame, Picture } from '../core/frame.ts'
import { moveBox, movePolygon, type Point } from '../core/geometry.ts'
import type { Finding } from '../core/observation.ts'
import type { ConditionSample, Detection, Scene, SceneObject, View } from '../core/scene.ts'
import { type EpochMs, stopwatch } from '../core/time.ts'
import type { ConditionSampler } from './conditions/sampler.ts'
import { type AppearanceOf, describe } from './describe.ts'
import { planCrops } from './inference/crops.ts'
import type { Detector } from './inference/detector.ts'
import type { Rule } from './rule.ts'
import type { ByteTracker } from './tracking/byte-tracker.ts'

/** Whether a picture can be judged, and how far it lies from the camera's reference view (see view-gate.ts). */
export interface Sight {
  judge(picture: Picture, at: EpochMs): { readonly view: View; readonly drift: Point | undefined }
}

export interface PipelineDeps {
  readonly sight: Sight
  readonly detector: Detector
  readonly tracker: Pick<ByteTracker, 'update'>
  /** Where objects are looked for in every frame; in zones whose condition is looked at, only when that is. */
  readonly zones: readonly Zone[]
  readonly conditions: Pick<ConditionSampler, 'due' | 'sample'>
  readonly rules: readonly Pick<Rule, 'observe'>[]
  readonly appearance?: AppearanceOf
  /** Such a frame counts as not seen: no rule hears of it. */
  readonly onFailure: (frame: Frame, error: JiemuError) => void
}

/** What one frame led to. Its picture is alive until the next value is asked for, and released then. */
export interface Observed {
  readonly frame: Frame
  readonly scene: Scene
  readonly findings: readonly Finding[]
  /** From when the frame was taken up until each stage was done with it. */
  readonly spentMs: { readonly inferred: number; readonly tracked: number; readonly ruled: number }
}

/** Pulls frames one by one; ending early releases the picture in hand and closes `frames`. */
export async function* observe(frames: AsyncIterable<Frame>, deps: PipelineDeps): AsyncGenerator<Observed, void, void> {
  for await (const frame of frames) {
    try {
      const elapsedMs = stopwatch()
      const looked = await look(frame, deps, elapsedMs).catch(error => {
        deps.onFailure(frame, toJiemuError(error, 'inference-failed'))
      })
      if (!looked) continue
      const { scene, inferred } = looked
      const tracked = elapsedMs()
      const findings = deps.rules.flatMap(rule => rule.observe(scene, frame.receivedAt))
      yield { frame, scene, findings, spentMs: { inferred, tracked, ruled: elapsedMs() } }
    } finally {
      frame.picture?.release()
    }
  }
}

/** Without pixels there is nothing to judge: recorded detections were seen clearly. */
const CLEAR = { view: 'clear', drift: undefined } as const

/** @returns the scene, and when the networks were done with it */
async function look(frame: Frame, deps: PipelineDeps, elapsedMs: () => number) {
  const seen = await detect(frame, deps)
  const inferred = elapsedMs()
  return { scene: write(frame, seen, deps), inferred }
}

/** What the networks found in a frame, in its own coordinates. */
interface Seen {
  readonly view: View
  readonly drift: Point | undefined
  readonly detections: readonly Detection[]
  readonly conditions: readonly ConditionSample[]
}

async function detect(frame: Frame, deps: PipelineDeps): Promise<Seen> {
  const { picture, capturedAt: at } = frame
  const { view, drift } = picture ? deps.sight.judge(picture, at) : CLEAR
  // In a blind frame nothing is looked for: what a network finds in the dark is not worth its time.
  if (view !== 'clear') return { view, drift, detections: [], conditions: [] }
  const due = deps.conditions.due(at)
  const zones = [...deps.zones, ...due].map(zone => (drift ? { polygon: movePolygon(zone.polygon, drift) } : zone))
  const detections = await deps.detector.detect(frame, picture ? planCrops(zones, picture) : [])
  const conditions = due.length > 0 ? await deps.conditions.sample(frame, due, drift) : []
  return { view, drift, detections, conditions }
}

/** Follows what moves, and writes the frame down in coordinates of the reference view. */
function write(frame: Frame, { view, drift, detections, conditions }: Seen, deps: PipelineDeps): Scene {
  if (view !== 'clear') return describe(frame, { view, objects: [] }, deps.zones)
  const placed = drift ? detections.map(object => movedBack(object, drift)) : detections
  const objects = frame.density === 'dense' ? deps.tracker.update(placed, frame.capturedAt) : placed
  return describe(frame, { view, objects, drift, conditions }, deps.zones, deps.appearance)
}

/** To where it would be in the reference view, in which zones and rules think. */
function movedBack<T extends SceneObject>(object: T, { x, y }: Point): T {
  return { ...object, box: moveBox(object.box, { x: -x, y: -y }) }
}
