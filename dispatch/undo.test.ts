// Decisions that are taken back: what becomes of the alert and of the work that it had begun, and until when.
import { beforeEach, describe, expect, test } from 'vitest'
import type { IncidentId, JobId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import type { Actor } from '../core/permission.ts'
import { ManualClock } from '../core/time.ts'
import { createDispatch, type Dispatch } from './desk.ts'
import { noDeliveries, OPERATOR, observation, SUPERVISOR, T0, team, WORKER } from './testing/examples.ts'
import { type MemoryStore, memoryStore } from './testing/memory-store.ts'

const SECOND = 1_000
let store: MemoryStore
let clock: ManualClock
let desk: Dispatch

beforeEach(async () => {
  store = memoryStore({ mode: 'confirm', confirmWithin: 120 * SECOND }, [team('chengguan-1')])
  clock = new ManualClock(T0)
  desk = createDispatch({ store, deliveries: noDeliveries, notifiers: [], clock, log: silentLog })
  await desk.takeIn(observation({ subject: 'car-1' }))
})

const incidents = () => [...store.now.incidents.values()]
const jobs = () => [...store.now.jobs.values()]
const id = (index = 0): IncidentId => incidents()[index]?.id ?? ('none' as IncidentId)
const jobId = (): JobId => jobs()[0]?.id ?? ('none' as JobId)
const at = (seconds: number) => clock.advanceTo(T0 + seconds * SECOND)
const decisions = () =>
  store.now.incidentEvents.filter(({ event }) => event !== 'opened').map(({ event, actor }) => `${event} ${actor}`)
const notices = () =>
  [...store.now.outbox.keys()]
    .filter(row => row.startsWith('notify.job'))
    .map(row => row.split('.', 3).join('.').slice(7))

test('a confirmation that is taken back cancels the job, tells whoever has it, and the alert is pending again', async () => {
  at(5)
  await desk.confirm(id(), OPERATOR)
  await desk.drain(clock.now())
  expect(jobs()).toMatchObject([{ state: 'assigned' }])
  at(15)
  await desk.undo(id(), null, OPERATOR)
  expect(incidents()).toMatchObject([{ review: 'pending' }])
  expect(jobs()).toMatchObject([{ state: 'cancelled', endReason: 'undone', teamId: 'chengguan-1' }])
  expect(store.now.jobEvents.at(-1)).toMatchObject({ event: 'undone', party: 'operator', actor: OPERATOR.name })
  expect(decisions()).toEqual(['confirmed lin', 'undone lin'])
  expect([...store.now.outbox.keys()].filter(row => row.startsWith('notify.job.undone'))).toHaveLength(1)
  expect(notices()).toContain(`job.undone.${jobId()}`.split('.', 2).join('.'))
})

test('dispatch does not wait for the ten seconds', async () => {
  await desk.confirm(id(), OPERATOR)
  await desk.drain(T0)
  expect(jobs()).toMatchObject([{ state: 'assigned', assignedAt: T0 }])
})

test('it can be confirmed anew, which is new work', async () => {
  await desk.confirm(id(), OPERATOR)
  await desk.undo(id(), null, OPERATOR)
  await desk.confirm(id(), OPERATOR)
  expect(jobs().map(({ state }) => state)).toEqual(['cancelled', 'queued'])
})

test.each([
  [10, 'pending'],
  [10.001, 'undo-too-late'],
])('after %d s: %s', async (seconds, outcome) => {
  await desk.confirm(id(), OPERATOR)
  at(seconds)
  const result = await desk.undo(id(), null, OPERATOR).then(
    ({ review }) => review,
    error => error.code,
  )
  expect(result).toBe(outcome)
  expect(jobs()).toMatchObject([{ state: outcome === 'pending' ? 'cancelled' : 'queued' }])
})

test.each<[string, Actor, string]>([
  ['another operator', { ...OPERATOR, name: 'zhou' }, 'undo-not-yours'],
  ['a supervisor', SUPERVISOR, 'pending'],
  ['an administrator', { ...OPERATOR, name: 'root', role: 'admin' }, 'pending'],
])('%s takes it back: %s', async (_, actor, outcome) => {
  await desk.confirm(id(), OPERATOR)
  const result = await desk.undo(id(), null, actor).then(
    ({ review }) => review,
    error => error.code,
  )
  expect(result).toBe(outcome)
})

test('once somebody has accepted the job it needs a reason, which the log keeps', async () => {
  await desk.confirm(id(), OPERATOR)
  await desk.drain(T0)
  await desk.ask('accept', jobId(), { actor: WORKER, key: 'k1' })
  const before = structuredClone(store.now)
  await expect(desk.undo(id(), null, OPERATOR)).rejects.toMatchObject({ code: 'reason-missing' })
  expect(store.now).toEqual(before)
  await desk.undo(id(), 'wrong camera', OPERATOR)
  expect(jobs()).toMatchObject([{ state: 'cancelled', endReason: 'wrong camera' }])
  expect(store.now.jobEvents.at(-1)).toMatchObject({ event: 'undone', reason: 'wrong camera' })
})

test('asked twice it is undone once', async () => {
  await desk.confirm(id(), OPERATOR)
  await desk.undo(id(), null, OPERATOR)
  at(3)
  await desk.undo(id(), null, OPERATOR)
  expect(decisions()).toEqual(['confirmed lin', 'undone lin'])
  expect(store.now.jobEvents.filter(({ event }) => event === 'undone')).toHaveLength(1)
})

test('an incident that had joined another’s job is taken out of it again, and the job goes on', async () => {
  await desk.confirm(id(), OPERATOR)
  await desk.drain(T0)
  await desk.takeIn(observation({ subject: 'car-2', at: T0 + 1 }))
  const second = id(1)
  at(20)
  await desk.confirm(second, OPERATOR)
  expect(jobs()).toMatchObject([{ incidentIds: [id(0), second] }])
  await desk.undo(second, null, OPERATOR)
  expect(jobs()).toMatchObject([{ state: 'assigned', incidentIds: [id(0)] }])
  expect(store.now.jobEvents.at(-1)).toMatchObject({ event: 'parted', reason: second })
  expect([...store.now.outbox.keys()].some(row => row.startsWith('notify.job.parted'))).toBe(true)
})

test('what was taken out of a job and is confirmed again comes back to it', async () => {
  await desk.confirm(id(), OPERATOR)
  await desk.drain(T0)
  await desk.takeIn(observation({ subject: 'car-2', at: T0 + 1 }))
  const second = id(1)
  for (const seconds of [1, 2]) {
    at(seconds)
    await desk.confirm(second, OPERATOR)
    expect(jobs()).toMatchObject([{ incidentIds: [id(0), second] }])
    await desk.undo(second, null, OPERATOR)
    expect(jobs()).toMatchObject([{ incidentIds: [id(0)] }])
  }
})

describe('the alert gets its whole time anew', () => {
  const escalations = () => store.now.incidentEvents.filter(({ event }) => event === 'escalated').map(event => event.at)

  test('the deadline of before says nothing any more', async () => {
    at(115)
    await desk.confirm(id(), OPERATOR)
    await desk.undo(id(), null, OPERATOR)
    at(234)
    await desk.drain(clock.now())
    expect(escalations()).toEqual([])
    at(235)
    await desk.drain(clock.now())
    expect(escalations()).toEqual([T0 + 235 * SECOND])
  })

  test('taken back twice, only the last counts', async () => {
    await desk.confirm(id(), OPERATOR)
    at(1)
    await desk.undo(id(), null, OPERATOR)
    at(60)
    await desk.confirm(id(), OPERATOR)
    at(61)
    await desk.undo(id(), null, OPERATOR)
    at(500)
    await desk.drain(clock.now())
    expect(escalations()[0]).toBe(T0 + 181 * SECOND)
  })
})

describe('a rejection', () => {
  test('is taken back too, and its reason with it', async () => {
    await desk.reject(id(), 'loading', 'a van', OPERATOR)
    at(9)
    await desk.undo(id(), null, OPERATOR)
    expect(incidents()).toMatchObject([{ review: 'pending', rejectReason: null, rejectNote: null }])
    expect(jobs()).toEqual([])
  })

  test('that took a confirmation back leaves the alert pending, not confirmed', async () => {
    await desk.confirm(id(), OPERATOR)
    await desk.reject(id(), 'loading', null, OPERATOR)
    await desk.undo(id(), null, OPERATOR)
    expect(incidents()).toMatchObject([{ review: 'pending' }])
    expect(jobs()).toMatchObject([{ state: 'cancelled' }])
  })
})

test('what nobody has decided cannot be taken back', async () => {
  await expect(desk.undo(id(), null, OPERATOR)).rejects.toMatchObject({ code: 'transition-illegal' })
  await expect(desk.undo('inc-none' as IncidentId, null, OPERATOR)).rejects.toMatchObject({ code: 'not-found' })
})

test('after the work was reported done there is nothing to take back', async () => {
  await desk.confirm(id(), OPERATOR)
  await desk.drain(T0)
  await desk.ask('accept', jobId(), { actor: WORKER, key: 'k1' })
  await desk.ask('handled', jobId(), { actor: WORKER, key: 'k2' })
  await expect(desk.undo(id(), 'oops', OPERATOR)).rejects.toMatchObject({ code: 'transition-illegal' })
  expect(incidents()).toMatchObject([{ review: 'confirmed' }])
})
