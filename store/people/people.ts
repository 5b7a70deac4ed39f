// People as the rest of the house gets them: who signs in, who is signed in, and who may be.
import { isDeepStrictEqual } from 'node:util'
import { JiemuError } from '../../core/errors.ts'
import type { SessionId, UserId } from '../../core/ids.ts'
import type { Clock } from '../../core/time.ts'
import type {
  Claimed,
  Invitation,
  NewUser,
  Opened,
  PeopleEvent,
  Session,
  SignedIn,
  SignInPlace,
  User,
  UserIdentity,
} from '../../core/user.ts'
import type { Database } from '../connection.ts'
import { SignInAttempts } from './attempts.ts'
import { identitiesOf, link, userOf } from './identities.ts'
import { IssuedTokens } from './issued-tokens.ts'
import { check, sweepLinks, use, withdraw, withdrawSetUp, writeSetUpLink } from './links.ts'
import { checkPassword } from './password-rules.ts'
import { Passwords } from './passwords.ts'
import { register } from './register.ts'
import { type SessionLimits, Sessions } from './sessions.ts'
import { insertUser, USER, Users } from './users.ts'

/** What a first administrator chooses; role and scope are not his to choose. */
export type FirstAdmin = Pick<NewUser, 'login' | 'name'> & { readonly password: string }

/** Nobody may do more or less for these. */
const HARMLESS: readonly PeopleEvent['event'][] = ['signed-in', 'signed-out', 'locked-out', 'token-issued']

export class People {
  readonly users: Users
  readonly tokens: IssuedTokens
  readonly #db: Database
  readonly #clock: Clock
  readonly #sessions: Sessions
  readonly #attempts: SignInAttempts
  readonly #passwordsFor: readonly string[] | null
  readonly #passwords = new Passwords()

  /** @param passwordsFor the only login names that may use a password; null: everybody may */
  constructor(db: Database, clock: Clock, limits: SessionLimits, passwordsFor: readonly string[] | null = null) {
    this.#passwordsFor = passwordsFor
    this.#db = db
    this.#clock = clock
    this.#sessions = new Sessions(db, clock, limits)
    this.#attempts = new SignInAttempts(db, clock)
    this.tokens = new IssuedTokens(db, clock)
    this.users = new Users(db, clock, this.#sessions)
  }

  /**
   * The same answer, after the same work, for a wrong password, an unknown name, and a user who is disabled or has no
   * password yet. The work is outside of any transaction.
   * @throws JiemuError sign-in-failed, sign-in-locked, sign-in-busy or password-sign-in-off
   */
  async signIn(login: string, password: string, place: SignInPlace): Promise<Opened> {
    this.#checkPasswordsFor(login)
    const { locked } = await this.#attempts.take(login, place.address)
    const found = await this.#db
      .selectFrom('users')
      .select(USER)
      .select('passwordHash')
      .where('login', '=', login)
      .executeTakeFirst()
    const right = await this.#passwords.matches(found?.passwordHash ?? null, password)
    if (!found || !right || found.disabledAt !== null) {
      if (found && locked) await register(this.#db, { ...this.#by(found), event: 'locked-out', detail: { ...place } })
      throw new JiemuError('sign-in-failed')
    }
    await this.#attempts.forgive(login, place.address)
    const { passwordHash, ...user } = found
    return this.#db.transaction().execute(async trx => {
      // He may have been disabled, or his password changed, while it was compared.
      const still = await trx
        .selectFrom('users')
        .select('id')
        .where('id', '=', user.id)
        .where('passwordHash', '=', passwordHash)
        .where('disabledAt', 'is', null)
        .forUpdate()
        .executeTakeFirst()
      if (!still) throw new JiemuError('sign-in-failed')
      return this.#open(trx, user, place)
    })
  }

  /** Signs in whom the issuer of the single sign-on names. @throws JiemuError oidc-no-access or last-admin */
  signInAs(claimed: Claimed, place: SignInPlace): Promise<Opened> {
    return this.#db.transaction().execute(async trx => {
      const user = await userOf(trx, claimed, this.#clock.now())
      return this.#open(trx, user, place, { issuer: claimed.issuer })
    })
  }

  /**
   * What an issuer says now of whoever opened a session by it; null: nothing any more. Role and scope become what it
   * gives, as at a sign-in; where it gives none, the session ends.
   * @returns whether the session goes on, and whether somebody may do more or less than before
   */
  recheck(
    session: SessionId,
    claimed: Claimed | null,
  ): Promise<{ readonly goesOn: boolean; readonly changed: boolean }> {
    return this.#db.transaction().execute(async trx => {
      const before = await this.#sessions.userOf(trx, session)
      if (!before) return { goesOn: false, changed: false }
      try {
        if (!claimed) throw new JiemuError('oidc-no-access')
        const { role, scope } = await userOf(trx, claimed, this.#clock.now())
        return { goesOn: true, changed: !isDeepStrictEqual([role, scope], [before.role, before.scope]) }
      } catch (thrown) {
        const out = thrown instanceof JiemuError && (thrown.code === 'oidc-no-access' || thrown.code === 'last-admin')
        if (!out) throw thrown
        const sessions = await this.#sessions.end(trx, before.id, { only: session })
        const event = {
          at: this.#clock.now(),
          actor: 'system',
          event: 'sessions-ended',
          subject: before.login,
        } as const
        await register(trx, { ...event, detail: { sessions, ...(claimed && { issuer: claimed.issuer }) } })
        return { goesOn: false, changed: true }
      }
    })
  }

  identities(userId: UserId): Promise<readonly UserIdentity[]> {
    return identitiesOf(this.#db, userId)
  }

  /**
   * Says as whom an issuer knows a user; null: as nobody any more, and the user’s sessions end.
   * @throws JiemuError not-found or identity-taken
   */
  async linkIdentity(userId: UserId, issuer: string, subject: string | null, actor: string): Promise<void> {
    const user = await this.users.get(userId)
    await this.#db.transaction().execute(async trx => {
      await link(trx, { user, issuer, subject, actor, now: this.#clock.now() })
      if (subject === null) await this.#sessions.end(trx, userId)
    })
  }

  /** Whose cookie that is; undefined where the session has ended. */
  session(token: string): Promise<SignedIn | undefined> {
    return this.#sessions.find(token)
  }

  sessions(userId: UserId): Promise<readonly Session[]> {
    return this.#sessions.list(userId)
  }

  async signOut({ user, session }: SignedIn): Promise<void> {
    await this.#db.transaction().execute(async trx => {
      const ended = await this.#sessions.end(trx, user.id, { only: session.id })
      if (ended > 0) await register(trx, { ...this.#by(user), event: 'signed-out' })
    })
  }

  /** All of the user's, or one. @returns how many were open @throws JiemuError not-found */
  async endSessions(userId: UserId, actor: string, only?: SessionId): Promise<number> {
    const user = await this.users.get(userId)
    return this.#db.transaction().execute(async trx => {
      const sessions = await this.#sessions.end(trx, userId, only ? { only } : {})
      const event = { at: this.#clock.now(), actor, event: 'sessions-ended', subject: user.login } as const
      if (sessions > 0) await register(trx, { ...event, detail: { sessions } })
      return sessions
    })
  }

  /** Ends the user's other sessions. @throws JiemuError sign-in-failed, sign-in-locked, sign-in-busy or password-weak */
  async changePassword({ user, session }: SignedIn, current: string, next: string): Promise<void> {
    this.#checkPasswordsFor(user.login)
    checkPassword(next, user.login)
    // Whoever finds an unlocked screen may not guess on, either.
    await this.#attempts.take(user.login, session.address)
    const row = await this.#db.selectFrom('users').select('passwordHash').where('id', '=', user.id).executeTakeFirst()
    if (!(await this.#passwords.matches(row?.passwordHash ?? null, current))) throw new JiemuError('sign-in-failed')
    const passwordHash = await this.#passwords.hash(next)
    await this.#attempts.forgive(user.login, session.address)
    await this.#db.transaction().execute(async trx => {
      const { numUpdatedRows } = await trx
        .updateTable('users')
        .set({ passwordHash })
        .where('id', '=', user.id)
        .where('passwordHash', '=', row?.passwordHash ?? null)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) throw new JiemuError('version-stale', { what: 'user', id: user.login })
      await withdraw(trx, user.id)
      const sessions = await this.#sessions.end(trx, user.id, { but: session.id })
      await register(trx, { ...this.#by(user), event: 'password-changed', detail: { sessions } })
    })
  }

  /** Chooses a password by a link, once, and signs in. @throws JiemuError link-invalid, password-weak or sign-in-busy */
  async choosePassword(token: string, password: string, place: SignInPlace): Promise<Opened> {
    const { userId } = await check(this.#db, 'password', token, this.#clock.now())
    if (userId === null) throw new JiemuError('link-invalid')
    const { login } = await this.users.get(userId)
    this.#checkPasswordsFor(login)
    checkPassword(password, login)
    const passwordHash = await this.#passwords.hash(password)
    const opened = await this.#db.transaction().execute(async trx => {
      await use(trx, 'password', token, this.#clock.now())
      const user = await trx
        .updateTable('users')
        .set({ passwordHash })
        .where('id', '=', userId)
        .where('disabledAt', 'is', null)
        .returning(USER)
        .executeTakeFirst()
      if (!user) throw new JiemuError('link-invalid')
      await this.#sessions.end(trx, userId)
      await register(trx, { ...this.#by(user), event: 'password-chosen' })
      return this.#open(trx, user, place)
    })
    await this.#attempts.forget(opened.user.login)
    return opened
  }

  /**
   * Writes a link that makes the first administrator, in the place of an earlier one; while there are users there is none.
   * @param wanted false where somebody can come in by other means: what was written before is withdrawn
   */
  async setUpLink(wanted: boolean): Promise<Invitation | null> {
    if (wanted && !(await this.users.any())) return writeSetUpLink(this.#db, this.#clock.now())
    await withdrawSetUp(this.#db)
    return null
  }

  /** Makes the first administrator, once, and signs in. @throws JiemuError link-invalid, password-weak or sign-in-busy */
  async setUp(token: string, { password, ...admin }: FirstAdmin, place: SignInPlace): Promise<Opened> {
    await check(this.#db, 'set-up', token, this.#clock.now())
    this.#checkPasswordsFor(admin.login)
    checkPassword(password, admin.login)
    const passwordHash = await this.#passwords.hash(password)
    const now = this.#clock.now()
    return this.#db.transaction().execute(async trx => {
      await use(trx, 'set-up', token, now)
      // Somebody may have been added beside us, by the command line.
      if (await trx.selectFrom('users').select('id').limit(1).executeTakeFirst()) throw new JiemuError('link-invalid')
      const first = { ...admin, role: 'admin', scope: 'district', workerId: null, passwordHash } as const
      const user = await insertUser(trx, first, admin.login, now)
      await register(trx, { ...this.#by(user), event: 'set-up' })
      return this.#open(trx, user, place)
    })
  }

  /** The newest first. @param before the id of the last that is known already */
  events(limit: number, before?: number): Promise<readonly PeopleEvent[]> {
    let query = this.#db.selectFrom('peopleEvents').selectAll()
    if (before !== undefined) query = query.where('id', '<', before)
    return query.orderBy('id', 'desc').limit(limit).execute()
  }

  /**
   * For whoever must know what other processes do.
   * @param last the id of the last event that is known; 0 for none
   * @returns the last there is now, and whether one of those between changed what somebody may do
   */
  async since(last: number): Promise<{ readonly last: number; readonly rights: boolean }> {
    const rows = await this.#db
      .selectFrom('peopleEvents')
      .select(['id', 'event'])
      .where('id', '>', last)
      .orderBy('id')
      .execute()
    return { last: rows.at(-1)?.id ?? last, rights: rows.some(({ event }) => !HARMLESS.includes(event)) }
  }

  /** Deletes what has no meaning any more: old attempts, and sessions and links that ended a month ago. */
  async sweep(): Promise<void> {
    await this.#attempts.sweep()
    await this.#sessions.sweep()
    await sweepLinks(this.#db, this.#clock.now())
  }

  async #open(trx: Database, user: User, place: SignInPlace, by: { readonly issuer?: string } = {}): Promise<Opened> {
    const opened = await this.#sessions.open(trx, user.id, place, by.issuer !== undefined)
    await register(trx, { ...this.#by(user), event: 'signed-in', detail: { address: opened.session.address, ...by } })
    return { user, ...opened }
  }

  /** Asked of the name that was typed, so that it tells nobody who there is. @throws JiemuError password-sign-in-off */
  #checkPasswordsFor(login: string): void {
    if (this.#passwordsFor && !this.#passwordsFor.includes(login)) throw new JiemuError('password-sign-in-off')
  }

  #by({ login }: User) {
    return { at: this.#clock.now(), actor: login, subject: login }
  }
}
