// Slopes and sums whose answer is known.
import { expect, test } from 'vitest'
import { type Fates, slopePerHour, together, unaccounted } from './reckon.ts'

const camera = (change: Partial<Fates> = {}): Fates => ({
  id: 'a',
  state: 'online',
  framesIn: 100,
  framesAnalysed: 3,
  framesUnchanged: 1,
  dropped: { 'not-sampled': 95, superseded: 1 },
  ...change,
})

test.each([
  ['every frame has its fate', {}, 0],
  ['one is looked at', { framesIn: 101 }, 1],
  ['one was counted twice', { framesAnalysed: 4 }, -1],
])('%s', (_, change, missing) => {
  expect(unaccounted(camera(change))).toBe(missing)
})

test('cameras are added up, reason by reason', () => {
  const other = camera({ id: 'b', dropped: { 'not-sampled': 94, 'inference-failed': 2 } })
  expect(together([camera(), other])).toEqual({
    in: 200,
    analysed: 6,
    unchanged: 2,
    dropped: { 'not-sampled': 189, superseded: 1, 'inference-failed': 2 },
  })
})

test.each([
  ['a straight line has its own slope', [0, 1, 2, 3].map(hours => ({ hours, value: 7 + 12 * hours })), 12],
  ['a peak in the middle is no slope', [5, 5, 9, 5, 5].map((value, hours) => ({ hours, value })), 0],
  ['one point has none', [{ hours: 1, value: 5 }], 0],
  ['nor has nothing', [], 0],
])('%s', (_, points, slope) => {
  expect(slopePerHour(points)).toBeCloseTo(slope)
})
