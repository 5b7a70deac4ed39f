// Sets of cores as Linux writes them, and who gets which.
import { expect, test } from 'vitest'
import { coresIn, shareOut } from './cores.ts'

test.each([
  ['0', [0]],
  ['0-3', [0, 1, 2, 3]],
  ['1,4-6,9\n', [1, 4, 5, 6, 9]],
])('%j are the cores %j', (list, cores) => {
  expect(coresIn(list)).toEqual(cores)
})

test.each([
  [[0, 1], 1, true, { product: [1], feeder: 0 }],
  [[0, 1], 2, true, { product: [0, 1], feeder: null }],
  [[2, 5, 7], 2, true, { product: [5, 7], feeder: 2 }],
  [[3], 1, true, { unpinned: 'there are fewer than 2 cores' }],
  [[0, 1], 3, true, { unpinned: 'there are fewer than 3 cores' }],
  [[0, 1], 1, false, { unpinned: expect.stringContaining('taskset') }],
] as const)('of the cores %j, %i for the product, taskset at hand: %j', (allowed, wanted, hasTaskset, shared) => {
  expect(shareOut(allowed, wanted, hasTaskset)).toEqual(shared)
})
