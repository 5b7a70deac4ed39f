// Recall by size, and the threshold that reaches a recall, on literal plants.
import { expect, test } from 'vitest'
import { type Found, recallBySize, thresholdFor } from './litter.ts'

const BOX = { x1: 0, y1: 0, x2: 0.1, y2: 0.1 }
const plants = (...pairs: readonly (readonly [sizePx: number, score: number])[]): readonly Found[] =>
  pairs.map(([sizePx, score]) => ({ box: BOX, camera: 'one', sizePx, score }))

test('each plant counts in its size, and those from 24 px upwards once more together', () => {
  const found = plants([12, 0.5], [15.9, 0.1], [24, 0.3], [31, 0.29], [48, 0.3], [63, 0])
  expect(recallBySize(found, 0.3)).toEqual([
    { sizesPx: '12–16', plants: 2, found: 1, recall: 0.5 },
    { sizesPx: '16–24', plants: 0, found: 0, recall: null },
    { sizesPx: '24–32', plants: 2, found: 1, recall: 0.5 },
    { sizesPx: '32–48', plants: 0, found: 0, recall: null },
    { sizesPx: '48–64', plants: 2, found: 1, recall: 0.5 },
    { sizesPx: '24–64', plants: 4, found: 2, recall: 0.5 },
  ])
})

test.each<[string, readonly Found[], number | null]>([
  ['the highest that finds enough of them', plants([30, 0.9], [30, 0.505], [30, 0.31], [30, 0.2], [30, 0.02]), 0.2],
  ['none, where too many are overlooked', plants([30, 0.9], [30, 0], [30, 0.3]), null],
  ['small ones do not count', plants([30, 0.42], [12, 0], [20, 0]), 0.42],
  ['none, where nothing was planted', [], null],
])('the threshold for 80 %%: %s', (_, found, threshold) => {
  expect(thresholdFor(found, 0.8)).toBe(threshold)
})
