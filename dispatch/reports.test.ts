// Residents' reports: an incident each, a job through the policy, joined to what is near, and over when the job is closed.
import { beforeEach, expect, test } from 'vitest'
import type { GridId, JobId, StreetId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { ManualClock } from '../core/time.ts'
import { createDispatch, type Dispatch } from './desk.ts'
import type { NewReport } from './reports.ts'
import { noDeliveries, OPERATOR, observation, SCOPE, SUPERVISOR, T0, team, WORKER } from './testing/examples.ts'
import { type MemoryStore, memoryStore } from './testing/memory-store.ts'

const KERB = { lat: 30.2741, lon: 120.1551 }
/** Metres to the north of the kerb. */
const north = (metres: number) => ({ lat: KERB.lat + metres / 111_195, lon: KERB.lon })
const ELSEWHERE = { streetId: 'elsewhere' as StreetId, gridId: 'elsewhere-1' as GridId }

let store: MemoryStore
let clock: ManualClock
let desk: Dispatch
function open(policy: Parameters<typeof memoryStore>[0]): void {
  store = memoryStore(policy, [team('chengguan-1')], { 'cam-1': KERB })
  clock = new ManualClock(T0)
  desk = createDispatch({ store, deliveries: noDeliveries, notifiers: [], clock, log: silentLog })
}
beforeEach(() => open({ mode: 'confirm', radiusM: 50 }))

const report = (over: Partial<NewReport> = {}) =>
  desk.report(
    {
      service: 'illegal-parking',
      spot: north(20),
      address: null,
      description: 'a van',
      mediaUrl: null,
      via: 'app',
      attributes: {},
      reporter: null,
      reporterKey: 'li',
      ...over,
    },
    ELSEWHERE,
  )
const incidents = () => [...store.now.incidents.values()]
const jobs = () => [...store.now.jobs.values()]
const firstJob = (): JobId => jobs()[0]?.id ?? ('none' as JobId)

test('a report opens an incident that no camera saw, and an operator decides', async () => {
  const { id, incidentId } = await report()
  expect(incidents()).toMatchObject([
    {
      id: incidentId,
      cameraId: '@resident',
      subject: id,
      placeId: 'kerb',
      review: 'pending',
      physical: 'active',
      ...SCOPE,
    },
  ])
  expect(store.now.incidentEvents).toMatchObject([{ event: 'opened', actor: 'resident:app', note: id }])
  expect(jobs()).toEqual([])
  await desk.confirm(incidentId, OPERATOR)
  expect(jobs()).toMatchObject([{ incidentIds: [incidentId], ...north(20) }])
})

test.each([
  ['beyond the radius of any place', north(60)],
  ['without a spot', null],
])('a report %s is a place of its own, in the district’s own street', async (_, spot) => {
  const { id } = await report({ spot })
  expect(incidents()).toMatchObject([{ placeId: `report/${id}`, ...ELSEWHERE }])
})

test('a policy that dispatches every score sends a team unseen', async () => {
  open({ mode: 'auto', autoScore: 0, radiusM: 50 })
  await report()
  expect(jobs()).toMatchObject([{ state: 'queued' }])
  expect(store.now.jobEvents).toMatchObject([{ event: 'created', party: 'resident', actor: 'resident:app' }])
})

test('the same report again within a day is the one that is there, from somebody else it is another', async () => {
  const first = await report()
  clock.advanceBy(86_400_000)
  expect(await report()).toEqual(first)
  expect((await report({ reporterKey: 'wang' })).id).not.toBe(first.id)
  clock.advanceBy(1)
  expect((await report()).id).not.toBe(first.id)
  expect(incidents()).toHaveLength(3)
})

test.each([
  ['at the place itself', north(20), 1],
  ['near it', north(45), 1],
  ['too far for one visit', north(90), 2],
])('what the camera sees and what a resident reports %s', async (_, spot, count) => {
  open({ mode: 'auto', autoScore: 0, radiusM: 50 })
  await desk.takeIn(observation())
  await report({ spot })
  expect(jobs()).toHaveLength(count)
  expect(jobs().flatMap(job => job.incidentIds)).toHaveLength(2)
})

test('two reports near each other share a job, and outside the window of joining they do not', async () => {
  open({ mode: 'auto', autoScore: 0, radiusM: 50, joinWindow: 600_000 })
  await report({ spot: north(500) })
  await report({ spot: north(540), reporterKey: 'wang' })
  expect(jobs()).toMatchObject([{ incidentIds: [expect.any(String), expect.any(String)] }])
  clock.advanceBy(600_001)
  await report({ spot: north(520), reporterKey: 'zhao' })
  expect(jobs()).toHaveLength(2)
})

test('a job of reports alone waits for a supervisor, and closing it ends them', async () => {
  open({ mode: 'auto', autoScore: 0, radiusM: 50 })
  const { incidentId } = await report()
  await desk.drain(clock.now())
  await desk.ask('accept', firstJob(), { actor: WORKER, key: 'a' })
  await desk.ask('handled', firstJob(), { actor: WORKER, key: 'b' })
  expect(jobs()).toMatchObject([{ state: 'handled' }])
  await desk.ask('close', firstJob(), { actor: SUPERVISOR, key: 'c' })
  expect(incidents()).toMatchObject([{ id: incidentId, physical: 'cleared', clearedAt: T0 }])
  expect(store.now.incidentEvents.at(-1)).toMatchObject({ event: 'cleared', actor: SUPERVISOR.name, note: firstJob() })
})

test('beside what a camera sees to be done, the report is done too', async () => {
  open({ mode: 'auto', autoScore: 0, radiusM: 50 })
  await desk.takeIn(observation())
  await report()
  await desk.drain(clock.now())
  await desk.ask('accept', firstJob(), { actor: WORKER, key: 'a' })
  await desk.ask('handled', firstJob(), { actor: WORKER, key: 'b' })
  await desk.takeIn(observation({ at: T0 + 60_000, phase: 'ended' }))
  expect(jobs()).toMatchObject([{ state: 'closed' }])
  expect(incidents().map(incident => incident.physical)).toEqual(['cleared', 'cleared'])
})
