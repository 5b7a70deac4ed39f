// Whom a destination's server is held against: the public authorities, or those in the file of its option `ca`.
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import type { NotifierDeps } from './notifier.ts'

/** The option of every kind that may speak TLS. */
export const caFile = z
  .string()
  .min(1)
  .optional()
  .describe('a PEM file with the authorities that vouch for the server, in place of the public ones')

const CERTIFICATE = /-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs

/**
 * Reads the certificates of `ca`, each as PEM; undefined where the public authorities are good enough.
 * @throws JiemuError options-invalid where the file holds none, or the address takes none
 */
export function authoritiesOf(
  ca: string | undefined,
  { protocol }: URL,
  { destination }: Pick<NotifierDeps, 'destination'>,
): string[] | undefined {
  if (ca === undefined) return undefined
  const refused = (problem: string) => new JiemuError('options-invalid', { where: destination, problem })
  // Whoever names an authority expects the way to be sealed.
  if (protocol !== 'https:' && protocol !== 'mqtts:') throw refused('ca: needs an https:// or mqtts:// address')
  const certificates = readPem(ca, refused).match(CERTIFICATE)
  if (!certificates?.every(isCertificate)) throw refused(`ca: ${ca} holds no certificate in PEM, or a broken one`)
  return certificates
}

function readPem(file: string, refused: (problem: string) => JiemuError): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw refused(`ca: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`)
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0
  } catch {
    return false
  }
}

/** Why the server at the other end was not believed; undefined where the connection failed otherwise, or not at all. */
export function distrustOf(socket: Socket | null): string | undefined {
  const { authorizationError } = (socket ?? {}) as Partial<Pick<TLSSocket, 'authorizationError'>>
  return authorizationError ? String(authorizationError) : undefined
}
