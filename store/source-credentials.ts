// The user name and password within a source's URLs: taken out and sealed before they are stored, masked when shown.
import { JiemuError } from '../core/errors.ts'
import type { Secrets } from './secrets.ts'

export type Source = { readonly kind: string } & Readonly<Record<string, unknown>>

/**
 * scheme://USER:PASSWORD@… : everything up to the last @, as `redact` has it, since people forget to escape the "/", "#" or
 * "?" of a password. Where a path holds one, a piece of the address is sealed too, and comes back with the rest.
 */
const CREDENTIALS = /^([a-z][a-z0-9+.-]*:\/\/)(\S*)@/i
const MASK = '***'

function mapText(source: Source, change: (text: string, field: string) => string): Source {
  const changed = Object.entries(source).map(([field, value]) => [
    field,
    typeof value === 'string' ? change(value, field) : value,
  ])
  return { ...Object.fromEntries(changed), kind: source.kind }
}

export interface SealedSource {
  readonly source: Source
  /** By field of the source. */
  readonly credentials: Readonly<Record<string, string>>
}

export function sealSource(source: Source, owner: string, secrets: Secrets): SealedSource {
  const credentials: Record<string, string> = {}
  const bare = mapText(source, (text, field) => {
    const [whole, scheme, login] = CREDENTIALS.exec(text) ?? []
    if (whole === undefined || !scheme || login === undefined) return text
    credentials[field] = secrets.seal(login, `${owner}/${field}`)
    return scheme + text.slice(whole.length)
  })
  return { source: bare, credentials }
}

/** @throws JiemuError secret-key-invalid */
export function openSource({ source, credentials }: SealedSource, owner: string, secrets: Secrets): Source {
  return mapText(source, (text, field) => {
    const sealed = credentials[field]
    if (sealed === undefined) return text
    return withLogin(text, secrets.open(sealed, `${owner}/${field}`))
  })
}

/** As people are shown it: `rtsp://***@host/…`. */
export function maskSource({ source, credentials }: SealedSource): Source {
  return mapText(source, (text, field) => (credentials[field] === undefined ? text : withLogin(text, MASK)))
}

/**
 * Puts what is stored where a masked source, exported and imported again, has only stars.
 * @throws JiemuError options-invalid where nothing is stored
 */
export function unmaskSource(shown: Source, stored: Source | undefined, where: string): Source {
  return mapText(shown, (text, field) => {
    if (!text.includes(`://${MASK}@`)) return text
    const login = CREDENTIALS.exec(String(stored?.[field] ?? ''))?.[2]
    if (login !== undefined) return withLogin(text.replace(`${MASK}@`, ''), login)
    throw new JiemuError('options-invalid', { where, problem: `${field}: the password is masked and none is stored` })
  })
}

function withLogin(url: string, login: string): string {
  return url.replace('://', () => `://${login}@`)
}
