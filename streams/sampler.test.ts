// Which packets are decoded and which pictures handed on, by literal sequences.
import { expect, test } from 'vitest'
import type { Sampling } from '../core/camera.ts'
import { type Admission, samplerFor } from './sampler.ts'

interface Sampled {
  readonly admitted: readonly (readonly [number, Admission])[]
  readonly taken: readonly number[]
}

/** Plays packets at `fps` with a key frame where `isKey` says so, through a decoder that never delays. */
function sample(sampling: Sampling, fps: number, seconds: number, isKey: (atMs: number) => boolean): Sampled {
  const sampler = samplerFor(sampling)
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

test('key frames more than four seconds apart are decoded in full and sampled every two seconds', () => {
  const sampled = sample('keyframes', 25, 20, atMs => atMs % 10_000 === 0)
  expect(sampled.taken).toEqual([0, 4_040, 6_040, 8_040, 10_040, 12_040, 14_040, 16_040, 18_040])
  expect(admissionsFrom(sampled, 0)).toEqual(new Set(['decode']))
})

test('a stream whose key frames come close again is decoded sparingly again', () => {
  const sampled = sample('keyframes', 25, 20, atMs => atMs === 0 || (atMs >= 10_000 && atMs % 1_000 === 0))
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
