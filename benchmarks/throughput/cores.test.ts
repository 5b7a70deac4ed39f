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
  [[0, 1], true, { product: 1, feeder: 0 }],
  [[2, 5, 7], true, { product: 7, feeder: 2 }],
  [[3], true, { unpinned: 'there is one core only' }],
  [[0, 1], false, { unpinned: expect.stringContaining('taskset') }],
] as const)('of the cores %j, taskset at hand: %j', (allowed, hasTaskset, shared) => {
  expect(shareOut(allowed, hasTaskset)).toEqual(shared)
})
