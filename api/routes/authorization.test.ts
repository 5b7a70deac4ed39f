// Every route and every live event, for every role, on the own street or team and on a foreign one: who gets in.
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { IncidentId } from '../../core/ids.ts'
import { ROLES, type Role } from '../../core/permission.ts'
import { bearer, type FakeHouse, fakeHouse, tokenOf } from '../../tests/support/api-ports.ts'
import { HEARD, type Row, SCOPES, type ScopeName, TABLE } from '../../tests/support/authorization-table.ts'
import { fakeIssued, fakePeople, sampleUser } from '../../tests/support/fake-people.ts'
import { routesOf } from '../../tests/support/routes-of.ts'
import { guard } from '../access.ts'
import { buildApi } from '../build.ts'
import { Door } from '../door.ts'
import { csrfTokenOf } from '../own-page.ts'
import type { Change } from '../ports.ts'
import { createServer } from '../server.ts'

const EVERYBODY = ROLES.flatMap(role => (Object.keys(SCOPES) as ScopeName[]).map(scope => ({ role, scope })))
const nameOf = ({ role, scope }: { role: Role; scope: ScopeName }): string => `${role}-${scope.replace(' ', '-')}`
const lets = ({ roles, scopes, ofATeam }: Pick<Row, 'roles' | 'scopes' | 'ofATeam'>, role: Role, scope: ScopeName) =>
  roles === 'public' ||
  (roles.includes(role) && scopes.includes(scope) && (!ofATeam?.includes(role) || scope.endsWith('team')))

const UNREADABLE = 'inc-unreadable' as IncidentId
let house: FakeHouse
let app: FastifyInstance
beforeAll(async () => {
  const tokens = EVERYBODY.map(who => tokenOf(nameOf(who), who.role, SCOPES[who.scope]))
  const { reading } = fakeHouse().deps
  house = fakeHouse({
    tokens,
    people: fakePeople(
      EVERYBODY.map(who =>
        sampleUser({ login: nameOf(who), role: who.role, scope: SCOPES[who.scope], workerId: 'li' }),
      ),
    ),
    reading: {
      ...reading,
      incident: async id => {
        if (id === UNREADABLE) throw new Error('unreadable')
        return reading.incident(id)
      },
    },
  })
  app = await buildApi(house.deps)
})
afterAll(() => app.close())

const FROM_OUR_PAGE = { 'sec-fetch-site': 'same-origin' }
const byCookie = (name: string) => ({ ...FROM_OUR_PAGE, cookie: `jiemu=${name}`, 'x-csrf-token': csrfTokenOf(name) })

/** Reads the status only: live events never end. */
async function statusOf(route: string, { ids, body, query }: Row, headers: Record<string, string>): Promise<number> {
  const [method = '', path = ''] = route.split(' ')
  const left = [...ids]
  const response = await app.inject({
    method: method as 'GET',
    url: path.replace(/:\w+/g, () => left.shift() ?? '') + (query ? `?${query}` : ''),
    headers,
    ...(body && { payload: body }),
    payloadAsStream: true,
  })
  response.stream().destroy()
  return response.statusCode
}

test('the table has a row for every route, and no row too many', () => {
  expect([...routesOf(app)].sort()).toEqual(Object.keys(TABLE).sort())
})

test.each(Object.entries(TABLE))('%s lets in whom it should, and nobody unknown', async (route, row) => {
  const wrong: string[] = []
  const check = async (who: string, headers: Record<string, string>, expected: number): Promise<void> => {
    const status = await statusOf(route, row, headers)
    const right = expected === 200 ? status >= 200 && status < 400 : status === expected
    if (!right) wrong.push(`${who}: ${status} instead of ${expected}`)
  }
  const outside = row.roles === 'public' ? 200 : 401
  await check('nobody', FROM_OUR_PAGE, outside)
  await check('a guessed token', { ...FROM_OUR_PAGE, ...bearer('guessed') }, outside)
  await check('a guessed cookie', byCookie('guessed'), outside)
  for (const who of EVERYBODY) {
    const name = nameOf(who)
    const expected = lets(row, who.role, who.scope) ? 200 : 403
    await check(`${name} by session`, byCookie(name), expected)
    await check(`${name} by token`, { ...FROM_OUR_PAGE, ...bearer(name) }, row.session ? 409 : expected)
  }
  expect(wrong).toEqual([])
})

test('live events reach whom they should, and nobody else', async () => {
  const listeners = await Promise.all(
    EVERYBODY.map(async who => {
      const response = await app.inject({ url: '/api/events', headers: bearer(nameOf(who)), payloadAsStream: true })
      return { ...who, stream: Readable.from(response.stream()) }
    }),
  )
  for (const [type, { id }] of Object.entries(HEARD)) house.change({ type, id } as Change)
  // What cannot be read makes everybody begin anew: the last thing that each of them hears.
  house.change({ type: 'incident', id: UNREADABLE })
  const heard: Record<string, readonly string[]> = {}
  for (const { role, scope, stream } of listeners) {
    let text = ''
    for await (const chunk of stream) {
      text += chunk
      if (text.split('event: reset').length > 2) break
    }
    heard[nameOf({ role, scope })] = [...text.matchAll(/^event: (.+)$/gm)]
      .map(([, type = '']) => type)
      .filter(type => type !== 'reset')
  }
  const expected = EVERYBODY.map(({ role, scope }) => [
    nameOf({ role, scope }),
    Object.keys(HEARD).filter(type => lets(HEARD[type as Change['type']], role, scope)),
  ])
  expect(heard).toEqual(Object.fromEntries(expected))
})

test('a route that does not say who may use it does not start', () => {
  const bare = createServer({})
  guard(bare, new Door({ tokens: [], people: fakePeople(), issued: fakeIssued(), local: true, secure: false }))
  expect(() => bare.get('/open', async () => 'hello')).toThrow('the route GET /open does not say who may use it')
})

test('refuses an unknown id with 404 and a missing token before that with 401', async () => {
  const asked = (headers: Record<string, string>) => app.inject({ url: '/api/jobs/job-nowhere', headers })
  expect((await asked(bearer('admin-district'))).statusCode).toBe(404)
  expect((await asked({})).statusCode).toBe(401)
})

test('a role that may see no pictures does not learn which there are', async () => {
  const url = '/api/evidence/ev-nowhere?expires=1&signature=good'
  expect((await app.inject({ url, headers: bearer('viewer-district') })).statusCode).toBe(403)
  expect((await app.inject({ url, headers: bearer('operator-district') })).statusCode).toBe(404)
})
