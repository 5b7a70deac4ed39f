// Web push as the API and the notifier need it: who subscribes, and whom a notice concerns.
import type { Push } from '../api/ports.ts'
import type { Notice } from '../core/delivery.ts'
import { JiemuError } from '../core/errors.ts'
import type { UserId } from '../core/ids.ts'
import type { PermissionScope, Role } from '../core/permission.ts'
import type { PushSubscription } from '../core/push.ts'
import type { AddressGuard } from '../dispatch/notifiers/address-guard.ts'
import { vapidKeys } from '../dispatch/notifiers/kinds/webpush.ts'
import type { PushRecipients } from '../dispatch/notifiers/notifier.ts'
import type { Store } from '../store/open.ts'

export class PushDesk implements Push, PushRecipients {
  readonly #subscriptions: Store['pushSubscriptions']
  readonly #guard: AddressGuard

  constructor(subscriptions: Store['pushSubscriptions'], guard: AddressGuard) {
    this.#subscriptions = subscriptions
    this.#guard = guard
  }

  async publicKey(): Promise<string> {
    return (await vapidKeys(this.#subscriptions)).publicKey
  }

  async subscribe(userId: UserId, subscription: PushSubscription): Promise<string> {
    const problem = this.#guard.refusal(new URL(subscription.endpoint).hostname)
    if (problem) throw new JiemuError('request-invalid', { problem: `endpoint: refused, being ${problem}` })
    return this.#subscriptions.add(userId, subscription)
  }

  unsubscribe(userId: UserId, id: string): Promise<boolean> {
    return this.#subscriptions.remove(id, userId)
  }

  async recipients(notice: Notice): Promise<readonly string[]> {
    const owners = await this.#subscriptions.owners()
    return owners.filter(owner => concerns(notice, owner)).map(({ id }) => id)
  }

  open(id: string): Promise<PushSubscription | undefined> {
    return this.#subscriptions.open(id)
  }

  async remove(id: string): Promise<void> {
    await this.#subscriptions.remove(id)
  }

  secret(name: string, make: () => string): Promise<string> {
    return this.#subscriptions.secret(name, make)
  }
}

/** Who subscribed: which part of the city they see, and which worker of a team they are, where they are one. */
export interface Subscriber {
  readonly login: string
  readonly role: Role
  readonly scope: PermissionScope
  readonly workerId: string | null
}

/**
 * Whoever may see it; of a team's workers only the one who has the job, where one has it. What names roles, people or who
 * is on duty is for those alone.
 */
export function concerns({ details }: Notice, subscriber: Subscriber): boolean {
  const { roles, logins, onDuty, onDutyWorkers } = details
  // Whoever is on duty is meant, whosever job it is.
  if (isOnDuty(details, subscriber)) return true
  const addressed = [roles, logins, onDuty, onDutyWorkers].some(names => Array.isArray(names) && names.length > 0)
  const meant = !addressed || named(roles, subscriber.role) || named(logins, subscriber.login)
  return meant && mayConcern(details, subscriber)
}

function isOnDuty({ onDuty, onDutyWorkers }: Notice['details'], { scope, workerId }: Subscriber): boolean {
  if (workerId !== null) return named(onDutyWorkers, workerId)
  return scope !== 'district' && 'team' in scope && named(onDuty, scope.team)
}

function mayConcern(details: Notice['details'], { scope, workerId }: Subscriber): boolean {
  if (scope === 'district') return true
  if ('streets' in scope) return scope.streets.some(street => street === details.streetId)
  const { teamId, formerTeamId } = details
  const isHolder = scope.team === teamId && isTheirs(details.workerId, workerId)
  if (formerTeamId === undefined) return isHolder
  const wasHolder = scope.team === formerTeamId && isTheirs(details.formerWorkerId, workerId)
  // Another team hears that it has the job, and not that somebody has lost it.
  return wasHolder || (isHolder && teamId === formerTeamId)
}

/** Of a team's workers the one who has the job, where one has it, and whoever leads them. */
const isTheirs = (holder: unknown, workerId: string | null): boolean =>
  workerId === null || !holder || holder === workerId

const named = (names: unknown, name: string): boolean => Array.isArray(names) && names.includes(name)
