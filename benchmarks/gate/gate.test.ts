// How long the gate goes on with a stage: until something can be said, and longer before a commit is blamed.
import { expect, test } from 'vitest'
import { goesOn } from './gate.ts'
import { compare } from './statistics.ts'

/** Pairs that differ by a few per cent about `ratio`, as on a quiet machine. */
const quiet = (ratio: number, count: number) => compare(pairsOf(ratio, count, 0.03), 9)
/** The same about as much as a machine does that others use as well. */
const noisy = (ratio: number, count: number) => compare(pairsOf(ratio, count, 0.14), 9)

function pairsOf(ratio: number, count: number, spread: number) {
  return Array.from({ length: count }, (_, at) => ({
    baseline: 100,
    present: 100 * (ratio + spread * Math.sin(at * 2.4)),
  }))
}

test('with too few pairs to say anything it goes on, whatever the time', () => {
  expect(goesOn({ cpu: quiet(1, 8) }, true)).toBe(true)
})

test('three launches if there is time, and what is settled then is left at that', () => {
  expect(goesOn({ cpu: quiet(1, 16) }, false)).toBe(true)
  expect(goesOn({ cpu: quiet(1, 16) }, true)).toBe(false)
  expect(goesOn({ cpu: quiet(1, 24) }, false)).toBe(false)
  expect(goesOn({ cpu: quiet(1.2, 24) }, false)).toBe(false)
})

test('nobody is blamed for two launches, nor while the interval still holds the limit', () => {
  const two = noisy(1.2, 16)
  const three = noisy(1.14, 24)
  expect([two.verdict, three.verdict, three.settled]).toEqual(['slower', 'slower', false])
  expect(goesOn({ cpu: two }, true)).toBe(true)
  expect(goesOn({ cpu: quiet(1, 24), wall: three }, true)).toBe(true)
})

test('it ends with what was measured at the most pairs, and unsettled without blame when the time is up', () => {
  expect(goesOn({ cpu: noisy(1.12, 96) }, false)).toBe(false)
  const unsettled = noisy(1.06, 24)
  expect([unsettled.verdict, unsettled.settled]).toEqual(['pass', false])
  expect(goesOn({ cpu: unsettled }, true)).toBe(false)
  expect(goesOn({ cpu: unsettled }, false)).toBe(true)
})
