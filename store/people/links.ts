// Links that are used once: to set up the first administrator, and to choose a password.
import { JiemuError } from '../../core/errors.ts'
import type { UserId } from '../../core/ids.ts'
import type { EpochMs } from '../../core/time.ts'
import type { Invitation } from '../../core/user.ts'
import type { Database } from '../connection.ts'
import { newToken, sha256 } from './tokens.ts'

/** Long enough for a weekend. */
const INVITATION_MS = 3 * 86_400_000
/** The set-up link is printed anew at every start. */
const SET_UP_MS = 86_400_000
const KEPT_MS = 30 * 86_400_000

/** A user's earlier links stop working. */
export async function invite(db: Database, userId: UserId, now: EpochMs): Promise<Invitation> {
  await withdraw(db, userId)
  return write(db, { purpose: 'password', userId, now, lastsMs: INVITATION_MS })
}

export async function withdraw(db: Database, userId: UserId): Promise<void> {
  await db.deleteFrom('oneTimeLinks').where('userId', '=', userId).where('usedAt', 'is', null).execute()
}

/** Earlier ones stop working. */
export async function writeSetUpLink(db: Database, now: EpochMs): Promise<Invitation> {
  await withdrawSetUp(db)
  return write(db, { purpose: 'set-up', userId: null, now, lastsMs: SET_UP_MS })
}

export async function withdrawSetUp(db: Database): Promise<void> {
  await db.deleteFrom('oneTimeLinks').where('purpose', '=', 'set-up').where('usedAt', 'is', null).execute()
}

/** Marks it used; of two who use it at once one is refused. @throws JiemuError link-invalid */
export async function use(
  db: Database,
  purpose: 'set-up' | 'password',
  token: string,
  now: EpochMs,
): Promise<{ readonly userId: UserId | null }> {
  const used = await db
    .updateTable('oneTimeLinks')
    .set({ usedAt: now })
    .where('tokenSha256', '=', sha256(token))
    .where('purpose', '=', purpose)
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', now)
    .returning('userId')
    .executeTakeFirst()
  if (!used) throw new JiemuError('link-invalid')
  return used
}

/** Says whether it could be used now, before anything costly is done for it. @throws JiemuError link-invalid */
export async function check(
  db: Database,
  purpose: 'set-up' | 'password',
  token: string,
  now: EpochMs,
): Promise<{ readonly userId: UserId | null }> {
  const found = await db
    .selectFrom('oneTimeLinks')
    .select('userId')
    .where('tokenSha256', '=', sha256(token))
    .where('purpose', '=', purpose)
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', now)
    .executeTakeFirst()
  if (!found) throw new JiemuError('link-invalid')
  return found
}

export async function sweepLinks(db: Database, now: EpochMs): Promise<void> {
  await db
    .deleteFrom('oneTimeLinks')
    .where('expiresAt', '<', now - KEPT_MS)
    .execute()
}

async function write(
  db: Database,
  link: {
    readonly purpose: 'set-up' | 'password'
    readonly userId: UserId | null
    readonly now: EpochMs
    readonly lastsMs: number
  },
): Promise<Invitation> {
  const token = newToken()
  const expiresAt = link.now + link.lastsMs
  const { purpose, userId, now } = link
  await db
    .insertInto('oneTimeLinks')
    .values({ tokenSha256: sha256(token), purpose, userId, createdAt: now, expiresAt, usedAt: null })
    .execute()
  return { token, expiresAt }
}
