// When zones are looked at, what of it they are told, and what it costs.
import { describe, expect, test } from 'vitest'
import type { Zone } from '../../core/camera.ts'
import type { Frame } from '../../core/frame.ts'
import type { Box } from '../../core/geometry.ts'
import type { CameraId, PlaceId, ZoneId } from '../../core/ids.ts'
import type { RuleKind } from '../../core/observation.ts'
import type { Detection } from '../../core/scene.ts'
import { paintedStreet } from '../../tests/support/painted-street.ts'
import { RgbPicture } from '../../tests/support/rgb-picture.ts'
import type { CropPlan, Detector } from '../inference/detector.ts'
import { ConditionSampler } from './sampler.ts'

const SIZE = { widthPx: 640, heightPx: 360 }
const zone = (id: string, rule: RuleKind, { x1, y1, x2, y2 }: Box): Zone => ({
  id: id as ZoneId,
  name: id,
  cameraId: 'street' as CameraId,
  version: 1,
  rule,
  polygon: [
    { x: x1, y: y1 },
    { x: x2, y: y1 },
    { x: x2, y: y2 },
    { x: x1, y: y2 },
  ],
  options: {},
  placeId: `street/${id}` as PlaceId,
})
const BIN = zone('bin', 'overflowing-bin', { x1: 0.1, y1: 0.5, x2: 0.2, y2: 0.7 })
const ROAD = zone('road', 'dirty-road', { x1: 0.3, y1: 0.5, x2: 0.9, y2: 0.9 })

const frame = (capturedAt: number): Frame => ({
  cameraId: 'street' as CameraId,
  sequence: 0,
  capturedAt,
  clock: 'media',
  receivedAt: capturedAt,
  keyframe: true,
  density: 'keyframes',
  picture: new RgbPicture({ ...SIZE, pixels: new Uint8Array(SIZE.widthPx * SIZE.heightPx * 3) }),
})

/** Finds the same in every batch, at 5 ms a tile. */
function finding(found: readonly Detection[], plans: CropPlan[] = []): Detector {
  return {
    model: { name: 'test', sha256: '' },
    classes: ['litter', 'bin', 'bin-overflow'],
    detect: async (_, plan, { onSpent } = {}) => {
      plans.push(plan)
      onSpent?.(plan.length * 5)
      return found
    },
    close: async () => {},
  }
}

const problems: string[] = []
const samplerOf = (detector: Detector, zones: readonly Zone[] = [BIN, ROAD]) => {
  problems.length = 0
  const onFailure = (at: Zone, { code }: { readonly code: string }) => problems.push(`${at.id} ${code}`)
  const scheduled = zones.map(each =>
    each.rule === 'dirty-road'
      ? ({ zone: each, everyMs: 60_000, detail: 'pieces' } as const)
      : ({ zone: each, everyMs: 30_000, detail: 'place' } as const),
  )
  return new ConditionSampler(scheduled, { detector, onFailure })
}
const bin = (score: number, box: Box): Detection => ({ label: 'bin', score, box })

test('each zone is looked at on its own schedule, whatever the rhythm of the frames', async () => {
  const sampler = samplerOf(finding([]))
  const looked: string[] = []
  // Key frames of 2 s that come a little late and a little early.
  for (let at = 0; at <= 122_000; at += 2_000 + (at % 3) - 1) {
    for (const { zoneId } of await sampler.sample(frame(at), sampler.due(at)))
      looked.push(`${Math.round(at / 1_000)} ${zoneId}`)
  }
  expect(looked).toEqual(['0 bin', '0 road', '30 bin', '60 bin', '60 road', '90 bin', '120 bin', '120 road'])
})

test('in a hurry a zone is looked at at once and more often, marked as beside its schedule, which goes on', async () => {
  const sampler = samplerOf(finding([]))
  const looked: string[] = []
  for (let at = 0; at <= 62_000; at += 2_000) {
    if (at === 10_000) sampler.hurry('bin' as ZoneId, 5_000, 34_000)
    for (const { zoneId, extra } of await sampler.sample(frame(at), sampler.due(at)))
      looked.push(`${at / 1_000} ${zoneId}${extra ? ' extra' : ''}`)
  }
  expect(looked.filter(line => line.includes('bin'))).toEqual([
    ...['0 bin', '10 bin extra', '14 bin extra', '18 bin extra', '22 bin extra', '26 bin extra', '30 bin'],
    '60 bin',
  ])
  expect(looked.filter(line => line.includes('road'))).toEqual(['0 road', '60 road'])
})

test('after a gap the schedule begins anew, instead of making up for what was missed', async () => {
  const sampler = samplerOf(finding([]), [BIN])
  const looked: number[] = []
  for (const at of [0, 100_000, 102_000, 128_000, 130_000]) {
    if ((await sampler.sample(frame(at), sampler.due(at))).length > 0) looked.push(at)
  }
  expect(looked).toEqual([0, 100_000, 130_000])
})

test('what stands or lies in the zone is told, clipped to it; what lies beside it is not', async () => {
  const inside = bin(0.9, { x1: 0.12, y1: 0.45, x2: 0.18, y2: 0.68 })
  const beside = bin(0.8, { x1: 0.22, y1: 0.5, x2: 0.28, y2: 0.7 })
  const sampler = samplerOf(finding([inside, beside]), [BIN])
  expect(await sampler.sample(frame(0), [BIN])).toEqual([
    { zoneId: 'bin', detections: [{ ...inside, box: { ...inside.box, y1: 0.5 } }] },
  ])
})

test('in a view that has drifted tiles follow the street, and detections come back to the reference view', async () => {
  const plans: CropPlan[] = []
  const seen = bin(0.9, { x1: 0.14, y1: 0.52, x2: 0.2, y2: 0.68 })
  const drift = { x: 0.02, y: 0.01 }
  const sampler = samplerOf(finding([seen], plans), [BIN])
  const [sample] = await sampler.sample(frame(0), [BIN], { drift })
  await samplerOf(finding([], plans), [BIN]).sample(frame(0), [BIN])
  expect(sample?.detections).toEqual([bin(0.9, { x1: 0.12, y1: 0.51, x2: 0.18, y2: 0.67 })])
  const [moved, still] = plans.map(([tile]) => tile)
  expect((moved?.y2 ?? 0) - (still?.y2 ?? 0)).toBeCloseTo(0.01)
})

test('all tiles of a zone are one batch, and samples, tiles and time are counted by zone', async () => {
  const plans: CropPlan[] = []
  const sampler = samplerOf(finding([], plans))
  for (const at of [0, 30_000, 60_000]) await sampler.sample(frame(at), sampler.due(at))
  const tiles = plans[1]?.length ?? 0
  expect(plans.map(plan => plan.length)).toEqual([2, tiles, 2, 2, tiles])
  expect(sampler.costs()).toEqual([
    { zoneId: 'bin', samples: 3, repeats: 0, tiles: 6, spentMs: 30, lastAt: 60_000, problem: null },
    { zoneId: 'road', samples: 2, repeats: 0, tiles: 2 * tiles, spentMs: 10 * tiles, lastAt: 60_000, problem: null },
  ])
})

test.each([
  ['too small to be judged', zone('bin', 'overflowing-bin', { x1: 0.1, y1: 0.1, x2: 0.13, y2: 0.3 }), 'zone-too-small'],
  ['outside the frame', zone('bin', 'overflowing-bin', { x1: 1, y1: 0.1, x2: 1.1, y2: 0.3 }), 'crop-empty'],
])('a zone that is %s is no sample: its problem is shown, and told once', async (_, unfit, code) => {
  const sampler = samplerOf(finding([]), [unfit, ROAD])
  for (const at of [0, 60_000]) {
    const samples = await sampler.sample(frame(at), sampler.due(at))
    expect(samples.map(({ zoneId }) => zoneId)).toEqual(['road'])
  }
  expect(sampler.costs()[0]).toMatchObject({ samples: 0, lastAt: null, problem: { code } })
  expect(problems).toEqual([`bin ${code}`])
})

test('a network that fails is no sample, and the zone is looked at again when it is due', async () => {
  let fails = true
  const detector: Detector = {
    ...finding([]),
    detect: async () => {
      if (fails) throw new Error('out of memory')
      return []
    },
  }
  const sampler = samplerOf(detector, [BIN])
  expect(await sampler.sample(frame(0), sampler.due(0))).toEqual([])
  fails = false
  expect(sampler.due(2_000)).toEqual([])
  expect(await sampler.sample(frame(30_000), sampler.due(30_000))).toEqual([{ zoneId: 'bin', detections: [] }])
  expect(sampler.costs()[0]?.problem).toBeNull()
  expect(problems).toEqual(['bin inference-failed'])
})

describe('the zones of many cameras', () => {
  const cameras = Array.from({ length: 40 }, (_, index) => ({
    ...BIN,
    cameraId: `camera-${index}` as CameraId,
  }))
  const looks = async (staggered: boolean, times: readonly number[]) => {
    const looked: number[][] = []
    for (const zoneOfOne of cameras) {
      const deps = { detector: finding([]), onFailure: () => expect.unreachable(), staggered }
      const sampler = new ConditionSampler([{ zone: zoneOfOne, everyMs: 60_000, detail: 'place' }], deps)
      const mine: number[] = []
      for (const at of times)
        if ((await sampler.sample({ ...STILL, capturedAt: at }, sampler.due(at))).length > 0) mine.push(at)
      looked.push(mine)
    }
    return looked
  }
  const minute = (from: number) => Array.from({ length: 30 }, (_, index) => from + index * 2_000)
  const STILL = frame(0)
  const busiest = (looked: readonly (readonly number[])[]) => {
    const counts = new Map<number, number>()
    for (const at of looked.flat()) counts.set(at, (counts.get(at) ?? 0) + 1)
    return Math.max(...counts.values())
  }

  test('that begin together are looked at one after the other, each once in its interval and at its own time', async () => {
    const looked = await looks(true, [...minute(0), ...minute(60_000), ...minute(120_000)])
    expect(busiest(looked)).toBeLessThan(8)
    for (const [first = 0, second = 0] of looked) expect([first <= 60_000, second - first]).toEqual([true, 60_000])
    expect(await looks(true, [...minute(0), ...minute(60_000), ...minute(120_000)])).toEqual(looked)
    expect(busiest(await looks(false, minute(0)))).toBe(cameras.length)
  })

  test('that all come back after a gap keep their places', async () => {
    const looked = await looks(true, [...minute(0), 60_000, ...minute(600_000), 660_000])
    expect(busiest(looked)).toBeLessThan(8)
    for (const [first = 0, ...later] of looked) expect(later.every(at => (at - first) % 60_000 === 0)).toBe(true)
  })
})

describe('a zone that has not changed', () => {
  const street = (at: number, squares: { x: number; y: number; sidePx: number; level: number }[] = []) => ({
    ...frame(at),
    picture: paintedStreet({ ...SIZE, seed: at + 1, noise: 3, squares }),
  })
  const watched = (engaged: () => boolean, found: () => readonly Detection[] = () => []) => {
    const looks: number[] = []
    const detector: Detector = {
      ...finding([]),
      detect: async ({ capturedAt }) => {
        looks.push(capturedAt / 30_000)
        return found()
      },
    }
    const deps = { detector, onFailure: () => expect.unreachable(), isEngaged: engaged }
    const sampler = new ConditionSampler([{ zone: BIN, everyMs: 30_000, detail: 'place' }], deps)
    return { sampler, looks }
  }

  test('is really looked at every fourth time; what was found is told again, marked so', async () => {
    const seen = bin(0.9, { x1: 0.12, y1: 0.52, x2: 0.18, y2: 0.68 })
    const { sampler, looks } = watched(
      () => false,
      () => [seen],
    )
    const samples = []
    for (let look = 0; look < 6; look++)
      samples.push(...(await sampler.sample(street(look * 30_000), [BIN], { recalling: true })))
    expect(looks).toEqual([0, 4])
    expect(samples.map(({ repeated = false }) => repeated)).toEqual([false, true, true, true, false, true])
    expect(samples.every(({ detections }) => detections[0]?.score === 0.9)).toBe(true)
    expect(sampler.costs()[0]).toMatchObject({ samples: 2, repeats: 4 })
  })

  test('is looked at all the same while its rule follows something, and where nobody may be thrifty', async () => {
    const engaged = watched(() => true)
    const thorough = watched(() => false)
    for (let look = 0; look < 3; look++) {
      await engaged.sampler.sample(street(look * 30_000), [BIN], { recalling: true })
      await thorough.sampler.sample(street(look * 30_000), [BIN])
    }
    expect([engaged.looks, thorough.looks]).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ])
  })

  test('is looked at once something new lies beside it', async () => {
    const { sampler, looks } = watched(() => false)
    await sampler.sample(street(0), [BIN], { recalling: true })
    await sampler.sample(street(30_000, [{ x: 90, y: 240, sidePx: 12, level: 60 }]), [BIN], { recalling: true })
    expect(looks).toEqual([0, 1])
  })

  test('that was told again and must be seen after all is looked at in the same frame, and once only', async () => {
    const { sampler, looks } = watched(() => false)
    await sampler.sample(street(0), [BIN], { recalling: true })
    const due = sampler.due(30_000)
    expect((await sampler.sample(street(30_000), due, { recalling: true }))[0]?.repeated).toBe(true)
    const [first, second] = [await sampler.sample(street(30_000), due), await sampler.sample(street(30_000), due)]
    expect([first, second]).toEqual([[{ zoneId: 'bin', detections: [] }], [{ zoneId: 'bin', detections: [] }]])
    expect(looks).toEqual([0, 1])
  })
})
