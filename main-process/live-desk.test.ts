// One stream per camera for all who look at it: who gets what, from where, and what the shards are asked for.
import { expect, test, vi } from 'vitest'
import type { CameraId } from '../core/ids.ts'
import type { LiveShow, LiveWish } from '../core/live-view.ts'
import { ManualClock } from '../core/time.ts'
import { LiveDesk } from './live-desk.ts'

const GATE = 'gate' as CameraId
const VIDEO: LiveShow = { as: 'video', codec: 'avc1.640028', init: Buffer.from('init') }
const STILLS: LiveShow = { as: 'stills', why: 'codec', codec: 'hevc' }
const still = (at: number): LiveShow => ({ as: 'still', at, jpeg: Buffer.from(`still ${at}`) })
const fragment = (name: string): LiveShow => ({ as: 'fragment', key: name.startsWith('K'), bytes: Buffer.from(name) })

function desk() {
  const clock = new ManualClock(1_000_000)
  const asked: (readonly LiveWish[])[] = []
  return { clock, asked, live: new LiveDesk({ ask: wishes => asked.push(wishes), clock }) }
}
function viewer() {
  const shown: string[] = []
  const it = {
    shown,
    left: 0,
    show: (show: LiveShow) => {
      shown.push(show.as === 'fragment' ? Buffer.from(show.bytes).toString() : show.as)
    },
    gone: () => {
      it.left++
    },
  }
  return it
}

test('who comes in the middle begins with the newest key frame', () => {
  const { live } = desk()
  const [early, late] = [viewer(), viewer()]
  live.watch(GATE, 'video', early)
  for (const show of [VIDEO, fragment('K1'), fragment('a'), fragment('K2'), fragment('b')]) live.heard(GATE, show)
  live.watch(GATE, 'video', late)
  live.heard(GATE, fragment('c'))
  expect(early.shown).toEqual(['video', 'K1', 'a', 'K2', 'b', 'c'])
  expect(late.shown).toEqual(['video', 'K2', 'b', 'c'])
})

test('asks for one stream of a camera however many look at it, and for none once the last has gone', () => {
  const { live, asked } = desk()
  const leave = [viewer(), viewer(), viewer()].map(each => live.watch(GATE, 'video', each))
  expect(live.viewers(GATE)).toBe(3)
  for (const each of leave) each()
  expect(asked).toEqual([[{ cameraId: GATE, video: true, stills: false }], []])
})

test('what was shown to those who have gone is not shown to who comes later', () => {
  const { live } = desk()
  const leave = live.watch(GATE, 'video', viewer())
  for (const show of [VIDEO, fragment('K1')]) live.heard(GATE, show)
  leave()
  const late = viewer()
  live.watch(GATE, 'video', late)
  expect(late.shown).toEqual([])
})

test('a stream without video shows its stills to all, one with video only to those who asked for them', () => {
  const { live } = desk()
  const [one, other] = [viewer(), viewer()]
  live.watch(GATE, 'video', one)
  live.watch(GATE, 'stills', other)
  for (const show of [VIDEO, still(1), STILLS, still(2)]) live.heard(GATE, show)
  expect(one.shown).toEqual(['video', 'stills', 'still'])
  expect(other.shown).toEqual(['stills', 'still', 'still'])
})

test('a still that is fresh is given at once; an older one is waited for, with the shard asked for a while', async () => {
  const { live, asked, clock } = desk()
  const first = live.still(GATE)
  expect(asked).toEqual([[{ cameraId: GATE, video: false, stills: true }]])
  live.heard(GATE, still(7))
  expect(await first).toMatchObject({ at: 7 })
  expect(await live.still(GATE)).toMatchObject({ at: 7 })
  clock.advanceBy(3_000)
  const next = live.still(GATE)
  live.heard(GATE, still(9))
  expect(await next).toMatchObject({ at: 9 })
})

test('a camera that shows nothing has no still; one that fell silent has its last for a minute', async () => {
  vi.useFakeTimers()
  try {
    const { live, clock } = desk()
    const none = expect(live.still(GATE)).rejects.toMatchObject({ code: 'still-missing' })
    await vi.advanceTimersByTimeAsync(5_000)
    await none
    live.heard(GATE, still(7))
    clock.advanceBy(30_000)
    const last = live.still(GATE)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await last).toMatchObject({ at: 7 })
    clock.advanceBy(40_000)
    const stale = expect(live.still(GATE)).rejects.toMatchObject({ code: 'still-missing' })
    await vi.advanceTimersByTimeAsync(5_000)
    await stale
  } finally {
    vi.useRealTimers()
  }
})

test('turns away who looks at a camera that is gone', () => {
  const { live, asked } = desk()
  const [one, other] = [viewer(), viewer()]
  live.watch(GATE, 'video', one)
  live.watch('bin' as CameraId, 'video', other)
  live.keepOnly([{ id: GATE }])
  expect([one.left, other.left]).toEqual([0, 1])
  expect(asked.at(-1)).toEqual([{ cameraId: GATE, video: true, stills: false }])
})

test('a still that was handed out can be had again for ten minutes, by its instant', async () => {
  const { live, clock } = desk()
  const asked = live.still(GATE)
  live.heard(GATE, still(1))
  expect(await asked).toEqual({ at: 1, jpeg: Buffer.from('still 1') })
  clock.advanceBy(60_000)
  const again = live.still(GATE)
  live.heard(GATE, still(2))
  await again
  expect([1, 2, 3].map(at => live.given(GATE, at)?.at)).toEqual([1, 2, undefined])
  expect(live.given('other' as CameraId, 1)).toBeUndefined()
  clock.advanceBy(545_000)
  const later = live.still(GATE)
  live.heard(GATE, still(4))
  await later
  expect([1, 2, 4].map(at => live.given(GATE, at)?.at)).toEqual([undefined, 2, 4])
})
