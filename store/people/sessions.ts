// Sessions: opened by whoever signed in, found by the hash of the cookie's token, ended by time or by a person.
import type { SessionId, UserId } from '../../core/ids.ts'
import type { Clock } from '../../core/time.ts'
import type { Session, SignedIn, SignInPlace, User } from '../../core/user.ts'
import type { Database } from '../connection.ts'
import { newId, newToken, sha256 } from './tokens.ts'
import { USER } from './users.ts'

export interface SessionLimits {
  /** Without a request for so long it has ended; an open page of the console asks every few seconds. */
  readonly idleMs: number
  /** It ends after so long, however busy. */
  readonly absoluteMs: number
  /** The same for whoever came by single sign-on, where that is less. */
  readonly signOnMs?: number | undefined
}

const KEPT_MS = 30 * 86_400_000
/** `lastSeenAt` is written no more often: a page that loads asks many times a second. */
const SEEN_MS = 60_000

const SESSION = ['id', 'userId', 'createdAt', 'lastSeenAt', 'expiresAt', 'address', 'agent'] as const

export class Sessions {
  readonly #db: Database
  readonly #clock: Clock
  readonly #limits: SessionLimits

  constructor(db: Database, clock: Clock, limits: SessionLimits) {
    this.#db = db
    this.#clock = clock
    this.#limits = limits
  }

  /** @returns the session, and the token that opens it, which is kept nowhere */
  async open(trx: Database, userId: UserId, { address, agent }: SignInPlace, signOn = false) {
    const now = this.#clock.now()
    const { absoluteMs, signOnMs = absoluteMs } = this.#limits
    const token = newToken()
    const session: Session = {
      id: newId('ses') as SessionId,
      userId,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: now + (signOn ? Math.min(absoluteMs, signOnMs) : absoluteMs),
      address: address.slice(0, 60),
      agent: agent.slice(0, 200),
    }
    await trx
      .insertInto('sessions')
      .values({ ...session, tokenSha256: sha256(token), endedAt: null })
      .execute()
    return { session, token }
  }

  /** @returns undefined where it has ended, or never was */
  async find(token: string): Promise<SignedIn | undefined> {
    const now = this.#clock.now()
    const row = await this.#current()
      .innerJoin('users', 'users.id', 'sessions.userId')
      .select(['sessions.id as sessionId', 'sessions.createdAt as openedAt', 'lastSeenAt', 'expiresAt'])
      .select(['address', 'agent'])
      .select(USER)
      .where('tokenSha256', '=', sha256(token))
      .where('users.disabledAt', 'is', null)
      .executeTakeFirst()
    if (!row) return undefined
    const { sessionId, openedAt, lastSeenAt, expiresAt, address, agent, ...user } = row
    if (now - lastSeenAt > SEEN_MS) {
      await this.#db.updateTable('sessions').set({ lastSeenAt: now }).where('id', '=', sessionId).execute()
    }
    const session = { id: sessionId, userId: user.id, createdAt: openedAt, lastSeenAt, expiresAt, address, agent }
    return { user, session }
  }

  /** Whose it is, while it is open. */
  userOf(trx: Database, session: SessionId): Promise<User | undefined> {
    return this.#current(trx)
      .innerJoin('users', 'users.id', 'sessions.userId')
      .select(USER)
      .where('sessions.id', '=', session)
      .executeTakeFirst()
  }

  /** Those that are open, the newest first. */
  list(userId: UserId): Promise<readonly Session[]> {
    return this.#current().select(SESSION).where('userId', '=', userId).orderBy('createdAt', 'desc').execute()
  }

  /** @returns how many were open */
  async end(trx: Database, userId: UserId, which: { readonly only?: SessionId; readonly but?: SessionId } = {}) {
    let query = trx
      .updateTable('sessions')
      .set({ endedAt: this.#clock.now() })
      .where('userId', '=', userId)
      .where('endedAt', 'is', null)
    if (which.only) query = query.where('id', '=', which.only)
    if (which.but) query = query.where('id', '!=', which.but)
    const { numUpdatedRows } = await query.executeTakeFirst()
    return Number(numUpdatedRows)
  }

  async sweep(): Promise<void> {
    await this.#db
      .deleteFrom('sessions')
      .where('expiresAt', '<', this.#clock.now() - KEPT_MS)
      .execute()
  }

  #current(db: Database = this.#db) {
    const now = this.#clock.now()
    return db
      .selectFrom('sessions')
      .where('endedAt', 'is', null)
      .where('expiresAt', '>', now)
      .where('lastSeenAt', '>', now - this.#limits.idleMs)
  }
}
