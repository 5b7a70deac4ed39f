// The room's day over HTTP: a search with its sheet, and mutes within their bounds and streets.
import { expect, test } from 'vitest'
import { bearer, fakeHouse, tokenOf } from '../../tests/support/api-ports.ts'
import { buildApi } from '../build.ts'

const AT = Date.parse('2026-03-12T14:05:32+08:00')
const TOKENS = [
  tokenOf('wang', 'worker', { team: 'team-changqing' as never }),
  tokenOf('lin', 'operator'),
  tokenOf('north', 'supervisor', { streets: ['tianshui' as never] }),
]

async function ask(method: 'GET' | 'POST' | 'DELETE', url: string, who: string, payload?: object, more = {}) {
  const house = fakeHouse({ tokens: TOKENS })
  const app = await buildApi(house.deps)
  const response = await app.inject({ method, url, headers: { ...bearer(who), ...more }, ...(payload && { payload }) })
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

test('camera faults go on being told unless they are muted by name, or with all kinds of a place', async () => {
  const asked = { streetId: 'tianshui', untilAt: AT + 60_000, reason: '集市' }
  const faults = async (over: object) => {
    const { commands } = await ask('POST', '/api/mutes', 'lin', { ...asked, ...over })
    return (commands[0] as [string, { faults: boolean }])[1].faults
  }
  expect(await faults({})).toBe(false)
  expect(await faults({ faults: true })).toBe(true)
  expect(await faults({ faults: true, kind: 'crowding' })).toBe(false)
})

const SEEN = { kind: 'dirty-road', spot: { lat: 30.25, lon: 120.16 }, note: ' leaves ' }

test('a report from the street is confirmed by whoever decides, and waits where it is a worker’s; once per key', async () => {
  const lin = await ask('POST', '/api/reports', 'lin', SEEN, { 'idempotency-key': 'k' })
  expect(lin.response.json()).toEqual({ incidentId: 'inc-tianshui', review: 'pending', jobId: 'job-tianshui' })
  const told = { kind: 'dirty-road', severity: 'blue', note: 'leaves', spot: SEEN.spot, gridId: null, address: null }
  expect(lin.commands).toEqual([
    ['streetReport', told, { actor: expect.anything(), decides: true }, 'street-report:lin:k'],
  ])
  const wang = await ask('POST', '/api/reports', 'wang', { ...SEEN, spot: undefined, address: '中河路' })
  expect(wang.commands).toMatchObject([['streetReport', { spot: null, address: '中河路' }, { decides: false }, {}]])
})

test.each([
  ['without a place', { spot: undefined }, 400],
  ['off the globe', { spot: { lat: 91, lon: 0 } }, 400],
  ['of a camera’s fault', { kind: 'camera-health' }, 400],
  ['in a grid that there is not', { gridId: 'nowhere' }, 400],
])('a report %s is refused', async (_, over, status) => {
  const { response, commands } = await ask('POST', '/api/reports', 'lin', { ...SEEN, ...over })
  expect([response.statusCode, commands.length]).toEqual([status, 0])
})

function photo(moment = 'before'): FormData {
  const form = new FormData()
  form.append('moment', moment)
  form.append('file', new Blob(['picture']), 'photo.jpg')
  return form
}

test('whoever reported it adds photos, whosever work it is now; nobody adds any to what a camera saw', async () => {
  const wang = await ask('POST', '/api/incidents/inc-reported/evidence', 'wang', photo())
  expect(wang.response.statusCode).toBe(200)
  expect(wang.commands).toMatchObject([
    ['photo', { jobId: null, incidentId: 'inc-reported', moment: 'before', takenBy: 'wang' }],
  ])
  const tried = async (id: string, who: string, form: FormData) =>
    (await ask('POST', `/api/incidents/${id}/evidence`, who, form)).response.statusCode
  expect(await tried('inc-reported', 'lin', photo('after'))).toBe(400)
  expect(await tried('inc-tianshui', 'lin', photo())).toBe(400)
  expect(await tried('inc-tianshui', 'wang', photo())).toBe(403)
})

test('it is ended by name, with a reason or without', async () => {
  const { response, commands } = await ask('DELETE', '/api/mutes/mute-tianshui', 'lin', { reason: '集市结束' })
  expect(response.json()).toMatchObject({ id: 'mute-tianshui', held: 2 })
  expect(commands).toEqual([['endMute', 'mute-tianshui', 'lin', '集市结束']])
  expect((await ask('DELETE', '/api/mutes/mute-tianshui', 'lin')).response.statusCode).toBe(200)
})
