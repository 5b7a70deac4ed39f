// What a camera costs of late, from counters that only rise and begin anew with every watch.
import { expect, test } from 'vitest'
import type { CameraHealth } from '../core/health.ts'
import type { CameraId } from '../core/ids.ts'
import { failedHealth } from '../watch/camera-set.ts'
import { CameraTally } from './camera-tally.ts'

const CAMERA = 'kerb' as CameraId
const MINUTE_MS = 60_000
const T0 = 1_800_000_000_000

const health = (decodeMs: number): CameraHealth => ({
  ...failedHealth({ id: CAMERA }, new Error('none'), { now: () => T0 }),
  decodeMs,
})

/** Tells of so much decoding in each minute, one after the other. @returns the rate at the end */
function rateAfter(tally: CameraTally, minutes: readonly number[]): number | undefined {
  let decodeMs = 0
  tally.heard(health(0), T0)
  minutes.forEach((spentMs, minute) => {
    decodeMs += spentMs
    tally.heard(health(decodeMs), T0 + (minute + 1) * MINUTE_MS)
  })
  return tally.rate(CAMERA, 'decodeMs', '', T0 + minutes.length * MINUTE_MS)
}

test('nothing is known before any time has passed', () => {
  const tally = new CameraTally()
  expect(tally.rate(CAMERA, 'decodeMs', '', T0)).toBeUndefined()
  tally.heard(health(7), T0)
  expect(tally.rate(CAMERA, 'decodeMs', '', T0)).toBeUndefined()
})

test('a camera that has just come is known by what it cost so far', () => {
  expect(rateAfter(new CameraTally(), [600, 600])).toBeCloseTo(0.01)
})

test('a quiet night does not hide what the rush hour costs', () => {
  const night = Array.from({ length: 8 * 60 }, () => 60)
  const rush = Array.from({ length: 10 }, () => 3_000)
  expect(rateAfter(new CameraTally(), [...night, ...rush])).toBeCloseTo(0.05)
})

test('the total goes on where a new watch counts from nothing', () => {
  const tally = new CameraTally()
  tally.heard(health(500), T0)
  tally.heard(health(20), T0 + MINUTE_MS)
  expect([...tally.totals('decodeMs')]).toEqual([{ camera: CAMERA, part: '', total: 520 }])
  expect(tally.rate(CAMERA, 'decodeMs', '', T0 + MINUTE_MS)).toBeCloseTo(20 / MINUTE_MS)
})
