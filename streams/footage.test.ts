// When footage is given: in its time, later from then on where it fell behind, and never at the cost of everybody else.
import { expect, test } from 'vitest'
import { ManualClock } from '../core/time.ts'
import { Pacer } from './footage.ts'

function paced() {
  const clock = new ManualClock(1_000_000)
  const waits: number[] = []
  const wait = async (ms: number) => {
    waits.push(ms)
    clock.advanceTo(clock.now() + ms)
  }
  const pacer = new Pacer({ pace: 'realtime' }, { pace: 'live', clock, wait, baseDir: '/' })
  return { clock, waits, until: (mediaMs: number) => pacer.until(mediaMs, new AbortController().signal) }
}

test('what is late by a moment catches up; what is late by more goes on later', async () => {
  const { clock, waits, until } = paced()
  await until(0)
  await until(40)
  clock.advanceTo(clock.now() + 1_000)
  await until(80)
  await until(1_100)
  expect(waits).toEqual([40, 60])
  clock.advanceTo(clock.now() + 5_000)
  await until(1_140)
  await until(1_180)
  expect(waits).toEqual([40, 60, 40])
})

test('what waited for a busy thread is said to have come when it was due', async () => {
  const { clock, until } = paced()
  expect(await until(0)).toBe(1_000_000)
  expect(await until(40)).toBe(1_000_040)
  clock.advanceTo(clock.now() + 300)
  expect(await until(80)).toBe(1_000_080)
  expect(await until(120)).toBe(1_000_120)
  expect(clock.now()).toBe(1_000_340)
  clock.advanceTo(clock.now() + 5_000)
  expect(await until(160)).toBe(clock.now() - 2_000)
  expect(await until(200)).toBe(clock.now())
})

test('while it is behind others have their turn', async () => {
  const { clock, until } = paced()
  await until(0)
  clock.advanceTo(clock.now() + 1_500)
  let turns = 0
  const other = setInterval(() => turns++, 0)
  const startedAt = performance.now()
  while (turns === 0 && performance.now() - startedAt < 5_000) await until(40)
  clearInterval(other)
  expect(turns).toBeGreaterThan(0)
})
