// How long somebody who guesses must wait: after a few free attempts, twice as long each time.
import type { EpochMs } from '../../core/time.ts'

export interface LockOutRule {
  /** Attempts before the first wait. */
  readonly free: number
  readonly firstMs: number
  readonly mostMs: number
}

/**
 * At most 96 guesses a day at one account, however many machines guess; its owner waits a quarter of an hour at the
 * most. An address may be a whole command centre behind one router, so it has more to spare.
 */
export const LOCK_OUT = {
  account: { free: 5, firstMs: 30_000, mostMs: 900_000 },
  address: { free: 30, firstMs: 30_000, mostMs: 900_000 },
} as const satisfies Record<string, LockOutRule>

/** So long after the last attempt all is forgotten. */
export const FORGOTTEN_MS = 86_400_000

export interface Attempts {
  readonly failures: number
  readonly lastAt: EpochMs
  readonly lockedUntil: EpochMs
}

export const NO_ATTEMPTS: Attempts = { failures: 0, lastAt: 0, lockedUntil: 0 }

/** @returns 0 where the next attempt is possible now; never more than the rule's longest wait, whatever the clock did */
export function waitMs(attempts: Attempts, rule: LockOutRule, now: EpochMs): number {
  return Math.min(rule.mostMs, Math.max(0, attempts.lockedUntil - now))
}

/** Counts an attempt as failed before it is known to be: many at once cannot all be free. */
export function afterAttempt(before: Attempts, rule: LockOutRule, now: EpochMs): Attempts {
  const failures = (now - before.lastAt > FORGOTTEN_MS ? 0 : before.failures) + 1
  const doubled = failures - rule.free
  const lockMs = doubled < 0 ? 0 : Math.min(rule.mostMs, rule.firstMs * 2 ** Math.min(doubled, 30))
  return { failures, lastAt: now, lockedUntil: now + lockMs }
}

/**
 * The attempt succeeded after all; those before it still count. Its own wait goes too: beyond the free attempts they
 * come one at a time, so that no other's can be meant.
 */
export function takenBack(counted: Attempts): Attempts {
  return { ...counted, failures: Math.max(0, counted.failures - 1), lockedUntil: 0 }
}
