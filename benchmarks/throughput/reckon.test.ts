// What cameras' counts come to, on counts whose answer is known.
import { describe, expect, test } from 'vitest'
import type { CameraId } from '../../core/ids.ts'
import {
  type Counts,
  camerasWithinBudget,
  framesBetween,
  type Judged,
  judge,
  perCameraMore,
  ratiosOf,
} from './reckon.ts'

/** Frames of 25 a second with a key frame every 50th; the later ones a minute on, and none under way at either end. */
const AT = 1_000_000
const counts = (cameraId: string, change: Partial<Counts> = {}): Counts => ({
  cameraId: cameraId as CameraId,
  state: 'online',
  lastFrameAt: AT,
  framesIn: 500,
  framesAnalysed: 10,
  framesUnchanged: 0,
  dropped: { 'not-sampled': 490 },
  reconnects: 0,
  ...change,
})
const later = (cameraId: string, change: Partial<Counts> = {}): Counts =>
  counts(cameraId, {
    lastFrameAt: AT + 60_000,
    framesIn: 2_000,
    framesAnalysed: 40,
    dropped: { 'not-sampled': 1_960 },
    ...change,
  })
const between = (before: readonly Counts[], after: readonly Counts[], cameras: readonly string[] = ['a']) =>
  framesBetween(before, after, { cameras, seconds: 60, at: AT + 62_000, fps: 25, gopFrames: 50 })

describe('key frames between two reports', () => {
  const none = { unchanged: 0, shed: 0, lost: {}, lostShare: 0, silent: [] }

  test.each<[string, Partial<Counts>, Partial<Counts>, object]>([
    ['all were analysed', {}, {}, { ...none, expected: 30, analysed: 30 }],
    [
      'in some nothing had changed: they were seen',
      { framesAnalysed: 9, framesUnchanged: 1 },
      { framesAnalysed: 32, framesUnchanged: 8 },
      { ...none, expected: 30, analysed: 30, unchanged: 7 },
    ],
    [
      'a report may end anywhere in a group of pictures',
      { framesIn: 520, dropped: { 'not-sampled': 509 }, framesAnalysed: 11 },
      { framesIn: 1_999, dropped: { 'not-sampled': 1_959 } },
      { ...none, expected: 29, analysed: 29 },
    ],
    [
      'one that is still looked at is neither lost nor expected yet',
      {},
      { framesIn: 2_001 },
      { ...none, expected: 30, analysed: 30 },
    ],
    [
      'one that was looked at then has been analysed since',
      { framesAnalysed: 9 },
      {},
      { ...none, expected: 31, analysed: 31 },
    ],
    [
      'three gave way to newer ones',
      {},
      { framesAnalysed: 37, dropped: { 'not-sampled': 1_960, superseded: 3 } },
      { expected: 30, analysed: 27, unchanged: 0, lost: { superseded: 3 }, lostShare: 0.1, silent: [] },
    ],
    [
      'what was lost before does not count',
      { framesAnalysed: 8, dropped: { 'not-sampled': 490, superseded: 2 } },
      { framesAnalysed: 38, dropped: { 'not-sampled': 1_960, superseded: 2 } },
      { ...none, expected: 30, analysed: 30 },
    ],
    [
      'two key frames were dropped as if they were none',
      {},
      { framesAnalysed: 38, dropped: { 'not-sampled': 1_962 } },
      { expected: 30, analysed: 28, unchanged: 0, lost: { missing: 2 }, lostShare: 2 / 30, silent: [] },
    ],
    [
      'every third was shed, which is no loss',
      {},
      { framesAnalysed: 30, dropped: { 'not-sampled': 1_960, shed: 10 } },
      { ...none, expected: 30, analysed: 20, shed: 10 },
    ],
    [
      'two thirds were not needed, which is no loss either',
      {},
      { framesAnalysed: 20, dropped: { 'not-sampled': 1_960, spared: 20 } },
      { ...none, expected: 30, analysed: 10, spared: 20 },
    ],
    ['a camera that was connected anew was silent', {}, { reconnects: 1 }, { silent: ['a'] }],
    ['so is one that is not online', {}, { state: 'retrying' }, { silent: ['a'] }],
    ['so is one whose last frame is old', {}, { lastFrameAt: AT + 35_000 }, { silent: ['a'] }],
    ['so is one that has shown nothing', {}, { lastFrameAt: null }, { silent: ['a'] }],
    [
      'a report may be five seconds older than the one before was',
      {},
      { framesIn: 1_850, framesAnalysed: 37, dropped: { 'not-sampled': 1_813 } },
      { ...none, expected: 27, analysed: 27 },
    ],
    [
      'a camera that is held back, since nobody reads, is silent',
      {},
      { framesIn: 1_750, framesAnalysed: 35, dropped: { 'not-sampled': 1_715 } },
      { lost: {}, unchanged: 0, expected: 25, analysed: 25, silent: ['a'] },
    ],
  ])('%s', (_, before, after, expected) => {
    expect(between([counts('a', before)], [later('a', after)])).toMatchObject(expected)
  })

  test('cameras are counted together, each against itself', () => {
    const [a, b] = [counts('a'), counts('b', { framesIn: 0, framesAnalysed: 0, dropped: {} })]
    const lossy = later('b', {
      framesIn: 1_500,
      framesAnalysed: 29,
      dropped: { 'not-sampled': 1_470, 'inference-failed': 1 },
    })
    expect(between([b, a], [later('a'), lossy], ['a', 'b'])).toEqual({
      expected: 60,
      analysed: 59,
      spared: 0,
      unchanged: 0,
      shed: 0,
      lost: { 'inference-failed': 1 },
      lostShare: 1 / 60,
      silent: [],
    })
  })

  test('a first group of pictures that ends early is counted as one', () => {
    const [from, to] = [
      counts('a', { framesIn: 505, framesAnalysed: 11 }),
      later('a', { framesIn: 2_005, framesAnalysed: 41 }),
    ]
    const span = {
      cameras: ['a'],
      seconds: 60,
      at: AT + 62_000,
      fps: 25,
      gopFrames: 50,
      firstGroupFrames: new Map([['a', 5]]),
    }
    const settled = (one: Counts) => ({ ...one, dropped: { 'not-sampled': one.framesIn - one.framesAnalysed } })
    expect(framesBetween([settled(from)], [settled(to)], span)).toMatchObject({ ...none, expected: 30, analysed: 30 })
  })

  test('a camera that nobody has heard of is silent', () => {
    expect(between([counts('a')], [later('a')], ['a', 'b']).silent).toEqual(['b'])
  })
})

describe('the budget', () => {
  const good: Judged = {
    wayP95Ms: 225,
    frames: { lostShare: 0.01, silent: [] },
    shardRestarted: false,
    feederCores: 0.9,
  }
  test.each<[string, Partial<Judged>, string, readonly string[]]>([
    ['holds at its limits', {}, 'held', []],
    ['holds where no frame went the whole way, if none was lost', { wayP95Ms: null }, 'held', []],
    ['breaks where the way takes longer', { wayP95Ms: 225.1 }, 'broken', ['late']],
    ['breaks where more is lost', { frames: { lostShare: 0.011, silent: [] } }, 'broken', ['frames-lost']],
    ['breaks where a camera is silent', { frames: { lostShare: 0, silent: ['a'] } }, 'broken', ['camera-silent']],
    ['breaks where the shard was started again', { shardRestarted: true }, 'broken', ['shard-restarted']],
    ['says all that broke', { wayP95Ms: 300, shardRestarted: true }, 'broken', ['late', 'shard-restarted']],
    ['is not the product’s to keep where the feeder has no time left', { feederCores: 0.91 }, 'feeder-limited', []],
    ['nor to break', { feederCores: 1, wayP95Ms: 999 }, 'feeder-limited', ['late']],
  ])('%s', (_, change, verdict, breaks) => {
    expect(judge({ ...good, ...change }, 225)).toEqual({ verdict, breaks })
  })

  test.each<[readonly (readonly [number, 'held' | 'broken' | 'feeder-limited'])[], number]>([
    [[], 0],
    [[[1, 'broken']], 0],
    [
      [
        [1, 'held'],
        [4, 'held'],
        [8, 'broken'],
        [8, 'broken'],
      ],
      4,
    ],
    [
      [
        [1, 'held'],
        [2, 'broken'],
        [2, 'held'],
        [4, 'feeder-limited'],
      ],
      2,
    ],
  ])('of %j the most that held are %i', (plateaus, expected) => {
    expect(camerasWithinBudget(plateaus.map(([cameras, verdict]) => ({ cameras, verdict })))).toBe(expected)
  })
})

test.each([
  [{ cameras: 4, mb: 290 }, 30],
  [{ cameras: 2, mb: 190 }, -10],
  [{ cameras: 1, mb: 230 }, null],
])('a shard of 200 MB with one camera that is %j takes %j MB for each camera more', (more, expected) => {
  expect(perCameraMore({ cameras: 1, mb: 200 }, more)).toBe(expected)
})

describe('ratios of one camera', () => {
  test('the product is held against the floor, and the others against the product', () => {
    expect(ratiosOf({ shard: 0.06, product: 0.08, floor: 0.05, naive: 0.4, usual: 0.2 })).toEqual({
      shardToFloor: 1.2,
      productToFloor: 1.6,
      naiveToProduct: 5,
      usualToProduct: 2.5,
    })
  })

  test('what was not measured has none', () => {
    expect(ratiosOf({ shard: 0.06, product: 0.08, floor: null, naive: null, usual: 0.2 })).toEqual({
      shardToFloor: null,
      productToFloor: null,
      naiveToProduct: null,
      usualToProduct: 2.5,
    })
  })
})
