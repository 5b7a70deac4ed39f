// HTTPS with a certificate that openssl makes for the test.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bearer, fakeHouse, tokenOf } from '../tests/support/api-ports.ts'
import { listen, listenSchema } from './listen.ts'

const OPENSSL = 'openssl'
const absent = spawnSync(OPENSSL, ['version']).status === 0 ? '' : ' (absent: openssl)'

test.skipIf(absent !== '')(`serves HTTPS, and tells browsers to stay with it${absent}`, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'jiemu-tls-'))
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')]
  execFileSync(OPENSSL, [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
  ])
  const settings = listenSchema.parse({ port: 0, tls: { cert, key } })
  const { address, close } = await listen(fakeHouse({ tokens: [tokenOf('a', 'viewer')] }).deps, settings)
  expect(address).toMatch(/^https:/)
  const answer = await new Promise<{ status?: number | undefined; strict?: string | undefined }>((resolve, reject) => {
    request(`${address}/api/me`, { ca: readFileSync(cert), headers: bearer('a') }, response => {
      response.resume()
      resolve({ status: response.statusCode, strict: response.headers['strict-transport-security'] })
    })
      .on('error', reject)
      .end()
  })
  expect(answer).toEqual({ status: 200, strict: 'max-age=31536000' })
  await close()
  rmSync(directory, { recursive: true })
})
