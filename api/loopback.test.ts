// The loopback rules: which requests are our own page's, and which come through somebody's browser.
import { expect, test } from 'vitest'
import { fakeHouse } from '../tests/support/api-ports.ts'
import { buildApi } from './build.ts'
import { isLoopback } from './loopback.ts'

test.each([
  ['localhost', true],
  ['LocalHost', true],
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['[::1]', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.1.7', false],
  ['127.0.0.1.evil.example', false],
  ['localhost.evil.example', false],
  ['127.1', false],
])('%s means this machine: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected)
})

const json = { 'content-type': 'application/json' }
const host = 'localhost:8470'
test.each([
  ['GET', 'a page of ours', { host }, 200],
  ['GET', 'an IPv6 address', { host: '[::1]:8470' }, 200],
  ['GET', 'a name that was re-bound to us', { host: 'evil.example' }, 403],
  ['GET', 'a name that begins like ours', { host: 'localhost.evil.example:8470' }, 403],
  ['GET', 'a host with a user before it', { host: 'localhost@evil.example' }, 403],
  ['POST', 'a page of ours', { host, ...json, origin: `http://${host}` }, 200],
  ['POST', 'a program, which names no origin', { host, ...json }, 200],
  ['POST', 'a page of another origin', { host, ...json, origin: 'https://evil.example' }, 403],
  ['POST', 'a page of another port of this machine', { host, ...json, origin: 'http://localhost:3000' }, 403],
  ['POST', 'a sandboxed page', { host, ...json, origin: 'null' }, 403],
  ['POST', 'a form', { host, 'content-type': 'application/x-www-form-urlencoded' }, 403],
  [
    'POST',
    'a photo’s form that does not say where it is from',
    { host, 'content-type': 'multipart/form-data; boundary=B' },
    403,
  ],
  [
    'POST',
    'a photo’s form of another page',
    { host, origin: 'http://evil.example', 'content-type': 'multipart/form-data; boundary=B' },
    403,
  ],
  ['POST', 'a body disguised as text', { host, 'content-type': 'text/plain' }, 403],
  ['POST', 'a body disguised by a parameter', { host, 'content-type': 'text/plain; a=application/json' }, 403],
] as const)('%s from %s', async (method, _who, headers, expected) => {
  const house = fakeHouse()
  const app = await buildApi(house.deps)
  const response = await app.inject({
    method,
    url: method === 'GET' ? '/api/incidents' : '/api/incidents/inc-tianshui/confirm',
    headers,
    ...(method === 'POST' && { payload: '{}' }),
  })
  expect(response.statusCode).toBe(expected)
  expect(house.commands.length).toBe(method === 'POST' && expected === 200 ? 1 : 0)
  await app.close()
})
