// Supervision (督办) by a clock that is moved by hand: what passes its time is told once, whatever begins anew meanwhile.
import { beforeEach, expect, test } from 'vitest'
import type { JobId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { ManualClock } from '../core/time.ts'
import { createDispatch, type Dispatch } from './desk.ts'
import type { JobCommandName } from './job-commands.ts'
import { noDeliveries, observation, SUPERVISOR, T0, team } from './testing/examples.ts'
import { type MemoryStore, memoryStore } from './testing/memory-store.ts'

const MINUTE = 60_000

let store: MemoryStore
let clock: ManualClock
let desk: Dispatch

const begin = () => createDispatch({ ...{ store, deliveries: noDeliveries, notifiers: [], clock, log: silentLog } })
beforeEach(async () => {
  clock = new ManualClock(T0)
  store = memoryStore({ mode: 'auto' }, [team('chengguan-1')])
  desk = begin()
  await desk.takeIn(observation())
  await desk.drain(T0)
})

const job = () => {
  const [only] = store.now.jobs.values()
  if (!only) throw new Error('no job')
  return only
}
const ask = (name: JobCommandName, key: string, minutes = 0) =>
  desk.ask(name, job().id as JobId, {
    ...{ actor: SUPERVISOR, key, reason: 'complaints' },
    ...(minutes && { until: clock.now() + minutes * MINUTE }),
  })
async function pass(minutes: number): Promise<void> {
  clock.advanceBy(minutes * MINUTE)
  await desk.drain(clock.now())
}
/** With the minute of each. */
const overdue = () =>
  store.now.jobEvents
    .filter(({ event }) => event === 'supervision-overdue')
    .map(({ at, reason }) => `${(at - T0) / MINUTE} ${reason}`)
const notices = () =>
  [...store.now.outbox.values()].filter(({ payload }) => payload.event === 'job.supervision-overdue')

test('one that passes its time marks the job and tells its supervisor and the operators, once', async () => {
  await ask('supervise', 'first', 30)
  await pass(29)
  expect(overdue()).toEqual([])
  await pass(1)
  expect(job().supervision).toMatchObject({ dueAt: T0 + 30 * MINUTE, overdueAt: T0 + 30 * MINUTE })
  desk = begin()
  await pass(60)
  expect(overdue()).toEqual(['30 chen: complaints'])
  expect(notices().map(({ payload }) => payload)).toMatchObject([
    { supervisedBy: 'chen', supervisionDueAt: T0 + 30 * MINUTE, roles: 'operator' },
  ])
})

test('one whose process was away when its time came is told once it is back', async () => {
  await ask('supervise', 'first', 30)
  clock.advanceBy(600 * MINUTE)
  desk = begin()
  await pass(0)
  await pass(60)
  expect(overdue()).toHaveLength(1)
  expect(notices()).toHaveLength(1)
})

test('one that is said anew passes at its later time only, and again when it is said once more', async () => {
  await ask('supervise', 'first', 30)
  await ask('supervise', 'second', 60)
  await pass(59)
  expect(overdue()).toEqual([])
  await pass(1)
  await ask('supervise', 'third', 30)
  expect(job().supervision?.overdueAt).toBeUndefined()
  await pass(30)
  expect(overdue()).toEqual(['60 chen: complaints', '90 chen: complaints'])
  expect(notices()).toHaveLength(2)
})

test('one that was ended, or whose job is over, does not pass', async () => {
  await ask('supervise', 'first', 30)
  await ask('unsupervise', 'ended')
  await pass(60)
  await ask('supervise', 'second', 30)
  await ask('cancel', 'over')
  await pass(60)
  expect(overdue()).toEqual([])
  expect(notices()).toEqual([])
})
