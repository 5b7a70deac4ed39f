// Cameras and zones changed one by one in the embedded database: versions, who was first, and logins that stay hidden.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { configurationChecks } from '../app.ts'
import type { ZoneEntry } from '../core/camera.ts'
import type { CameraId, GridId, StreetId, ZoneId } from '../core/ids.ts'
import { openTestStore, type TestStore } from '../tests/support/embedded.ts'

let it: TestStore
beforeAll(async () => {
  it = await openTestStore({ checks: configurationChecks })
}, 120_000)
afterAll(() => it?.dispose())
beforeEach(() => it.clock.advanceBy(60_000))

const GATE = 'gate' as CameraId
const BAY = 'bay' as ZoneId
const triangle = (x: number): ZoneEntry['polygon'] => [
  { x: 0, y: 0 },
  { x, y: 0 },
  { x, y: 0.5 },
]
const bay = (x: number): ZoneEntry => ({ id: BAY, rule: 'illegal-parking', polygon: triangle(x), options: {} })
const code = (code: string) => expect.objectContaining({ code })
const camera = async () => (await it.store.configuration.cameras()).find(({ id }) => id === GATE)

test('a camera is added with its login, which is stored sealed and never told', async () => {
  const { cameraChanges, configuration } = it.store
  const place = { id: GATE, name: 'Gate', street: 'north' as StreetId, grid: 'n1' as GridId }
  const source = { url: 'rtsp://10.0.0.7/live?key=1', login: { user: 'root', password: 'p@ss' } }
  await cameraChanges.addCamera({ ...place, source }, 'li')
  expect(await camera()).toMatchObject({ source: { url: 'rtsp://root:p%40ss@10.0.0.7/live?key=1' }, zones: [] })
  const told = { kind: 'rtsp', address: 'rtsp://10.0.0.7/live?***', transport: 'tcp', hasLogin: true }
  expect(await cameraChanges.source(GATE)).toEqual(told)
  expect(await configuration.exportCameras()).not.toMatch(/p%40ss/)
  await expect(cameraChanges.addCamera({ ...place, source }, 'li')).rejects.toThrow(code('id-taken'))
})

test('a change keeps what it leaves out, the login too, and refuses a version that is not the newest', async () => {
  const { cameraChanges } = it.store
  const before = await camera()
  await cameraChanges.changeCamera(
    GATE,
    { name: 'North gate', position: { lat: 30, lon: 120 } },
    before?.version ?? 0,
    'li',
  )
  const after = await camera()
  expect(after).toMatchObject({ name: 'North gate', position: { lat: 30, lon: 120 }, source: before?.source })
  const stale = cameraChanges.changeCamera(GATE, { name: 'x' }, before?.version ?? 0, 'wang')
  await expect(stale).rejects.toThrow(code('version-stale'))
  await cameraChanges.changeCamera(GATE, { source: { url: 'rtsp://10.0.0.7/sub', transport: 'udp' } }, null, 'li')
  expect((await camera())?.source).toEqual({
    kind: 'rtsp',
    url: 'rtsp://root:p%40ss@10.0.0.7/sub',
    transport: 'udp',
  })
  const elsewhere = cameraChanges.changeCamera(GATE, { source: { url: 'rtsp://10.0.0.9/sub' } }, null, 'li')
  await expect(elsewhere).rejects.toThrow(code('login-needed'))
})

test('a zone has a version for every change, with who and when; of two who change it the second is refused', async () => {
  const { cameraChanges, configuration } = it.store
  const revision = await configuration.revision()
  expect(await cameraChanges.putZone(GATE, bay(0.4), null, 'li')).toMatchObject({ version: 1, createdBy: 'li' })
  expect(await cameraChanges.putZone(GATE, bay(0.6), 1, 'wang')).toMatchObject({ version: 2, createdBy: 'wang' })
  await expect(cameraChanges.putZone(GATE, bay(0.8), 1, 'li')).rejects.toThrow(code('version-stale'))
  await expect(cameraChanges.putZone(GATE, bay(0.8), null, 'li')).rejects.toThrow(code('id-taken'))
  expect(await configuration.revision()).toBe(revision + 2)
  expect((await camera())?.zones).toMatchObject([{ id: BAY, version: 2, polygon: triangle(0.6) }])
})

test('an old version comes back as a new one, also of a zone that was retired', async () => {
  const { cameraChanges } = it.store
  expect(await cameraChanges.restoreZone(GATE, BAY, 1, 2, 'li')).toMatchObject({ version: 3, polygon: triangle(0.4) })
  const retired = await cameraChanges.retireZone(GATE, BAY, 3, 'li')
  expect(retired.retiredAt).not.toBeNull()
  expect((await camera())?.zones).toEqual([])
  expect(await cameraChanges.restoreZone(GATE, BAY, 2, null, 'wang')).toMatchObject({ version: 4, retiredAt: null })
  const versions = await cameraChanges.zoneVersions(GATE)
  expect(versions.map(({ version, createdBy }) => `${version} ${createdBy}`)).toEqual([
    '4 wang',
    '3 li',
    '2 wang',
    '1 li',
  ])
})

test.each<[string, Partial<ZoneEntry>, string]>([
  [
    'that crosses itself',
    {
      polygon: [
        { x: 0, y: 0 },
        { x: 1, y: 1 },
        { x: 1, y: 0 },
        { x: 0, y: 1 },
      ],
    },
    'zone-crosses-itself',
  ],
  ['that leaves the frame', { polygon: triangle(1.2) }, 'zone-outside-frame'],
  ['with an option that its rule does not know', { options: { graze: '5m' } }, 'options-invalid'],
  ['that stands for the camera', { id: 'camera-health' as ZoneId }, 'options-invalid'],
])('refuses a zone %s, and nothing is changed', async (_, wrong, expected) => {
  const { cameraChanges, configuration } = it.store
  const revision = await configuration.revision()
  await expect(
    cameraChanges.putZone(GATE, { ...bay(0.4), id: 'other' as ZoneId, ...wrong }, null, 'li'),
  ).rejects.toThrow(code(expected))
  expect(await configuration.revision()).toBe(revision)
})
