// Pictures behind signed links, and subscriptions to web push: what is refused, and what is registered.
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bearer, fakeHouse, tokenOf } from '../../tests/support/api-ports.ts'
import { buildApi } from '../build.ts'
import type { Register } from '../ports.ts'

const looks: object[] = []
let app: FastifyInstance
beforeAll(async () => {
  const { register } = fakeHouse().deps
  const noting: Register = {
    ...register,
    record: async view => {
      looks.push(view)
      return register.record(view)
    },
  }
  app = await buildApi(fakeHouse({ tokens: [tokenOf('li', 'worker')], register: noting }).deps)
})
afterAll(() => app.close())

test('a good link shows the blurred picture to anybody, and the look is registered', async () => {
  const response = await app.inject('/media/ev-tianshui?expires=1&signature=good')
  expect(response).toMatchObject({ statusCode: 200, body: 'blurred' })
  expect(response.headers).toMatchObject({ 'content-type': 'image/jpeg', 'cache-control': 'no-store' })
  expect(looks).toMatchObject([
    { who: 'link', role: null, purpose: 'media-link', evidenceId: 'ev-tianshui', streetId: 'tianshui' },
  ])
})

test.each([
  ['expires=1&signature=bad', 403],
  ['expires=1', 400],
  ['expires=soon&signature=good', 400],
  ['expires=1&signature=..%2F', 400],
])('a link with %s is answered with %i, and nothing is registered', async (query, status) => {
  looks.length = 0
  expect((await app.inject(`/media/ev-tianshui?${query}`)).statusCode).toBe(status)
  expect(looks).toEqual([])
})

test.each([
  { endpoint: 'http://push.example/a', keys: { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) } },
  { endpoint: 'https://push.example/a', keys: { p256dh: 'short', auth: 'a'.repeat(22) } },
  { endpoint: 'https://push.example/a' },
])('the subscription %j is refused', async payload => {
  const response = await app.inject({ method: 'POST', url: '/api/push-subscriptions', headers: bearer('li'), payload })
  expect(response.statusCode).toBe(400)
})
