// Literal windows of looks, and the same share over the same time with another schedule.
import { expect, test } from 'vitest'
import { kOfNSchema, reached, scaled } from './k-of-looks.ts'

test.each([
  [1, 3, { k: 4, n: 6 }],
  [3, 3, { k: 12, n: 18 }],
  [0.5, 3, { k: 3, n: 3 }],
  [0.1, 3, { k: 3, n: 3 }],
])('4 of 6 with %d times as many looks', (times, least, expected) => {
  expect(scaled({ k: 4, n: 6 }, times, least)).toEqual(expected)
})

test.each([
  ['1111', true],
  ['0101011', true],
  ['110011', true],
  ['111100', false],
  ['10011', false],
  ['1110001', false],
  ['', false],
])('%s holds 4 of 6: %s', (looks, holds) => {
  expect(reached([...looks], { k: 4, n: 6 }, look => look === '1')).toBe(holds)
})

test('more hits than looks are refused', () => {
  expect(kOfNSchema.safeParse({ k: 5, n: 4 }).success).toBe(false)
})
