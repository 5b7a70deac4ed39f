// Pictures in which nothing changes: no network looks at them, rules count them as seen, and what is said stays the same.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Zone } from '../core/camera.ts'
import type { Frame } from '../core/frame.ts'
import type { CameraId, PlaceId, ZoneId } from '../core/ids.ts'
import type { Detection } from '../core/scene.ts'
import { paintedStreet } from '../tests/support/painted-street.ts'
import type { CropPlan, Detector } from './inference/detector.ts'
import { LOOK_ANYWAY_MS } from './last-looks.ts'
import { type Observed, observe } from './pipeline.ts'
import type { Rule } from './rule.ts'
import { crowding } from './rules/kinds/crowding.ts'
import { illegalParking } from './rules/kinds/illegal-parking.ts'
import { ruleOf, story } from './rules/painted.ts'
import { ByteTracker } from './tracking/byte-tracker.ts'

const WIDTH_PX = 320
const HEIGHT_PX = 180
const START_AT = Date.parse('2026-01-05T08:00:00+08:00')
const KEY_FRAME_MS = 2_000

const zone = (id: string, x1: number, x2: number): Zone => ({
  ...{ id: id as ZoneId, name: id, cameraId: 'gate' as CameraId, version: 1, rule: 'illegal-parking', options: {} },
  placeId: `gate/${id}` as PlaceId,
  polygon: [
    { x: x1, y: 0.5 },
    { x: x2, y: 0.5 },
    { x: x2, y: 0.9 },
    { x: x1, y: 0.9 },
  ],
})
const LEFT = zone('left', 0.02, 0.2)
const RIGHT = zone('right', 0.75, 0.98)

/** A vehicle that stands at `x` px from one frame on to the next; frames are numbered. */
interface Stand {
  readonly x: number
  readonly from: number
  readonly to: number
}
const SIDE_PX = 30
const TOP_PX = 110

function frames(count: number, stands: readonly Stand[], more: Partial<Frame> = {}) {
  const there = (index: number) => stands.filter(({ from, to }) => index >= from && index < to)
  const all = Array.from({ length: count }, (_, index): Frame => {
    const squares = there(index).map(({ x }) => ({ x, y: TOP_PX, sidePx: SIDE_PX, level: 60 }))
    const capturedAt = START_AT + index * KEY_FRAME_MS
    const picture = paintedStreet({ widthPx: WIDTH_PX, heightPx: HEIGHT_PX, seed: index + 1, noise: 3, squares })
    const clock = { clock: 'media', receivedAt: capturedAt, keyframe: true, density: 'keyframes' } as const
    return { cameraId: 'gate' as CameraId, sequence: index, capturedAt, ...clock, picture, ...more }
  })
  const objects = (index: number): readonly Detection[] =>
    there(index).map(({ x }) => ({
      label: 'car',
      score: 0.9,
      box: {
        x1: x / WIDTH_PX,
        y1: TOP_PX / HEIGHT_PX,
        x2: (x + SIDE_PX) / WIDTH_PX,
        y2: (TOP_PX + SIDE_PX) / HEIGHT_PX,
      },
    }))
  return { all, objects }
}

async function watch(
  { all, objects }: ReturnType<typeof frames>,
  { thrifty, rules = [], zones = [LEFT] }: { thrifty: boolean; rules?: readonly Rule[]; zones?: readonly Zone[] },
) {
  const plans: { readonly index: number; readonly plan: CropPlan }[] = []
  const detector: Detector = {
    model: { name: 'truth', sha256: '' },
    classes: ['car'],
    detect: async ({ sequence }, plan) => {
      plans.push({ index: sequence, plan })
      const middleOf = ({ box }: Detection) => ({ x: (box.x1 + box.x2) / 2, y: (box.y1 + box.y2) / 2 })
      return objects(sequence).filter(one => {
        const { x, y } = middleOf(one)
        return plan.some(crop => x > crop.x1 && x < crop.x2 && y > crop.y1 && y < crop.y2)
      })
    },
    close: async () => {},
  }
  const seen: Observed[] = []
  const stream = (async function* () {
    yield* all
  })()
  const deps = {
    sight: { judge: () => ({ view: 'clear', drift: undefined }) as const },
    conditions: { due: () => [], sample: async () => [] },
    ...{ detector, tracker: new ByteTracker(), zones, rules, thrifty: () => thrifty },
    onFailure: (_: Frame, error: Error) => expect.unreachable(error.message),
  }
  for await (const observed of observe(stream, deps)) seen.push(observed)
  return { seen, plans, looked: [...new Set(plans.map(({ index }) => index))] }
}

describe('a street in which nothing moves', () => {
  test('is looked at once, and again every 30 s', async () => {
    const { seen, looked } = await watch(frames(40, []), { thrifty: true })
    expect(looked.map(index => index * KEY_FRAME_MS)).toEqual([0, LOOK_ANYWAY_MS, 2 * LOOK_ANYWAY_MS])
    expect(seen.filter(({ unchanged }) => unchanged)).toHaveLength(37)
    expect(seen.every(({ unchanged }, index) => unchanged !== looked.includes(index))).toBe(true)
  })

  test('is looked at in every picture where nobody may be thrifty, and where frames are dense', async () => {
    expect((await watch(frames(10, []), { thrifty: false })).looked).toHaveLength(10)
    expect((await watch(frames(10, [], { density: 'dense' }), { thrifty: true })).looked).toHaveLength(10)
  })

  test('shows in each picture what was found in it when it was looked at', async () => {
    const { seen } = await watch(frames(12, [{ x: 20, from: 0, to: 12 }]), { thrifty: true })
    expect(seen.map(({ scene }) => scene.objects.length)).toEqual(Array(12).fill(1))
    expect(seen.map(({ scene }) => scene.at)).toEqual(
      Array.from({ length: 12 }, (_, index) => START_AT + index * KEY_FRAME_MS),
    )
  })
})

test('of two places that do not overlap only the one that changes is looked at', async () => {
  const { seen, plans } = await watch(frames(6, [{ x: 270, from: 3, to: 6 }]), { thrifty: true, zones: [LEFT, RIGHT] })
  const [first, change] = plans
  expect(plans.map(({ index }) => index)).toEqual([0, 3])
  expect([first?.plan.length, change?.plan.length]).toEqual([2, 1])
  expect(change?.plan[0]?.x1).toBeGreaterThan(0.5)
  expect(seen.map(({ unchanged }) => unchanged)).toEqual([false, true, true, false, true, true])
  expect(seen.map(({ scene }) => scene.objects.length)).toEqual([0, 0, 0, 1, 1, 1])
})

test('a vehicle that comes or goes is seen in that very picture, whenever it does', async () => {
  const stand = fc.record({
    x: fc.integer({ min: 5, max: 50 }),
    from: fc.integer({ min: 1, max: 20 }),
    frames: fc.integer({ min: 1, max: 20 }),
  })
  await fc.assert(
    fc.asyncProperty(stand, async ({ x, from, frames: stays }) => {
      const scenes = frames(24, [{ x, from, to: from + stays }])
      const { seen, looked } = await watch(scenes, { thrifty: true })
      expect(seen.map(({ scene }) => scene.objects.length)).toEqual(
        Array.from({ length: 24 }, (_, index) => scenes.objects(index).length),
      )
      expect(looked.length).toBeLessThan(8)
    }),
    { numRuns: 6, seed: 20260105 },
  )
})

describe('what rules say', () => {
  const parking = () => ruleOf(illegalParking, { grace: '60s', clearAfter: '20s' }, LEFT)()
  const PARKED = [{ x: 20, from: 5, to: 60 }]

  test('is the same, at the same times and with the same dwell, though most pictures were not looked at', async () => {
    const all = await watch(frames(90, PARKED), { thrifty: false, rules: [parking()] })
    const few = await watch(frames(90, PARKED), { thrifty: true, rules: [parking()] })
    const said = ({ seen }: typeof all) => seen.flatMap(({ findings }) => findings)
    expect(story(said(all)).map(line => line.split(' ')[1])).toEqual([
      ...['first', 'half', 'fired', 'holds', 'cleared', 'ended'],
    ])
    expect(said(few)).toEqual(said(all))
    expect(few.looked.length).toBeLessThan(all.looked.length / 2)
  })

  test('is only ever said of a picture that was looked at', async () => {
    const { seen, looked } = await watch(frames(90, PARKED), { thrifty: true, rules: [parking()] })
    const spoken = seen.flatMap(({ findings }, index) => (findings.length > 0 ? [index] : []))
    expect(spoken.length).toBeGreaterThan(8)
    expect(spoken.filter(index => !looked.includes(index))).toEqual([])
  })

  test('leaves no trace where it was taken back', async () => {
    const [all, few] = [parking(), parking()]
    await watch(frames(34, PARKED), { thrifty: false, rules: [all] })
    await watch(frames(34, PARKED), { thrifty: true, rules: [few] })
    expect([few.snapshot(), few.revision]).toEqual([all.snapshot(), all.revision])
  })

  test('counts a crowd that stands still for as long as it is there', async () => {
    const rule = () => ruleOf(crowding, { threshold: 1, clearBelow: 0, hold: '40s', clearAfter: '20s' }, LEFT)()
    const crowd = () => {
      const { all, objects } = frames(60, [{ x: 20, from: 3, to: 40 }])
      return { all, objects: (index: number) => objects(index).map(one => ({ ...one, label: 'person' })) }
    }
    const all = await watch(crowd(), { thrifty: false, rules: [rule()] })
    const few = await watch(crowd(), { thrifty: true, rules: [rule()] })
    expect(few.seen.flatMap(({ findings }) => findings)).toEqual(all.seen.flatMap(({ findings }) => findings))
    expect(few.looked.length).toBeLessThan(all.looked.length / 2)
  })
})
