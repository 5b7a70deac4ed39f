// Claims: two operators, one alert; and what a decision does to them.
import { beforeEach, expect, test } from 'vitest'
import type { IncidentId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import type { Actor } from '../core/permission.ts'
import { ManualClock } from '../core/time.ts'
import type { DispatchChange } from './commit.ts'
import { createDispatch, type Dispatch } from './desk.ts'
import { noDeliveries, OPERATOR, observation, T0, team } from './testing/examples.ts'
import { type MemoryStore, memoryStore } from './testing/memory-store.ts'

const ZHOU: Actor = { ...OPERATOR, name: 'zhou' }
let store: MemoryStore
let clock: ManualClock
let desk: Dispatch
let id: IncidentId
let changes: DispatchChange[]

beforeEach(async () => {
  store = memoryStore({ mode: 'confirm' }, [team('chengguan-1')])
  clock = new ManualClock(T0)
  changes = []
  const onChange = (change: DispatchChange) => void changes.push(change)
  desk = createDispatch({ store, deliveries: noDeliveries, notifiers: [], clock, log: silentLog, onChange })
  await desk.takeIn(observation())
  const [first] = store.now.incidents.keys()
  id = first as IncidentId
  changes = []
})

const later = (seconds: number) => clock.advanceTo(clock.now() + seconds * 1_000)
const claims = () => [...store.now.claims.values()].map(({ holder }) => holder)
const code = (outcome: Promise<unknown>) =>
  outcome.then(
    () => 'done',
    error => error.code,
  )

test('a claim is told, goes on while it is renewed, and lapses by itself', async () => {
  expect(await desk.claim(id, false, OPERATOR)).toMatchObject({ holder: 'lin', since: T0, until: T0 + 30_000 })
  expect(changes).toEqual([{ type: 'incident', id }])
  later(20)
  expect(await desk.claim(id, false, OPERATOR)).toMatchObject({ since: T0, until: T0 + 50_000 })
  later(29)
  expect(await code(desk.claim(id, false, ZHOU))).toBe('incident-claimed')
  later(1)
  expect(await desk.claim(id, false, ZHOU)).toMatchObject({ holder: 'zhou', since: T0 + 50_000 })
})

test('it is taken over on purpose, and its first holder is told so', async () => {
  await desk.claim(id, false, OPERATOR)
  expect(await desk.claim(id, true, ZHOU)).toMatchObject({ holder: 'zhou' })
  expect(await code(desk.claim(id, false, OPERATOR))).toBe('incident-claimed')
})

test('only whoever has it releases it', async () => {
  await desk.claim(id, false, OPERATOR)
  await desk.release(id, ZHOU)
  expect(claims()).toEqual(['lin'])
  await desk.release(id, OPERATOR)
  expect(claims()).toEqual([])
})

test.each(['confirm', 'reject'] as const)('nobody else can %s it meanwhile, and nothing is changed', async what => {
  await desk.claim(id, false, OPERATOR)
  const decide = (actor: Actor, takeOver: boolean) =>
    what === 'confirm' ? desk.confirm(id, actor, { takeOver }) : desk.reject(id, 'not-there', null, actor, { takeOver })
  expect(await code(decide(ZHOU, false))).toBe('incident-claimed')
  expect(store.now.incidents.get(id)?.review).toBe('pending')
  expect(store.now.jobs.size).toBe(0)
  expect(claims()).toEqual(['lin'])
  expect(await code(decide(ZHOU, true))).toBe('done')
  expect(claims()).toEqual([])
})

test('a claim that lapsed stands in nobody’s way', async () => {
  await desk.claim(id, false, OPERATOR)
  later(30)
  expect(await code(desk.confirm(id, ZHOU))).toBe('done')
})

test('what is decided cannot be claimed, until the decision is taken back', async () => {
  await desk.confirm(id, OPERATOR)
  expect(await code(desk.claim(id, false, OPERATOR))).toBe('transition-illegal')
  await desk.undo(id, null, OPERATOR)
  expect(await code(desk.claim(id, false, OPERATOR))).toBe('done')
  expect(await code(desk.claim('inc-none' as IncidentId, false, OPERATOR))).toBe('not-found')
})
