// The outbox: one entry per topic, each row's work once, and notices at least once to each destination.
import { beforeEach, expect, test } from 'vitest'
import { JiemuError } from '../core/errors.ts'
import { silentLog } from '../core/log.ts'
import { transactor } from './commit.ts'
import { takeIn } from './ledger.ts'
import type { Notice, Notifier } from './notifiers/notifier.ts'
import type { Deliveries } from './notify.ts'
import { indexTopics, type Outbox, openOutbox } from './outbox.ts'
import { OUTBOX_TOPICS } from './store-port.ts'
import { observation, T0 } from './testing/examples.ts'
import { type MemoryStore, memoryStore } from './testing/memory-store.ts'

let store: MemoryStore
let sent: string[]
/** What the destination "webhook" throws, from the next attempt to the last. */
let failures: JiemuError[]
let states: Map<string, string>

const deliveries: Deliveries = {
  begin: async (id, destination) => (states.get(`${id} ${destination}`) === 'delivered' ? 'done' : 'new'),
  succeeded: async (id, destination) => void states.set(`${id} ${destination}`, 'delivered'),
  failed: async (id, destination, problem) => void states.set(`${id} ${destination}`, problem),
}
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
  sent = []
  failures = []
  states = new Map()
  const transact = transactor(store, () => {})
  const flaky = notifier('webhook', async () => {
    const failure = failures.shift()
    if (failure) throw failure
  })
  outbox = openOutbox({ store, transact, notifiers: [notifier('log'), flaky], deliveries, log: silentLog })
  await takeIn(transact, observation())
})

const row = () => [...store.now.outbox.values()].find(({ topic }) => topic === 'notify')
const failed = new JiemuError('delivery-failed', { destination: 'webhook', problem: 'answered 503' })
const refused = new JiemuError('delivery-refused', { destination: 'webhook', problem: 'answered 410' })

test.each([
  ['lacks one', OUTBOX_TOPICS.slice(1)],
  ['has one twice', [...OUTBOX_TOPICS, 'notify' as const]],
])('a table that %s stops the start', (_, topics) => {
  const table = topics.map(topic => ({ topic, act: async () => undefined }))
  expect(() => indexTopics(table)).toThrow(/outbox topic/)
})

test('a notice goes to each destination, and the row is done', async () => {
  await outbox.drain(T0)
  expect(sent).toEqual(['incident.opened to log', 'incident.opened to webhook'])
  expect(row()).toMatchObject({ finishedAt: T0 })
})

test('done is done: the same row again sends nothing', async () => {
  await outbox.drain(T0)
  await outbox.perform(row()?.id ?? '', T0)
  expect(sent).toHaveLength(2)
})

test('a destination that failed is tried again, those that have it are left alone', async () => {
  failures = [failed]
  await expect(outbox.perform(row()?.id ?? '', T0)).rejects.toBe(failed)
  expect(row()?.finishedAt).toBeUndefined()
  expect([...states.values()]).toEqual(['delivered', failed.message])
  await outbox.perform(row()?.id ?? '', T0 + 1_000)
  expect(sent).toEqual(['incident.opened to log', 'incident.opened to webhook'])
  expect(row()).toMatchObject({ finishedAt: T0 + 1_000 })
})

test('what was refused for good is listed and not tried again', async () => {
  failures = [refused]
  await outbox.drain(T0)
  expect(row()).toMatchObject({ finishedAt: T0 })
  expect([...states.values()]).toEqual(['delivered', refused.message])
})

test('after a day without an answer the row is done, and the delivery stays failed', async () => {
  failures = [failed, failed]
  await expect(outbox.perform(row()?.id ?? '', T0 + 86_399_999)).rejects.toBe(failed)
  await outbox.perform(row()?.id ?? '', T0 + 86_400_000)
  expect(row()).toMatchObject({ finishedAt: T0 + 86_400_000 })
  expect(states.get(`${row()?.id} webhook`)).toBe(failed.message)
})

test('draining ends although a destination goes on failing', async () => {
  failures = Array.from({ length: 50 }, () => failed)
  await outbox.drain(T0)
  expect(failures).toHaveLength(49)
  expect(row()?.finishedAt).toBeUndefined()
})

test('work that is not due is left until it is', async () => {
  await outbox.drain(T0 + 119_999)
  expect(store.now.incidentEvents.map(each => each.event)).toEqual(['opened'])
  await outbox.drain(T0 + 120_000)
  expect(store.now.incidentEvents.map(each => each.event)).toEqual(['opened', 'escalated'])
})
