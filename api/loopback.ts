// The loopback rules: where no tokens are set, only a page of ours on this machine may talk to us.
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import { JiemuError } from '../core/errors.ts'

/** Whether a host name or address, as in a setting or a URL, can only mean this machine. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'))
}

function hostOf(authority: string): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[^:[\]/@\s]+)(?::\d{1,5})?$/i.exec(authority)?.[1]
}

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

/**
 * Two attacks reach a server on loopback through the browser of the person who sits there. A foreign name that
 * resolves to 127.0.0.1 (DNS rebinding) is told by the Host header. A foreign page that sends a form or a `no-cors`
 * request (CSRF) is told by its Origin, or by a body that is not JSON: such a page cannot send JSON unasked.
 * @throws JiemuError origin-refused
 */
export function checkLocalRequest(method: string, headers: IncomingHttpHeaders): void {
  const host = hostOf(headers.host ?? '')
  if (host === undefined || !isLoopback(host)) throw refused('does not name this machine as its host')
  if (SAFE_METHODS.includes(method)) return
  const { origin } = headers
  if (origin !== undefined && origin !== `http://${headers.host}` && origin !== `https://${headers.host}`) {
    throw refused('comes from a page of another origin')
  }
  const type = headers['content-type'] ?? ''
  // A photo comes as a form; whose page sent it is then what its Origin says, and it must say it.
  const ownForm = origin !== undefined && /^multipart\/form-data *;/i.test(type)
  if (!ownForm && !/^application\/json *(;|$)/i.test(type)) throw refused('is not JSON')
}

const refused = (problem: string): JiemuError => new JiemuError('origin-refused', { problem })
