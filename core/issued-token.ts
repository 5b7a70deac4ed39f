// Tokens that an administrator issues to programs and phones: shown once, kept as a hash, ended by time or by a person.
import type { TokenId } from './ids.ts'
import type { PermissionScope, Role } from './permission.ts'
import type { EpochMs } from './time.ts'

/** What every issued token begins with: scanners of repositories and logs find what lies about. */
export const TOKEN_PREFIX = 'jmt_'

export interface IssuedToken {
  readonly id: TokenId
  /** Who acts with it; recorded with every change, and so never given twice. */
  readonly name: string
  readonly role: Role
  readonly scope: PermissionScope
  /** The worker whose phone holds it, if one does. */
  readonly workerId: string | null
  /** So many requests are answered in any one minute; null: as many as come. */
  readonly perMinute: number | null
  readonly createdAt: EpochMs
  readonly createdBy: string
  readonly expiresAt: EpochMs
  /** To the minute. */
  readonly lastUsedAt: EpochMs | null
  readonly revokedAt: EpochMs | null
  readonly revokedBy: string | null
}

export type NewToken = Pick<IssuedToken, 'name' | 'role' | 'scope' | 'workerId' | 'perMinute'> & {
  readonly lastsMs: number
}
