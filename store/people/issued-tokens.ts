// Tokens as administrators issue and revoke them, found at every request by the hash of what was sent.
import { JiemuError } from '../../core/errors.ts'
import type { TokenId } from '../../core/ids.ts'
import { type IssuedToken, type NewToken, TOKEN_PREFIX } from '../../core/issued-token.ts'
import type { Clock } from '../../core/time.ts'
import type { Database } from '../connection.ts'
import { register } from './register.ts'
import { newId, newToken, sha256 } from './tokens.ts'

/** `lastUsedAt` is written no more often: a program may ask many times a second. */
const USED_MS = 60_000

const TOKEN = [
  ...(['id', 'name', 'role', 'scope', 'workerId', 'perMinute', 'createdAt', 'createdBy'] as const),
  ...(['expiresAt', 'lastUsedAt', 'revokedAt', 'revokedBy'] as const),
] as const

export class IssuedTokens {
  readonly #db: Database
  readonly #clock: Clock

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  /** The newest first, with those that have ended. */
  list(): Promise<readonly IssuedToken[]> {
    return this.#db.selectFrom('apiTokens').select(TOKEN).orderBy('createdAt', 'desc').orderBy('id').execute()
  }

  /** @returns the token, and its secret, which is kept nowhere @throws JiemuError token-name-taken */
  async issue(
    { lastsMs, ...wanted }: NewToken,
    actor: string,
  ): Promise<{ readonly token: IssuedToken; readonly secret: string }> {
    const secret = `${TOKEN_PREFIX}${newToken()}`
    const now = this.#clock.now()
    const token: IssuedToken = {
      ...wanted,
      id: newId('tok') as TokenId,
      createdAt: now,
      expiresAt: now + lastsMs,
      createdBy: actor,
      lastUsedAt: null,
      revokedAt: null,
      revokedBy: null,
    }
    await this.#db.transaction().execute(async trx => {
      const taken = new JiemuError('token-name-taken', { name: token.name })
      // A token of a user's login name could not be told from that user in any record.
      const user = await trx
        .selectFrom('users')
        .select('id')
        .where('login', '=', token.name.toLowerCase())
        .executeTakeFirst()
      if (user) throw taken
      const added = await trx
        .insertInto('apiTokens')
        .values({ ...token, scope: JSON.stringify(token.scope), tokenSha256: sha256(secret) })
        .onConflict(conflict => conflict.column('name').doNothing())
        .returning('id')
        .executeTakeFirst()
      if (!added) throw taken
      const { role, scope, workerId, perMinute, expiresAt } = token
      const detail = { token: token.id, role, scope, workerId, perMinute, expiresAt }
      await register(trx, { at: now, actor, event: 'token-issued', subject: token.name, detail })
    })
    return { token, secret }
  }

  /** Takes effect with the next request; twice is once. @throws JiemuError not-found */
  async revoke(id: TokenId, actor: string): Promise<IssuedToken> {
    const now = this.#clock.now()
    return this.#db.transaction().execute(async trx => {
      const found = await trx.selectFrom('apiTokens').select(TOKEN).where('id', '=', id).forUpdate().executeTakeFirst()
      if (!found) throw new JiemuError('not-found', { what: 'token', id })
      if (found.revokedAt !== null) return found
      const ended = { revokedAt: now, revokedBy: actor }
      await trx.updateTable('apiTokens').set(ended).where('id', '=', id).execute()
      await register(trx, { at: now, actor, event: 'token-revoked', subject: found.name, detail: { token: id } })
      return { ...found, ...ended }
    })
  }

  /** @returns undefined where it was revoked, has expired, or never was one */
  async find(secret: string): Promise<IssuedToken | undefined> {
    // Nothing else can be one: rubbish costs no question.
    if (!secret.startsWith(TOKEN_PREFIX)) return undefined
    const now = this.#clock.now()
    const found = await this.#db
      .selectFrom('apiTokens')
      .select(TOKEN)
      .where('tokenSha256', '=', sha256(secret))
      .where('revokedAt', 'is', null)
      .where('expiresAt', '>', now)
      .executeTakeFirst()
    if (found && now - (found.lastUsedAt ?? 0) > USED_MS) {
      await this.#db.updateTable('apiTokens').set({ lastUsedAt: now }).where('id', '=', found.id).execute()
    }
    return found
  }
}
