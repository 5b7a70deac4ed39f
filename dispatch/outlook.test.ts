// The outlook of an alert is held against what then really happens; and a wish is kept, or refused with nothing changed.
import { expect, test } from 'vitest'
import type { IncidentId, TeamId, WorkerId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { ManualClock } from '../core/time.ts'
import { createDispatch } from './desk.ts'
import { noDeliveries, OPERATOR, observation, T0, team, worker } from './testing/examples.ts'
import { type MemorySettings, memoryStore } from './testing/memory-store.ts'

const PLACE = { lat: 30.25, lon: 120.16 }

async function open(settings: MemorySettings = {}, subjects: readonly string[] = ['car-1']) {
  const teams = [team('chengguan-1'), team('chengguan-2')]
  const store = memoryStore({ mode: 'confirm' }, teams, { 'cam-1': PLACE }, settings)
  const clock = new ManualClock(T0)
  const desk = createDispatch({ store, deliveries: noDeliveries, notifiers: [], clock, log: silentLog })
  for (const subject of subjects) await desk.takeIn(observation({ subject }))
  const ids = [...store.now.incidents.keys()] as IncidentId[]
  return { store, desk, ids, id: ids[0] as IncidentId }
}

const PEOPLE = { workers: [worker('wang', 'chengguan-1'), worker('li', 'chengguan-1'), worker('zhao', 'chengguan-2')] }
const code = (outcome: Promise<unknown>) =>
  outcome.then(
    () => 'done',
    error => error.code,
  )

test('foretells who goes and by when, and changes nothing', async () => {
  const near = { workerId: 'li' as WorkerId, lat: 30.252, lon: 120.16, at: T0, accuracyM: 10 }
  const { store, desk, id } = await open({ ...PEOPLE, positions: [near] })
  const before = store.now
  const foretold = await desk.outlook(id)
  expect(store.now.jobs.size).toBe(0)
  expect(store.now.outbox.size).toBe(before.outbox.size)
  expect(foretold).toMatchObject({ position: PLACE, joins: null })
  expect(foretold.assignment?.chosen).toEqual({ teamId: 'chengguan-1', workerId: 'li' })
  expect(foretold.assignment?.candidates[0]).toMatchObject({ workerId: 'li', distanceM: 200 })
  expect(foretold.offers[0]).toMatchObject({ workerId: 'li', name: 'li', teamName: 'chengguan-1', excluded: null })

  await desk.confirm(id, OPERATOR)
  await desk.drain(T0)
  const [job] = store.now.jobs.values()
  expect(job?.assignment?.chosen).toEqual(foretold.assignment?.chosen)
  const due = (rows: readonly { readonly deadline: string; readonly dueAt: number }[]) =>
    Object.fromEntries(rows.map(({ deadline, dueAt }) => [deadline, dueAt]))
  expect(due(foretold.dues)).toEqual(due(store.now.deadlines))
})

test('foretells that nobody can go, and counts its handling alone', async () => {
  const { desk, id } = await open({ workers: PEOPLE.workers.map(each => ({ ...each, skills: ['crowding' as const] })) })
  const { assignment, dues } = await desk.outlook(id)
  expect(assignment).toMatchObject({ chosen: null, reach: 'nobody' })
  expect(dues.map(({ deadline }) => deadline)).toEqual(['handle'])
})

test('names the open job that would take it in, and afterwards the job that has', async () => {
  const { desk, store, ids } = await open(PEOPLE, ['car-1', 'car-2'])
  const [one, two] = ids as [IncidentId, IncidentId]
  await desk.confirm(one, OPERATOR)
  await desk.drain(T0)
  const [jobId] = store.now.jobs.keys()
  expect(await desk.outlook(two)).toMatchObject({ joins: { jobId, because: 'same-place', distanceM: 0 }, dues: [] })
  expect(await code(desk.confirm(two, OPERATOR, { to: { workerId: 'zhao' as WorkerId } }))).toBe('recipient-would-join')
  expect(store.now.incidents.get(two)?.review).toBe('pending')
  await desk.confirm(two, OPERATOR)
  expect(await desk.outlook(two)).toMatchObject({ joins: { jobId, because: 'listed' } })
})

test.each([
  [{ workerId: 'zhao' as WorkerId }, { teamId: 'chengguan-2', workerId: 'zhao' }],
  [{ teamId: 'chengguan-2' as TeamId }, { teamId: 'chengguan-2', workerId: 'zhao' }],
])('sends it to %j, and records who wished so', async (to, chosen) => {
  const { desk, store, id } = await open(PEOPLE)
  await desk.confirm(id, OPERATOR, { to })
  await desk.drain(T0)
  const [job] = store.now.jobs.values()
  expect(job?.assignment?.chosen).toEqual(chosen)
  expect(job?.assignment?.candidates.slice(1).map(({ excluded }) => excluded)).toEqual(['not-wished', 'not-wished'])
  const note = Object.entries(to).map(([what, whom]) => `to ${what.slice(0, -2)} ${whom}`)[0]
  expect(store.now.incidentEvents.at(-1)).toMatchObject({ event: 'confirmed', actor: 'lin', note })
  expect(store.now.jobEvents[0]).toMatchObject({ event: 'created', actor: 'lin', reason: note })
  expect(await code(desk.confirm(id, OPERATOR, { to }))).toBe('done')
  expect(await code(desk.confirm(id, OPERATOR, { to: { workerId: 'li' as WorkerId } }))).toBe('transition-illegal')
  expect(store.now.jobs.size).toBe(1)
})

test.each([
  [{ workerId: 'nobody' as WorkerId }, 'worker-unknown'],
  [{ workerId: 'wang' as WorkerId }, 'worker-full'],
  [{ workerId: 'zhao' as WorkerId }, 'worker-unskilled'],
  [{ teamId: 'chengguan-2' as TeamId }, 'team-unable'],
  [{ teamId: 'nobody' as TeamId }, 'not-found'],
])('refuses %j as %s, and nothing is changed', async (to, refusal) => {
  const [wang, li, zhao] = PEOPLE.workers
  const workers = [{ ...wang, loadCap: 0 }, li, { ...zhao, skills: ['crowding' as const] }] as typeof PEOPLE.workers
  const { desk, store, id } = await open({ workers })
  const { outbox } = store.now
  expect(await code(desk.confirm(id, OPERATOR, { to }))).toBe(refusal)
  expect(store.now.incidents.get(id)?.review).toBe('pending')
  expect([store.now.jobs.size, store.now.outbox.size]).toEqual([0, outbox.size])
})
