// The tables of people: users, sessions, links that are used once, attempts to sign in, and the register.
import type { Generated } from 'kysely'
import type { UserId } from '../../core/ids.ts'
import type { IssuedToken } from '../../core/issued-token.ts'
import type { PermissionScope } from '../../core/permission.ts'
import type { EpochMs } from '../../core/time.ts'
import type { PeopleEvent, Session, User, UserIdentity } from '../../core/user.ts'
import type { Json } from '../tables.ts'

export type UsersTable = Omit<User, 'scope' | 'hasPassword'> & {
  readonly scope: Json<PermissionScope>
  /** Argon2id in PHC's form; null until a link was used to choose a password. */
  readonly passwordHash: string | null
}

export type SessionsTable = Session & {
  readonly tokenSha256: string
  readonly endedAt: EpochMs | null
}

/** Lets whoever holds the token do one thing, once. */
export interface OneTimeLinksTable {
  readonly tokenSha256: string
  readonly purpose: 'set-up' | 'password'
  /** Null for the set-up. */
  readonly userId: UserId | null
  readonly createdAt: EpochMs
  readonly expiresAt: EpochMs
  readonly usedAt: EpochMs | null
}

/** What was tried in vain, by account and by address. */
export interface SignInAttemptsTable {
  /** A hash: somebody may have typed a password where the login name goes. */
  readonly subject: string
  readonly failures: number
  readonly lastAt: EpochMs
  readonly lockedUntil: EpochMs
}

/** Of the token only its hash: a copy of the database lets nobody in. */
export type ApiTokensTable = Omit<IssuedToken, 'scope'> & {
  readonly scope: Json<PermissionScope>
  readonly tokenSha256: string
}

export interface PeopleTables {
  readonly apiTokens: ApiTokensTable
  readonly identities: UserIdentity & { readonly userId: UserId }
  readonly users: UsersTable
  readonly sessions: SessionsTable
  readonly oneTimeLinks: OneTimeLinksTable
  readonly signInAttempts: SignInAttemptsTable
  readonly peopleEvents: Omit<PeopleEvent, 'id' | 'detail'> & {
    readonly id: Generated<number>
    readonly detail: Json<PeopleEvent['detail']>
  }
}
