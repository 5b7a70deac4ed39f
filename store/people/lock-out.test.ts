// Locking out whoever guesses: when each attempt is possible, and what is forgotten.
import { expect, test } from 'vitest'
import { ManualClock } from '../../core/time.ts'
import { networkOf } from './attempts.ts'
import { type Attempts, afterAttempt, FORGOTTEN_MS, LOCK_OUT, NO_ATTEMPTS, takenBack, waitMs } from './lock-out.ts'

const rule = LOCK_OUT.account
const START = Date.parse('2026-01-05T08:00:00+08:00')

/** Fails so often, each time as soon as it may. */
function failing(times: number, clock: ManualClock): { readonly attempts: Attempts; readonly waits: number[] } {
  let attempts = NO_ATTEMPTS
  const waits: number[] = []
  for (let i = 0; i < times; i++) {
    clock.advanceBy(waitMs(attempts, rule, clock.now()))
    attempts = afterAttempt(attempts, rule, clock.now())
    waits.push(waitMs(attempts, rule, clock.now()) / 1_000)
  }
  return { attempts, waits }
}

test('four attempts cost nothing, and from the fifth on the wait doubles up to a quarter of an hour', () => {
  expect(failing(12, new ManualClock(START)).waits).toEqual([0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900])
})

test('a wait passes by itself, and the next failure goes on where it was', () => {
  const clock = new ManualClock(START)
  const { attempts } = failing(6, clock)
  clock.advanceBy(59_999)
  expect(waitMs(attempts, rule, clock.now())).toBe(1)
  clock.advanceBy(1)
  expect(waitMs(attempts, rule, clock.now())).toBe(0)
  expect(waitMs(afterAttempt(attempts, rule, clock.now()), rule, clock.now())).toBe(120_000)
})

test('a day after the last attempt all is forgotten, and not a moment before', () => {
  const clock = new ManualClock(START)
  const { attempts } = failing(8, clock)
  expect(afterAttempt(attempts, rule, clock.now() + FORGOTTEN_MS).failures).toBe(9)
  expect(afterAttempt(attempts, rule, clock.now() + FORGOTTEN_MS + 1)).toMatchObject({
    failures: 1,
    lockedUntil: clock.now() + FORGOTTEN_MS + 1,
  })
})

test('a clock that is set back makes nobody wait longer than the longest wait', () => {
  const { attempts } = failing(20, new ManualClock(START))
  expect(waitMs(attempts, rule, START - 365 * 86_400_000)).toBe(rule.mostMs)
})

test('an attempt that was right takes back itself and its own wait, and none before it', () => {
  const { attempts } = failing(6, new ManualClock(START))
  expect(takenBack(attempts)).toEqual({ ...attempts, failures: 5, lockedUntil: 0 })
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
  ['2001:0db8:0000:0001:ffff:ffff:ffff:ffff', '2001:db8:0:1::/64'],
  ['2001:DB8:0:2::1', '2001:db8:0:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['nonsense', 'nonsense'],
])('attempts from %s count for %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
