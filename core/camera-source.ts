// A camera's address as people give it, and the login that belongs to it: kept apart when shown, joined to be used.
import { JiemuError } from './errors.ts'

export type AnySource = { readonly kind: string } & Readonly<Record<string, unknown>>

export interface Login {
  readonly user: string
  readonly password: string
}

/** What somebody says of a network camera's stream. */
export interface GivenSource {
  readonly url: string
  readonly transport?: 'tcp' | 'udp' | undefined
  /** The one that is stored, if left out; null: the camera asks for none. */
  readonly login?: Login | null | undefined
}

/** Everything up to the last @, as it is stored and hidden: people forget to escape what a password holds. */
const WITH_LOGIN = /^(rtsps?:\/\/)(\S*)@(\S*)$/i

/** The address without its login, and the login as it stands in it. */
export function splitLogin(url: string): { readonly bare: string; readonly login: string | null } {
  const [, scheme, login, rest] = WITH_LOGIN.exec(url) ?? []
  return scheme && login !== undefined && rest !== undefined
    ? { bare: scheme + rest, login }
    : { bare: url, login: null }
}

/**
 * The source to be stored or tried. A stored login stays with its host: whoever may change an address must not learn the
 * password by sending it elsewhere.
 * @param stored the address that is stored now, with its login
 * @throws JiemuError source-refused where it is no address of RTSP, login-needed
 */
export function joinSource(given: GivenSource, stored: string | undefined, where: string) {
  const { bare, login: written } = splitLogin(given.url.trim())
  const host = hostOf(bare, where)
  const kept = stored === undefined ? null : splitLogin(stored)
  const login = given.login === undefined ? (written ?? keptLogin(kept, host, where)) : asWritten(given.login)
  return {
    kind: 'rtsp' as const,
    url: login === null ? bare : bare.replace('://', () => `://${login}@`),
    ...(given.transport && { transport: given.transport }),
  }
}

const asWritten = (login: Login | null): string | null =>
  login && `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}`

function keptLogin(kept: ReturnType<typeof splitLogin> | null, host: string, where: string): string | null {
  if (!kept || kept.login === null) return null
  if (hostOf(kept.bare, where) === host) return kept.login
  throw new JiemuError('login-needed', { where })
}

function hostOf(url: string, where: string): string {
  const refuse = (problem: string) => new JiemuError('source-refused', { source: where, problem })
  if (/[\s\p{Cc}]/u.test(url) || !URL.canParse(url)) throw refuse('not an address')
  const { protocol, hostname, host } = new URL(url)
  if (protocol !== 'rtsp:' && protocol !== 'rtsps:') throw refuse(`the scheme ${protocol} is not one of a camera`)
  if (hostname === '') throw refuse('the address names no host')
  return host
}
