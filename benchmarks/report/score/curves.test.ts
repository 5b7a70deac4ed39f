// What a curve's figure says, and where its points lie.
import { expect, test } from 'vitest'
import { curveFigure, pointsOf } from './curves.ts'

const point = (leastScore: number, hits: number, alarms: number) => ({ leastScore, hits, alarms })

test('points are recall and precision, in the order of falling thresholds', () => {
  const points = [point(0.9, 1, 1), point(0.6, 1, 2), point(0.4, 2, 3)]
  expect(pointsOf({ events: 4, points })).toEqual([
    [0.25, 1],
    [0.25, 0.5],
    [0.5, 2 / 3],
  ])
})

const curve = { rule: 'crowding', camera: 'mall' } as const
test.each([
  ['no event and no alarm', 0, [], 'nothing happened, and no alarm was raised', false],
  ['events and no alarm', 3, [], 'none of 3 events was alarmed', false],
  ['alarms about nothing', 0, [point(0.5, 0, 1)], '1 alarm was raised, all false', false],
  // Wilson's intervals of 2 of 3 and 2 of 4.
  ['both', 4, [point(0.9, 1, 1), point(0.4, 2, 3)], 'Precision 0.67 (0.21–0.94), recall 0.50 (0.15–0.85)', true],
])('of %s', (_, events, points, said, drawn) => {
  const { text } = curveFigure({ ...curve, events, points })
  expect(text).toContain(said)
  expect(text.includes('<svg')).toBe(drawn)
})
