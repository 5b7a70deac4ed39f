// Who acts: roles, and the streets that a person or token is limited to.
import type { StreetId, TeamId } from './ids.ts'

export const ROLES = ['admin', 'operator', 'supervisor', 'team-leader', 'worker', 'engineer', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/** Whoever stands behind a request; every change records `name`. */
export interface Actor {
  readonly name: string
  readonly role: Role
  /** The district sees all; a street sees its streets; a team sees its jobs. */
  readonly scope: 'district' | { readonly streets: readonly StreetId[] } | { readonly team: TeamId }
}
