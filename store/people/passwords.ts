// Passwords: hashed and compared by argon2id, a few at a time, and as long for a user who is not there.
import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { JiemuError } from '../../core/errors.ts'
import { normalised } from './password-rules.ts'

/**
 * OWASP's second choice for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. The library's default
 * algorithm is argon2id; its enumeration is declared `const` and cannot be named under isolatedModules.
 */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Each takes a thread of libuv's four, which files and names share, and 19 MiB. */
const AT_ONCE = 2
/** Some seconds of work; whoever floods us waits no longer than that, and others are told to come again. */
const WAITING = 64

export class Passwords {
  #running = 0
  readonly #waiting: (() => void)[] = []
  /** Of a password that nobody knows: compared with where there is none, so that the time tells nothing. */
  #nobodys: Promise<string> | undefined

  /** @throws JiemuError sign-in-busy */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(normalised(password), COST))
  }

  /** @param stored null where there is no such user, or no password yet: false, after the same time @throws JiemuError sign-in-busy */
  async matches(stored: string | null, password: string): Promise<boolean> {
    this.#nobodys ??= hash(randomBytes(32), COST)
    const nobodys = await this.#nobodys
    const same = await this.#inTurn(() => verify(stored ?? nobodys, normalised(password)))
    return same && stored !== null
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= WAITING) throw new JiemuError('sign-in-busy')
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    } else this.#running += 1
    try {
      return await work()
    } finally {
      // The place is handed on, not given back: nobody can slip in between.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running -= 1
    }
  }
}
