// Where the API may listen, and what it says where it may not.
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { fakeHouse } from '../tests/support/api-ports.ts'
import { checkListen, listen, listenSchema } from './listen.ts'

const tls = { cert: 'cert.pem', key: 'key.pem' }

test.each([
  ['loopback', {}, undefined],
  ['loopback by its name', { host: 'localhost' }, undefined],
  ['loopback behind a proxy', { trustProxy: true }, undefined],
  ['a network over TLS', { host: '192.168.1.7', tls }, undefined],
  ['a network behind a proxy', { host: '0.0.0.0', trustProxy: true }, undefined],
  ['everywhere in the clear', { host: '0.0.0.0' }, 'passwords and tokens would travel unencrypted'],
  ['a network in the clear', { host: '192.168.1.7' }, 'passwords and tokens would travel unencrypted'],
  ['a name in the clear', { host: 'jiemu.example' }, 'passwords and tokens would travel unencrypted'],
])('%s', (_what, settings, problem) => {
  const check = () => checkListen(listenSchema.parse(settings))
  if (problem === undefined) expect(check).not.toThrow()
  else expect(check).toThrow(problem)
})

test('a proxy in front lets nobody in unknown, though it reaches us by loopback', async () => {
  const { address, close } = await listen(fakeHouse().deps, listenSchema.parse({ port: 0, trustProxy: true }))
  expect((await fetch(`${address}/api/me`)).status).toBe(401)
  expect((await fetch(`${address}/`)).status).toBe(200)
  await close()
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
