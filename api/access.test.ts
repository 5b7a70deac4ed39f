// Every route, for every role, on the own street and on a foreign one: who gets in, and who does not.
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StreetId } from '../core/ids.ts'
import { type Actor, ROLES, type Role } from '../core/permission.ts'
import { bearer, fakeHouse, routesOf, teamOf, tokenOf } from '../tests/support/api-ports.ts'
import { guard } from './access.ts'
import { buildApi } from './build.ts'
import { createServer } from './server.ts'

const ALL: readonly Role[] = ROLES
const WATCHERS: readonly Role[] = ['admin', 'operator', 'supervisor', 'team-leader', 'engineer', 'viewer']

/** What is asked lies in the street tianshui, and its job is the team's of that street. */
const SCOPES: Readonly<Record<string, Actor['scope']>> = {
  district: 'district',
  'own street': { streets: ['tianshui' as StreetId] },
  'foreign street': { streets: ['changqing' as StreetId] },
  'own team': { team: teamOf('tianshui') },
  'foreign team': { team: teamOf('changqing') },
}
const ANY = Object.keys(SCOPES)
const OWN = ['district', 'own street', 'own team']

interface Row {
  readonly url?: string
  readonly body?: object
  readonly roles: readonly Role[] | 'public'
  readonly scopes: readonly string[]
}
const TABLE: Readonly<Record<string, Row>> = {
  'GET /api/me': { roles: ALL, scopes: ANY },
  'GET /api/health': { roles: ALL, scopes: ANY },
  'GET /api/counts': { roles: ALL, scopes: ANY },
  'GET /api/events': { roles: ALL, scopes: ANY },
  'GET /metrics': { roles: ['admin', 'engineer', 'viewer'], scopes: ['district'] },
  'GET /api/cameras': { roles: WATCHERS, scopes: ANY },
  'GET /api/cameras/:id': { url: '/api/cameras/cam-tianshui', roles: WATCHERS, scopes: ['district', 'own street'] },
  'POST /api/cameras/:id/renew-view': {
    url: '/api/cameras/cam-tianshui/renew-view',
    body: {},
    roles: ['admin', 'operator', 'engineer'],
    scopes: ['district', 'own street'],
  },
  'POST /api/cameras/:id/confirm-view': {
    url: '/api/cameras/cam-tianshui/confirm-view',
    body: { pending: 'lapse-1' },
    roles: ['admin', 'operator', 'engineer'],
    scopes: ['district', 'own street'],
  },
  'GET /api/incidents': { roles: ALL, scopes: ANY },
  'GET /api/incidents/:id': { url: '/api/incidents/inc-tianshui', roles: ALL, scopes: OWN },
  'POST /api/incidents/:id/confirm': {
    url: '/api/incidents/inc-tianshui/confirm',
    body: {},
    roles: ['admin', 'operator'],
    scopes: OWN,
  },
  'POST /api/incidents/:id/reject': {
    url: '/api/incidents/inc-tianshui/reject',
    body: { reason: 'loading' },
    roles: ['admin', 'operator'],
    scopes: OWN,
  },
  'GET /api/evidence/:id': {
    url: '/api/evidence/ev-tianshui',
    roles: ['admin', 'operator', 'supervisor', 'team-leader', 'worker', 'engineer'],
    scopes: OWN,
  },
  'GET /api/jobs': { roles: ALL, scopes: ANY },
  'GET /api/jobs/:id': { url: '/api/jobs/job-tianshui', roles: ALL, scopes: OWN },
  'POST /api/jobs/:id/accept': {
    url: '/api/jobs/job-tianshui/accept',
    body: {},
    roles: ['admin', 'team-leader', 'worker'],
    scopes: OWN,
  },
  'POST /api/jobs/:id/handled': {
    url: '/api/jobs/job-tianshui/handled',
    body: {},
    roles: ['admin', 'team-leader', 'worker'],
    scopes: OWN,
  },
  'POST /api/jobs/:id/close': {
    url: '/api/jobs/job-tianshui/close',
    body: {},
    roles: ['admin', 'supervisor'],
    scopes: OWN,
  },
  'GET /api/openapi.json': { roles: 'public', scopes: ANY },
  'GET /': { roles: 'public', scopes: ANY },
  ...Object.fromEntries(
    ['console', 'lists', 'cameras', 'case', 'narrow'].map(name => [
      `GET /${name}.css`,
      { roles: 'public', scopes: ANY },
    ]),
  ),
  ...Object.fromEntries(
    [
      ...['console', 'state', 'keys', 'lists', 'bar', 'cameras', 'camera-view', 'case', 'why', 'notices', 'client'],
      ...['dom', 'words', 'words-zh', 'words-en'],
    ].map(name => [`GET /${name}.js`, { roles: 'public', scopes: ANY }]),
  ),
  'GET /icon.svg': { roles: 'public', scopes: ANY },
}

const nameOf = (role: Role, scope: string): string => `${role}-${scope.replace(' ', '-')}`
let app: FastifyInstance
beforeAll(async () => {
  const tokens = ROLES.flatMap(role =>
    Object.entries(SCOPES).map(([scope, limits]) => tokenOf(nameOf(role, scope), role, limits)),
  )
  app = await buildApi(fakeHouse({ tokens }).deps)
})
afterAll(() => app.close())

/** Reads the status only: live events never end. */
async function statusOf(route: string, { url, body }: Row, headers: Record<string, string>): Promise<number> {
  const [method = '', path = ''] = route.split(' ')
  const response = await app.inject({
    method: method === 'POST' ? 'POST' : 'GET',
    url: url ?? path,
    headers,
    ...(body && { payload: body }),
    payloadAsStream: true,
  })
  response.stream().destroy()
  return response.statusCode
}

test('the table below has a row for every route, and no row too many', () => {
  expect([...routesOf(app)].sort()).toEqual(Object.keys(TABLE).sort())
})

test.each(Object.entries(TABLE))('%s lets in whom it should, and nobody without a token', async (route, row) => {
  const wrong: string[] = []
  const check = async (who: string, headers: Record<string, string>, expected: number): Promise<void> => {
    const status = await statusOf(route, row, headers)
    if (status !== expected) wrong.push(`${who}: ${status} instead of ${expected}`)
  }
  const isPublic = row.roles === 'public'
  await check('nobody', {}, isPublic ? 200 : 401)
  await check('a stranger', bearer('guessed'), isPublic ? 200 : 401)
  for (const role of ROLES) {
    for (const scope of ANY) {
      const allowed = isPublic || (row.roles.includes(role) && row.scopes.includes(scope))
      await check(`${role}, ${scope}`, bearer(nameOf(role, scope)), allowed ? 200 : 403)
    }
  }
  expect(wrong).toEqual([])
})

test('a route that does not say who may use it does not start', () => {
  const bare = createServer({})
  guard(bare, [])
  expect(() => bare.get('/open', async () => 'hello')).toThrow('the route GET /open does not say who may use it')
})

test('refuses an unknown id with 404 and a missing token before that with 401', async () => {
  const asked = (headers: Record<string, string>) => app.inject({ url: '/api/jobs/job-nowhere', headers })
  expect((await asked(bearer('admin-district'))).statusCode).toBe(404)
  expect((await asked({})).statusCode).toBe(401)
})

test('a role that may see no pictures does not learn which there are', async () => {
  const url = '/api/evidence/ev-nowhere'
  expect((await app.inject({ url, headers: bearer('viewer-district') })).statusCode).toBe(403)
  expect((await app.inject({ url, headers: bearer('operator-district') })).statusCode).toBe(404)
})
