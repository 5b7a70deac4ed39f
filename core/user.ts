// People who sign in: users, their sessions, and the register of what was done about them.
import { z } from 'zod'
import { ID_PATTERN, type SessionId, type StreetId, type TeamId, type UserId } from './ids.ts'
import type { Actor, PermissionScope, Role } from './permission.ts'
import type { EpochMs } from './time.ts'

const id = z.string().regex(ID_PATTERN)

/** What somebody is limited to, as settings and requests write it. */
export const scopeSchema = z.union([
  z.literal('district'),
  z.strictObject({
    streets: z
      .array(id.transform(text => text as StreetId))
      .min(1)
      .max(200)
      .readonly(),
  }),
  z.strictObject({ team: id.transform(text => text as TeamId) }),
])

/** Names under which the house itself acts: a user of that name could not be told from it in the log. */
const RESERVED_LOGINS = ['camera', 'canary', 'cli', 'dispatch', 'jiemu', 'local', 'policy', 'resident', 'system']

/** Never changed, since every record names its actor by it. */
export const loginSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._-]{1,39}$/, 'expected 2 to 40 letters a–z, digits, dots, hyphens or underscores')
  .refine(login => !RESERVED_LOGINS.includes(login), 'this name is the house’s own')

export interface User {
  readonly id: UserId
  readonly login: string
  /** As people call them: 张伟. */
  readonly name: string
  readonly role: Role
  readonly scope: PermissionScope
  /** The worker whom this user is, where he is one. */
  readonly workerId: string | null
  /** Whether a password was chosen; false from the invitation or the reset until its link is used. */
  readonly hasPassword: boolean
  readonly createdAt: EpochMs
  readonly createdBy: string
  readonly disabledAt: EpochMs | null
}

export type NewUser = Pick<User, 'login' | 'name' | 'role' | 'scope' | 'workerId'>
export type UserChange = Partial<Pick<User, 'name' | 'role' | 'scope' | 'workerId'>>

/** Whom an issuer of single sign-on names, and what the settings make of their claims. */
export interface Claimed {
  readonly issuer: string
  /** Never given to anybody else by that issuer (OpenID Connect Core §2). */
  readonly subject: string
  /** Only a wish: names are given anew. */
  readonly login: string
  readonly name: string
  /** Null: no rule of the settings matches. */
  readonly access: Pick<User, 'role' | 'scope'> | null
}

/** As whom an issuer knows a user. */
export interface UserIdentity {
  readonly issuer: string
  readonly subject: string
  /** Came in by claims, which say role and scope each time; else an administrator linked them. */
  readonly byClaims: boolean
  readonly createdAt: EpochMs
}

export interface Session {
  readonly id: SessionId
  readonly userId: UserId
  readonly createdAt: EpochMs
  /** To the minute. */
  readonly lastSeenAt: EpochMs
  /** When it ends, whatever happens. */
  readonly expiresAt: EpochMs
  /** Where it was opened from, for its owner to recognise. */
  readonly address: string
  readonly agent: string
}

export interface SignedIn {
  readonly user: User
  readonly session: Session
}

/** `token` goes into the cookie and is kept nowhere. */
export interface Opened extends SignedIn {
  readonly token: string
}

/** Where somebody signs in from: address and browser, as the request says. */
export interface SignInPlace {
  readonly address: string
  readonly agent: string
}

/** A link that lets its holder choose a password, once. */
export interface Invitation {
  readonly token: string
  readonly expiresAt: EpochMs
}

export const PEOPLE_EVENTS = [
  'set-up',
  'added',
  'changed',
  'disabled',
  'enabled',
  'reset',
  'password-chosen',
  'password-changed',
  'signed-in',
  'signed-out',
  'sessions-ended',
  'locked-out',
  'token-issued',
  'token-revoked',
  'identity-linked',
  'identity-unlinked',
] as const

/** One row of the register. Append-only; never a password, a token or what somebody typed in vain. */
export interface PeopleEvent {
  readonly id: number
  readonly at: EpochMs
  readonly actor: string
  readonly event: (typeof PEOPLE_EVENTS)[number]
  /** The login name of whom it is about, or the name of a token. */
  readonly subject: string
  readonly detail: Readonly<Record<string, unknown>>
}

export function actorFor({ id, login, role, scope, workerId }: User): Actor {
  return { name: login, role, scope, userId: id, ...(workerId !== null && { workerId }) }
}
