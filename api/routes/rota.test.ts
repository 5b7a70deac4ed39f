// Workers, shifts, exceptions and positions over HTTP: who changes whose, and what is refused.
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { bearer, type FakeHouse, fakeHouse, tokenOf } from '../../tests/support/api-ports.ts'
import { teamOf } from '../../tests/support/api-samples.ts'
import { sampleWorker } from '../../tests/support/fake-rota.ts'
import { buildApi } from '../build.ts'

const OWN = { team: teamOf('tianshui') }
const LEADER = { name: 'leader', ofTeam: OWN.team }
let house: FakeHouse
let app: FastifyInstance
beforeAll(async () => {
  house = fakeHouse({
    tokens: [
      tokenOf('root', 'admin'),
      tokenOf('leader', 'team-leader', OWN),
      tokenOf('leads-nobody', 'team-leader'),
      { ...tokenOf('phone', 'worker', OWN), worker: 'li' },
    ],
  })
  app = await buildApi(house.deps)
})
afterAll(() => app.close())
beforeEach(() => {
  house.commands.length = 0
})

const ask = async (who: string, method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) => {
  const response = await app.inject({ method, url, headers: bearer(who), ...(payload && { payload }) })
  return { status: response.statusCode, body: response.json() as Record<string, unknown> }
}

const WU = { id: 'wu', name: '吴', teamId: teamOf('tianshui') }
const LEAVE = { workerId: 'li', working: false, fromAt: 1_000, toAt: 2_000, why: 'leave' }

test('a worker is added with what is left out as it is by default, and the actor is recorded', async () => {
  const record = { ...WU, leader: false, skills: null, grids: null, loadCap: 3, active: true }
  expect(await ask('leader', 'POST', '/api/workers', WU)).toEqual({ status: 200, body: record })
  expect(house.commands).toEqual([['addToRota', { what: 'worker', record }, LEADER]])
})

test('what the list shows of a worker may be put back', async () => {
  const { body } = await ask('leader', 'GET', '/api/workers')
  const [{ id, onShift, openJobs, position, ...shown }] = body.items as [Record<string, unknown>]
  expect([id, onShift, openJobs]).toEqual(['li', true, 1])
  expect(position).toEqual({ lat: 30.25, lon: 120.16, accuracyM: 12, at: expect.any(Number) })
  expect((await ask('leader', 'PUT', '/api/workers/li', shown)).status).toBe(200)
  expect(house.commands).toEqual([['changeInRota', { what: 'worker', record: sampleWorker }, LEADER]])
})

test('the store is told whose rota the actor keeps, for every change of it', async () => {
  for (const [who, keeper] of [
    ['leader', LEADER],
    ['root', { name: 'root', ofTeam: null }],
  ] as const) {
    const { id, ...wu } = WU
    await ask(who, 'POST', '/api/workers', { id, ...wu })
    await ask(who, 'PUT', '/api/workers/li', wu)
    await ask(who, 'POST', '/api/shifts', { id: 's', workerId: 'li', calendar: {} })
    await ask(who, 'PUT', '/api/shifts/early', { workerId: 'li', calendar: {} })
    await ask(who, 'POST', '/api/shift-overrides', LEAVE)
    await ask(who, 'PUT', '/api/shift-overrides/ovr-1', LEAVE)
    for (const url of ['workers/li', 'shifts/early', 'shift-overrides/ovr-1']) await ask(who, 'DELETE', `/api/${url}`)
    expect(house.commands.splice(0).map(given => given.at(-1))).toEqual(Array(9).fill(keeper))
  }
})

test('the same exception twice has the same id, and another has another', async () => {
  const bodies = [LEAVE, LEAVE, { ...LEAVE, why: 'sick' }]
  for (const body of bodies) expect((await ask('leader', 'POST', '/api/shift-overrides', body)).status).toBe(200)
  const ids = house.commands.map(([, added]) => (added as { record: { id: string } }).record.id)
  expect(ids[0]).toMatch(/^ovr-[0-9a-f]{20}$/)
  expect([ids[1] === ids[0], ids[2] === ids[0]]).toEqual([true, false])
})

const FOREIGN = teamOf('changqing')
test.each<[string, 'POST' | 'PUT' | 'DELETE', string, object | undefined, number]>([
  ['adds a worker to another team', 'POST', '/api/workers', { ...WU, teamId: FOREIGN }, 403],
  ['moves one to another team', 'PUT', '/api/workers/li', { name: '李', teamId: FOREIGN }, 403],
  ['moves a shift to another team', 'PUT', '/api/shifts/early', { teamId: FOREIGN, calendar: {} }, 403],
  [
    'moves an exception to another team',
    'PUT',
    '/api/shift-overrides/ovr-1',
    { ...LEAVE, workerId: null, teamId: FOREIGN },
    403,
  ],
  [
    'adds a shift for a worker whom nobody knows',
    'POST',
    '/api/shifts',
    { id: 's', workerId: 'nobody', calendar: {} },
    403,
  ],
  ['removes a worker who is not there', 'DELETE', '/api/workers/nobody', undefined, 404],
])('a team’s leader never %s', async (_, method, url, body, status) => {
  expect((await ask('leader', method, url, body)).status).toBe(status)
  expect(house.commands).toEqual([])
})

test('a leader to whom nobody gave a team keeps nobody’s rota, and is not shown that they could', async () => {
  const { status, body } = await ask('leads-nobody', 'POST', '/api/workers', WU)
  expect([status, body.code]).toEqual([403, 'forbidden'])
  expect(house.commands).toEqual([])
  const may = async (who: string) => (await ask(who, 'GET', '/api/me')).body.may
  expect(await may('leads-nobody')).not.toContain('rota:manage')
  expect(await may('leader')).toContain('rota:manage')
})

test.each<[string, string, object]>([
  ['an id that is none', '/api/workers', { ...WU, id: '../wu' }],
  ['a kind of incident that there is not', '/api/workers', { ...WU, skills: ['flying'] }],
  ['a cap of nothing', '/api/workers', { ...WU, loadCap: 0 }],
  ['a field that there is not', '/api/workers', { ...WU, phone: '110' }],
  ['a shift for nobody', '/api/shifts', { id: 's', calendar: {} }],
  ['a shift for two', '/api/shifts', { id: 's', teamId: 'a', workerId: 'li', calendar: {} }],
  ['an hour that there is not', '/api/shifts', { id: 's', teamId: 'a', calendar: { from: '25:00' } }],
  ['a time zone that there is not', '/api/shifts', { id: 's', teamId: 'a', calendar: { timeZone: 'Street' } }],
  ['an exception that ends before it begins', '/api/shift-overrides', { ...LEAVE, toAt: 1_000 }],
  ['an exception of years', '/api/shift-overrides', { ...LEAVE, toAt: 400 * 86_400_000 }],
  ['an exception for no reason', '/api/shift-overrides', { ...LEAVE, why: 'mood' }],
])('refuses %s, and changes nothing', async (_, url, body) => {
  const { status, body: problem } = await ask('root', 'POST', url, body)
  expect([status, problem.code]).toEqual([400, 'request-invalid'])
  expect(house.commands).toEqual([])
})

const HERE = { lat: 30.25, lon: 120.16, at: 1_700_000_000_000 }

test('a worker’s phone says where it is, by its token', async () => {
  expect(await ask('phone', 'POST', '/api/me/position', HERE)).toEqual({ status: 200, body: { kept: true } })
  expect(house.commands).toEqual([['position', { ...HERE, workerId: 'li', accuracyM: null }]])
})

test.each<[string, string, object, number, string]>([
  ['a token that stands for no worker', 'leader', HERE, 409, 'worker-needed'],
  ['a latitude beyond the pole', 'phone', { ...HERE, lat: 91 }, 400, 'request-invalid'],
  ['a longitude beyond the date line', 'phone', { ...HERE, lon: -180.1 }, 400, 'request-invalid'],
  ['a circle that says nothing', 'phone', { ...HERE, accuracyM: 1_500 }, 400, 'request-invalid'],
  ['no time', 'phone', { lat: 30, lon: 120 }, 400, 'request-invalid'],
  ['another worker’s', 'phone', { ...HERE, workerId: 'wu' }, 400, 'request-invalid'],
  ['a time to come', 'phone', { ...HERE, at: 1_900_000_000_000 }, 400, 'position-untimely'],
])('refuses the position of %s', async (_, who, body, status, code) => {
  const answer = await ask(who, 'POST', '/api/me/position', body)
  expect([answer.status, answer.body.code]).toEqual([status, code])
  expect(house.commands).toEqual([])
})
