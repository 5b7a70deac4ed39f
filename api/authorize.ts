// Who may do what, and to whose: the one decision before every route, every picture and every live event.
import { JiemuError } from '../core/errors.ts'
import type { StreetId, TeamId } from '../core/ids.ts'
import type { Actor, Role } from '../core/permission.ts'
import type { ReadingScope } from './ports.ts'

/**
 * Who may do it at all. Worth knowing: a viewer sees what happens but no pictures of people; a supervisor closes what
 * others handled and decides nothing else; a worker sees no cameras, only the work.
 */
export const ALLOWED = {
  'me:read': ['admin', 'operator', 'supervisor', 'team-leader', 'worker', 'engineer', 'viewer'],
  'me:change': ['admin', 'operator', 'supervisor', 'team-leader', 'worker', 'engineer', 'viewer'],
  'user:read': ['admin'],
  'user:manage': ['admin'],
  'token:read': ['admin'],
  'token:manage': ['admin'],
  'health:read': ['admin', 'operator', 'supervisor', 'team-leader', 'worker', 'engineer', 'viewer'],
  'metrics:read': ['admin', 'engineer', 'viewer'],
  'delivery:read': ['admin', 'engineer'],
  'delivery:drive': ['admin', 'engineer'],
  'camera:read': ['admin', 'operator', 'supervisor', 'team-leader', 'engineer', 'viewer'],
  'camera:configure': ['admin', 'engineer'],
  /** Live pictures show people, as evidence does: whoever may see neither cameras nor pictures, sees no live ones. */
  'camera:watch': ['admin', 'operator', 'supervisor', 'team-leader', 'engineer'],
  'camera:confirm': ['admin', 'operator', 'engineer'],
  'incident:read': ['admin', 'operator', 'supervisor', 'team-leader', 'worker', 'engineer', 'viewer'],
  'feedback:read': ['admin', 'operator', 'supervisor', 'engineer'],
  'incident:export': ['admin', 'operator', 'supervisor'],
  'incident:decide': ['admin', 'operator'],
  /** On a camera's picture, and in the street; of those who do not decide on alerts it waits for an operator. */
  'camera:report': ['admin', 'operator', 'supervisor'],
  'incident:report': ['admin', 'operator', 'supervisor', 'team-leader', 'worker'],
  'incident:undo': ['admin', 'operator', 'supervisor'],
  'evidence:read': ['admin', 'operator', 'supervisor', 'team-leader', 'worker', 'engineer'],
  'evidence:original-file': ['admin', 'supervisor'],
  'evidence:delete': ['admin'],
  'case:hold': ['admin', 'supervisor'],
  'register:read': ['admin', 'supervisor'],
  'job:read': ['admin', 'operator', 'supervisor', 'team-leader', 'worker', 'engineer', 'viewer'],
  'job:work': ['admin', 'team-leader', 'worker'],
  'job:verify': ['admin', 'supervisor'],
  'job:defer': ['admin', 'supervisor'],
  'job:dispatch': ['admin', 'operator', 'team-leader', 'supervisor'],
  'job:hand-over': ['admin', 'operator', 'team-leader', 'supervisor', 'worker'],
  'job:urge': ['admin', 'operator', 'supervisor'],
  'job:supervise': ['admin', 'supervisor'],
  'job:note': ['admin', 'operator', 'team-leader', 'supervisor', 'worker'],
  'job:cancel': ['admin', 'operator', 'supervisor'],
  'job:export': ['admin', 'supervisor'],
  'grid:read': ['admin', 'operator', 'supervisor', 'team-leader', 'engineer', 'viewer'],
  'rota:read': ['admin', 'operator', 'supervisor', 'team-leader'],
  'rota:manage': ['admin', 'team-leader'],
  'duty:read': ['admin', 'operator', 'supervisor', 'team-leader'],
  'duty:hand-over': ['admin', 'operator', 'supervisor', 'team-leader'],
  'mute:read': ['admin', 'operator', 'supervisor', 'team-leader', 'engineer', 'viewer'],
  'mute:set': ['admin', 'operator', 'supervisor'],
  'kpi:read': ['admin', 'operator', 'supervisor', 'team-leader', 'engineer', 'viewer'],
  'kpi:workers': ['admin', 'supervisor', 'team-leader'],
} as const satisfies Record<string, readonly Role[]>

export type Action = keyof typeof ALLOWED

/** Who does it for their own team only: a scope that nobody named is the district, which is no team of theirs. */
const FOR_A_TEAM: Partial<Record<Action, readonly Role[]>> = { 'rota:manage': ['team-leader'] }

/** Whose something is: its street, if it lies in one, and the team whose job it belongs to, if one has it. */
export interface Resource {
  readonly streetId: StreetId | null
  readonly teamId: TeamId | null
}

/** `filtered`: a list that the route itself cuts down with `readingScope`; `district`: one thing about everything. */
export type Target = Resource | 'filtered' | 'district'

function may(actor: Actor, action: Action): boolean {
  const roles: readonly Role[] = ALLOWED[action]
  if (!roles.includes(actor.role)) return false
  return !FOR_A_TEAM[action]?.includes(actor.role) || (actor.scope !== 'district' && 'team' in actor.scope)
}

/** The district sees all; a street sees its streets; a team sees its jobs. */
function sees(actor: Actor, resource: Resource): boolean {
  if (actor.scope === 'district') return true
  if ('streets' in actor.scope) return resource.streetId !== null && actor.scope.streets.includes(resource.streetId)
  return actor.scope.team === resource.teamId
}

/** What a list must be limited to for this actor. */
export function readingScope(actor: Actor): ReadingScope {
  if (actor.scope === 'district') return {}
  return 'streets' in actor.scope ? { streets: actor.scope.streets } : { teamId: actor.scope.team }
}

export function permits(actor: Actor, action: Action, target: Target): boolean {
  if (!may(actor, action)) return false
  if (target === 'filtered') return true
  return target === 'district' ? actor.scope === 'district' : sees(actor, target)
}

/** @throws JiemuError forbidden */
export function authorize(actor: Actor, action: Action, target: Target): void {
  if (!permits(actor, action, target)) throw new JiemuError('forbidden', { actor: actor.name, action })
}
