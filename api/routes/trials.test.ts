// Trying over HTTP: what is asked of the house, and what is refused before anything is opened.
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { bearer, type FakeHouse, fakeHouse, tokenOf } from '../../tests/support/api-ports.ts'
import { buildApi } from '../build.ts'

let house: FakeHouse
let app: FastifyInstance
beforeAll(async () => {
  house = fakeHouse({ tokens: [tokenOf('root', 'admin')] })
  app = await buildApi(house.deps)
})
afterAll(() => app.close())
beforeEach(() => {
  house.commands.length = 0
})

const post = async (url: string, payload: object) => {
  const response = await app.inject({ method: 'POST', url, headers: bearer('root'), payload })
  return { status: response.statusCode, body: response.json() as Record<string, unknown> }
}
const CAMERA = '/api/cameras/cam-tianshui'
const polygon = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 1, y: 1 },
]
const ZONE = { zone: 'bay', rule: 'crowding', polygon, options: { threshold: 5 } }
const ASKED = { zoneId: 'bay', rule: 'crowding', polygon, options: { threshold: 5 } }

function form(zone: unknown, file = 'clip'): FormData {
  const made = new FormData()
  made.append('zone', JSON.stringify(zone))
  made.append('file', new Blob([file]), 'clip.mp4')
  return made
}

test('a connection is tested with its login in place, and the picture comes as base64', async () => {
  const login = { user: 'admin', password: 'p@ss' }
  const { status, body } = await post('/api/cameras/test', { source: { url: 'rtsp://10.0.0.8/live', login } })
  expect([status, body.jpeg]).toEqual([200, Buffer.from('picture').toString('base64')])
  expect(house.commands).toEqual([['test', { kind: 'rtsp', url: 'rtsp://admin:p%40ss@10.0.0.8/live' }]])
  expect(JSON.stringify(body)).not.toContain('p%40ss')
})

test.each(['file:///etc/passwd', '/etc/passwd', 'http://10.0.0.8/', 'udp://239.0.0.1:5000'])(
  'nothing but RTSP is opened from outside: not %s',
  async url => {
    expect(await post('/api/cameras/test', { source: { url } })).toMatchObject({ status: 400 })
    expect(await post(`${CAMERA}/try`, { ...ZONE, source: { url } })).toMatchObject({ status: 400 })
    expect(house.commands).toEqual([])
  },
)

test('a zone is tried on the last hour, or on the span that is asked for', async () => {
  expect((await post(`${CAMERA}/try`, ZONE)).status).toBe(200)
  const [, , asked, span] = house.commands[0] as [string, string, unknown, { from: number; to: number }]
  expect([asked, span.to - span.from]).toEqual([ASKED, 3_600_000])
  expect((await post(`${CAMERA}/try`, { ...ZONE, from: 1, to: 2 })).status).toBe(200)
  expect(house.commands[1]).toEqual(['onLog', 'cam-tianshui', ASKED, { from: 1, to: 2 }])
  expect((await post(`${CAMERA}/try`, { ...ZONE, from: 0, to: 86_400_001 })).status).toBe(400)
})

test('a clip is taken in with the zone that comes before it', async () => {
  expect((await post(`${CAMERA}/try-clip`, form({ ...ZONE, startAt: 7 }))).status).toBe(200)
  expect(house.commands).toEqual([['onClip', 'cam-tianshui', ASKED, 4, 7]])
})

test.each<[string, object]>([
  ['without a zone', form(null)],
  ['with a zone that is none', form({ ...ZONE, rule: 'camera-health' })],
  ['that is no form', {}],
])('a clip %s is refused', async (_, body) => {
  expect((await post(`${CAMERA}/try-clip`, body)).status).toBe(400)
  expect(house.commands).toEqual([])
})

test('a scale is fitted to people whom a person counted, among those who stand in the zone', async () => {
  const person = (x: number, score = 0.9) => ({ label: 'person', score, box: { x1: x, y1: 0.1, x2: x + 0.1, y2: 0.4 } })
  // In the zone, outside of it, too unsure, and no person.
  const objects = [person(0.8), person(0.1), person(0.8, 0.2), { ...person(0.8), label: 'car' }]
  const pictures = Array.from({ length: 5 }, () => ({ counted: 3, objects }))
  const { status, body } = await post(`${CAMERA}/count-scale`, { polygon, pictures })
  expect([status, body]).toEqual([200, { factor: 3, error: 0, margin: 0, pictures: 5, detected: [1, 1, 1, 1, 1] }])
  const few = await post(`${CAMERA}/count-scale`, { polygon, pictures: pictures.slice(1) })
  expect(few).toMatchObject({ status: 422, body: { code: 'count-too-few' } })
})
