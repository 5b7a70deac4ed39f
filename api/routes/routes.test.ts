// What the routes hand on and give back: filters, pages, commands with their actor and key, pictures, headers.
import type { FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import type { StreetId } from '../../core/ids.ts'
import { bearer, type FakeHouse, fakeHouse, sampleIncident, teamOf, tokenOf } from '../../tests/support/api-ports.ts'
import { type ApiDeps, buildApi } from '../build.ts'
import { LOCAL_ACTOR } from '../tokens.ts'

let app: FastifyInstance
let house: FakeHouse
afterEach(() => app.close())

async function open(overrides: Partial<ApiDeps> = {}): Promise<void> {
  house = fakeHouse(overrides)
  app = await buildApi(house.deps)
}
const get = (url: string, headers: object = {}) => app.inject({ url, headers: { host: 'localhost', ...headers } })
const post = (url: string, payload: object, headers: object = {}) =>
  app.inject({ method: 'POST', url, payload, headers: { host: 'localhost', ...headers } })

test('no camera’s answer carries its address or password', async () => {
  await open()
  for (const url of ['/api/cameras', '/api/cameras/cam-tianshui']) {
    const { body } = await get(url)
    expect(body).toContain('"source":{"kind":"rtsp"}')
    expect(body).not.toMatch(/hunter2|10\.0\.0\.7/)
  }
})

test('a camera’s answer says what it sees, what its zones cost and what people are asked', async () => {
  await open()
  const camera = (await get('/api/cameras/cam-tianshui')).json()
  expect(camera).toMatchObject({
    health: { state: 'online' },
    sight: { view: 'moved', alignment: 'unconfirmed', pending: 'lapse-1', blindMs: { dark: 2_000, moved: 30_000 } },
    costs: [{ zoneId: 'bin', samples: 20, spentMs: 1_200, coreShare: 0.002, problem: null }],
    viewWord: { renewals: 0, confirmed: null },
  })
})

test('what people say of a view carries who said it, and the key that makes it once', async () => {
  await open()
  const renewed = await post('/api/cameras/cam-tianshui/renew-view', {}, { 'idempotency-key': 'k1' })
  const confirmed = await post('/api/cameras/cam-tianshui/confirm-view', { pending: 'lapse-1' })
  expect([renewed.json().id, confirmed.json().id]).toEqual(['cam-tianshui', 'cam-tianshui'])
  expect(house.commands).toEqual([
    ['renewView', 'cam-tianshui', LOCAL_ACTOR, 'renew-view:local:k1'],
    ['confirmView', 'cam-tianshui', 'lapse-1', LOCAL_ACTOR],
  ])
  expect((await post('/api/cameras/cam-tianshui/confirm-view', {})).statusCode).toBe(400)
})

test('a street’s token sees its own cameras only, and its lists are limited to its streets', async () => {
  const streets = { streets: ['tianshui' as StreetId] }
  await open({
    tokens: [tokenOf('street', 'operator', streets), tokenOf('team', 'worker', { team: teamOf('tianshui') })],
  })
  const cameras = (await get('/api/cameras', bearer('street'))).json()
  expect(cameras.items.map(({ id }: { id: string }) => id)).toEqual(['cam-tianshui'])
  await get('/api/incidents?review=pending&kind=crowding&camera=cam-1&limit=7', bearer('street'))
  await get('/api/jobs?state=handled', bearer('team'))
  expect(house.filters).toEqual([
    { limit: 7, review: 'pending', kind: 'crowding', cameraId: 'cam-1', ...streets },
    { limit: 50, states: ['handled'], teamId: 'team-tianshui' },
  ])
})

test('a full page names the next, which begins after its last row', async () => {
  await open()
  const first = (await get('/api/incidents?limit=2')).json()
  const last = sampleIncident('changqing')
  expect(first.next).toBe(`${last.openedAt}~${last.id}`)
  await get(`/api/incidents?limit=3&before=${first.next}`)
  expect(house.filters[1]).toEqual({ limit: 3, before: { at: last.openedAt, id: last.id } })
  expect((await get('/api/incidents?limit=3')).json().next).toBeNull()
})

test('commands carry who gave them, and answer with the record as it is now', async () => {
  await open()
  const confirmed = await post('/api/incidents/inc-tianshui/confirm', {})
  await post('/api/incidents/inc-tianshui/reject', { reason: 'loading', note: '  a van  ' })
  await post('/api/jobs/job-tianshui/close', { note: 'seen' }, { 'idempotency-key': 'k1' })
  expect(confirmed.json().incident.id).toBe('inc-tianshui')
  expect(house.commands).toEqual([
    ['confirm', 'inc-tianshui', LOCAL_ACTOR],
    ['reject', 'inc-tianshui', 'loading', 'a van', LOCAL_ACTOR],
    ['ask', 'close', 'job-tianshui', { actor: LOCAL_ACTOR, key: 'close:local:k1', reason: 'seen', version: null }],
  ])
})

test('the same key is another one for another step or person; without one each request is its own', async () => {
  await open({ tokens: [tokenOf('ann', 'admin'), tokenOf('bo', 'admin')] })
  const step = (name: string, path: string, key?: string) =>
    post(`/api/jobs/job-tianshui/${path}`, {}, { ...bearer(name), ...(key && { 'idempotency-key': key }) })
  for (const [name, path] of [
    ['ann', 'accept'],
    ['ann', 'accept'],
    ['ann', 'handled'],
    ['bo', 'accept'],
  ] as const) {
    await step(name, path, 'k')
  }
  await step('ann', 'accept')
  await step('ann', 'accept')
  const keys = house.commands.map(command => (command[3] as { key: string }).key)
  expect(keys.slice(0, 4)).toEqual(['accept:ann:k', 'accept:ann:k', 'handled:ann:k', 'accept:bo:k'])
  expect(new Set(keys).size).toBe(5)
  expect((await step('ann', 'accept', 'x'.repeat(65))).statusCode).toBe(400)
})

test('a picture comes as it is, kept privately, and the look at it is registered by name', async () => {
  const looks: object[] = []
  const { log } = fakeHouse().deps
  await open({ log: { ...log, info: fields => looks.push(fields) } })
  const { statusCode, headers, rawPayload } = await get('/api/evidence/ev-tianshui')
  expect(statusCode).toBe(200)
  expect(headers).toMatchObject({
    'content-type': 'image/jpeg',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, max-age=3600',
  })
  expect(rawPayload.length).toBeGreaterThan(0)
  expect(looks).toEqual([{ actor: 'local', evidence: 'ev-tianshui', incident: 'inc-tianshui' }])
})

test('a provisional picture, whose incident has not opened, is shown to nobody', async () => {
  const { evidence } = fakeHouse().deps
  const provisional: ApiDeps['evidence'] = {
    open: async id => {
      const found = await evidence.open(id)
      return found && { ...found, row: { ...found.row, incidentId: null } }
    },
  }
  await open({ evidence: provisional })
  expect((await get('/api/evidence/ev-tianshui')).statusCode).toBe(404)
})

test.each([
  [['ok', 'ok'], 200, 'ok'],
  [['ok', 'degraded'], 200, 'degraded'],
  [['degraded', 'down'], 503, 'down'],
] as const)('health of parts that are %j is %i, %s', async (states, status, state) => {
  const components = states.map((each, index) => ({ name: `part-${index}`, state: each, problem: null }))
  await open({ health: { report: async () => components } })
  const response = await get('/api/health')
  expect(response.statusCode).toBe(status)
  expect(response.json()).toEqual({ state, components })
})

test('me says what the role may do, for the page to hide the rest', async () => {
  await open({ tokens: [tokenOf('w', 'worker', { team: teamOf('tianshui') })] })
  const me = (await get('/api/me', bearer('w'))).json()
  expect(me).toMatchObject({ name: 'w', role: 'worker', scope: { team: 'team-tianshui' } })
  expect(me.may).toEqual([
    'me:read',
    'me:change',
    'health:read',
    'incident:read',
    'evidence:read',
    'job:read',
    'job:work',
    'job:hand-over',
    'job:note',
  ])
})

test('every answer forbids foreign scripts, frames and sniffing, and is not cached', async () => {
  await open()
  for (const url of ['/', '/api/me', '/nowhere', '/metrics']) {
    const { headers } = await get(url)
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/)
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
    expect(headers['cache-control']).toBe(url === '/' ? 'no-cache' : 'no-store')
  }
})

test('the console’s page has no inline script or style, which its own policy would refuse', async () => {
  await open()
  const { body } = await get('/')
  expect(body).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/)
  const named = [...body.matchAll(/(?:href|src)="([^"]+)"/g)].map(match => match[1] ?? '')
  expect(named.length).toBeGreaterThan(3)
  for (const url of named) expect((await get(url)).statusCode).toBe(200)
})
