// Wilson intervals against values that are in print.
import { expect, test } from 'vitest'
import { wilson } from './wilson.ts'

test.each([
  [0, 10, 0, 0.277_5],
  [5, 10, 0.236_6, 0.763_4],
  [8, 10, 0.490_2, 0.943_3],
  [6, 6, 0.609_7, 1],
  [1, 1, 0.206_5, 1],
])('%i of %i', (count, of, low, high) => {
  const interval = wilson(count, of)
  expect([interval?.low, interval?.high]).toEqual([expect.closeTo(low, 4), expect.closeTo(high, 4)])
})

test('nothing says nothing', () => {
  expect(wilson(0, 0)).toBeNull()
})
