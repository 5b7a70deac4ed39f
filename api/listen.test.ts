// Where the API may listen, and what it says where it may not.
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { fakeHouse, tokenOf } from '../tests/support/api-ports.ts'
import { checkListen, listen, listenSchema } from './listen.ts'

const TOKENS = [tokenOf('a', 'viewer')]
const tls = { cert: 'cert.pem', key: 'key.pem' }

test.each([
  ['loopback without anything', {}, [], undefined],
  ['loopback by its name', { host: 'localhost' }, [], undefined],
  ['everywhere without tokens', { host: '0.0.0.0' }, [], 'anybody could use it without a token'],
  ['everywhere without tokens, over TLS', { host: '::', tls }, [], 'anybody could use it without a token'],
  ['a network in the clear', { host: '192.168.1.7' }, TOKENS, 'tokens would travel unencrypted'],
  ['a name in the clear', { host: 'jiemu.example' }, TOKENS, 'tokens would travel unencrypted'],
  ['a network over TLS', { host: '192.168.1.7', tls }, TOKENS, undefined],
  ['loopback behind a proxy without tokens', { trustProxy: true }, [], 'anybody could use it without a token'],
  ['loopback behind a proxy', { trustProxy: true }, TOKENS, undefined],
  ['a network behind a proxy', { host: '0.0.0.0', trustProxy: true }, TOKENS, undefined],
])('%s', (_what, settings, tokens, problem) => {
  const check = () => checkListen(listenSchema.parse(settings), tokens)
  if (problem === undefined) expect(check).not.toThrow()
  else expect(check).toThrow(problem)
})

test('listens on a free port of loopback by default, and closes', async () => {
  const { address, close } = await listen(fakeHouse().deps, listenSchema.parse({ port: 0 }))
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect((await fetch(`${address}/api/me`)).status).toBe(200)
  await close()
  await expect(fetch(`${address}/api/me`)).rejects.toThrow()
})

test('a port that another program has is an error with a hint', async () => {
  const other = createServer()
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  await expect(listen(fakeHouse().deps, listenSchema.parse({ port }))).rejects.toMatchObject({
    code: 'listen-failed',
    message: expect.stringContaining(`127.0.0.1:${port}`),
  })
  other.close()
})

test('a certificate that is not there is an error that names the file', async () => {
  const settings = listenSchema.parse({ host: '127.0.0.1', port: 0, tls: { cert: 'no-such.pem', key: 'no-such.pem' } })
  await expect(listen(fakeHouse().deps, settings)).rejects.toMatchObject({
    code: 'file-unreadable',
    message: expect.stringContaining('no-such.pem'),
  })
})
