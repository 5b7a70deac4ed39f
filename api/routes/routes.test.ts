// What the routes hand on and give back: filters, pages, commands with their actor and key, pictures, headers.
import type { FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { JiemuError } from '../../core/errors.ts'
import type { StreetId } from '../../core/ids.ts'
import { bearer, type FakeHouse, fakeHouse, tokenOf } from '../../tests/support/api-ports.ts'
import { sampleIncident, teamOf } from '../../tests/support/api-samples.ts'
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
    ['confirm', 'inc-tianshui', LOCAL_ACTOR, { takeOver: false }],
    ['reject', 'inc-tianshui', 'loading', 'a van', LOCAL_ACTOR, { takeOver: false }],
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

const LOOK = {
  who: 'local',
  role: 'admin',
  evidenceId: 'ev-tianshui',
  incidentId: 'inc-tianshui',
  jobId: null,
  streetId: 'tianshui',
  address: '127.0.0.1',
  subject: null,
}

const PICTURE = '/api/evidence/ev-tianshui?expires=1&signature=good'

test('a picture comes marked with its viewer and the number of the look, which is registered before', async () => {
  await open()
  const { statusCode, headers, body } = await get(PICTURE)
  expect(statusCode).toBe(200)
  expect(headers).toMatchObject({
    'content-type': 'image/jpeg',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'jiemu-sha256': 'cd'.repeat(32),
  })
  expect(body).toBe('ev-tianshui for local #1')
  expect(house.looks).toEqual([{ ...LOOK, purpose: 'view' }])
})

test('the original comes byte for byte, and counts as an export', async () => {
  await open()
  const { headers, rawPayload } = await get('/api/evidence/ev-tianshui/original')
  expect(rawPayload.length).toBe(Number(headers['content-length']))
  expect(headers['content-disposition']).toBe(`attachment; filename="${'cd'.repeat(32)}.jpg"`)
  expect(house.looks).toEqual([{ ...LOOK, purpose: 'export' }])
})

test('what cannot be registered is not shown', async () => {
  const { register } = fakeHouse().deps
  const record = async () => Promise.reject(new JiemuError('database-unavailable', { problem: 'gone' }))
  await open({ register: { ...register, record } })
  for (const url of [PICTURE, '/api/evidence/ev-tianshui/original', '/api/register.csv']) {
    const { statusCode, headers } = await get(url)
    expect({ statusCode, type: headers['content-type'] }).toEqual({
      statusCode: 503,
      type: 'application/problem+json; charset=utf-8',
    })
  }
})

test('the register comes as a page and as CSV without formulas, cut down to the streets of whoever asks', async () => {
  await open({
    tokens: [tokenOf('-SUM', 'admin'), tokenOf('street', 'supervisor', { streets: ['tianshui' as StreetId] })],
  })
  await get(PICTURE, bearer('-SUM'))
  const { items } = (await get('/api/register?purpose=view&limit=9', bearer('street'))).json()
  expect(items).toMatchObject([{ id: '1', who: '-SUM', purpose: 'view' }])
  const csv = await get('/api/register.csv?incident=inc-tianshui', bearer('-SUM'))
  expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8')
  const [head, newest, oldest] = csv.body.trimEnd().split('\n')
  expect(head).toBe('\ufefftime,id,at,who,role,purpose,evidenceId,incidentId,jobId,streetId,address,subject')
  expect(newest).toContain(`,2,`)
  expect(newest).toContain('export')
  expect(oldest).toContain("'-SUM,admin,view,ev-tianshui")
  expect(house.filters).toEqual([
    { limit: 9, purpose: 'view', streets: ['tianshui'] },
    { limit: 1_000, incidentId: 'inc-tianshui' },
  ])
})

test('a hold and a deletion by hand carry who, and why', async () => {
  await open()
  const remove = (url: string, payload: object) =>
    app.inject({ method: 'DELETE', url, payload, headers: { host: 'localhost' } })
  await post('/api/incidents/inc-tianshui/hold', { reason: ' court 2026-17 ' })
  await remove('/api/jobs/job-tianshui/hold', { reason: 'judged' })
  await remove('/api/evidence/ev-tianshui', { reason: 'wish of a citizen' })
  expect(house.commands).toEqual([
    ['hold', { incidentId: 'inc-tianshui' }, 'court 2026-17', 'local'],
    ['release', { jobId: 'job-tianshui' }, 'judged', 'local'],
    ['removeOne', 'ev-tianshui', 'wish of a citizen', 'local'],
  ])
  expect((await post('/api/incidents/inc-tianshui/hold', { reason: ' ' })).statusCode).toBe(400)
})

/** @returns body and headers of a form, as a browser writes it */
function form(fields: Record<string, string>, file?: Uint8Array) {
  const lines = Object.entries(fields).map(
    ([name, value]) => `--B\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const head =
    '--B\r\ncontent-disposition: form-data; name="file"; filename="p.jpg"\r\ncontent-type: image/jpeg\r\n\r\n'
  const payload = Buffer.concat([
    Buffer.from(lines.join('')),
    ...(file ? [Buffer.from(head), file, Buffer.from('\r\n')] : []),
    Buffer.from('--B--\r\n'),
  ])
  return {
    payload,
    headers: { host: 'localhost', origin: 'http://localhost', 'content-type': 'multipart/form-data; boundary=B' },
  }
}
const send = ({ payload, headers }: ReturnType<typeof form>, more: object = {}) =>
  app.inject({ method: 'POST', url: '/api/jobs/job-tianshui/evidence', payload, headers: { ...headers, ...more } })

test.each(['multipart/form-data', 'multipart/form-data; boundary=C'])(
  'a form that says it is %s, and is not, is refused',
  async type => {
    await open({ tokens: [tokenOf('wu', 'worker')] })
    const answer = await send(form({ moment: 'after' }, new Uint8Array(7)), { 'content-type': type, ...bearer('wu') })
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'request-invalid'])
  },
)

test('a photo goes to its job with its moment, who took it, and the key that makes it one', async () => {
  await open()
  const { statusCode } = await send(form({ moment: 'after' }, new Uint8Array(7)), { 'idempotency-key': 'k1' })
  expect(statusCode).toBe(200)
  expect(house.commands).toEqual([
    [
      'photo',
      {
        ...{
          bytes: 7,
          moment: 'after',
          jobId: 'job-tianshui',
          incidentId: 'inc-tianshui',
          takenBy: 'local',
          key: 'k1',
        },
        ...{ at: null, said: { place: null, shotAt: null } },
      },
    ],
  ])
})

test('a photo for a note goes likewise, whatever moment it is; a note names only photos that its writer sent for one', async () => {
  await open()
  const { payload, headers } = form({}, new Uint8Array(7))
  const url = '/api/jobs/job-tianshui/note-photos'
  expect((await app.inject({ method: 'POST', url, payload, headers })).statusCode).toBe(200)
  expect(house.commands).toMatchObject([['photo', { moment: 'note', jobId: 'job-tianshui', takenBy: 'local' }]])
  const refused = await post('/api/jobs/job-tianshui/note', { reason: 'see here', photos: ['ev-foreign'] })
  expect([refused.statusCode, refused.json().code]).toEqual([400, 'request-invalid'])
  expect(house.commands).toHaveLength(1)
})

test.each([
  ['without a moment', {}, 7, 400, 'request-invalid'],
  ['of another moment', { moment: 'during' }, 7, 400, 'request-invalid'],
  ['without a file', { moment: 'after' }, undefined, 400, 'request-invalid'],
  ['above 15 MB', { moment: 'after' }, 15_000_001, 413, 'evidence-too-large'],
] as const)('a photo %s is refused', async (_what, fields, bytes, status, code) => {
  await open()
  const answer = await send(form(fields, bytes === undefined ? undefined : new Uint8Array(bytes)))
  expect({ status: answer.statusCode, code: answer.json().code }).toEqual({ status, code })
  expect(house.commands).toEqual([])
})

test('a provisional picture, whose incident has not opened, is shown to nobody', async () => {
  const { evidence } = fakeHouse().deps
  const provisional: ApiDeps['evidence'] = {
    ...evidence,
    open: async id => {
      const found = await evidence.open(id)
      return found && { ...found, row: { ...found.row, incidentId: null } }
    },
  }
  await open({ evidence: provisional })
  expect((await get(PICTURE)).statusCode).toBe(404)
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
    'incident:report',
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
  expect(named.length).toBe(3)
  for (const url of named) expect((await get(url)).statusCode).toBe(200)
})
