// Back-off: when a delivery that failed is tried again, and when it is given up.
import type { Delivery } from '../core/delivery.ts'
import type { JiemuError } from '../core/errors.ts'
import type { EpochMs } from '../core/time.ts'
import type { Outcome } from './deliveries-port.ts'
import { CANARY } from './work-rows.ts'

/** A destination that has not answered by then has missed it, until a person drives it again. */
export const GIVE_UP_AFTER_MS = 86_400_000

const FIRST_MS = 2_000
const LONGEST_MS = 3_600_000
/** A receiver may ask for patience, not for silence. */
const LONGEST_ASKED_MS = 3_600_000

/**
 * Any time up to 2 s, 4 s, 8 s, …, an hour: "full jitter", under which those that failed together do not come back
 * together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 * @param failures how many there were, at least 1
 */
export function fullJitterMs(failures: number, random: () => number, longestMs = LONGEST_MS): number {
  return random() * Math.min(longestMs, FIRST_MS * 2 ** Math.min(failures - 1, 30))
}

/** How long the receiver asked us to wait. */
export function askedMs(failure: JiemuError): number {
  return Math.min(Number(failure.detail.retryAfterMs ?? 0), LONGEST_ASKED_MS)
}

export function outcomeOf(
  failure: JiemuError,
  { attempts, giveUpAt, notice }: Pick<Delivery, 'attempts' | 'giveUpAt' | 'notice'>,
  now: EpochMs,
  random: () => number = Math.random,
): Outcome {
  const problem = failure.message
  // Nobody will miss a canary that was lost; that it was lost is told otherwise.
  const end = notice.event === CANARY ? 'dismissed' : 'dead'
  if (!failure.retryable || now >= giveUpAt) return { state: end, problem }
  return {
    state: 'pending',
    problem,
    dueAt: Math.ceil(now + Math.max(fullJitterMs(attempts, random), askedMs(failure))),
  }
}
