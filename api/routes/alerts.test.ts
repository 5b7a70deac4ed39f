// Alerts over HTTP: claims, what would follow, and many decided at once with an answer for each.
import { expect, test } from 'vitest'
import { JiemuError } from '../../core/errors.ts'
import { bearer, fakeHouse, tokenOf } from '../../tests/support/api-ports.ts'
import { buildApi } from '../build.ts'

const TOKENS = [
  tokenOf('lin', 'operator'),
  tokenOf('north', 'operator', { streets: ['tianshui' as never] }),
  tokenOf('view', 'viewer'),
]

test('says who looks at an alert, and takes it over only when asked to', async () => {
  const house = fakeHouse({ tokens: TOKENS })
  const app = await buildApi(house.deps)
  const url = '/api/incidents/inc-tianshui/claim'
  const claimed = await app.inject({ method: 'POST', url, headers: bearer('lin'), payload: {} })
  expect(claimed.json()).toMatchObject({ id: 'inc-tianshui' })
  await app.inject({ method: 'POST', url, headers: bearer('lin'), payload: { takeOver: true } })
  await app.inject({ method: 'DELETE', url, headers: bearer('lin') })
  expect(house.commands.map(([name, id, third]) => [name, id, typeof third === 'boolean' ? third : null])).toEqual([
    ['claim', 'inc-tianshui', false],
    ['claim', 'inc-tianshui', true],
    ['release', 'inc-tianshui', null],
  ])
  await app.close()
})

test('confirms for a worker or a team, never for both', async () => {
  const house = fakeHouse({ tokens: TOKENS })
  const app = await buildApi(house.deps)
  const confirm = (payload: object) =>
    app.inject({ method: 'POST', url: '/api/incidents/inc-tianshui/confirm', headers: bearer('lin'), payload })
  expect((await confirm({ to: { workerId: 'li' } })).statusCode).toBe(200)
  expect(house.commands.at(-1)?.[3]).toEqual({ takeOver: false, to: { workerId: 'li' } })
  expect((await confirm({ to: { workerId: 'li', teamId: 'team' } })).statusCode).toBe(400)
  expect((await confirm({ to: {} })).statusCode).toBe(400)
  await app.close()
})

test('rejects each of a batch that is theirs, and says why not of the others', async () => {
  const house = fakeHouse({ tokens: TOKENS })
  const claimed = new JiemuError('incident-claimed', { id: 'inc-tianshui', holder: 'zhou' })
  const commands = {
    ...house.deps.commands,
    reject: async () => {
      throw claimed
    },
  }
  const payload = { ids: ['inc-tianshui', 'inc-changqing', 'inc-none', 'inc-tianshui'], reason: 'not-there' }
  const batch = { method: 'POST', url: '/api/incidents/reject-batch', headers: bearer('north'), payload } as const
  const open = await buildApi(house.deps)
  expect((await open.inject(batch)).json().items).toMatchObject([
    { id: 'inc-tianshui', done: true, problem: null },
    { id: 'inc-changqing', done: false, problem: { code: 'forbidden' } },
    { id: 'inc-none', done: false, problem: { code: 'not-found' } },
  ])
  expect(house.commands.filter(([name]) => name === 'reject')).toHaveLength(1)
  const held = await buildApi({ ...house.deps, commands })
  expect((await held.inject(batch)).json().items[0]).toMatchObject({ problem: { code: 'incident-claimed' } })
  const many = { ...payload, ids: Array.from({ length: 201 }, (_, index) => `inc-${index}`) }
  expect((await open.inject({ ...batch, payload: many })).statusCode).toBe(400)
  await Promise.all([open.close(), held.close()])
})

test('shows what would follow, what is near as far as one may see it, and no names of people to a viewer', async () => {
  const house = fakeHouse({ tokens: TOKENS })
  const app = await buildApi(house.deps)
  const url = '/api/incidents/inc-tianshui/outlook'
  const seen = (await app.inject({ url, headers: bearer('north') })).json()
  expect(seen).toMatchObject({ joins: null, dues: [{ deadline: 'handle' }], near: [{ distanceM: 120 }] })
  expect(seen.offers[0]).toMatchObject({ teamId: 'team-tianshui', teamName: 'Team of tianshui', distanceM: 250 })
  expect(seen.teams[0]).toMatchObject({ teamId: 'team-tianshui', chosen: { workerId: null } })
  expect(house.filters.at(-1)).toEqual({ streets: ['tianshui'] })
  const viewed = (await app.inject({ url, headers: bearer('view') })).json()
  expect([viewed.offers, viewed.teams]).toEqual([[], []])
  expect(viewed.assignment.candidates[0]).toMatchObject({ distanceM: null, positionAgeMs: null })
  await app.close()
})

test('gives five hundred alerts at once', async () => {
  const house = fakeHouse({ tokens: TOKENS })
  const app = await buildApi(house.deps)
  const list = (limit: number) =>
    app.inject({ url: `/api/incidents?review=pending&limit=${limit}`, headers: bearer('lin') })
  expect((await list(500)).statusCode).toBe(200)
  expect(house.filters.at(-1)).toMatchObject({ limit: 500, review: 'pending' })
  expect((await list(501)).statusCode).toBe(400)
  await app.close()
})
