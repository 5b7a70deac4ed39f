// Which packets are decoded and which pictures handed on, by literal sequences.
import { describe, expect, test } from 'vitest'
import type { Sampling } from '../core/camera.ts'
import { type Admission, samplerFor } from './sampler.ts'

interface Sampled {
  readonly admitted: readonly (readonly [number, Admission])[]
  readonly taken: readonly number[]
}

/** Plays packets at `fps` with a key frame where `isKey` says so, through a decoder that never delays. */
function sample(
  sampling: Sampling,
  fps: number,
  seconds: number,
  isKey: (atMs: number) => boolean,
  everyMs = 2_000,
): Sampled {
  const sampler = samplerFor(sampling)
  sampler.wished = { density: 'keyframes', everyMs }
  const admitted: [number, Admission][] = []
  const taken: number[] = []
  for (let index = 0; index < fps * seconds; index++) {
    const atMs = Math.round((index * 1000) / fps)
    const key = isKey(atMs)
    const admission = sampler.admit({ key, mediaMs: atMs })
    admitted.push([atMs, admission])
    if (admission !== 'skip' && sampler.take({ key, capturedAt: atMs })) taken.push(atMs)
  }
  return { admitted, taken }
}
const admissionsFrom = ({ admitted }: Sampled, fromMs: number) =>
  new Set(admitted.filter(([atMs]) => atMs >= fromMs).map(([, admission]) => admission))

test('keyframes hands on key frames, and decodes nothing else once it knows how far apart they are', () => {
  const sampled = sample('keyframes', 25, 10, atMs => atMs % 2_000 === 0)
  expect(sampled.taken).toEqual([0, 2_000, 4_000, 6_000, 8_000])
  expect(admissionsFrom(sampled, 2_000)).toEqual(new Set(['alone', 'skip']))
})

test('a stream with key frames more than four seconds apart is decoded in full from the second on, and sampled every two seconds', () => {
  const sampled = sample('keyframes', 25, 20, atMs => atMs % 10_000 === 0)
  expect(sampled.taken).toEqual([0, 10_000, 12_000, 14_000, 16_000, 18_000])
  expect(admissionsFrom(sampled, 10_000)).toEqual(new Set(['decode']))
})

describe('a stream in which no other key frame comes', () => {
  /** Ten packets a second of one connection, or what goes on of it. */
  function play(
    sampler: ReturnType<typeof samplerFor>,
    fromMs: number,
    toMs: number,
    { isKey = (atMs: number) => atMs === fromMs, renewable = true } = {},
  ): readonly (readonly [number, Admission])[] {
    return Array.from({ length: (toMs - fromMs) / 100 }, (_, index) => {
      const mediaMs = fromMs + index * 100
      return [mediaMs, sampler.admit({ key: isKey(mediaMs), mediaMs, renewable })] as const
    })
  }
  const kinds = (admitted: readonly (readonly [number, Admission])[]) =>
    new Set(admitted.map(([, admission]) => admission))
  const everySecond = { isKey: (atMs: number) => atMs % 1_000 === 0 }
  const none = { isKey: () => false }

  test('is asked for anew, and decoded from its first on', () => {
    const sampler = samplerFor('keyframes')
    const first = play(sampler, 0, 30_000)
    expect(first.find(([, admission]) => admission === 'renew')?.[0]).toBe(20_200)
    expect(kinds(first.slice(1, 200))).toEqual(new Set(['skip']))
    sampler.restart()
    expect(kinds(play(sampler, 500_000, 560_000))).toEqual(new Set(['decode']))
    expect([sampler.mode, sampler.fullReason]).toEqual(['full', 'long-gaps'])
  })

  test('is not asked for anew in each quiet spell: it stays in full for ten minutes', () => {
    const sampler = samplerFor('keyframes')
    play(sampler, 0, 20_300)
    sampler.restart()
    play(sampler, 0, 5_000)
    expect(kinds(play(sampler, 5_000, 15_000, everySecond))).toEqual(new Set(['decode']))
    expect(kinds(play(sampler, 15_000, 75_000, none))).toEqual(new Set(['decode']))
    play(sampler, 75_000, 620_000, everySecond)
    expect(sampler.mode).toBe('economy')
  })

  test('is decoded from where it is, where it cannot be asked for anew', () => {
    const admitted = play(samplerFor('keyframes'), 0, 30_000, { isKey: atMs => atMs === 0, renewable: false })
    expect(admitted.find(([, admission]) => admission === 'decode')?.[0]).toBe(20_200)
    expect(kinds(admitted.slice(203))).toEqual(new Set(['decode']))
  })

  test('is not one whose clock has jumped', () => {
    const sampler = samplerFor('keyframes')
    play(sampler, 0, 4_500, everySecond)
    const jumped = play(sampler, 3_604_500, 3_620_000, everySecond)
    expect(kinds(jumped).has('renew')).toBe(false)
    expect(sampler.mode).toBe('economy')
  })
})

test('a stream in which no other key frame comes is joined where its packets are at hand', () => {
  const sampler = samplerFor('keyframes')
  const admissions = Array.from({ length: 100 }, (_, index) => {
    return sampler.admit({ key: index === 0, mediaMs: index * 100, joinable: sampler.wantsGroup })
  })
  expect(admissions.slice(0, 43)).toEqual(['alone', ...Array(41).fill('skip'), 'join'])
  expect(new Set(admissions.slice(43))).toEqual(new Set(['decode']))
})

test('a stream whose key frames come close again is decoded sparingly again', () => {
  const sampled = sample('keyframes', 25, 20, atMs => atMs === 0 || (atMs >= 10_000 && atMs % 1_000 === 0), 1_000)
  expect(admissionsFrom(sampled, 11_000)).toEqual(new Set(['alone', 'skip']))
  expect(sampled.taken.slice(-3)).toEqual([17_000, 18_000, 19_000])
})

test('nothing is decoded before the first key frame', () => {
  const sampled = sample({ every: 5 }, 25, 3, atMs => atMs === 1_000)
  expect(sampled.taken[0]).toBe(1_000)
  expect(sampled.admitted[0]).toEqual([0, 'skip'])
})

test('a stream without any key frame is decoded after ten seconds all the same', () => {
  const sampled = sample({ every: 1 }, 5, 15, () => false)
  expect(sampled.taken[0]).toBe(10_200)
})

test.each([
  [25, 10, 100],
  [25, 5, 50],
  [30, 7, 70],
  [10, 25, 100],
])('every(n) hands on n a second of %i: %i in ten seconds makes %i', (fps, every, expected) => {
  expect(sample({ every }, fps, 10, atMs => atMs % 2_000 === 0).taken).toHaveLength(expected)
})

test.each<readonly [Sampling, 'keyframes' | 'dense']>([
  ['keyframes', 'keyframes'],
  [{ every: 0.5 }, 'keyframes'],
  [{ every: 4 }, 'dense'],
])('%o is %s', (sampling, density) => {
  expect(samplerFor(sampling).density).toBe(density)
})

test('the distance of key frames is measured', () => {
  const sampler = samplerFor({ every: 5 })
  expect(sampler.keyframeIntervalMs).toBeNull()
  for (const mediaMs of [0, 2_000, 3_500]) sampler.admit({ key: true, mediaMs })
  expect(sampler.keyframeIntervalMs).toBe(1_500)
})

describe('a burst', () => {
  /** Key frames every two seconds at 10 a second; wished for from one instant to the next. */
  function burst(fromMs: number, toMs: number, { gopMs = 2_000, joinable = true } = {}) {
    const sampler = samplerFor('keyframes')
    const steps = Array.from({ length: 120 }, (_, index) => {
      const atMs = index * 100
      const key = atMs % gopMs === 0
      sampler.wished = { density: atMs >= fromMs && atMs < toMs ? 'dense' : 'keyframes', everyMs: 2_000 }
      const admission = sampler.admit({ key, mediaMs: atMs, joinable: joinable && !key })
      const taken = admission !== 'skip' && sampler.take({ key, capturedAt: atMs })
      return { atMs, admission, taken, density: sampler.density, mode: sampler.mode }
    })
    return steps.filter(({ atMs }) => atMs >= 4_000)
  }
  const between = (steps: ReturnType<typeof burst>, fromMs: number, toMs: number) =>
    steps.filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
  const admissions = (steps: ReturnType<typeof burst>) => [...new Set(steps.map(({ admission }) => admission))]

  test('joins the group that runs, decodes every picture and hands on four a second', () => {
    const steps = burst(4_300, 7_300)
    expect(admissions(between(steps, 4_000, 4_300))).toEqual(['alone', 'skip'])
    expect(admissions(between(steps, 4_300, 7_300))).toEqual(['join', 'decode'])
    expect(between(steps, 4_300, 7_300).filter(({ taken }) => taken)).toHaveLength(12)
    expect(between(steps, 4_300, 7_300).every(({ density, mode }) => density === 'dense' && mode === 'attentive')).toBe(
      true,
    )
  })

  test('ends where it is told to: only key frames are decoded again', () => {
    const steps = between(burst(4_300, 7_300), 7_300, 12_000)
    expect(admissions(steps)).toEqual(['skip', 'alone'])
    expect(steps.every(({ density, mode }) => density === 'keyframes' && mode === 'economy')).toBe(true)
    expect(steps.filter(({ taken }) => taken).map(({ atMs }) => atMs)).toEqual([8_000, 10_000])
  })

  test('waits for the next key frame where the group is not at hand', () => {
    const steps = burst(4_300, 9_000, { joinable: false })
    expect(admissions(between(steps, 4_300, 6_000))).toEqual(['skip'])
    expect(admissions(between(steps, 6_000, 9_000))).toEqual(['decode'])
  })

  test('hands on more of what is decoded in full anyway', () => {
    const steps = burst(5_500, 8_500, { gopMs: 5_000 })
    expect(between(steps, 5_500, 8_500).filter(({ taken }) => taken)).toHaveLength(12)
    expect(steps.at(-1)?.mode).toBe('full')
  })
})

describe('a stream that is decoded in full', () => {
  test('says why', () => {
    const why = (gopMs: number) => {
      const sampler = samplerFor('keyframes')
      for (let atMs = 0; atMs <= 12_000; atMs += 100) sampler.admit({ key: atMs % gopMs === 50, mediaMs: atMs })
      for (let atMs = 0; atMs <= 12_000; atMs += 100) sampler.admit({ key: atMs % gopMs === 0, mediaMs: atMs + 12_100 })
      return sampler.fullReason
    }
    expect([why(2_000), why(6_000), why(1_000_000)]).toEqual([null, 'long-gaps', 'long-gaps'])
    const none = samplerFor('keyframes')
    for (let atMs = 0; atMs <= 12_000; atMs += 100) none.admit({ key: false, mediaMs: atMs })
    expect(none.fullReason).toBe('no-key-frames')
    expect(samplerFor({ every: 5 }).fullReason).toBe('configured')
  })

  test('is sampled as often as the most demanding rule needs', () => {
    const sampler = samplerFor('keyframes')
    sampler.wished = { density: 'keyframes', everyMs: 750 }
    const taken: number[] = []
    for (let atMs = 0; atMs < 20_000; atMs += 50) {
      const key = atMs % 10_000 === 0
      if (sampler.admit({ key, mediaMs: atMs }) !== 'skip' && sampler.take({ key, capturedAt: atMs })) taken.push(atMs)
    }
    expect(taken.filter(atMs => atMs >= 10_000 && atMs < 19_000)).toHaveLength(12)
  })

  test('is one whose key frames give no picture twice running, until it is tried again', () => {
    const sampler = samplerFor('keyframes')
    const keyFrame = (atMs: number, gave: boolean) => {
      const admission = sampler.admit({ key: true, mediaMs: atMs })
      if (admission === 'alone') sampler.lone(gave)
      return admission
    }
    expect([0, 2_000, 4_000, 6_000].map(atMs => keyFrame(atMs, false))).toEqual(['alone', 'alone', 'decode', 'decode'])
    expect(sampler.fullReason).toBe('no-key-frames')
    expect(keyFrame(300_000, false)).toBe('decode')
    expect([605_000, 607_000, 609_000].map(atMs => keyFrame(atMs, true))).toContain('alone')
    expect(sampler.mode).toBe('economy')
  })

  test('is not one of which a single key frame was lost', () => {
    const sampler = samplerFor('keyframes')
    for (const [index, gave] of [true, false, true, false, true].entries()) {
      if (sampler.admit({ key: true, mediaMs: index * 2_000 }) === 'alone') sampler.lone(gave)
    }
    expect(sampler.mode).toBe('economy')
  })
})

describe('key frames that no rule needs yet', () => {
  /** Of key frames `gopMs` apart, those that are decoded. */
  function looked(gopMs: number, everyMs: number, busy: (atMs: number) => boolean = () => false): readonly number[] {
    const sampler = samplerFor('keyframes')
    sampler.wished = { density: 'keyframes', everyMs }
    const keys = Array.from({ length: 16 }, (_, index) => index * gopMs)
    return keys.filter(atMs => sampler.admit({ key: true, mediaMs: atMs, busy: busy(atMs) }) !== 'spare')
  }

  test.each([
    [2_000, 2_000, 2_000],
    [2_000, 6_000, 6_000],
    [1_000, 6_000, 6_000],
    [2_500, 6_000, 5_000],
    [4_000, 6_000, 4_000],
    [2_000, 500, 2_000],
  ])('are left out: of those every %i ms one about every %i ms is %i ms after the last', (gopMs, everyMs, apart) => {
    const [first = 0, second = 0, third = 0] = looked(gopMs, everyMs)
    expect([second - first, third - second]).toEqual([apart, apart])
  })

  test('a look that falls into another camera’s waits for one key frame, not for two, and keeps its distance from there', () => {
    expect(looked(2_000, 6_000, atMs => atMs === 12_000).slice(0, 5)).toEqual([0, 6_000, 14_000, 20_000, 26_000])
    expect(looked(2_000, 6_000, () => true).slice(0, 3)).toEqual([0, 8_000, 16_000])
    expect(looked(2_000, 2_000, () => true).slice(0, 3)).toEqual([0, 2_000, 4_000])
  })

  test('are looked at as soon as something is followed, and in a stream whose clock is set back', () => {
    const sampler = samplerFor('keyframes')
    const admit = (mediaMs: number) => sampler.admit({ key: true, mediaMs })
    sampler.wished = { density: 'keyframes', everyMs: 6_000 }
    expect([0, 2_000, 4_000].map(admit)).toEqual(['alone', 'spare', 'spare'])
    sampler.wished = { density: 'keyframes', everyMs: 2_000 }
    expect(admit(6_000)).toBe('alone')
    sampler.wished = { density: 'keyframes', everyMs: 6_000 }
    expect([8_000, 1_000, 3_000].map(admit)).toEqual(['spare', 'alone', 'spare'])
    sampler.wished = { density: 'keyframes', everyMs: 6_000, thorough: true }
    expect([3_500, 4_000].map(admit)).toEqual(['alone', 'alone'])
  })
})
