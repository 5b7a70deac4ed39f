// The API's view of deliveries: dead letters with their last errors, driven again and dismissed by name.
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bearer, type FakeHouse, fakeHouse, tokenOf } from '../../tests/support/api-ports.ts'
import { buildApi } from '../build.ts'

let house: FakeHouse
let app: FastifyInstance
beforeAll(async () => {
  house = fakeHouse({ tokens: [tokenOf('wu', 'engineer')] })
  app = await buildApi(house.deps)
})
afterAll(() => app.close())

const ask = async (method: 'GET' | 'POST', url: string) => {
  const response = await app.inject({ method, url, headers: bearer('wu'), ...(method === 'POST' && { payload: {} }) })
  return { status: response.statusCode, body: response.json() }
}

test('lists dead letters with their last error, and nothing of what they said', async () => {
  const { status, body } = await ask('GET', '/api/deliveries?state=dead&destination=webhook-1&limit=1')
  expect(status).toBe(200)
  expect(body.items).toMatchObject([
    { id: 'dlv-1', event: 'job.assigned', subject: 'job-1', state: 'dead', attempts: 31, recipient: null },
  ])
  expect(body.items[0].lastError).toContain('answered 503')
  expect(JSON.stringify(body)).not.toContain('plate')
  expect(body.next).toBe('1773295532000~dlv-1')
  expect(house.commands).toContainEqual(['listDeliveries', { state: 'dead', destination: 'webhook-1', limit: 1 }])
})

test('drives a dead letter again, dismisses one, and drives all of a destination', async () => {
  expect(await ask('POST', '/api/deliveries/dlv-1/redrive')).toMatchObject({ status: 200, body: { id: 'dlv-1' } })
  expect(await ask('POST', '/api/deliveries/dlv-1/dismiss')).toMatchObject({ status: 200 })
  expect(await ask('POST', '/api/destinations/webhook-1/redrive')).toMatchObject({ body: { redriven: 1 } })
  expect(house.commands.slice(-3)).toEqual([
    ['redrive', { id: 'dlv-1' }, 'wu'],
    ['dismiss', 'dlv-1', 'wu'],
    ['redrive', { destination: 'webhook-1' }, 'wu'],
  ])
})

test.each(['/api/deliveries?state=lost', '/api/deliveries?destination=../x', '/api/deliveries?limit=1000'])(
  '%s is refused',
  async url => expect((await ask('GET', url)).status).toBe(400),
)

test('an unknown delivery is said to be none', async () => {
  expect((await ask('POST', '/api/deliveries/dlv-2/redrive')).status).toBe(404)
})

test('tells how each destination does', async () => {
  const { body } = await ask('GET', '/api/destinations')
  expect(body.items).toEqual([
    { destination: 'webhook-1', configured: true, pending: 0, dead: 1, oldestPendingAt: null },
  ])
})
