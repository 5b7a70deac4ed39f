// Whose address a request counts as: what a client wrote into X-Forwarded-For itself is never believed.
import { expect, test } from 'vitest'
import { createServer } from './server.ts'

test.each([
  ['without a proxy', false, '10.0.0.9'],
  ['behind one', true, '3.3.3.3'],
  ['behind two in a row', 2, '2.2.2.2'],
] as const)('a client %s', async (_, trustProxy, expected) => {
  const app = createServer({ trustProxy })
  app.get('/', async ({ ip }) => ip)
  const headers = { 'x-forwarded-for': '1.1.1.1, 2.2.2.2, 3.3.3.3' }
  const { body } = await app.inject({ url: '/', remoteAddress: '10.0.0.9', headers })
  expect(body).toBe(expected)
  await app.close()
})
