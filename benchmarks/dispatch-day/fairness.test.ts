// The Gini coefficient by hand.
import { expect, test } from 'vitest'
import { gini } from './fairness.ts'

test.each<[string, number[], number]>([
  ['all alike', [4, 4, 4, 4], 0],
  ['one of four has everything', [0, 0, 12, 0], 0.75],
  // Differences of all ordered pairs: 2·(1+2+3+4+1+2+3+1+2+1) = 40; 40 ÷ (2·5²·3).
  ['one to five', [5, 3, 1, 4, 2], 4 / 15],
  ['two, of whom one has three times as much', [1, 3], 0.25],
  ['nobody has anything', [0, 0], 0],
  ['nobody is there', [], 0],
])('%s', (_, amounts, expected) => {
  expect(gini(amounts)).toBeCloseTo(expected, 12)
})
