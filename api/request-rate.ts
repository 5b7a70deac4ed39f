// How often a token may ask: counted by the minute in this process, so that one wild program does not starve the others.
import { JiemuError } from '../core/errors.ts'
import type { TokenId } from '../core/ids.ts'
import type { IssuedToken } from '../core/issued-token.ts'
import type { Clock } from '../core/time.ts'

const MINUTE_MS = 60_000

export class RequestRate {
  readonly #clock: Clock
  #minute = 0
  #counts = new Map<TokenId, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts a request. @throws JiemuError token-too-often */
  take({ id, perMinute }: Pick<IssuedToken, 'id' | 'perMinute'>): void {
    if (perMinute === null) return
    const now = this.#clock.now()
    const minute = Math.floor(now / MINUTE_MS)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#counts = new Map()
    }
    const count = (this.#counts.get(id) ?? 0) + 1
    if (count > perMinute) {
      throw new JiemuError('token-too-often', {
        perMinute,
        seconds: Math.ceil((MINUTE_MS - (now % MINUTE_MS)) / 1_000),
      })
    }
    this.#counts.set(id, count)
  }
}
