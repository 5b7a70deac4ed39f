// Random tokens, and what is kept of them: a hash. They are long enough that nothing slower than SHA-256 is needed.
import { createHash, randomBytes } from 'node:crypto'

/** 256 bits, 43 characters that a URL and a cookie take as they are. */
export const newToken = (): string => randomBytes(32).toString('base64url')

export const newId = (kind: 'usr' | 'ses' | 'tok'): string => `${kind}-${randomBytes(10).toString('hex')}`

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
