// 主动上报 on a real store: which grid a place is, which picture is kept with the box drawn in, and what becomes of a photo.
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NewHandReport, NewStreetReport } from '../api/hand-report-ports.ts'
import type { CameraId, GridId, TeamId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import type { Actor } from '../core/permission.ts'
import { createDispatch, type Dispatch } from '../dispatch/desk.ts'
import { openTestStore, type TestStore } from '../tests/support/embedded.ts'
import { openHandReports } from './hand-reports.ts'

const CITY = `
cameras:
  - id: bridge
    name: Bridge
    street: north
    grid: n1
    position: [30.27, 120.15]
    source: { kind: rtsp, url: "rtsp://192.0.2.1/live" }
    zones:
      - { id: kerb, rule: illegal-parking, polygon: [[0, 0.5], [1, 0.5], [1, 1], [0, 1]] }
  - id: market
    name: Market
    street: south
    grid: s1
    position: [30.25, 120.15]
    source: { kind: rtsp, url: "rtsp://192.0.2.2/live" }
teams:
  - { id: patrol, name: 城管一队, skills: [illegal-parking], grids: [s1] }
`
const LIN: Actor = { name: 'lin', role: 'operator', scope: 'district' }
const LEADER: Actor = { name: 'zhou', role: 'team-leader', scope: { team: 'patrol' as TeamId } }
const by = (actor: Actor) => ({ actor, decides: actor === LIN })

let it: TestStore
let dispatch: Dispatch
let [seen, newest]: Buffer[] = []
const live = {
  still: async () => ({ at: 2_000, jpeg: newest as Buffer }),
  given: (_: CameraId, at: number) => (at === 1_000 ? { at, jpeg: seen as Buffer } : undefined),
}
const reports = () => openHandReports({ store: it.store, dispatch, live, log: silentLog })

beforeAll(async () => {
  it = await openTestStore()
  await it.store.configuration.importCameras(CITY, 'test')
  const { deliveries, dispatch: store } = it.store
  dispatch = createDispatch({ store: store as never, deliveries, notifiers: [], clock: it.clock, log: silentLog })
  const grey = (value: number) =>
    sharp({ create: { width: 320, height: 180, channels: 3, background: { r: value, g: value, b: value } } })
      .jpeg()
      .toBuffer()
  ;[seen, newest] = await Promise.all([grey(60), grey(200)])
}, 120_000)
afterAll(() => it?.dispose())

const drawn = (over: Partial<NewHandReport> = {}): NewHandReport => ({
  ...({ cameraId: 'bridge' as CameraId, kind: 'illegal-parking', severity: 'orange', note: 'a lorry' } as const),
  ...{ box: { x1: 0.2, y1: 0.6, x2: 0.4, y2: 0.8 }, takenAt: 1_000 },
  ...over,
})
const inStreet = (over: Partial<NewStreetReport> = {}): NewStreetReport => ({
  ...({ kind: 'illegal-parking', severity: 'yellow', note: '一辆货车', address: '中河路 12 号' } as const),
  ...{ spot: { lat: 30.2505, lon: 120.15 }, gridId: null },
  ...over,
})

test('keeps the picture that was drawn on, clean and with the box drawn in, or the newest where it is not known any more', async () => {
  const id = await reports().open(drawn(), by(LIN), 'one')
  const { evidence = [], job } = (await it.store.reading.incident(id)) ?? {}
  expect(evidence.map(({ view, annotated, takenAt }) => [view, annotated, takenAt])).toEqual([
    ...[['wide', false, 1_000] as const, ['wide', true, 1_000] as const],
    ['close-up', true, 1_000],
  ])
  expect(job).toMatchObject({ incidentIds: [id] })
  const shown = await it.store.evidence.open(evidence.find(one => one.view === 'wide' && !one.annotated)?.id as never)
  const { channels } = await sharp(shown?.path).stats()
  expect(channels[0]?.mean).toBeCloseTo(60, -1)
  const later = await reports().open(drawn({ takenAt: 3 }), by(LIN), 'two')
  expect((await it.store.reading.incident(later))?.evidence).toMatchObject([{ takenAt: 2_000 }, {}, {}])
  expect(await reports().open(drawn(), by(LIN), 'one')).toBe(id)
})

test.each<[string, Parameters<ReturnType<typeof reports>['gridOf']>[0], Actor, string | undefined]>([
  ['of the nearest camera', { spot: { lat: 30.252, lon: 120.151 }, gridId: null }, LIN, 's1'],
  ['as it was named', { spot: { lat: 30.252, lon: 120.151 }, gridId: 'n1' as GridId }, LIN, 'n1'],
  ['of one’s own team where nobody knows the place', { spot: null, gridId: null }, LEADER, 's1'],
  ['of one’s own team where it is far from every camera', { spot: { lat: 31, lon: 121 }, gridId: null }, LEADER, 's1'],
  ['nobody knows which', { spot: { lat: 31, lon: 121 }, gridId: null }, LIN, undefined],
  ['none of that name', { spot: { lat: 30.252, lon: 120.151 }, gridId: 'x9' as GridId }, LEADER, undefined],
])('its grid is %s', async (_, place, actor, grid) => {
  const found = reports().gridOf(place, actor)
  if (grid) expect((await found).gridId).toBe(grid)
  else await expect(found).rejects.toMatchObject({ code: 'report-nowhere' })
})

test('what was seen in the street has its job there, its words, and its photo before the work; Open311 tells nobody of it', async () => {
  const id = await reports().openInStreet(inStreet(), by(LEADER), 'three')
  expect(await reports().openInStreet(inStreet({ address: 'elsewhere' }), by(LEADER), 'three')).toBe(id)
  const photo = { bytes: newest as Buffer, jobId: null, incidentId: id, moment: 'before', takenBy: 'zhou' } as const
  const at = { lat: 30.25, lon: 120.15 }
  const { evidence } = await it.store.photos.take({ ...photo, key: 'k', at, said: { place: at, shotAt: null } })
  const detail = await it.store.reading.incident(id)
  expect(detail).toMatchObject({
    incident: { review: 'pending', cameraId: '@resident', zoneId: '@hand', streetId: 'south', gridId: 's1' },
    report: { spot: { lat: 30.2505 }, address: '中河路 12 号', description: '一辆货车', via: null },
    evidence: [{ id: evidence.id, moment: 'before', takenBy: 'zhou', jobId: null }],
  })
  expect(await it.store.reports.list({ from: 0, limit: 9 })).toEqual([])
  await dispatch.confirm(id, LIN)
  await dispatch.drain(it.clock.now())
  const { job } = (await it.store.reading.incident(id)) ?? {}
  expect(job).toMatchObject({ lat: 30.2505, teamId: 'patrol', state: 'assigned' })
  const { jobs } = await it.store.field.sheet({ name: 'zhou', workerId: null, teamId: 'patrol' as TeamId })
  expect(jobs).toMatchObject([{ before: evidence.id, address: '中河路 12 号', description: '一辆货车', camera: null }])
})
