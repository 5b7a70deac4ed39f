// Attempts to sign in, counted in the database by account and by address, so that a restart forgives nothing.
import { isIPv6 } from 'node:net'
import { JiemuError } from '../../core/errors.ts'
import type { Clock } from '../../core/time.ts'
import type { Database } from '../connection.ts'
import { afterAttempt, FORGOTTEN_MS, LOCK_OUT, type LockOutRule, NO_ATTEMPTS, takenBack, waitMs } from './lock-out.ts'
import { sha256 } from './tokens.ts'

interface Subject {
  readonly subject: string
  readonly rule: LockOutRule
}

/** Whoever has an IPv6 address has 2^64 of them: what counts is the network before them. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return mapped
  if (!isIPv6(address)) return address
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - groups.length - after.length
  const full = [...groups, ...Array.from({ length: zeros }, () => '0'), ...after]
  return `${full
    .slice(0, 4)
    .map(group => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

export class SignInAttempts {
  readonly #db: Database
  readonly #clock: Clock

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  /**
   * Counts an attempt before it is made.
   * @returns whether the account is locked from now on
   * @throws JiemuError sign-in-locked
   */
  async take(login: string, address: string): Promise<{ readonly locked: boolean }> {
    const now = this.#clock.now()
    return this.#db.transaction().execute(async trx => {
      let locked = false
      // Always in this order, so that two transactions cannot wait for each other.
      for (const { subject, rule } of subjects(login, address)) {
        const { subject: _same, ...before } = await lockedRow(trx, subject)
        const wait = waitMs(before, rule, now)
        if (wait > 0) throw new JiemuError('sign-in-locked', { seconds: Math.ceil(wait / 1_000) })
        const after = afterAttempt(before, rule, now)
        await trx.updateTable('signInAttempts').set(after).where('subject', '=', subject).execute()
        locked = waitMs(after, rule, now) > 0
      }
      return { locked }
    })
  }

  /** The attempt was right: the account's are forgotten, and the address has one less. */
  async forgive(login: string, address: string): Promise<void> {
    await this.#db.transaction().execute(async trx => {
      const [ofAddress, ofAccount] = subjects(login, address)
      const { subject, ...counted } = await lockedRow(trx, ofAddress.subject)
      await trx.updateTable('signInAttempts').set(takenBack(counted)).where('subject', '=', subject).execute()
      await trx.deleteFrom('signInAttempts').where('subject', '=', ofAccount.subject).execute()
    })
  }

  /** Of the account; its owner has shown who he is by other means. */
  async forget(login: string): Promise<void> {
    await this.#db.deleteFrom('signInAttempts').where('subject', '=', accountOf(login)).execute()
  }

  async sweep(): Promise<void> {
    const before = this.#clock.now() - FORGOTTEN_MS
    await this.#db.deleteFrom('signInAttempts').where('lastAt', '<', before).execute()
  }
}

const accountOf = (login: string): string => sha256(`account ${login}`)

function subjects(login: string, address: string): readonly [address: Subject, account: Subject] {
  return [
    { subject: sha256(`address ${networkOf(address)}`), rule: LOCK_OUT.address },
    { subject: accountOf(login), rule: LOCK_OUT.account },
  ]
}

async function lockedRow(trx: Database, subject: string) {
  await trx
    .insertInto('signInAttempts')
    .values({ subject, ...NO_ATTEMPTS })
    .onConflict(conflict => conflict.column('subject').doNothing())
    .execute()
  return trx
    .selectFrom('signInAttempts')
    .selectAll()
    .where('subject', '=', subject)
    .forUpdate()
    .executeTakeFirstOrThrow()
}
