// Who somebody is at the city's own sign-in: found by the issuer's subject, let in by claims or by an administrator's hand.
import { isDeepStrictEqual } from 'node:util'
import { JiemuError } from '../../core/errors.ts'
import type { UserId } from '../../core/ids.ts'
import type { EpochMs } from '../../core/time.ts'
import { type Claimed, loginSchema, type User, type UserIdentity } from '../../core/user.ts'
import type { Database } from '../connection.ts'
import { register } from './register.ts'
import { sha256 } from './tokens.ts'
import { checkStillGoverned, insertUser, USER } from './users.ts'

/**
 * Finds the user whom the issuer names, brings role and scope up to what the claims say where they say it, and makes a
 * user of somebody new. Nobody is found by a name or an address.
 * @throws JiemuError oidc-no-access or last-admin
 */
export async function userOf(trx: Database, claimed: Claimed, now: EpochMs): Promise<User> {
  const known = await trx
    .selectFrom('identities')
    .innerJoin('users', 'users.id', 'identities.userId')
    .select(USER)
    .select('identities.byClaims')
    .where('identities.issuer', '=', claimed.issuer)
    .where('identities.subject', '=', claimed.subject)
    .forUpdate('users')
    .executeTakeFirst()
  if (!known) return welcomed(trx, claimed, now)
  const { byClaims, ...user } = known
  if (user.disabledAt !== null) throw new JiemuError('oidc-no-access')
  if (!byClaims) return user
  if (!claimed.access) throw new JiemuError('oidc-no-access')
  const { role, scope } = claimed.access
  if (role === user.role && isDeepStrictEqual(scope, user.scope)) return user
  const after = { ...user, role, scope }
  await checkStillGoverned(trx, user, after)
  await trx
    .updateTable('users')
    .set({ role, scope: JSON.stringify(scope) })
    .where('id', '=', user.id)
    .execute()
  await register(trx, { at: now, actor: 'system', event: 'changed', subject: user.login, detail: { role, scope } })
  return after
}

async function welcomed(trx: Database, claimed: Claimed, now: EpochMs): Promise<User> {
  const { issuer, subject, name, access } = claimed
  if (!access) throw new JiemuError('oidc-no-access')
  const login = await freeLogin(trx, claimed)
  const user = await insertUser(trx, { login, name, ...access, workerId: null, passwordHash: null }, 'system', now)
  await trx
    .insertInto('identities')
    .values({ issuer, subject, userId: user.id, byClaims: true, createdAt: now })
    .execute()
  await register(trx, { at: now, actor: 'system', event: 'added', subject: login, detail: { ...access, issuer } })
  return user
}

/** The one that the issuer knows, where it is free and can be one here; else one made from the subject. */
async function freeLogin(trx: Database, { issuer, subject, login }: Claimed): Promise<string> {
  const made = `sso-${sha256(`${issuer} ${subject}`).slice(0, 16)}`
  const wished = loginSchema.safeParse(login)
  if (!wished.success) return made
  const [user, token] = await Promise.all([
    trx.selectFrom('users').select('id').where('login', '=', wished.data).executeTakeFirst(),
    trx.selectFrom('apiTokens').select('id').where('name', '=', wished.data).executeTakeFirst(),
  ])
  return user || token ? made : wished.data
}

export function identitiesOf(db: Database, userId: UserId): Promise<readonly UserIdentity[]> {
  return db
    .selectFrom('identities')
    .select(['issuer', 'subject', 'byClaims', 'createdAt'])
    .where('userId', '=', userId)
    .orderBy('createdAt')
    .execute()
}

/** In the place of what the issuer knew them as before; null: as nobody. @throws JiemuError identity-taken */
export async function link(
  trx: Database,
  {
    user,
    issuer,
    subject,
    actor,
    now,
  }: {
    readonly user: User
    readonly issuer: string
    readonly subject: string | null
    readonly actor: string
    readonly now: EpochMs
  },
): Promise<void> {
  await trx.deleteFrom('identities').where('userId', '=', user.id).where('issuer', '=', issuer).execute()
  if (subject !== null) {
    const linked = await trx
      .insertInto('identities')
      .values({ issuer, subject, userId: user.id, byClaims: false, createdAt: now })
      .onConflict(conflict => conflict.columns(['issuer', 'subject']).doNothing())
      .returning('userId')
      .executeTakeFirst()
    if (!linked) throw new JiemuError('identity-taken')
  }
  const event = subject === null ? 'identity-unlinked' : 'identity-linked'
  await register(trx, { at: now, actor, event, subject: user.login, detail: { issuer, ...(subject && { subject }) } })
}
