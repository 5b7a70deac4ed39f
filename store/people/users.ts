// Users as the administrators keep them: added by invitation, changed, disabled, and never deleted.
import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import { JiemuError } from '../../core/errors.ts'
import type { UserId } from '../../core/ids.ts'
import type { Clock, EpochMs } from '../../core/time.ts'
import type { Invitation, NewUser, User, UserChange } from '../../core/user.ts'
import type { Database } from '../connection.ts'
import { invite, withdraw } from './links.ts'
import { register } from './register.ts'
import type { Sessions } from './sessions.ts'
import { newId } from './tokens.ts'

/** The columns of a user's record: whether there is a hash, never the hash. */
export const USER = [
  'users.id',
  'users.login',
  'users.name',
  'users.role',
  'users.scope',
  'users.workerId',
  'users.createdAt',
  'users.createdBy',
  'users.disabledAt',
  sql<boolean>`users.password_hash is not null`.as('hasPassword'),
] as const

export class Users {
  readonly #db: Database
  readonly #clock: Clock
  readonly #sessions: Sessions

  constructor(db: Database, clock: Clock, sessions: Sessions) {
    this.#db = db
    this.#clock = clock
    this.#sessions = sessions
  }

  async any(): Promise<boolean> {
    return (await this.#db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined
  }

  /** By login name. */
  list(): Promise<readonly User[]> {
    return this.#db.selectFrom('users').select(USER).orderBy('login').execute()
  }

  /** @throws JiemuError not-found */
  get(id: UserId): Promise<User> {
    return this.#find(this.#db, id)
  }

  /** @throws JiemuError login-taken */
  async add(user: NewUser, actor: string): Promise<{ readonly user: User; readonly invitation: Invitation }> {
    const now = this.#clock.now()
    return this.#db.transaction().execute(async trx => {
      const token = await trx.selectFrom('apiTokens').select('id').where('name', '=', user.login).executeTakeFirst()
      if (token) throw new JiemuError('login-taken', { login: user.login })
      const added = await insertUser(trx, { ...user, passwordHash: null }, actor, now)
      const { login: subject, role, scope, workerId } = added
      await register(trx, { at: now, actor, event: 'added', subject, detail: { role, scope, workerId } })
      return { user: added, invitation: await invite(trx, added.id, now) }
    })
  }

  /** Takes effect with the next request of whom it is about. @throws JiemuError not-found or last-admin */
  async change(id: UserId, change: UserChange, actor: string): Promise<User> {
    return this.#db.transaction().execute(async trx => {
      const before = await this.#find(trx, id)
      const after = { ...before, ...change }
      if (isDeepStrictEqual(before, after)) return before
      await checkStillGoverned(trx, before, after)
      const { name, role, workerId } = after
      const scope = JSON.stringify(after.scope)
      await trx.updateTable('users').set({ name, role, scope, workerId }).where('id', '=', id).execute()
      await register(trx, {
        at: this.#clock.now(),
        actor,
        event: 'changed',
        subject: before.login,
        detail: { ...change },
      })
      return after
    })
  }

  /** Its sessions and links end at once; twice is once. @throws JiemuError not-found or last-admin */
  async disable(id: UserId, actor: string): Promise<User> {
    const now = this.#clock.now()
    return this.#db.transaction().execute(async trx => {
      const before = await this.#find(trx, id)
      if (before.disabledAt !== null) return before
      if (governs(before)) await keepAnAdmin(trx, before)
      await trx.updateTable('users').set({ disabledAt: now }).where('id', '=', id).execute()
      await withdraw(trx, id)
      const sessions = await this.#sessions.end(trx, id)
      await register(trx, { at: now, actor, event: 'disabled', subject: before.login, detail: { sessions } })
      return { ...before, disabledAt: now }
    })
  }

  /** With the password it had. @throws JiemuError not-found */
  async enable(id: UserId, actor: string): Promise<User> {
    return this.#db.transaction().execute(async trx => {
      const before = await this.#find(trx, id)
      if (before.disabledAt === null) return before
      await trx.updateTable('users').set({ disabledAt: null }).where('id', '=', id).execute()
      await register(trx, { at: this.#clock.now(), actor, event: 'enabled', subject: before.login })
      return { ...before, disabledAt: null }
    })
  }

  /** The password does not hold any more, and the sessions end; the link chooses a new one. @throws JiemuError not-found */
  async reset(id: UserId, actor: string): Promise<{ readonly user: User; readonly invitation: Invitation }> {
    const now = this.#clock.now()
    return this.#db.transaction().execute(async trx => {
      const before = await this.#find(trx, id)
      await trx.updateTable('users').set({ passwordHash: null }).where('id', '=', id).execute()
      const sessions = await this.#sessions.end(trx, id)
      await register(trx, { at: now, actor, event: 'reset', subject: before.login, detail: { sessions } })
      return { user: { ...before, hasPassword: false }, invitation: await invite(trx, id, now) }
    })
  }

  async #find(db: Database, id: UserId): Promise<User> {
    const found = await db.selectFrom('users').select(USER).where('id', '=', id).executeTakeFirst()
    if (!found) throw new JiemuError('not-found', { what: 'user', id })
    return found
  }
}

const governs = ({ role, scope, disabledAt }: User): boolean =>
  role === 'admin' && scope === 'district' && disabledAt === null

/** @throws JiemuError last-admin */
export async function checkStillGoverned(trx: Database, before: User, after: User): Promise<void> {
  if (governs(before) && !governs(after)) await keepAnAdmin(trx, before)
}

/** Rows are locked, so that two administrators cannot disable each other at once. @throws JiemuError last-admin */
async function keepAnAdmin(trx: Database, leaving: User): Promise<void> {
  const admins = await trx
    .selectFrom('users')
    .select(['id', 'scope'])
    .where('role', '=', 'admin')
    .where('disabledAt', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute()
  if (!admins.some(({ id, scope }) => id !== leaving.id && scope === 'district')) {
    throw new JiemuError('last-admin', { login: leaving.login })
  }
}

/** @throws JiemuError login-taken */
export async function insertUser(
  trx: Database,
  { scope, passwordHash, ...user }: NewUser & { readonly passwordHash: string | null },
  createdBy: string,
  createdAt: EpochMs,
): Promise<User> {
  const row = { ...user, id: newId('usr') as UserId, createdAt, createdBy, disabledAt: null }
  const added = await trx
    .insertInto('users')
    .values({ ...row, scope: JSON.stringify(scope), passwordHash })
    .onConflict(conflict => conflict.column('login').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!added) throw new JiemuError('login-taken', { login: user.login })
  return { ...row, scope, hasPassword: passwordHash !== null }
}
