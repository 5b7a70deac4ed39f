// Literal cost tables, and every small table against all its solutions.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assign } from './assignment.ts'

const _ = undefined

test.each<[string, number[][], (number | undefined)[]]>([
  ['nobody to assign', [], []],
  ['nothing to assign', [[], []], [_, _]],
  [
    'the greedy choice is not the best',
    [
      [1, 2],
      [1, 9],
    ],
    [1, 0],
  ],
  ['more columns than rows', [[5, 1, 9]], [1]],
  ['more rows than columns: the dearer stays alone', [[5], [1]], [_, 0]],
  [
    'a pair dearer than the limit is never made',
    [
      [11, 12],
      [13, 3],
    ],
    [_, 1],
  ],
  [
    'staying alone may be worth it for one',
    [
      [1, 8],
      [1, 12],
    ],
    [1, 0],
  ],
])('%s', (_name, cost, result) => {
  expect(assign(cost, 10)).toEqual(result)
})

const LIMIT = 10
const price = (cost: readonly (readonly number[])[], result: readonly (number | undefined)[]) =>
  result.reduce<number>((sum, column, row) => sum + (column === undefined ? LIMIT : (cost[row]?.[column] ?? LIMIT)), 0)

/** The least price by trying everything. */
function cheapest(cost: readonly (readonly number[])[], row = 0, taken: readonly number[] = []): number {
  const [costs] = cost.slice(row)
  if (!costs) return 0
  const options = costs.flatMap((value, column) =>
    taken.includes(column) ? [] : [value + cheapest(cost, row + 1, [...taken, column])],
  )
  return Math.min(LIMIT + cheapest(cost, row + 1, taken), ...options)
}

test('is as cheap as the best of all solutions, and takes no column twice', () => {
  const tables = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([rows, columns]) => {
    const row = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: columns, maxLength: columns })
    return fc.array(row, { minLength: rows, maxLength: rows })
  })
  fc.assert(
    fc.property(tables, cost => {
      const result = assign(cost, LIMIT)
      const columns = result.filter(column => column !== undefined)
      expect(new Set(columns).size).toBe(columns.length)
      expect(price(cost, result)).toBe(cheapest(cost))
    }),
  )
})
