// A certificate authority for tests of TLS, made by openssl: each has a key of its own and is trusted by nobody.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const OPENSSL = 'openssl'

/** Names what is absent, for a test that is skipped for it. */
export const opensslAbsent = spawnSync(OPENSSL, ['version']).status === 0 ? '' : 'openssl'

export interface ServerCertificate {
  readonly cert: string
  readonly key: string
}

export interface Authority {
  /** A file with its own certificate, in PEM. */
  readonly file: string
  /** @param name as a certificate says it: "IP:127.0.0.1" or "DNS:localhost" */
  issue(name: string): ServerCertificate
  /** A certificate that vouches for itself. */
  selfSigned(name: string): ServerCertificate
  remove(): void
}

/** What a browser is told to trust: the SHA-256 of a certificate's public key, base64. */
export const keyHash = (pem: string): string =>
  createHash('sha256')
    .update(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64')

const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']

export function certificateAuthority(): Authority {
  const directory = mkdtempSync(join(tmpdir(), 'jiemu-authority-'))
  const at = (name: string) => join(directory, name)
  const run = (...words: readonly string[]) => execFileSync(OPENSSL, words, { stdio: 'pipe' })
  run('req', '-x509', ...CURVE, '-subj', '/CN=Test authority', '-keyout', at('ca.key'), '-out', at('ca.pem'))
  const read = (): ServerCertificate => ({
    cert: readFileSync(at('server.pem'), 'utf8'),
    key: readFileSync(at('server.key'), 'utf8'),
  })
  return {
    file: at('ca.pem'),
    issue(name) {
      writeFileSync(at('names'), `subjectAltName=${name}`)
      run('req', ...CURVE, '-subj', '/CN=server', '-keyout', at('server.key'), '-out', at('server.csr'))
      const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('names')]
      run('x509', '-req', '-in', at('server.csr'), '-days', '1', ...signed, '-out', at('server.pem'))
      return read()
    },
    selfSigned(name) {
      const names = ['-subj', '/CN=server', '-addext', `subjectAltName=${name}`]
      run('req', '-x509', ...CURVE, ...names, '-keyout', at('server.key'), '-out', at('server.pem'))
      return read()
    },
    remove: () => rmSync(directory, { recursive: true }),
  }
}
