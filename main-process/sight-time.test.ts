// Blind time from what shards say: what counts as what, what nobody knows, and that nothing is lost while the database is away.
import { expect, test } from 'vitest'
import type { CameraHealth, StreamState } from '../core/health.ts'
import type { CameraId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import type { View } from '../core/scene.ts'
import type { SightHour } from '../core/sight.ts'
import { sampleHealth } from '../tests/support/api-samples.ts'
import { SightTime } from './sight-time.ts'

const AT = Date.parse('2026-01-05T08:00:00+08:00')
const kerb = 'kerb' as CameraId

function house(add: (rows: readonly SightHour[]) => Promise<unknown> = async () => undefined) {
  let now = AT
  const stored: SightHour[] = []
  const time = new SightTime({
    clock: { now: () => now },
    log: silentLog,
    add: async rows => {
      await add(rows)
      stored.push(...rows)
    },
  })
  time.follow([{ id: kerb }])
  const says = (state: StreamState, view: View | null): void => {
    const sample = sampleHealth('x')
    const sight = view && sample.sight && { ...sample.sight, view }
    time.heard({ ...sample, cameraId: kerb, state, sight } satisfies CameraHealth)
  }
  const pass = async (seconds: number, told?: readonly [StreamState, View | null]) => {
    for (let gone = 0; gone < seconds; gone += 5) {
      now += 5_000
      if (told) says(...told)
      await time.sample()
    }
  }
  const sleep = (ms: number) => {
    now += ms
  }
  const sums = async () => {
    await time.stop()
    const all = new Map<string, number>()
    for (const { sight, ms, hourAt } of stored) {
      const key = `${(hourAt - AT) / 3_600_000} ${sight}`
      all.set(key, (all.get(key) ?? 0) + ms / 1_000)
    }
    return Object.fromEntries(all)
  }
  return { pass, sleep, sums, time, stored }
}

test('counts the time in each sight, and a stream that is away as blind', async () => {
  const { pass, sums } = house()
  await pass(20, ['online', 'clear'])
  await pass(10, ['online', 'dark'])
  await pass(15, ['retrying', null])
  expect(await sums()).toEqual({ '0 clear': 20, '0 dark': 10, '0 away': 15 })
})

test('counts a camera as away whose shard is not heard of any more, but for footage that is over', async () => {
  const { pass, sums } = house()
  await pass(5, ['online', 'clear'])
  await pass(30)
  await pass(5, ['ended', 'clear'])
  await pass(60)
  expect(await sums()).toEqual({ '0 clear': 20, '0 away': 15 })
})

test('knows nothing of the time in which the machine slept', async () => {
  const { pass, sleep, sums } = house()
  await pass(5, ['online', 'clear'])
  sleep(600_000)
  await pass(10, ['online', 'clear'])
  expect(await sums()).toEqual({ '0 clear': 10 })
})

test('keeps what the database does not take', async () => {
  let away = true
  const { pass, sums } = house(async () => {
    if (away) throw new Error('away')
  })
  await pass(120, ['online', 'covered'])
  away = false
  expect(await sums()).toEqual({ '0 covered': 120 })
})
