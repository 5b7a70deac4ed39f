// What follows from plateaus and from the ways beside them, on figures whose answer is known.
import { expect, test } from 'vitest'
import { conclude } from './figures.ts'
import type { Plateau } from './plateau.ts'

const resident = (rssMb: number) => ({ rssMb, peakRssMb: rssMb, anonymousMb: rssMb })

/** Each camera takes 0.06 core of the shard; main takes 0.04 and 0.01 more for each. */
function plateau(cameras: number, verdict: Plateau['verdict'], shardMb: number | null): Plateau {
  const [main, shard] = [0.04 + 0.01 * cameras, 0.06 * cameras]
  return {
    cameras,
    verdict,
    breaks: verdict === 'broken' ? ['late'] : [],
    seconds: 60,
    cores: { main, shard, all: main + shard },
    coresPerCamera: (main + shard) / cameras,
    camerasPerCore: cameras / (main + shard),
    milliCoresPerCamera: null,
    feederCores: 0.1,
    memory: { main: resident(300 + 2 * cameras), shard: shardMb === null ? null : resident(shardMb) },
    frames: {
      expected: 30,
      analysed: 30 * cameras,
      unchanged: 0,
      spared: 0,
      shed: 0,
      lost: {},
      lostShare: 0,
      silent: [],
    },
    ...{ sparedShare: 0, shedShare: cameras > 1 ? 0.2 : 0, unchangedShare: 0, engagedShare: 0.4, attentionBursts: 0 },
    incidents: { opened: 0, ended: 0 },
    clips: 0,
    lookEveryMs: 2_000,
    blindMs: 0,
    conditionLooks: {},
    rules: [],
    wayP95Ms: 100,
    conditionsP95Ms: 300,
    stages: {},
  }
}
const turn = { cpuMs: 3_000, seconds: 60, conditionLooks: 3 }
const floor = {
  every: { ...turn, cameras: 1, core: 0.08, keyFrames: 60 },
  some: { ...turn, cameras: 1, core: 0.03, keyFrames: 10 },
}
const naive = { way: 'every frame', core: 0.55, analysedPerSecond: 5 }
const usual = { skipped: 'absent: ffmpeg' }
const NONE = { economy: [], eventful: [], allEngaged: [], everyLook: [], attentive: [] }

test('the most that held are compared with the other ways, and with the fewest', () => {
  const plateaus = [
    plateau(1, 'held', 200),
    plateau(4, 'broken', 260),
    plateau(4, 'held', 290),
    plateau(8, 'broken', 410),
    plateau(8, 'broken', null),
  ]
  const concluded = conclude({ beside: { floor, naive, usual }, plateaus: { ...NONE, economy: plateaus } })
  expect(concluded).toMatchObject({
    camerasWithinBudget: 4,
    camerasAtFullRate: 1,
    ratios: {
      atFewest: { shardToFloor: 1.2, productToFloor: 2.2, naiveToProduct: 5, usualToProduct: null },
      atMost: { shardToFloor: 1.2, productToFloor: 1.6, naiveToProduct: 6.875, usualToProduct: null },
    },
    residentMbPerCamera: { '4 cameras': { main: 2, shard: 30 }, '8 cameras': { main: 2, shard: 30 } },
  })
  expect(Object.entries(concluded.plateaus).map(([name, { verdict }]) => [name, verdict])).toEqual([
    ['1 camera', 'held'],
    ['4 cameras', 'broken'],
    ['4 cameras, again', 'held'],
    ['8 cameras', 'broken'],
    ['8 cameras, again', 'broken'],
  ])
})

test('a plateau with a floor of as many cameras in one process is compared with that', () => {
  const own = { ...turn, cameras: 4, core: 0.2, keyFrames: 120 }
  const economy = [{ ...plateau(4, 'held', 290), floor: own }]
  expect(conclude({ beside: { floor }, plateaus: { ...NONE, economy } }).ratios?.atMost.shardToFloor).toBe(1.2)
  const lower = [{ ...plateau(4, 'held', 290), floor: { ...own, core: 0.16 } }]
  expect(conclude({ beside: { floor }, plateaus: { ...NONE, economy: lower } }).ratios?.atMost.shardToFloor).toBe(1.5)
})

test('before anything held there is nothing to compare, and before anything was measured nothing at all', () => {
  const broken = conclude({ beside: { floor }, plateaus: { ...NONE, economy: [plateau(1, 'broken', 200)] } })
  expect(broken).toMatchObject({ camerasWithinBudget: 0, ratios: null, residentMbPerCamera: {} })
  const nothing = {
    camerasWithinBudget: null,
    camerasAtFullRate: null,
    ratios: null,
    residentMbPerCamera: {},
    plateaus: {},
  }
  expect(conclude({ beside: {}, plateaus: NONE })).toEqual(nothing)
})

test('each curve that was measured is concluded by itself, against the same ways beside it', () => {
  const plateaus = { economy: [plateau(4, 'held', 200)], attentive: [plateau(1, 'held', 200)] }
  const { attentive, ...economy } = conclude({ beside: { floor }, plateaus: { ...NONE, ...plateaus } })
  expect(economy).toMatchObject({ camerasWithinBudget: 4, ratios: { atMost: { shardToFloor: 1.2 } } })
  expect(economy).not.toHaveProperty('everyLook')
  expect(attentive).toMatchObject({ camerasWithinBudget: 1, plateaus: { '1 camera': { verdict: 'held' } } })
})
