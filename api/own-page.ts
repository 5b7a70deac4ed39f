// Where a request comes from: our own page, or somebody else's that uses the visitor's cookie (CSRF).
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { JiemuError } from '../core/errors.ts'

export const CSRF_HEADER = 'x-csrf-token'

/** What a method may not do without leave: anything but look. */
export const changes = (method: string): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(method)

/**
 * A browser says which site a request comes from, and no page can change what it says. Sec-Fetch-Site decides, since it
 * holds behind a proxy that rewrites the host too; browsers without it name the Origin of whatever is not a GET.
 * @param origin our own: "https://jiemu.example"
 * @throws JiemuError csrf-refused, also where neither is said
 */
export function checkOwnPage(headers: IncomingHttpHeaders, origin: string): void {
  const site = headers['sec-fetch-site']
  if (site !== undefined) {
    if (site === 'same-origin') return
    throw refused('comes from a page of another site')
  }
  if (headers.origin === undefined) throw refused('does not say which page it comes from')
  if (headers.origin !== origin) throw refused('comes from a page of another origin')
}

/**
 * Derived from the session's token, which no page can read, and handed to our page alone: only by a request that it can
 * read the answer of.
 */
export const csrfTokenOf = (sessionToken: string): string =>
  createHmac('sha256', sessionToken).update('csrf').digest('base64url')

/** @throws JiemuError csrf-refused */
export function checkCsrfToken(headers: IncomingHttpHeaders, sessionToken: string): void {
  const offered = headers[CSRF_HEADER]
  const expected = Buffer.from(csrfTokenOf(sessionToken))
  const given = Buffer.from(typeof offered === 'string' ? offered : '')
  if (given.length === expected.length && timingSafeEqual(given, expected)) return
  throw refused(`does not carry the session’s ${CSRF_HEADER}`)
}

const refused = (problem: string): JiemuError => new JiemuError('csrf-refused', { problem })
