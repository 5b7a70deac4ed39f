// The room's day over HTTP: a search with its sheet, and mutes within their bounds and streets.
import { expect, test } from 'vitest'
import { bearer, fakeHouse, tokenOf } from '../../tests/support/api-ports.ts'
import { buildApi } from '../build.ts'

const AT = Date.parse('2026-03-12T14:05:32+08:00')
const TOKENS = [tokenOf('lin', 'operator'), tokenOf('north', 'supervisor', { streets: ['tianshui' as never] })]

async function ask(method: 'GET' | 'POST' | 'DELETE', url: string, who: string, payload?: object) {
  const house = fakeHouse({ tokens: TOKENS })
  const app = await buildApi(house.deps)
  const response = await app.inject({ method, url, headers: bearer(who), ...(payload && { payload }) })
  await app.close()
  return { ...house, response }
}

test('a search asks for what was named, within the streets of who asks, and says how many there are', async () => {
  const { response, filters } = await ask('GET', '/api/incidents/search?from=5&kind=crowding&text=%20gate%20', 'north')
  expect(response.json()).toMatchObject({ total: 2, next: null, items: [{ id: 'inc-tianshui' }, {}] })
  expect(filters).toEqual([{ from: 5, kind: 'crowding', text: 'gate', streets: ['tianshui'], limit: 50 }])
})

test('its sheet is registered, begins with the byte order mark, and holds no formula', async () => {
  const { response, looks } = await ask('GET', `/api/incidents/search.csv?from=${AT}`, 'lin')
  expect(response.rawPayload.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
  expect(response.body).toContain(`"'=HYPERLINK(""x"")"`)
  expect(response.body.trimEnd().split('\r\n')).toHaveLength(3)
  expect(looks).toMatchObject([{ who: 'lin', purpose: 'export', subject: 'incidents-2026-03-12-now.csv' }])
})

test.each([
  ['an hour on', { untilAt: AT + 3_600_000 }, 200],
  ['what is over already', { untilAt: AT }, 400],
  ['more than thirty days', { untilAt: AT + 31 * 86_400_000 }, 400],
  ['no reason', { reason: ' ' }, 400],
  ['nothing', { cameraId: undefined }, 400],
  ['a zone without its camera', { cameraId: undefined, streetId: 'tianshui', zoneId: 'kerb' }, 400],
  ['a camera that there is not', { cameraId: 'cam-none' }, 404],
  ['a zone that the camera does not have', { zoneId: 'none' }, 404],
  ['a camera of another street', { streetId: 'changqing' }, 400],
])('muting %s', async (_, over, status) => {
  const payload = { cameraId: 'cam-tianshui', untilAt: AT + 60_000, reason: '集市', ...over }
  const { response, commands } = await ask('POST', '/api/mutes', 'lin', payload)
  expect(response.statusCode).toBe(status)
  expect(commands).toHaveLength(status === 200 ? 1 : 0)
})

test('a kind in all streets is the district’s to mute, in one’s own street one’s own', async () => {
  const payload = { kind: 'crowding', untilAt: AT + 60_000, reason: '集市' }
  expect((await ask('POST', '/api/mutes', 'north', payload)).response.statusCode).toBe(403)
  const { response, commands } = await ask('POST', '/api/mutes', 'north', { ...payload, streetId: 'tianshui' })
  expect(response.statusCode).toBe(200)
  expect(commands).toMatchObject([['addMute', { streetId: 'tianshui', kind: 'crowding', setBy: 'north' }, {}]])
})

test('it is ended by name, with a reason or without', async () => {
  const { response, commands } = await ask('DELETE', '/api/mutes/mute-tianshui', 'lin', { reason: '集市结束' })
  expect(response.json()).toMatchObject({ id: 'mute-tianshui', held: 2 })
  expect(commands).toEqual([['endMute', 'mute-tianshui', 'lin', '集市结束']])
  expect((await ask('DELETE', '/api/mutes/mute-tianshui', 'lin')).response.statusCode).toBe(200)
})
