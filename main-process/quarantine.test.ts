// Who is left alone after which deaths, and for how long.
import { expect, test, vi } from 'vitest'
import type { CameraId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { ManualClock } from '../core/time.ts'
import { Quarantine } from './quarantine.ts'

const [A, B, C] = ['a', 'b', 'c'] as CameraId[] as [CameraId, CameraId, CameraId]
const MINUTE_MS = 60_000

function open() {
  const clock = new ManualClock(1_800_000_000_000)
  const onRelease = vi.fn()
  const quarantine = new Quarantine({ clock, log: silentLog, onRelease })
  const held = () => Object.keys(quarantine.held([A, B, C]))
  return { clock, quarantine, held, onRelease }
}

test('once is chance, twice within ten minutes is not', () => {
  const { clock, quarantine, held } = open()
  expect(quarantine.blame([A])).toEqual([])
  clock.advanceBy(11 * MINUTE_MS)
  expect(quarantine.blame([A])).toEqual([])
  clock.advanceBy(9 * MINUTE_MS)
  expect(quarantine.blame([A])).toEqual([A])
  expect(held()).toEqual([A])
  expect(quarantine.held([A])).toEqual({ a: { times: 3, until: clock.now() + MINUTE_MS } })
})

test('it is left alone twice as long each time, up to an hour, and a death after its release is enough', () => {
  const { clock, quarantine, held } = open()
  quarantine.blame([A])
  const terms: number[] = []
  for (let round = 0; round < 9; round++) {
    quarantine.blame([A])
    let minutes = 0
    for (; held().length > 0; minutes++) clock.advanceBy(MINUTE_MS)
    terms.push(minutes)
  }
  expect(terms).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
})

test('who was watched for half an hour since has got over it', () => {
  const { clock, quarantine } = open()
  quarantine.blame([A])
  quarantine.blame([A])
  clock.advanceBy(32 * MINUTE_MS)
  expect(quarantine.blame([A])).toEqual([])
  expect(quarantine.blame([A])).toEqual([A])
})

test('of several suspects the one that is always among them is found', () => {
  const { quarantine, held } = open()
  for (const others of [[B], [C], [B], [C]]) quarantine.blame([A, ...others])
  expect(held()).toEqual([A])
})

test('suspects are those of whose data a shard may have died within ten minutes', () => {
  const { clock, quarantine } = open()
  quarantine.blame([A, B])
  expect(quarantine.suspects([A, B, C])).toEqual([A, B])
  clock.advanceBy(11 * MINUTE_MS)
  expect(quarantine.suspects([A, B, C])).toEqual([])
})

test('whoever feeds the shards is told of a release', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const { clock, quarantine, held, onRelease } = open()
    quarantine.blame([A])
    quarantine.blame([A])
    clock.advanceBy(MINUTE_MS)
    vi.advanceTimersByTime(MINUTE_MS)
    expect(onRelease).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(onRelease).toHaveBeenCalledTimes(1)
    expect(held()).toEqual([])
  } finally {
    vi.useRealTimers()
  }
})

test('a camera that was taken away and comes back begins anew', () => {
  const { quarantine, held } = open()
  quarantine.blame([A])
  quarantine.blame([A])
  quarantine.keepOnly(new Set([B]))
  expect(held()).toEqual([])
})
