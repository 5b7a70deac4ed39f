// 主动上报: opened by a person, dispatched at once where they decide; a camera closes what it can see, a supervisor the rest.
import { beforeEach, expect, test } from 'vitest'
import { NO_ZONE } from '../core/camera.ts'
import type { CameraId, GridId, JobId, PlaceId, StreetId, ZoneId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import type { Actor } from '../core/permission.ts'
import { ManualClock } from '../core/time.ts'
import { createDispatch, type Dispatch } from './desk.ts'
import type { DrawnByHand, SeenInStreet } from './hand-report.ts'
import { noDeliveries, OPERATOR, SCOPE, SUPERVISOR, T0, team, WORKER } from './testing/examples.ts'
import { type MemoryStore, memoryStore } from './testing/memory-store.ts'

let store: MemoryStore
let clock: ManualClock
let desk: Dispatch
beforeEach(() => {
  store = memoryStore(
    { mode: 'auto', autoScore: 0.9, radiusM: 50 },
    [team('chengguan-1', { grids: [SCOPE.gridId, STREET_GRID] })],
    {
      'cam-1': KERB,
    },
  )
  clock = new ManualClock(T0)
  desk = createDispatch({ store, deliveries: noDeliveries, notifiers: [], clock, log: silentLog, looks: true })
})

const open = (over: Partial<DrawnByHand> = {}, key = 'one') =>
  desk.openByHand(
    {
      ...{ kind: 'illegal-parking', cameraId: 'cam-1' as CameraId, zoneId: 'kerb' as ZoneId, zoneVersion: 3 },
      ...{ placeId: 'kerb' as PlaceId, ...SCOPE, severity: 'orange', note: 'a lorry' },
      boxes: [{ x1: 0.1, y1: 0.1, x2: 0.2, y2: 0.2 }],
      ...over,
    },
    { actor: OPERATOR, decides: true },
    key,
  )
const KERB = { lat: 30.2741, lon: 120.1551 }
const STREET_GRID = 'gulou-2' as GridId
const north = (metres: number) => ({ lat: KERB.lat + metres / 111_195, lon: KERB.lon })
const seen = (over: Partial<SeenInStreet> = {}, actor: Actor = OPERATOR, key = 'street') =>
  desk.openInStreet(
    {
      ...{ kind: 'illegal-parking', spot: north(200), address: '中河路 12 号', severity: 'orange', note: 'a lorry' },
      ...{ ...SCOPE, gridId: STREET_GRID },
      ...over,
    },
    { actor, decides: actor === OPERATOR },
    key,
  )
const jobs = () => [...store.now.jobs.values()]
const incidents = () => [...store.now.incidents.values()]

async function workUntilHandled(): Promise<JobId> {
  await desk.drain(clock.now())
  const id = jobs()[0]?.id ?? ('none' as JobId)
  await desk.ask('accept', id, { actor: WORKER, key: 'a' })
  await desk.ask('handled', id, { actor: WORKER, key: 'b' })
  await desk.drain(clock.now())
  return id
}

test('is opened and confirmed by the person who drew it, and its job goes out at once', async () => {
  const { id } = await open()
  expect(incidents()).toMatchObject([{ id, review: 'confirmed', severity: 'orange', score: 0, subject: 'one' }])
  expect(store.now.incidentEvents.map(({ event, actor, note }) => [event, actor, note])).toEqual([
    ['opened', OPERATOR.name, 'a lorry'],
    ['confirmed', OPERATOR.name, null],
  ])
  await desk.drain(clock.now())
  expect(jobs()).toMatchObject([{ state: 'assigned', teamId: 'chengguan-1', severity: 'orange', incidentIds: [id] }])
})

test('the same key is one incident, another key another', async () => {
  const first = await open()
  clock.advanceBy(1_000)
  expect((await open()).id).toBe(first.id)
  expect((await open({}, 'two')).id).not.toBe(first.id)
  expect(incidents()).toHaveLength(2)
})

test('drawn in a zone, its camera is asked to look again, and what it sees done is over', async () => {
  await open()
  const id = await workUntilHandled()
  const [look] = [...store.now.looks.values()]
  expect(look).toMatchObject({ cameraId: 'cam-1', zoneId: 'kerb', verdict: null })
  const seen = {
    cameraId: 'cam-1' as CameraId,
    verdict: 'clear',
    samples: { clear: 1, there: 0, blind: 0 },
    pictured: true,
  } as const
  await desk.takeLook({ ...seen, lookId: look?.id ?? '', at: clock.now() })
  expect(store.now.jobs.get(id)?.state).toBe('closed')
  expect(incidents()).toMatchObject([{ physical: 'cleared' }])
})

test('drawn outside of every zone no camera is asked: a supervisor closes it, and then it is over', async () => {
  await open({ zoneId: NO_ZONE, placeId: 'cam-1/one' as PlaceId })
  const id = await workUntilHandled()
  expect(store.now.looks.size).toBe(0)
  await desk.ask('close', id, { actor: SUPERVISOR, key: 'c' })
  expect(store.now.jobs.get(id)?.state).toBe('closed')
  expect(incidents()).toMatchObject([{ physical: 'cleared' }])
})

test('its confirmation can be taken back within ten seconds, and its job with it', async () => {
  const { id } = await open()
  await desk.undo(id, null, OPERATOR)
  expect(incidents()).toMatchObject([{ review: 'pending' }])
  expect(jobs()).toMatchObject([{ state: 'cancelled' }])
})

test('seen in the street it is a place of its own with a job there, and no camera is asked: a supervisor closes it', async () => {
  const { id } = await seen()
  expect(incidents()).toMatchObject([
    { id, cameraId: '@resident', zoneId: NO_ZONE, review: 'confirmed', streetId: 'gulou', gridId: 'gulou-2' },
  ])
  expect([...store.now.reports.values()]).toMatchObject([
    { incidentId: id, address: '中河路 12 号', description: 'a lorry', via: null },
  ])
  expect(jobs()).toMatchObject([north(200)])
  const job = await workUntilHandled()
  expect(store.now.looks.size).toBe(0)
  expect(store.now.jobs.get(job)?.state, 'it waits for a person at once, not for a camera’s time').toBe('verifying')
  expect(store.now.jobEvents.filter(({ jobId }) => jobId === job).at(-1)).toMatchObject({ event: 'unseen' })
  await desk.ask('close', job, { actor: SUPERVISOR, key: 'c' })
  expect(incidents()).toMatchObject([{ physical: 'cleared' }])
})

test('near a place that is watched for it, it is that place’s: one job; in another street it is not', async () => {
  await open()
  const { id } = await seen({ spot: north(20) })
  expect(store.now.incidents.get(id)).toMatchObject({ placeId: 'kerb', gridId: SCOPE.gridId })
  expect(jobs()).toHaveLength(1)
  const other = await seen({ spot: north(20), streetId: 'wulin' as StreetId }, OPERATOR, 'two')
  expect(store.now.incidents.get(other.id)).toMatchObject({ streetId: 'wulin', gridId: 'gulou-2' })
})

test('whoever does not decide on alerts leaves it to an operator, or to the policy that takes every score', async () => {
  const { id } = await seen({}, WORKER)
  expect(store.now.incidents.get(id)).toMatchObject({ review: 'pending' })
  expect(jobs()).toEqual([])
  await desk.confirm(id, OPERATOR)
  expect(jobs()).toMatchObject([{ incidentIds: [id], ...north(200) }])
  store = memoryStore({ mode: 'auto', autoScore: 0 }, [team('chengguan-1')])
  desk = createDispatch({ store, deliveries: noDeliveries, notifiers: [], clock, log: silentLog, looks: true })
  await seen({}, WORKER)
  expect(incidents()).toMatchObject([{ review: 'auto-confirmed' }])
  expect(jobs()).toHaveLength(1)
})

test('reported again with the same key it is the same one, also once its place is watched', async () => {
  const { id } = await seen()
  clock.advanceBy(1_000)
  expect((await seen({ spot: north(20) })).id).toBe(id)
  expect((await seen({}, OPERATOR, 'two')).id).not.toBe(id)
})
