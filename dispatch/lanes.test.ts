// The lanes: nobody waits for somebody else's destination, a dead one is spared, a robot is not sent too much.
import type { ServerResponse } from 'node:http'
import { beforeEach, expect, test } from 'vitest'
import type { Delivery, Notice } from '../core/delivery.ts'
import { JiemuError } from '../core/errors.ts'
import { silentLog } from '../core/log.ts'
import { ManualClock } from '../core/time.ts'
import { openNotifier, startReceiver } from '../tests/support/loopback.ts'
import type { Deliveries } from './deliveries-port.ts'
import { type Lanes, openLanes } from './lanes.ts'
import type { Notifier } from './notifiers/notifier.ts'
import { deliveryOfNotice } from './notify.ts'
import { T0 } from './testing/examples.ts'
import { memoryDeliveries } from './testing/memory-deliveries.ts'
import { type MemoryStore, memoryStore } from './testing/memory-store.ts'
import { deliverRow } from './work-rows.ts'

let store: MemoryStore
let clock: ManualClock
let deliveries: Deliveries
beforeEach(() => {
  store = memoryStore({})
  clock = new ManualClock(T0)
  deliveries = memoryDeliveries(store, clock)
})

const open = (...notifiers: readonly Notifier[]): Lanes =>
  openLanes({ notifiers, deliveries, clock, log: silentLog, random: () => 1 })

/** Deliveries of `count` notices, written as the fan-out writes them. */
async function written(destination: string, count: number, from = 0): Promise<readonly Delivery[]> {
  const all = Array.from({ length: count }, (_, index) => {
    const notice = { id: `notice-${from + index}`, event: 'job.assigned', at: T0, subject: 'job-1', details: {} }
    return deliveryOfNotice(notice, destination, null, clock.now())
  })
  await store.transact(tx => tx.addDeliveries(all, all.map(deliverRow)))
  return all
}
const deliver = (lanes: Lanes, all: readonly Delivery[]) =>
  Promise.all(all.map(({ id, destination }) => lanes.deliver(id, destination)))
const dueAtOf = (delivery: Delivery) => store.now.outbox.get(deliverRow(delivery).id)?.dueAt
const failed = (detail = {}) => new JiemuError('delivery-failed', { destination: 'x', problem: 'x', ...detail })

test('a destination that hangs holds up nobody else', async () => {
  let letGo = () => {}
  const hangs: Notifier = { destination: 'hangs', send: () => new Promise(resolve => (letGo = resolve)) }
  const arrived: Notice[] = []
  const answers: Notifier = { destination: 'answers', send: async notice => void arrived.push(notice) }
  const lanes = open(hangs, answers)
  const [slow] = await written('hangs', 1)
  const stuck = lanes.deliver(slow?.id ?? '', 'hangs')
  await deliver(lanes, await written('answers', 30))
  expect(arrived).toHaveLength(30)
  letGo()
  await stuck
  expect(store.now.deliveries.get(slow?.id ?? '')).toMatchObject({ state: 'delivered' })
})

test('a delivery that is under way is not begun a second time, here or by another process', async () => {
  let letGo = () => {}
  let sends = 0
  const slow: Notifier = {
    destination: 'slow',
    send: () =>
      new Promise(resolve => {
        sends += 1
        letGo = resolve
      }),
  }
  const lanes = open(slow)
  const [one] = await written('slow', 1)
  const first = deliver(lanes, one ? [one] : [])
  const second = deliver(lanes, one ? [one] : [])
  await deliver(open(slow), one ? [one] : [])
  letGo()
  await Promise.all([first, second])
  expect(sends).toBe(1)
  expect(store.now.deliveries.get(one?.id ?? '')).toMatchObject({ state: 'delivered', attempts: 1 })
})

test('what a process that died had claimed is sent once the claim has lapsed', async () => {
  const arrived: Notice[] = []
  const lanes = open({ destination: 'door', send: async notice => void arrived.push(notice) })
  const [one] = await written('door', 1)
  await deliveries.begin([one?.id ?? ''], 15_000)
  await lanes.deliver(one?.id ?? '', 'door')
  expect(arrived).toEqual([])
  clock.advanceBy(15_000)
  await lanes.deliver(one?.id ?? '', 'door')
  expect(arrived).toHaveLength(1)
})

test('a dead destination is spared: the others wait with it, and their tries are not counted', async () => {
  let tries = 0
  const dead: Notifier = {
    destination: 'dead',
    send: async () => {
      tries += 1
      throw failed()
    },
  }
  const lanes = open(dead)
  const all = await written('dead', 40)
  await deliver(lanes, all.slice(0, 5))
  expect(tries).toBe(5)
  await deliver(lanes, all.slice(5))
  expect(tries).toBe(5)
  const spared = all.at(-1)
  expect(store.now.deliveries.get(spared?.id ?? '')).toMatchObject({ state: 'pending', attempts: 0 })
  expect(spared && dueAtOf(spared)).toBe(T0 + 2_000)
  clock.advanceBy(2_000)
  await deliver(lanes, all.slice(5))
  expect(tries, 'one finds out whether it is back').toBe(6)
})

test.each([
  ['as long as it asks', 120_000, 120_000],
  ['an hour at the most', 86_400_000, 3_600_000],
])('a receiver that asks for patience is left alone, %s', async (_, retryAfterMs, expected) => {
  const lanes = open({
    destination: 'busy',
    send: async () => {
      throw failed({ retryAfterMs })
    },
  })
  const [one, other] = await written('busy', 2)
  await deliver(lanes, one ? [one] : [])
  await deliver(lanes, other ? [other] : [])
  expect([one, other].map(each => each && dueAtOf(each))).toEqual([T0 + expected, T0 + expected])
})

test('what waits for a destination that the settings do not name any more is a dead letter', async () => {
  const [one] = await written('gone', 1)
  await deliver(open(), one ? [one] : [])
  expect(store.now.deliveries.get(one?.id ?? '')).toMatchObject({ state: 'dead' })
})

test('each person behind a destination gets a delivery of their own', async () => {
  const arrived: (string | null | undefined)[] = []
  const phones: Notifier = {
    destination: 'phones',
    recipients: async () => ['lin', 'wang'],
    send: async (_, recipient) => {
      if (recipient === 'lin') throw failed()
      arrived.push(recipient)
    },
  }
  const lanes = open(phones)
  const [one] = await written('phones', 1)
  await deliver(lanes, one ? [one] : [])
  const theirs = [...store.now.deliveries.values()].filter(({ recipient }) => recipient !== null)
  await deliver(lanes, theirs)
  expect(arrived).toEqual(['wang'])
  expect([...store.now.deliveries.values()].map(({ recipient, state }) => [recipient, state])).toEqual([
    [null, 'delivered'],
    ['lin', 'pending'],
    ['wang', 'delivered'],
  ])
})

function robot(): { readonly notifier: Notifier; readonly messages: number[] } {
  const messages: number[] = []
  return {
    messages,
    notifier: {
      destination: 'robot',
      send: async () => void messages.push(1),
      robot: { key: 'robot', perMinute: 20, sendSummary: async notices => void messages.push(notices.length) },
    },
  }
}

test('a person who cannot be reached holds up nobody else behind the same destination', async () => {
  const reached: (string | null | undefined)[] = []
  const push: Notifier = {
    destination: 'webpush',
    send: async (_, recipient) => {
      if (recipient === 'away') throw failed()
      reached.push(recipient)
    },
  }
  const lanes = open(push)
  const written = (recipient: string, count: number) =>
    Array.from({ length: count }, (_, index) => {
      const notice = { id: `notice-${index}`, event: 'job.assigned', at: T0, subject: 'job-1', details: {} }
      return deliveryOfNotice(notice, 'webpush', recipient, clock.now())
    })
  const all = [...written('away', 20), ...written('here', 3)]
  await store.transact(tx => tx.addDeliveries(all, all.map(deliverRow)))
  await deliver(lanes, all)
  expect(reached).toEqual(['here', 'here', 'here'])
})

test('a robot gets each notice as a message, as long as there are few', async () => {
  const { notifier, messages } = robot()
  await deliver(open(notifier), await written('robot', 19))
  expect(messages).toEqual(Array.from({ length: 19 }, () => 1))
})

test('above its limit the notices of a robot share a message, and none is lost', async () => {
  const { notifier, messages } = robot()
  const lanes = open(notifier)
  await deliver(lanes, await written('robot', 60))
  expect(messages).toEqual([60])
  for (let second = 1; second <= 59; second++) {
    clock.advanceBy(1_000)
    await deliver(lanes, await written('robot', 2, 100 * second))
  }
  expect(messages).toHaveLength(20)
  const waiting = [...store.now.deliveries.values()].filter(({ state }) => state === 'pending')
  expect(waiting.map(dueAtOf)).toEqual(waiting.map(() => T0 + 60_000))
  clock.advanceTo(T0 + 60_000)
  await deliver(lanes, waiting)
  expect(messages).toHaveLength(21)
  expect(messages.reduce((sum, count) => sum + count)).toBe(60 + 2 * 59)
})

test('while nobody can tell what a robot was sent it is not asked over and over', async () => {
  const { notifier, messages } = robot()
  let asked = 0
  const away: Deliveries = {
    ...deliveries,
    messagesSince: async () => {
      asked += 1
      throw new JiemuError('database-unavailable', { problem: 'away' })
    },
  }
  const lanes = openLanes({ notifiers: [notifier], deliveries: away, clock, log: silentLog })
  await deliver(lanes, await written('robot', 3))
  expect({ asked, messages }).toEqual({ asked: 1, messages: [] })
})

test('a restart does not forget what a robot was sent', async () => {
  const { notifier, messages } = robot()
  await deliver(open(notifier), await written('robot', 19))
  await deliver(open(notifier), await written('robot', 7, 100))
  expect(messages.at(-1)).toBe(7)
  await deliver(open(notifier), await written('robot', 1, 200))
  expect(messages).toHaveLength(20)
})

test('a receiver that answers after the time-out gets the same id again, and nothing is lost', async () => {
  const open = new Set<ServerResponse>()
  let isLate = true
  const receiver = await startReceiver((_, response) => {
    if (isLate) open.add(response)
    else response.writeHead(204).end()
  })
  const webhook = openNotifier(
    'webhook',
    { url: receiver.origin, secret: 'a secret of some length' },
    { timeoutMs: 100 },
  )
  const lanes = openLanes({ notifiers: [webhook], deliveries, clock, log: silentLog, random: () => 1 })
  const [one] = await written(webhook.destination, 1)
  await lanes.deliver(one?.id ?? '', webhook.destination)
  expect(store.now.deliveries.get(one?.id ?? '')).toMatchObject({ state: 'pending', attempts: 1 })
  for (const response of open) response.writeHead(204).end()
  isLate = false
  clock.advanceBy(2_000)
  await lanes.deliver(one?.id ?? '', webhook.destination)
  expect(store.now.deliveries.get(one?.id ?? '')).toMatchObject({ state: 'delivered', attempts: 2 })
  const ids = receiver.received.map(({ request, body }) => [request.headers['webhook-id'], JSON.parse(body).id])
  expect(ids).toEqual([
    ['notice-0', 'notice-0'],
    ['notice-0', 'notice-0'],
  ])
  await receiver.close()
})
