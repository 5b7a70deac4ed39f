// Breaches that are over before anybody is there: what becomes of their jobs, by policy, and when they come back.
import { beforeEach, expect, test } from 'vitest'
import type { JobId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { ManualClock } from '../core/time.ts'
import { createDispatch, type Dispatch } from './desk.ts'
import type { JobCommandName } from './job-commands.ts'
import { noDeliveries, observation, SUPERVISOR, T0, team, WORKER } from './testing/examples.ts'
import { type MemoryStore, memoryStore } from './testing/memory-store.ts'

const MINUTE = 60_000
let store: MemoryStore
let desk: Dispatch

function open(policy: Parameters<typeof memoryStore>[0] = {}): void {
  store = memoryStore({ mode: 'auto', ...policy }, [
    team('chengguan-1', { skills: ['illegal-parking', 'crowding', 'overflowing-bin', 'dirty-road'] }),
  ])
  const clock = new ManualClock(T0)
  desk = createDispatch({ store, deliveries: noDeliveries, notifiers: [], clock, log: silentLog })
}
beforeEach(() => open())

const jobs = () => [...store.now.jobs.values()]
const last = () => store.now.jobEvents.at(-1)
const told = (event: string) => [...store.now.outbox.keys()].filter(row => row.startsWith(`notify.${event}.`))
const seen = (minute: number, change: Parameters<typeof observation>[0] = {}) =>
  desk.takeIn(observation({ at: T0 + minute * MINUTE, ...change }))
const gone = (minute: number, change: Parameters<typeof observation>[0] = {}) =>
  seen(minute, { phase: 'ended', ...change })

async function after(...commands: readonly JobCommandName[]): Promise<void> {
  await desk.drain(T0)
  for (const name of commands) {
    const actor = name === 'return' || name === 'defer' ? SUPERVISOR : WORKER
    const id = jobs()[0]?.id ?? ('none' as JobId)
    await desk.ask(name, id, { actor, key: name, reason: 'because', until: T0 + MINUTE })
  }
}

test.each([
  ['illegal-parking', 'cancelled'],
  ['crowding', 'cancelled'],
  ['overflowing-bin', 'assigned'],
  ['dirty-road', 'assigned'],
] as const)('by default a job for %s is %s then', async (kind, state) => {
  await seen(0, { kind })
  await after()
  await gone(1, { kind })
  expect(jobs()).toMatchObject([{ state, endReason: state === 'cancelled' ? 'self-cleared' : null }])
})

test('the log says why, and whoever has the job is told', async () => {
  await seen(0)
  await after()
  await gone(1)
  expect(last()).toMatchObject({ event: 'cancelled', party: 'policy', reason: 'self-cleared', at: T0 + MINUTE })
  expect(jobs()).toMatchObject([{ teamId: 'chengguan-1' }])
  expect(told('job.cancelled')).toHaveLength(1)
})

test.each<[string, readonly JobCommandName[], string]>([
  ['nobody has accepted it', [], 'cancelled'],
  ['somebody is on the way', ['accept'], 'cancelled'],
  ['somebody is there', ['accept', 'arrive'], 'on-site'],
  ['it was given back', ['accept', 'handled', 'return'], 'returned'],
  ['it was put off', ['defer'], 'deferred'],
])('where %s it is %j then: %s', async (_, commands, state) => {
  await seen(0)
  await after(...commands)
  await gone(1)
  expect(jobs()).toMatchObject([{ state }])
})

test('while one of two is still there the job goes on as it is', async () => {
  await seen(0)
  await seen(0.5, { subject: 'car-2' })
  await gone(1)
  expect(jobs()).toMatchObject([{ state: 'queued' }])
  await gone(2, { subject: 'car-2' })
  expect(jobs()).toMatchObject([{ state: 'cancelled' }])
})

test('a policy may have it made less urgent instead, once for each time it clears', async () => {
  open({ selfCleared: 'downgrade' })
  await seen(0, { severity: 'orange' })
  await after()
  await gone(1)
  await gone(1.5)
  expect(jobs()).toMatchObject([{ state: 'assigned', severity: 'yellow' }])
  expect(last()).toMatchObject({ event: 'downgraded', party: 'policy', reason: 'self-cleared' })
  expect(told('job.downgraded')).toHaveLength(1)
})

test('the least severe stays what it is', async () => {
  open({ selfCleared: 'downgrade' })
  await seen(0, { severity: 'blue' })
  await gone(1)
  expect(jobs()).toMatchObject([{ state: 'queued', severity: 'blue' }])
})

test('what comes back within the cooldown is new work, and nobody has to confirm it again', async () => {
  await seen(0)
  await after()
  await gone(1)
  await seen(3)
  expect([...store.now.incidents.values()]).toMatchObject([{ physical: 'active', reopened: 1 }])
  expect(jobs().map(({ state }) => state)).toEqual(['cancelled', 'queued'])
  await gone(4)
  await seen(5)
  expect(jobs().map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'queued'])
})

test('what a person has cancelled does not come back as work', async () => {
  await seen(0)
  await after()
  await desk.ask('cancel', jobs()[0]?.id ?? ('none' as JobId), { actor: SUPERVISOR, key: 'c', reason: 'a wedding' })
  await gone(1)
  await seen(3)
  expect(jobs().map(({ state }) => state)).toEqual(['cancelled'])
})
