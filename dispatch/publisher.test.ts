// The publisher against a queue that takes, refuses and forgets rows: nothing is lost, and nothing starves.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { JiemuError } from '../core/errors.ts'
import { silentLog } from '../core/log.ts'
import { ManualClock } from '../core/time.ts'
import { type Publisher, startPublisher } from './publisher.ts'
import type { OutboxRow } from './store-port.ts'
import { T0 } from './testing/examples.ts'
import { type MemoryStore, memoryStore } from './testing/memory-store.ts'

let store: MemoryStore
let clock: ManualClock
let taken: string[]
let away: JiemuError | undefined
let publisher: Publisher | undefined

const queue = {
  async publish(rows: readonly OutboxRow[]) {
    if (away) throw away
    taken.push(...rows.map(row => row.id))
  },
  async publishAhead(rows: readonly OutboxRow[], now: number) {
    if (away) throw away
    taken.push(...rows.map(row => `${row.id} in ${row.dueAt - now} ms`))
  },
}
const unavailable = new JiemuError('queue-unavailable', { problem: 'ECONNREFUSED' })

const row = (id: string, dueAt = T0, createdAt = T0): OutboxRow => {
  return { id, topic: 'assign', payload: {}, dueAt, createdAt }
}

async function add(added: OutboxRow): Promise<OutboxRow> {
  await store.transact(tx => tx.addOutbox([added]))
  return added
}

function start(inHand?: (id: string) => boolean): Publisher {
  publisher = startPublisher({ store, queue, clock, log: silentLog, ...(inHand && { inHand }) })
  return publisher
}

beforeEach(() => {
  store = memoryStore({})
  clock = new ManualClock(T0)
  taken = []
  away = undefined
})
afterEach(() => publisher?.stop())

test('what was committed is published at once when it is kicked, and once only', async () => {
  const started = start()
  started.kick([await add(row('a'))])
  await vi.waitUntil(() => taken.includes('a'))
  await started.sweep()
  expect(taken).toEqual(['a'])
})

test('what nobody kicked is found by the sweep: the process may have died in between', async () => {
  await add(row('a'))
  start()
  await vi.waitUntil(() => taken.includes('a'))
})

test('work of the future is published when it is due, not before', async () => {
  const started = start()
  started.kick([await add(row('later', T0 + 120_000))])
  clock.advanceTo(T0 + 60_000)
  await started.sweep()
  expect(taken).toEqual([])
  clock.advanceTo(T0 + 120_000)
  await started.sweep()
  expect(taken).toEqual(['later'])
})

test('immediate work of a camera whose clock is ahead of ours does not wait for ours', async () => {
  start().kick([await add(row('ahead', T0 + 2_000, T0 + 2_000))])
  await vi.waitUntil(() => taken.includes('ahead'))
})

test('what the queue lost is handed over again after 15 s; what is done is not', async () => {
  await add(row('done'))
  await add(row('lost'))
  const started = start()
  await vi.waitUntil(() => taken.length === 2)
  await store.transact(tx => tx.finishOutbox('done', T0))
  clock.advanceTo(T0 + 14_999)
  await started.sweep()
  expect(taken).toHaveLength(2)
  clock.advanceTo(T0 + 15_000)
  await started.sweep()
  expect(taken.slice(2)).toEqual(['lost'])
})

test('a queue that is away is reported, and gets everything once it is back', async () => {
  away = unavailable
  const started = start()
  started.kick([await add(row('a'))])
  await vi.waitUntil(() => started.problem() !== null)
  expect(started.problem()).toMatchObject({ code: 'queue-unavailable', retryable: true })
  started.kick([await add(row('b'))])
  away = undefined
  await vi.waitUntil(() => started.problem() === null, { timeout: 5_000 })
  await vi.waitUntil(() => taken.length === 2)
  expect(taken.toSorted()).toEqual(['a', 'b'])
})

test('one sweep sees past a full batch: the newest row does not wait behind old ones', async () => {
  const old = Array.from({ length: 1_100 }, (_, index) => `old-${String(index).padStart(4, '0')}`)
  await store.transact(tx => tx.addOutbox(old.map(id => row(id, T0 - 1))))
  await add(row('new'))
  away = unavailable
  const started = start()
  await vi.waitUntil(() => started.problem() !== null)
  away = undefined
  await started.sweep()
  expect(new Set(taken)).toEqual(new Set([...old, 'new']))
})

test('after it was stopped, nothing is published any more', async () => {
  const started = start()
  await started.stop()
  started.kick([await add(row('a'))])
  expect(taken).toEqual([])
})

test('what comes soon is announced, what comes later is not, and both are handed over when they are due', async () => {
  await add(row('soon', T0 + 20_000))
  await add(row('later', T0 + 600_000))
  const started = start()
  await vi.waitUntil(() => taken.length === 1)
  await started.sweep()
  clock.advanceTo(T0 + 20_000)
  await started.sweep()
  await store.transact(tx => tx.finishOutbox('soon', T0))
  clock.advanceTo(T0 + 600_000)
  await started.sweep()
  expect(taken).toEqual(['soon in 20000 ms', 'soon', 'later'])
})

test('what is being done here is left out, and however much that is, it hides nothing', async () => {
  // More than a sweep looks at together, all older than the one that nobody is at.
  await store.transact(tx => tx.addOutbox(Array.from({ length: 1_200 }, (_, index) => row(`held-${index}`))))
  await add(row('stray', T0 + 1))
  clock.advanceTo(T0 + 2)
  await start(id => id.startsWith('held')).sweep()
  expect(new Set(taken)).toEqual(new Set(['stray']))
})
