// Whose turn it is to be looked at closely: how many at once, in which order, for how long.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AttentionReason } from '../core/health.ts'
import type { CameraId } from '../core/ids.ts'
import type { Severity } from '../core/observation.ts'
import { Attention } from './attention.ts'
import { CameraAttention } from './camera-attention.ts'

const camera = (index: number) => `camera-${index}` as CameraId
const claim = (reason: AttentionReason = 'candidate-started', severity: Severity = 'yellow') => ({ reason, severity })

test.each([
  [1, 1],
  [9, 1],
  [20, 2],
  [100, 10],
])('of %i cameras %i have it at once', (cameras, atOnce) => {
  const attention = new Attention(() => cameras)
  const turns = Array.from({ length: cameras }, (_, index) => attention.ask(camera(index), claim(), 0))
  expect(turns.filter(turn => turn === 'burst')).toHaveLength(atOnce)
  expect(attention.counts).toEqual({ begun: atOnce, waited: 0 })
})

test('a burst lasts ten seconds; then it is another camera’s turn, and the wait is counted', () => {
  const attention = new Attention(() => 10)
  expect(attention.ask(camera(1), claim(), 0)).toBe('burst')
  expect(attention.ask(camera(2), claim(), 1_000)).toBe('waiting')
  expect(attention.ask(camera(1), claim(), 9_000)).toBe('burst')
  expect(attention.ask(camera(2), claim(), 9_000)).toBe('waiting')
  expect(attention.ask(camera(1), claim(), 10_000)).toBe('resting')
  expect(attention.ask(camera(2), claim(), 10_200)).toBe('burst')
  expect(attention.counts).toEqual({ begun: 2, waited: 1 })
})

test.each([
  [0, 1],
  [0.25, 5],
  [1, 20],
])('of twenty cameras a share of %d has %i bursts at once', (share, most) => {
  const attention = new Attention(() => 20, undefined, share)
  const asked = Array.from({ length: 20 }, (_, id) => attention.ask(camera(id), claim(), 0))
  expect(asked.filter(turn => turn === 'burst')).toHaveLength(most)
})

test('the severest goes first, then the most pressing, then whoever waits for longest', () => {
  const attention = new Attention(() => 10)
  attention.ask(camera(0), claim(), 0)
  const waiting = [
    [camera(1), claim('watched', 'blue')],
    [camera(2), claim('candidate-started', 'yellow')],
    [camera(3), claim('about-to-fire', 'yellow')],
    [camera(4), claim('candidate-started', 'red')],
    [camera(5), claim('candidate-started', 'yellow')],
  ] as const
  const order: CameraId[] = []
  for (let at = 1_000; at < 70_000; at += 1_000) {
    for (const [id, wish] of waiting) {
      if (order.includes(id)) continue
      if (attention.ask(id, wish, at) === 'burst') order.push(id)
    }
  }
  expect(order).toEqual([4, 3, 2, 5, 1].map(camera))
})

test('what lasts has pauses as long as its bursts, and something more pressing ends the pause', () => {
  const attention = new Attention(() => 1)
  const turns = Array.from({ length: 40 }, (_, second) => attention.ask(camera(1), claim('watched'), second * 1_000))
  expect(turns.map(turn => turn[0]).join('')).toBe(`${'b'.repeat(10)}${'r'.repeat(10)}`.repeat(2))
  expect(attention.ask(camera(1), claim('about-to-fire'), 31_000)).toBe('burst')
})

test('whoever stopped asking holds nobody up', () => {
  const attention = new Attention(() => 1)
  attention.ask(camera(1), claim(), 0)
  attention.ask(camera(2), claim('about-to-fire', 'red'), 1_000)
  expect(attention.ask(camera(3), claim(), 10_000)).toBe('waiting')
  expect(attention.ask(camera(3), claim(), 17_000)).toBe('burst')
  attention.leave(camera(3))
  expect(attention.ask(camera(4), claim(), 17_100)).toBe('burst')
})

test('never more than its share, whoever asks for whatever whenever', () => {
  const asked = fc.record({
    id: fc.integer({ min: 0, max: 29 }),
    reason: fc.constantFrom<AttentionReason>('about-to-fire', 'candidate-started', 'watched'),
    severity: fc.constantFrom<Severity>('blue', 'yellow', 'red'),
    stepMs: fc.integer({ min: 0, max: 4_000 }),
  })
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 200 }), steps => {
      const attention = new Attention(() => 30)
      const until = new Map<number, number>()
      let now = 0
      for (const { id, reason, severity, stepMs } of steps) {
        now += stepMs
        const turn = attention.ask(camera(id), claim(reason, severity), now)
        const running = (until.get(id) ?? 0) > now
        if (turn === 'burst' && !running) until.set(id, now + 10_000)
        expect([...until.values()].filter(at => at > now).length).toBeLessThanOrEqual(3)
      }
    }),
    { numRuns: 200, seed: 20260105 },
  )
})

describe('where the shard has more to do than it can', () => {
  const strained = (strain: { share: number; lasts: boolean; busy?: boolean; hasRoom?: boolean }, cameras = 40) =>
    new Attention(
      () => cameras,
      () => ({ busy: false, hasRoom: true, ...strain }),
    )

  test('fewer begin, and none for what is least severe', () => {
    const attention = strained({ share: 0.75, lasts: false })
    const turns = Array.from({ length: 6 }, (_, index) => attention.ask(camera(index), claim(), 0))
    expect(turns.filter(turn => turn === 'burst')).toHaveLength(3)
    expect(strained({ share: 0.75, lasts: false }).ask(camera(0), claim('about-to-fire', 'blue'), 0)).toBe('waiting')
  })

  test('one at a time where the loop hardly rests: a burst costs what ten cameras do', () => {
    const attention = strained({ share: 1, lasts: false, busy: true })
    const turns = [0, 1].map(index => attention.ask(camera(index), claim('about-to-fire', 'yellow'), 0))
    expect(turns).toEqual(['burst', 'waiting'])
    attention.leave(camera(0))
    expect(attention.ask(camera(1), claim('about-to-fire', 'yellow'), 0)).toBe('burst')
  })

  test('what has only just begun has none where there is no room beside the others, and nobody waits behind it', () => {
    const strain = { share: 1, lasts: false, hasRoom: false }
    const attention = strained(strain, 10)
    expect(attention.ask(camera(0), claim('candidate-started', 'red'), 0)).toBe('waiting')
    expect(attention.ask(camera(1), claim('about-to-fire', 'yellow'), 0)).toBe('burst')
    attention.leave(camera(1))
    strain.hasRoom = true
    expect(attention.ask(camera(0), claim('candidate-started', 'red'), 1_000)).toBe('burst')
  })

  test('those that run go on, until the strain lasts: then the least severe end first, and the severest never', () => {
    const strain = { share: 1, lasts: false }
    const attention = strained(strain)
    const claims = (['yellow', 'red', 'blue', 'orange'] as const).map(severity => claim('candidate-started', severity))
    const turns = (now: number) => claims.map((wish, index) => attention.ask(camera(index), wish, now))
    expect(turns(0)).toEqual(['burst', 'burst', 'burst', 'burst'])
    strain.share = 0.6
    expect(turns(1_000)).toEqual(['burst', 'burst', 'burst', 'burst'])
    Object.assign(strain, { share: 0.5, lasts: true })
    expect(turns(2_000)).toEqual(['resting', 'burst', 'resting', 'burst'])
    strain.share = 0.01
    expect(turns(3_000)).toEqual(['resting', 'burst', 'resting', 'resting'])
  })
})

describe('a camera', () => {
  const stream = { keyframeIntervalMs: 2_000, fullReason: null }
  const asked = { checking: false, verification: false, watched: false }

  test('asks for the most pressing of its reasons, and says so', () => {
    const rules = [{ wish: { reason: 'candidate-started', severity: 'yellow' } as const, needsEveryMs: 5_000 }]
    const attention = new Attention(() => 1)
    const one = new CameraAttention({
      cameraId: camera(1),
      rules,
      attention,
      asked: () => ({ ...asked, watched: true }),
      isThorough: false,
    })
    expect(one.next(stream, 0)).toEqual({ density: 'dense', everyMs: 2_000, thorough: true })
    expect(one.health).toEqual({ reason: 'candidate-started', waiting: false, bursts: 1, everyMs: 2_000 })
    expect(one.next(stream, 5_000)).toEqual({ density: 'dense', everyMs: 2_000, thorough: true })
    const two = new CameraAttention({
      cameraId: camera(2),
      rules: [],
      attention,
      asked: () => ({ ...asked, checking: true, verification: true }),
      isThorough: false,
    })
    expect(two.next(stream, 5_000)).toEqual({ density: 'keyframes', everyMs: 2_000, thorough: true })
    expect(two.health).toEqual({ reason: 'verification', waiting: true, bursts: 0, everyMs: 2_000 })
  })

  test('wants pictures as often as its most demanding rule, and every key frame where somebody waits or wants all', () => {
    const every = (needs: readonly number[], more: Partial<typeof asked> = {}, isThorough = false) => {
      const rules = needs.map(needsEveryMs => ({ needsEveryMs }))
      const deps = { cameraId: camera(1), rules, attention: new Attention(() => 1), isThorough }
      return new CameraAttention({ ...deps, asked: () => ({ ...asked, ...more }) }).wish.everyMs
    }
    expect([every([]), every([6_000, 4_000]), every([500])]).toEqual([6_000, 4_000, 500])
    expect([every([6_000], { watched: true }), every([6_000], { checking: true })]).toEqual([2_000, 2_000])
    expect([every([6_000], {}, true), every([500], {}, true)]).toEqual([2_000, 500])
  })

  test('has none where nothing is wished for, or key frames are enough for it', () => {
    const wish = { reason: 'short-hold', severity: 'yellow', unlessEveryMs: 2_000 } as const
    const wishing = (everyMs: number | null, fullReason: 'long-gaps' | null = null) => {
      const deps = { cameraId: camera(1), rules: [{ wish, needsEveryMs: 2_000 }], attention: new Attention(() => 1) }
      return new CameraAttention({ ...deps, asked: () => asked, isThorough: false }).next(
        { keyframeIntervalMs: everyMs, fullReason },
        0,
      ).density
    }
    expect([1_000, 2_000, 2_500, null].map(everyMs => wishing(everyMs))).toEqual([
      ...['keyframes', 'keyframes', 'dense', 'dense'],
    ])
    expect(wishing(9_000, 'long-gaps')).toBe('keyframes')
  })
})
