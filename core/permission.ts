// Who acts: roles, and the streets that a person or token is limited to.
import type { StreetId, TeamId, UserId } from './ids.ts'

export const ROLES = ['admin', 'operator', 'supervisor', 'team-leader', 'worker', 'engineer', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/** The district sees all; a street sees its streets; a team sees its jobs. */
export type PermissionScope = 'district' | { readonly streets: readonly StreetId[] } | { readonly team: TeamId }

/** Whoever stands behind a request; every change records `name`. */
export interface Actor {
  /** Of a user the login name, which never changes; of a token its name. */
  readonly name: string
  readonly role: Role
  readonly scope: PermissionScope
  /** Only of somebody who signed in. */
  readonly userId?: UserId
  /** Which worker of a team that user is, or whose phone holds the token, where it is one. */
  readonly workerId?: string
}
