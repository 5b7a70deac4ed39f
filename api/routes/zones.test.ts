// Zones and cameras over HTTP: what reaches the store, and what is refused before.
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { bearer, type FakeHouse, fakeHouse, tokenOf } from '../../tests/support/api-ports.ts'
import { buildApi } from '../build.ts'

let house: FakeHouse
let app: FastifyInstance
beforeAll(async () => {
  house = fakeHouse({
    tokens: [tokenOf('root', 'admin'), tokenOf('street', 'engineer', { streets: ['tianshui'] as never })],
  })
  app = await buildApi(house.deps)
})
afterAll(() => app.close())
beforeEach(() => {
  house.commands.length = 0
})

const ask = async (who: string, method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, payload?: object) => {
  const response = await app.inject({ method, url, headers: bearer(who), ...(payload && { payload }) })
  return { status: response.statusCode, body: response.json() as Record<string, unknown> }
}

const corners = [
  { x: 0.1, y: 0.1 },
  { x: 0.5, y: 0.1 },
  { x: 0.5, y: 0.4 },
]
const BAY = { name: 'Bay', rule: 'illegal-parking', polygon: corners, options: { grace: '5m' } }
const URL_OF_ZONES = '/api/cameras/cam-tianshui/zones'

test('a drawn zone reaches the store as an import would have it, with whoever drew it', async () => {
  const drawn = { id: 'bay', ...BAY, place: 'corner-1', position: { lat: 30.2, lon: 120.1 } }
  expect(await ask('street', 'POST', URL_OF_ZONES, drawn)).toMatchObject({
    status: 200,
    body: { id: 'bay', version: 2 },
  })
  expect(house.commands).toEqual([['putZone', 'cam-tianshui', drawn, null, 'street']])
})

test('a zone that is changed says from which version, and a name that is its id is none', async () => {
  expect((await ask('root', 'PUT', `${URL_OF_ZONES}/bay`, { ...BAY, name: 'bay', version: 3 })).status).toBe(200)
  const { name, ...rest } = BAY
  expect(house.commands).toEqual([['putZone', 'cam-tianshui', { id: 'bay', ...rest }, 3, 'root']])
})

test.each<[string, 'POST' | 'PUT' | 'PATCH' | 'DELETE', string, object | undefined, number]>([
  ['a zone of two corners', 'POST', URL_OF_ZONES, { id: 'bay', ...BAY, polygon: corners.slice(1) }, 400],
  ['a zone with a rule that nobody draws', 'POST', URL_OF_ZONES, { id: 'bay', ...BAY, rule: 'camera-health' }, 400],
  ['a change without its version', 'PUT', `${URL_OF_ZONES}/bay`, BAY, 400],
  ['an id that is a path', 'POST', URL_OF_ZONES, { id: '../bay', ...BAY }, 400],
  ['a camera of another street', 'PUT', '/api/cameras/cam-changqing/zones/bay', { ...BAY, version: 1 }, 403],
  ['a camera moved into another street', 'PATCH', '/api/cameras/cam-tianshui', { street: 'changqing' }, 403],
  ['a camera added to another street', 'POST', '/api/cameras', camera({ street: 'changqing' }), 403],
  ['a source that is a file', 'POST', '/api/cameras', camera({ source: { kind: 'file', path: '/etc' } }), 400],
])('refuses %s', async (_, method, url, body, status) => {
  expect((await ask('street', method, url, body)).status).toBe(status)
  expect(house.commands).toEqual([])
})

function camera(more: object) {
  return { id: 'cam-tianshui', name: 'Gate', street: 'tianshui', grid: 'g', source: { url: 'rtsp://h/live' }, ...more }
}

test('no answer about a camera holds its address or its password', async () => {
  const login = { user: 'root', password: 'hunter2' }
  const added = await ask('root', 'POST', '/api/cameras', camera({ source: { url: 'rtsp://10.0.0.7/live', login } }))
  expect(added.status).toBe(200)
  expect(JSON.stringify(added.body)).not.toMatch(/hunter2|10\.0\.0\.7/)
})
