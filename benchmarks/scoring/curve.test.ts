// Curves against literal points: none, ties, a second alarm that takes a dropped one's place, pooling.
import { expect, test } from 'vitest'
import type { TruthEvent } from '../truth.ts'
import { type CurveCase, type CurvePoint, curveOf } from './curve.ts'

const event = (zone: string): TruthEvent => ({
  ...{ rule: 'illegal-parking', zone, fromAt: 0, dueAt: 30_000, toAt: null, box: null, what: zone },
})
const alarm = (zoneId: string, score: number, openedAt = 31_000): CurveCase['alarms'][number] => ({
  ...{ kind: 'illegal-parking', zoneId, openedAt, boxes: [], score },
})
const only = (events: CurveCase['events'], alarms: CurveCase['alarms']): CurveCase[] => [
  { events, alarms, sampledAt: [] },
]
const point = (leastScore: number, hits: number, alarms: number): CurvePoint => ({ leastScore, hits, alarms })

test.each<[string, CurveCase[], CurvePoint[]]>([
  ['nothing', [], []],
  ['no alarm for an event', only([event('a')], []), []],
  ['an alarm about nothing', only([], [alarm('x', 0.5)]), [point(0.5, 0, 1)]],
  [
    'two hits and a false alarm between them, the highest score first',
    only([event('a'), event('b')], [alarm('b', 0.4), alarm('a', 0.9), alarm('x', 0.6)]),
    [point(0.9, 1, 1), point(0.6, 1, 2), point(0.4, 2, 3)],
  ],
  [
    'equal scores are one point',
    only([event('a'), event('b')], [alarm('a', 0.5), alarm('b', 0.5)]),
    [point(0.5, 2, 2)],
  ],
  [
    'a duplicate that is in time is the hit where the first alarm is dropped, and never two hits',
    only([event('a')], [alarm('a', 0.3, 31_000), alarm('a', 0.8, 35_000)]),
    [point(0.8, 1, 1), point(0.3, 1, 2)],
  ],
  [
    'two cameras are pooled, and an alarm of one is no hit of the other',
    [...only([event('a')], [alarm('b', 0.7)]), ...only([event('b')], [alarm('b', 0.6)])],
    [point(0.7, 0, 1), point(0.6, 1, 2)],
  ],
])('%s', (_, cases, points) => {
  expect(curveOf(cases)).toEqual(points)
})
