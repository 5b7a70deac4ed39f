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
import { LastLooks } from './last-looks.ts'
import { hears, type Rule } from './rule.ts'
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
  readonly rules: readonly Pick<Rule, 'observe' | 'bookmark' | 'conditions'>[]
  readonly appearance?: AppearanceOf
  /** Whether a picture that shows no change may go without an inference at present; never, if left out. */
  readonly thrifty?: () => boolean
  /** A picture is taken up. @returns to be called once its objects have been told, and others may have their turn */
  readonly begin?: () => (() => void) | undefined
  /** What a look at conditions waits for before each of its steps. */
  readonly patience?: () => (() => Promise<void>) | undefined
  /** A frame has been looked at. @param unchanged nothing had changed, and no network looked at it */
  readonly onSeen?: (frame: Frame, unchanged: boolean) => void
  /** Told what the network of people and vehicles took for a frame. */
  readonly onSpent?: (spentMs: number) => void
  /** Such a frame counts as not seen: no rule hears of it. */
  readonly onFailure: (frame: Frame, error: JiemuError) => void
}

/** What one look at a frame led to. Its picture is alive until the next value is asked for. */
export interface Observed {
  readonly frame: Frame
  readonly scene: Scene
  readonly findings: readonly Finding[]
  /** Nothing had changed, and no network looked at it. */
  readonly unchanged: boolean
  /** From when the frame was taken up until each stage was done with it. */
  readonly spentMs: { readonly inferred: number; readonly tracked: number; readonly ruled: number }
}

/**
 * Pulls frames one by one; ending early releases the picture in hand and closes `frames`. Where a condition is to be looked at
 * too, that is a second look, told after the first: who counts people does not wait for it, and it waits for others.
 */
export async function* observe(frames: AsyncIterable<Frame>, deps: PipelineDeps): AsyncGenerator<Observed, void, void> {
  const lastLooks = new LastLooks()
  for await (const frame of frames) {
    const done = deps.begin?.()
    try {
      const elapsedMs = stopwatch()
      const failed = (error: unknown) => void deps.onFailure(frame, toJiemuError(error, 'inference-failed'))
      const judged = await judge(frame, deps, lastLooks).catch(failed)
      if (!judged) continue
      const apart = frame.picture !== undefined && deps.zones.length > 0 && judged.due.length > 0
      const told = await tell(
        frame,
        { ...judged, ...(apart && { due: [] }) },
        { ...deps, lastLooks, elapsedMs },
        failed,
      )
      if (!told) continue
      yield told
      done?.()
      if (!apart) {
        deps.onSeen?.(frame, told.unchanged)
        continue
      }
      // In a burst the camera's own next picture comes in a quarter of a second: it would be lost while this one waits.
      const between = frame.density === 'dense' ? undefined : deps.patience?.()
      await between?.()
      const second = { ...deps, zones: [], between, lastLooks, elapsedMs, only: 'conditions' as const }
      const conditions = await tell(frame, judged, second, failed)
      if (!conditions) continue
      yield conditions
      deps.onSeen?.(frame, told.unchanged && conditions.unchanged)
    } finally {
      frame.picture?.release()
      done?.()
    }
  }
}

/**
 * Looks at a frame and tells the rules. Where nothing has changed, they are given what was found before. If they have anything
 * to say to that, it is taken back, and the picture is looked at first: nothing is ever said of a picture that no network has
 * seen.
 * @returns undefined where it failed
 */
async function tell(
  frame: Frame,
  judged: Judged,
  deps: Omit<LookDeps, 'recalling'>,
  failed: (error: unknown) => undefined,
): Promise<Observed | undefined> {
  const lookAt = (recalling: boolean) => look(frame, judged, { ...deps, recalling }).catch(failed)
  // A tracker has no way back, and dense frames are there to be looked at closely.
  let looked = await lookAt(frame.density === 'keyframes' && (deps.thrifty?.() ?? false))
  if (!looked) return undefined
  let heard = hear(frame, looked.scene, deps)
  if (looked.recalled && heard.findings.length > 0) {
    heard.takeBack()
    looked = await lookAt(false)
    if (!looked) return undefined
    heard = hear(frame, looked.scene, deps)
  }
  const { scene, spentMs, recalled, inferred } = looked
  const ruled = deps.elapsedMs()
  return { frame, scene, findings: heard.findings, unchanged: recalled && !inferred, spentMs: { ...spentMs, ruled } }
}

/** What every rule has to say to a scene, and how to make them forget it. */
function hear({ receivedAt }: Frame, scene: Scene, deps: Pick<PipelineDeps, 'rules'>) {
  const rules = deps.rules.filter(rule => hears(rule, scene))
  const bookmarks = rules.map(rule => rule.bookmark())
  const findings = rules.flatMap(rule => rule.observe(scene, receivedAt))
  return {
    findings,
    takeBack: () => {
      for (const turnBack of bookmarks) turnBack()
    },
  }
}

interface Judged {
  readonly view: View
  readonly drift: Point | undefined
  /** Zones whose condition is to be looked at. */
  readonly due: readonly Zone[]
}

async function judge({ picture, capturedAt }: Frame, deps: PipelineDeps, lastLooks: LastLooks): Promise<Judged> {
  // Without pixels there is nothing to judge: recorded detections were seen clearly.
  const { view, drift } = picture ? deps.sight.judge(picture, capturedAt) : { view: 'clear' as const, drift: undefined }
  if (view === 'clear') return { view, drift, due: deps.conditions.due(capturedAt) }
  lastLooks.forget()
  return { view, drift, due: [] }
}

interface LookDeps extends PipelineDeps {
  readonly lastLooks: LastLooks
  /** Whether what was found in an earlier picture may stand for what has not changed. */
  readonly recalling: boolean
  readonly elapsedMs: () => number
  readonly between?: (() => Promise<void>) | undefined
  readonly only?: Scene['only']
}

/** @returns the scene; whether some of it was found in an earlier picture, and whether a network looked at this one */
async function look(frame: Frame, judged: Judged, deps: LookDeps) {
  const seen = await detect(frame, judged, deps)
  const inferred = deps.elapsedMs()
  const scene = write(frame, judged, seen, deps)
  return { ...seen, scene, spentMs: { inferred, tracked: deps.elapsedMs() } }
}

/** What the networks found in a frame, in its own coordinates. */
interface Seen {
  readonly detections: readonly Detection[]
  readonly conditions: readonly ConditionSample[]
  readonly recalled: boolean
  readonly inferred: boolean
}

async function detect(frame: Frame, { view, drift, due }: Judged, deps: LookDeps): Promise<Seen> {
  // In a blind frame nothing is looked for: what a network finds in the dark is not worth its time.
  if (view !== 'clear') return { detections: [], conditions: [], recalled: false, inferred: false }
  const { picture, capturedAt } = frame
  const zones = [...deps.zones, ...due].map(zone => (drift ? { polygon: movePolygon(zone.polygon, drift) } : zone))
  const plan = picture ? planCrops(zones, picture) : []
  const recall = picture && deps.lastLooks.recall(picture, plan, capturedAt, deps.recalling)
  const changed = recall?.changed ?? plan
  const looks = changed.length > 0 || plan.length === 0
  const found = looks ? await deps.detector.detect(frame, changed, deps.onSpent && { onSpent: deps.onSpent }) : []
  recall?.keep(found)
  const { recalling, between } = deps
  const conditions = due.length > 0 ? await deps.conditions.sample(frame, due, { drift, recalling, between }) : []
  const repeated = conditions.filter(sample => sample.repeated).length
  return {
    detections: [...(recall?.found ?? []), ...found],
    conditions,
    recalled: changed.length < plan.length || repeated > 0,
    inferred: looks || repeated < conditions.length,
  }
}

/** Follows what moves, and writes the frame down in coordinates of the reference view. */
function write(frame: Frame, { view, drift }: Judged, { detections, conditions }: Seen, deps: LookDeps): Scene {
  if (view !== 'clear') return describe(frame, { view, objects: [] }, deps.zones)
  const placed = drift ? detections.map(object => movedBack(object, drift)) : detections
  const { only } = deps
  const objects = frame.density === 'dense' && !only ? deps.tracker.update(placed, frame.capturedAt) : placed
  return describe(frame, { view, objects, drift, conditions, only }, deps.zones, deps.appearance)
}

/** To where it would be in the reference view, in which zones and rules think. */
function movedBack<T extends SceneObject>(object: T, { x, y }: Point): T {
  return { ...object, box: moveBox(object.box, { x: -x, y: -y }) }
}
