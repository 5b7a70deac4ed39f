// What the pipeline hands to rules, when it lets go of pictures, and what a failure does.
import { describe, expect, test } from 'vitest'
import type { Zone } from '../core/camera.ts'
import { JiemuError } from '../core/errors.ts'
import type { Frame } from '../core/frame.ts'
import type { CameraId, Fingerprint, PlaceId, ZoneId } from '../core/ids.ts'
import type { Finding } from '../core/observation.ts'
import type { ConditionSample, Detection, Scene } from '../core/scene.ts'
import { RgbPicture } from '../tests/support/rgb-picture.ts'
import type { CropPlan, Detector } from './inference/detector.ts'
import { recorded } from './inference/kinds/recorded.ts'
import { observe, type PipelineDeps } from './pipeline.ts'
import { viewOf } from './quality.ts'
import { ByteTracker } from './tracking/byte-tracker.ts'

const CAR: Detection = { label: 'car', score: 0.9, box: { x1: 0.2, y1: 0.5, x2: 0.3, y2: 0.6 } }
const ZONE: Zone = {
  id: 'kerb' as ZoneId,
  name: 'kerb',
  cameraId: 'street' as CameraId,
  version: 1,
  rule: 'illegal-parking',
  polygon: [
    { x: 0.1, y: 0.5 },
    { x: 0.5, y: 0.5 },
    { x: 0.5, y: 0.7 },
    { x: 0.1, y: 0.7 },
  ],
  options: {},
  placeId: 'street/kerb' as PlaceId,
}

const frame = (sequence: number, content: Partial<Frame>): Frame => ({
  cameraId: 'street' as CameraId,
  sequence,
  capturedAt: sequence * 200,
  clock: 'media',
  receivedAt: sequence * 200 + 5,
  keyframe: true,
  density: 'keyframes',
  ...content,
})
/** A picture of one brightness on the left and another on the right. */
const picture = (left: number, right: number) => {
  const pixels = Uint8Array.from({ length: 64 * 36 * 3 }, (_, i) => (Math.floor(i / 3) % 64 < 32 ? left : right))
  return new RgbPicture({ widthPx: 64, heightPx: 36, pixels })
}
async function* stream(...frames: readonly Frame[]): AsyncGenerator<Frame> {
  yield* frames
}
async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const value of values) all.push(value)
  return all
}
/** Sees `found` in every picture and remembers where it was told to look. */
const seeing = (found: readonly Detection[], plans: CropPlan[] = []): Detector => ({
  model: { name: 'test', sha256: '' },
  classes: ['car'],
  detect: async (_, plan) => {
    plans.push(plan)
    return found
  },
  close: async () => {},
})

const setUp = async (changed: Partial<PipelineDeps> = {}) => {
  const scenes: Scene[] = []
  const failures: string[] = []
  const finding: Finding = { type: 'dropped', fingerprint: 'x' as Fingerprint }
  const rule = {
    observe: (scene: Scene) => {
      scenes.push(scene)
      return [finding]
    },
    bookmark: () => () => {},
  }
  const deps: PipelineDeps = {
    sight: { judge: shown => ({ view: viewOf(shown), drift: undefined }) },
    conditions: { due: () => [], sample: async () => [] },
    detector: await recorded.create({}, {}),
    tracker: new ByteTracker(),
    zones: [ZONE],
    rules: [rule, rule],
    onFailure: ({ sequence }, { code }) => failures.push(`${sequence} ${code}`),
    ...changed,
  }
  return { deps, scenes, failures, finding }
}

test('every rule takes in every scene, and their findings come in the order of the rules', async () => {
  const { deps, scenes, finding } = await setUp()
  const observed = await collect(observe(stream(frame(0, { recorded: [CAR] }), frame(1, { recorded: [] })), deps))
  expect(observed.map(({ frame: { sequence }, findings }) => [sequence, findings])).toEqual([
    [0, [finding, finding]],
    [1, [finding, finding]],
  ])
  expect(scenes.map(({ at, objects }) => [at, objects.length])).toEqual([
    [0, 1],
    [0, 1],
    [200, 0],
    [200, 0],
  ])
})

test('tracks exist where frames are dense, and only there', async () => {
  const { deps } = await setUp()
  const frames = (density: Frame['density']) => [0, 1].map(sequence => frame(sequence, { density, recorded: [CAR] }))
  const ids = async (density: Frame['density']) =>
    (await collect(observe(stream(...frames(density)), deps))).map(({ scene }) => scene.objects[0]?.trackId)
  expect(await ids('keyframes')).toEqual([undefined, undefined])
  expect(await ids('dense')).toEqual([undefined, 1])
})

test('the picture is alive while its value is looked at, and released once before the next', async () => {
  const pictures = [picture(40, 200), picture(40, 200)]
  const { deps } = await setUp({ detector: seeing([CAR]) })
  const released: number[] = []
  for await (const { frame: seen } of observe(stream(...pictures.map((it, i) => frame(i, { picture: it }))), deps)) {
    released.push(pictures[0]?.released ?? 0, pictures[1]?.released ?? 0)
    expect(seen.picture?.rgb({ x1: 0, y1: 0, x2: 1, y2: 1 }).widthPx).toBe(64)
  }
  expect(released).toEqual([0, 0, 1, 0])
  expect(pictures.map(it => it.released)).toEqual([1, 1])
})

test('leaving early releases the picture in hand and closes the stream', async () => {
  const shown = picture(40, 200)
  let closed = false
  async function* endless(): AsyncGenerator<Frame> {
    try {
      for (let sequence = 0; ; sequence++) yield frame(sequence, { picture: shown })
    } finally {
      closed = true
    }
  }
  const { deps } = await setUp({ detector: seeing([CAR]) })
  for await (const _ of observe(endless(), deps)) break
  expect([shown.released, closed]).toEqual([1, true])
})

test('a frame that fails is reported, released and skipped, and the next one is taken', async () => {
  const [first, second] = [picture(40, 200), picture(40, 200)]
  let asked = 0
  const detector: Detector = {
    ...seeing([]),
    detect: async () => {
      if (asked++ === 0) throw new JiemuError('inference-failed', { problem: 'once' })
      return [CAR]
    },
  }
  const { deps, scenes, failures } = await setUp({ detector })
  const observed = await collect(observe(stream(frame(0, { picture: first }), frame(1, { picture: second })), deps))
  expect(observed.map(({ frame: { sequence } }) => sequence)).toEqual([1])
  expect(scenes.map(({ at }) => at)).toEqual([200, 200])
  expect(failures).toEqual(['0 inference-failed'])
  expect([first.released, second.released]).toEqual([1, 1])
})

test('a picture that cannot be read is a frame not seen; a rule that breaks is nobody’s frame, and ends the stream', async () => {
  const shown = picture(40, 200)
  const sight = {
    judge: () => {
      throw new Error('the scaler gave up')
    },
  }
  const unreadable = await setUp({ detector: seeing([]), sight })
  expect(await collect(observe(stream(frame(0, { picture: shown })), unreadable.deps))).toEqual([])
  expect(unreadable.failures).toEqual(['0 inference-failed'])

  const rule = {
    observe: () => {
      throw new RangeError('a bug')
    },
    bookmark: () => () => {},
  }
  const broken = await setUp({ detector: seeing([]), rules: [rule] })
  await expect(collect(observe(stream(frame(0, { picture: shown })), broken.deps))).rejects.toThrow('a bug')
  expect(broken.failures).toEqual([])
  expect(shown.released).toBe(2)
})

test('a blind frame is a scene without objects, and is not worth an inference', async () => {
  const plans: CropPlan[] = []
  const { deps } = await setUp({ detector: seeing([CAR], plans) })
  const [observed] = await collect(observe(stream(frame(0, { picture: picture(3, 6) })), deps))
  expect(observed?.scene).toEqual({ at: 0, density: 'keyframes', view: 'dark', objects: [] })
  expect(plans).toEqual([])
})

test('looks where the zones are, and takes the looks of a car that stands in one', async () => {
  const plans: CropPlan[] = []
  const { deps } = await setUp({ detector: seeing([CAR], plans), appearance: () => 'red' })
  const [observed] = await collect(observe(stream(frame(0, { picture: picture(40, 200) })), deps))
  expect(plans.flat()).toHaveLength(1)
  expect(plans[0]?.[0]?.y1).toBeCloseTo(0.3)
  expect(observed?.scene.objects).toEqual([{ ...CAR, appearance: 'red' }])
})

test('a frame whose looks cannot be taken counts as not seen, and the next one is looked at', async () => {
  let first = true
  const appearance = () => {
    if (!first) return 'red'
    first = false
    throw new Error('the scaler gave up')
  }
  const { deps, failures } = await setUp({ detector: seeing([CAR]), appearance })
  const frames = [0, 1].map(at => frame(at, { picture: picture(40, 200) }))
  expect((await collect(observe(stream(...frames), deps))).map(({ scene }) => scene.at)).toHaveLength(1)
  expect(failures).toHaveLength(1)
})

describe('a zone whose condition is due', () => {
  const ROAD: Zone = {
    ...ZONE,
    id: 'road' as ZoneId,
    rule: 'dirty-road',
    polygon: [
      { x: 0.6, y: 0.6 },
      { x: 0.9, y: 0.6 },
      { x: 0.9, y: 0.9 },
    ],
  }
  const litter: ConditionSample = { zoneId: ROAD.id, detections: [{ label: 'litter', score: 0.5, box: CAR.box }] }
  const conditions = { due: (at: number) => (at === 0 ? [ROAD] : []), sample: async () => [litter] }

  test('is looked at for objects too, in that frame only, and its sample is part of the scene', async () => {
    const plans: CropPlan[] = []
    const { deps } = await setUp({ detector: seeing([], plans), zones: [], conditions })
    const frames = [0, 1].map(sequence => frame(sequence, { picture: picture(40, 200) }))
    const scenes = (await collect(observe(stream(...frames), deps))).map(({ scene }) => scene)
    expect(plans.map(plan => plan.length)).toEqual([1, 0])
    expect(scenes.map(scene => scene.conditions)).toEqual([[litter], undefined])
  })

  test('is looked at after its frame’s people and vehicles have been told, once others have had their turn', async () => {
    const order: string[] = []
    const rule = (name: string, more: object) => ({
      ...more,
      observe: ({ only, objects }: Scene) => {
        order.push(`${name} hears of ${only ?? 'objects'}: ${objects.length}`)
        return []
      },
      bookmark: () => () => {},
    })
    const rules = [rule('parking', {}), rule('road', { conditions: { everyMs: 60_000, labels: [], detail: 'pieces' } })]
    const { deps } = await setUp({
      ...{ rules, conditions, detector: seeing([CAR]) },
      begin: () => () => order.push('others may go'),
      patience: () => async () => void order.push('waits'),
      onSeen: (_, unchanged) => order.push(`seen, unchanged: ${unchanged}`),
    })
    const shown = picture(40, 200)
    const scenes = (await collect(observe(stream(frame(0, { picture: shown })), deps))).map(({ scene }) => scene)
    expect(order.slice(0, 6)).toEqual([
      ...['parking hears of objects: 1', 'road hears of objects: 1', 'others may go', 'waits'],
      ...['road hears of conditions: 1', 'seen, unchanged: false'],
    ])
    expect(scenes.map(({ only, conditions: looked }) => [only, looked])).toEqual([
      [undefined, undefined],
      ['conditions', [litter]],
    ])
    expect(shown.released).toBe(1)
    order.length = 0
    await collect(observe(stream(frame(0, { picture: picture(40, 200), density: 'dense' })), deps))
    expect(order).toContain('road hears of conditions: 1')
    expect(order).not.toContain('waits')
  })

  test('stays due in a frame that cannot be judged', async () => {
    const asked: Frame[] = []
    const counted = {
      ...conditions,
      sample: async (seen: Frame) => {
        asked.push(seen)
        return [litter]
      },
    }
    const { deps } = await setUp({ detector: seeing([]), conditions: counted })
    const [observed] = await collect(observe(stream(frame(0, { picture: picture(3, 6) })), deps))
    expect([observed?.scene.view, observed?.scene.conditions, asked]).toEqual(['dark', undefined, []])
  })
})

test('where the camera has drifted, crops follow the street, and the scene is that of the reference view', async () => {
  const plans: CropPlan[] = []
  const drift = { x: 0.02, y: -0.01 }
  const aside = await setUp({ detector: seeing([CAR], plans), sight: { judge: () => ({ view: 'clear', drift }) } })
  const still = await setUp({ detector: seeing([CAR], plans) })
  const shown = () => stream(frame(0, { picture: picture(40, 200) }))
  const [observed] = await collect(observe(shown(), aside.deps))
  await collect(observe(shown(), still.deps))
  const [moved, straight] = plans.map(([crop]) => crop)
  expect((moved?.x2 ?? 0) - (straight?.x2 ?? 0)).toBeCloseTo(0.02)
  expect((moved?.y2 ?? 0) - (straight?.y2 ?? 0)).toBeCloseTo(-0.01)
  expect(observed?.scene).toMatchObject({ drift, objects: [{ box: { x1: 0.18, y1: 0.51, x2: 0.28, y2: 0.61 } }] })
})

test('zones changed between two frames count from the next one on', async () => {
  const plans: CropPlan[] = []
  const { deps } = await setUp({ detector: seeing([], plans) })
  let zones: readonly Zone[] = [ZONE]
  const live: PipelineDeps = {
    ...deps,
    get zones() {
      return zones
    },
  }
  const frames = [0, 1].map(sequence => frame(sequence, { picture: picture(40, 200) }))
  for await (const _ of observe(stream(...frames), live)) zones = []
  expect(plans.map(plan => plan.length)).toEqual([1, 0])
})
