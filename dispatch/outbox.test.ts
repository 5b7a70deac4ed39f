// The outbox: one entry per topic, each row's work once, and notices at least once to each destination.
import { beforeEach, expect, test } from 'vitest'
import type { Notice } from '../core/delivery.ts'
import { JiemuError } from '../core/errors.ts'
import { silentLog } from '../core/log.ts'
import { ManualClock } from '../core/time.ts'
import { transactor } from './commit.ts'
import { takeIn } from './ledger.ts'
import type { Notifier } from './notifiers/notifier.ts'
import { indexTopics, type Outbox, openOutbox } from './outbox.ts'
import { OUTBOX_TOPICS } from './store-port.ts'
import { observation, T0 } from './testing/examples.ts'
import { memoryDeliveries } from './testing/memory-deliveries.ts'
import { type MemoryStore, memoryStore } from './testing/memory-store.ts'

const DAY_MS = 86_400_000

let store: MemoryStore
let clock: ManualClock
let sent: string[]
/** What the destination "webhook" throws, from the next attempt to the last. */
let failures: JiemuError[]
/** Destinations whose work is told as done. */
let done: string[]

const notifier = (destination: string, send: (notice: Notice) => Promise<void> = async () => {}): Notifier => ({
  destination,
  async send(notice) {
    await send(notice)
    sent.push(`${notice.event} to ${destination}`)
  },
})

let outbox: Outbox
beforeEach(async () => {
  store = memoryStore({})
  clock = new ManualClock(T0)
  sent = []
  failures = []
  done = []
  const transact = transactor(store, () => {})
  const flaky = notifier('webhook', async () => {
    const failure = failures.shift()
    if (failure) throw failure
  })
  const uninterested = { ...notifier('reports'), wants: ({ event }: Notice) => event === 'job.closed' }
  outbox = openOutbox({
    ...{ store, transact, clock, log: silentLog },
    notifiers: [notifier('log'), flaky, uninterested],
    deliveries: memoryDeliveries(store, clock),
    random: () => 0.5,
    onDone: row => done.push(row.topic),
  })
  await takeIn(transact, observation())
})

const notices = () => [...store.now.outbox.values()].filter(({ topic }) => topic === 'notify')
const rowTo = (destination: string) =>
  [...store.now.outbox.values()].find(({ id }) => id.startsWith(`deliver.${destination}.`))
const deliveryTo = (destination: string) =>
  [...store.now.deliveries.values()].find(delivery => delivery.destination === destination)
const failed = new JiemuError('delivery-failed', { destination: 'webhook', problem: 'answered 503' })
const refused = new JiemuError('delivery-refused', { destination: 'webhook', problem: 'answered 410' })

test.each([
  ['lacks one', OUTBOX_TOPICS.slice(1)],
  ['has one twice', [...OUTBOX_TOPICS, 'notify' as const]],
])('a table that %s stops the start', (_, topics) => {
  const table = topics.map(topic => ({ topic, act: async () => 'done' as const }))
  expect(() => indexTopics(table)).toThrow(/outbox topic/)
})

test('a notice goes to each destination that wants it, and all rows are done', async () => {
  await outbox.drain(T0)
  expect(sent).toEqual(['incident.opened to log', 'incident.opened to webhook'])
  expect(notices()).toMatchObject([{ finishedAt: T0 }])
  expect([rowTo('log'), rowTo('webhook')]).toMatchObject([{ finishedAt: T0 }, { finishedAt: T0 }])
  expect(rowTo('reports')).toBeUndefined()
  expect(done).toEqual(['deliver', 'deliver'])
})

test('done is done: the same rows again send nothing', async () => {
  await outbox.drain(T0)
  for (const { id } of store.now.outbox.values()) await outbox.perform(id, T0)
  expect(sent).toHaveLength(2)
})

test('a destination that failed is tried again when it is due, and the others are left alone', async () => {
  failures = [failed, failed]
  await outbox.drain(T0)
  expect(deliveryTo('log')).toMatchObject({ state: 'delivered', attempts: 1 })
  expect(deliveryTo('webhook')).toMatchObject({ state: 'pending', attempts: 1, lastError: failed.message })
  // Half of two seconds, then half of four.
  expect(rowTo('webhook')).toMatchObject({ dueAt: T0 + 1_000 })
  clock.advanceTo(T0 + 1_000)
  await outbox.drain(T0 + 999)
  expect(deliveryTo('webhook')).toMatchObject({ attempts: 1 })
  await outbox.drain(T0 + 1_000)
  expect(rowTo('webhook')).toMatchObject({ dueAt: T0 + 3_000 })
  clock.advanceTo(T0 + 3_000)
  await outbox.drain(T0 + 3_000)
  expect(sent).toEqual(['incident.opened to log', 'incident.opened to webhook'])
  expect(deliveryTo('webhook')).toMatchObject({ state: 'delivered', attempts: 3, lastError: null })
})

test('what was refused for good is a dead letter and not tried again', async () => {
  failures = [refused]
  await outbox.drain(T0)
  expect(rowTo('webhook')).toMatchObject({ finishedAt: T0 })
  expect(deliveryTo('webhook')).toMatchObject({ state: 'dead', lastError: refused.message })
})

test('the first failure after a day makes a dead letter', async () => {
  failures = [failed, failed, failed]
  await outbox.drain(T0)
  clock.advanceTo(T0 + DAY_MS - 1)
  await outbox.perform(rowTo('webhook')?.id ?? '', clock.now())
  expect(deliveryTo('webhook')).toMatchObject({ state: 'pending' })
  clock.advanceTo(T0 + 2 * DAY_MS)
  await outbox.perform(rowTo('webhook')?.id ?? '', clock.now())
  expect(deliveryTo('webhook')).toMatchObject({ state: 'dead', lastError: failed.message })
  expect(rowTo('webhook')).toMatchObject({ finishedAt: T0 + 2 * DAY_MS })
})

test('draining ends although a destination goes on failing', async () => {
  failures = Array.from({ length: 50 }, () => failed)
  await outbox.drain(T0)
  expect(failures).toHaveLength(49)
})

test('work that is not due is left until it is', async () => {
  await outbox.drain(T0 + 119_999)
  expect(store.now.incidentEvents.map(each => each.event)).toEqual(['opened'])
  await outbox.drain(T0 + 120_000)
  expect(store.now.incidentEvents.map(each => each.event)).toEqual(['opened', 'escalated'])
})
