// Subscriptions to web push: which browsers of which users want to be told. Their addresses let anybody write to them, and are sealed.
import { JiemuError } from '../core/errors.ts'
import { contentId, type UserId } from '../core/ids.ts'
import type { PermissionScope, Role } from '../core/permission.ts'
import type { PushSubscription } from '../core/push.ts'
import type { Clock } from '../core/time.ts'
import type { Database } from './connection.ts'
import type { Secrets } from './secrets.ts'

/** Of one user; the oldest gives way. */
const MOST_PER_USER = 20

export class PushSubscriptions {
  readonly #db: Database
  readonly #clock: Clock
  readonly #secrets: Secrets

  constructor(db: Database, clock: Clock, secrets: Secrets) {
    this.#db = db
    this.#clock = clock
    this.#secrets = secrets
  }

  /** The same browser again is the same subscription, now of this user. @returns its id */
  async add(userId: UserId, subscription: PushSubscription): Promise<string> {
    const id = `push-${contentId(subscription.endpoint)}`
    const row = { userId, sealed: this.#secrets.seal(JSON.stringify(subscription), id), createdAt: this.#clock.now() }
    await this.#db.transaction().execute(async trx => {
      await trx
        .insertInto('pushSubscriptions')
        .values({ id, ...row })
        .onConflict(conflict => conflict.column('id').doUpdateSet(row))
        .execute()
      const theirs = trx.selectFrom('pushSubscriptions').select('id').where('userId', '=', userId)
      await trx
        .deleteFrom('pushSubscriptions')
        .where('userId', '=', userId)
        .where('id', 'not in', theirs.orderBy('createdAt', 'desc').orderBy('id').limit(MOST_PER_USER))
        .execute()
    })
    return id
  }

  /** @param userId whose it must be; anybody's, if left out. @returns whether there was one */
  async remove(id: string, userId?: UserId): Promise<boolean> {
    let query = this.#db.deleteFrom('pushSubscriptions').where('id', '=', id)
    if (userId !== undefined) query = query.where('userId', '=', userId)
    const { numDeletedRows } = await query.executeTakeFirst()
    return numDeletedRows > 0n
  }

  /** @returns undefined where it was removed meanwhile, or its user was disabled */
  async open(id: string): Promise<PushSubscription | undefined> {
    const row = await this.#ofUsers().select('sealed').where('pushSubscriptions.id', '=', id).executeTakeFirst()
    return row && JSON.parse(this.#secrets.open(row.sealed, id))
  }

  /** All, with what their users may see at this moment. */
  owners(): Promise<
    readonly {
      readonly id: string
      readonly login: string
      readonly role: Role
      readonly scope: PermissionScope
      readonly workerId: string | null
    }[]
  > {
    return this.#ofUsers()
      .select(['pushSubscriptions.id', 'users.login', 'users.role', 'users.scope', 'users.workerId'])
      .execute()
  }

  #ofUsers() {
    return this.#db
      .selectFrom('pushSubscriptions')
      .innerJoin('users', 'users.id', 'pushSubscriptions.userId')
      .where('users.disabledAt', 'is', null)
  }

  /** A secret that is made once and kept: two processes that make it at once agree on one. */
  async secret(name: string, make: () => string): Promise<string> {
    const find = () => this.#db.selectFrom('keptSecrets').select('sealed').where('name', '=', name).executeTakeFirst()
    const found = await find()
    if (found) return this.#secrets.open(found.sealed, name)
    await this.#db
      .insertInto('keptSecrets')
      .values({ name, sealed: this.#secrets.seal(make(), name) })
      .onConflict(conflict => conflict.doNothing())
      .execute()
    const kept = await find()
    if (!kept) throw new JiemuError('unexpected', { problem: `the secret ${name} was not kept` })
    return this.#secrets.open(kept.sealed, name)
  }
}
