// The canary: one every minute, an alarm where it stays away, by a way that needs neither database nor queue.
import { beforeEach, expect, test } from 'vitest'
import type { Notice } from '../core/delivery.ts'
import { JiemuError } from '../core/errors.ts'
import { silentLog } from '../core/log.ts'
import { ManualClock } from '../core/time.ts'
import { type Canary, createCanary } from './canary.ts'
import type { Notifier } from './notifiers/notifier.ts'
import { deliveryOfNotice } from './notify.ts'
import { T0 } from './testing/examples.ts'

const MINUTE_MS = 60_000

let clock: ManualClock
let sentAt: number[]
let told: string[]
let databaseIsAway: boolean
let canary: Canary

const notifier = (destination: string, wanted: readonly string[]): Notifier => ({
  destination,
  wants: ({ event }) => wanted.includes(event),
  send: async notice => void told.push(`${notice.event} to ${destination}`),
})

beforeEach(() => {
  clock = new ManualClock(T0)
  sentAt = []
  told = []
  databaseIsAway = false
  canary = createCanary({
    clock,
    log: silentLog,
    notifiers: [
      notifier('duty', ['system.canary-missing', 'system.canary-returned']),
      notifier('probe', ['system.canary']),
      { ...notifier('broken', ['system.canary-missing']), send: () => Promise.reject(new Error('away')) },
    ],
    send: async at => {
      if (databaseIsAway) throw new JiemuError('database-unavailable', { problem: 'away' })
      sentAt.push(at)
    },
  })
})

function arrive(destination: string, at = clock.now()): void {
  const notice: Notice = {
    id: `notify.system.canary.${at}`,
    event: 'system.canary',
    at,
    subject: 'notices',
    details: {},
  }
  canary.settled(deliveryOfNotice(notice, destination, null, at), 'delivered')
}
async function pass(minutes: number, arrives: readonly string[] = []): Promise<void> {
  for (let tick = 0; tick < minutes * 6; tick++) {
    await canary.tick()
    for (const destination of arrives) arrive(destination)
    clock.advanceBy(10_000)
  }
}

test('one goes every minute, and while each arrives nobody is told', async () => {
  await pass(5, ['canary', 'probe'])
  expect(sentAt).toEqual([0, 1, 2, 3, 4].map(minute => T0 + minute * MINUTE_MS))
  expect(canary.missing()).toEqual([])
  expect(told).toEqual([])
})

test('where none arrives for three minutes, it is told directly, once, and again when it is over', async () => {
  await pass(2.5)
  expect(canary.missing()).toEqual([])
  await pass(2.5)
  expect(canary.missing()).toEqual(['canary', 'probe'])
  expect(told).toEqual(['system.canary-missing to duty'])
  await pass(1, ['canary', 'probe'])
  expect(canary.missing()).toEqual([])
  expect(told).toEqual(['system.canary-missing to duty', 'system.canary-returned to duty'])
})

test('one destination that it does not come through to is named', async () => {
  await pass(4, ['canary'])
  expect(canary.missing()).toEqual(['probe'])
})

test('while it stays away, it is told again every half hour', async () => {
  await pass(64)
  expect(told).toHaveLength(3)
})

test('a database that does not take it is an alarm too', async () => {
  databaseIsAway = true
  await pass(4)
  expect(canary.missing()).toEqual(['canary', 'probe'])
  expect(told).toEqual(['system.canary-missing to duty'])
})

test('one that took three minutes does not count as arrived', async () => {
  await pass(4, [])
  arrive('canary', clock.now() - 3 * MINUTE_MS)
  expect(canary.missing()).toContain('canary')
  arrive('canary', clock.now() - MINUTE_MS)
  expect(canary.missing()).not.toContain('canary')
})

test('a machine that slept raises no alarm for what it did not try', async () => {
  await pass(1, ['canary', 'probe'])
  clock.advanceBy(8 * 60 * MINUTE_MS)
  await canary.tick()
  expect(canary.missing()).toEqual([])
})
