// The figures of scored cameras against literal values: counts and shares, rates a day, times, clearing, pooling.
import { describe, expect, test } from 'vitest'
import { score } from '../score.ts'
import type { TruthEvent } from '../truth.ts'
import { type EndingAlarm, figuresOf, type ScoredCamera } from './figures.ts'
import { scoreReport, scoreTable } from './table.ts'

const DAY_MS = 86_400_000

/** Due 30 s after its start; lasts until the footage ends, unless it says otherwise. */
const parked = (zone: string, fromAt: number, toAt: number | null = null): TruthEvent => ({
  rule: 'illegal-parking',
  ...{ zone, fromAt, dueAt: fromAt + 30_000, toAt, box: null, what: zone },
})
const crowd = (fromAt: number, toAt: number): TruthEvent => ({ ...parked('square', fromAt, toAt), rule: 'crowding' })
const alarm = (zoneId: string, openedAt: number, clearedAt: number | null = null): EndingAlarm => ({
  kind: zoneId === 'square' ? 'crowding' : 'illegal-parking',
  ...{ zoneId, openedAt, clearedAt, boxes: [] },
})
const camera = (
  events: readonly TruthEvent[],
  alarms: readonly EndingAlarm[],
  overrides: Partial<ScoredCamera> = {},
): ScoredCamera => ({
  camera: 'corner',
  rules: ['illegal-parking', 'crowding'],
  score: score(events, alarms),
  endAt: DAY_MS,
  watchedMs: DAY_MS,
  blindMs: 0,
  counts: [],
  ...overrides,
})

describe('figuresOf', () => {
  test('has nothing to say of nothing', () => {
    expect(figuresOf([])).toMatchObject({
      ...{ cameras: 0, events: 0, alarms: 0, hits: 0, misses: 0, falseAlarms: 0, duplicates: 0 },
      ...{ precision: null, recall: null, f1: null, duplicatesPerEvent: null, cameraDays: 0 },
      ...{ falseAlarmsPerCameraDay: null, timeToAlertMs: null, timeToClearMs: null, counts: null },
      iLidsF1: { operationalAlert: null, eventRecording: null },
    })
  })

  test('counts hits, misses, false alarms and duplicates, and what they come to', () => {
    const events = [parked('a', 0), parked('b', 0), parked('c', 0), parked('d', 0)]
    const alarms = [alarm('a', 31_000), alarm('b', 34_000), alarm('b', 90_000), alarm('x', 31_000), alarm('x', 99_000)]
    const figures = figuresOf([camera(events, alarms)])
    expect(figures).toMatchObject({
      ...{ cameras: 1, events: 4, alarms: 5, hits: 2, misses: 2, falseAlarms: 2, duplicates: 1 },
      ...{ precision: 0.4, recall: 0.5, f1: 4 / 9, duplicatesPerEvent: 0.25 },
      timeToAlertMs: { n: 2, p50: 1_000, p95: 4_000, p99: 4_000 },
    })
    // 1.55 × 0.5 × 0.4 ÷ (0.5 + 0.55 × 0.4), and the same with 60.
    expect(figures.iLidsF1.operationalAlert).toBeCloseTo(0.31 / 0.72, 12)
    expect(figures.iLidsF1.eventRecording).toBeCloseTo(12.2 / 24.5, 12)
  })

  test('gives false alarms a camera-day with the interval of their number', () => {
    const quiet = figuresOf([camera([], [])]).falseAlarmsPerCameraDay
    expect([quiet?.rate, quiet?.low, quiet?.high.toFixed(3)]).toEqual([0, 0, '3.689'])
    const watched = { watchedMs: 5 * DAY_MS, endAt: 5 * DAY_MS }
    const ten = Array.from({ length: 10 }, (_, index) => alarm('x', index))
    const busy = figuresOf([camera([], ten, watched)]).falseAlarmsPerCameraDay
    expect([busy?.rate, busy?.low.toFixed(3), busy?.high.toFixed(3)]).toEqual([2, '0.959', '3.678'])
  })

  test('adds cameras up before it divides', () => {
    const found = camera([parked('a', 0)], [alarm('a', 31_000)], { blindMs: 5_000 })
    const missed = camera([parked('a', 0), parked('b', 0), parked('c', 0)], [alarm('x', 1)], { blindMs: 2_000 })
    expect(figuresOf([found, missed])).toMatchObject({
      ...{ cameras: 2, cameraDays: 2, blindMs: 7_000, recall: 0.25, precision: 0.5 },
    })
    expect(figuresOf([found, missed]).falseAlarmsPerCameraDay?.rate).toBe(0.5)
  })

  test('keeps to one rule, and to the cameras that are watched for it', () => {
    const both = camera(
      [parked('a', 0), crowd(0, 60_000)],
      [alarm('a', 31_000), alarm('square', 33_000), alarm('square', 40_000), alarm('square', 5)],
      { counts: [{ truth: 4, seen: 3 }] },
    )
    const parkingOnly = camera([parked('a', 0)], [], { camera: 'yard', rules: ['illegal-parking'] })
    const all = [both, parkingOnly]
    expect(figuresOf(all, 'illegal-parking')).toMatchObject({
      ...{ cameras: 2, cameraDays: 2, events: 2, alarms: 1, hits: 1, falseAlarms: 0, duplicates: 0, counts: null },
    })
    expect(figuresOf(all, 'crowding')).toMatchObject({
      ...{ cameras: 1, cameraDays: 1, events: 1, alarms: 3, hits: 1, falseAlarms: 1, duplicates: 1 },
      ...{ timeToAlertMs: { p50: 3_000 }, counts: { pictures: 1, meanAbsolute: 1, bias: -1 } },
    })
    expect(figuresOf(all, 'dirty-road')).toMatchObject({ cameras: 0, events: 0, falseAlarmsPerCameraDay: null })
  })

  const CLEARING: [string, TruthEvent, number | null, object][] = [
    ['20 s after the end', parked('a', 0, 100_000), 120_000, { timeToClearMs: { n: 1, p50: 20_000 } }],
    ['at the very end', parked('a', 0, 100_000), 100_000, { timeToClearMs: { n: 1, p50: 0 } }],
    ['before the end', parked('a', 0, 100_000), 99_999, { timeToClearMs: null, clearedEarly: 1 }],
    ['never', parked('a', 0, 100_000), null, { timeToClearMs: null, notCleared: 1, clearedEarly: 0 }],
    ['never, as the event', parked('a', 0), null, { timeToClearMs: null, notCleared: 0, clearedEarly: 0 }],
    ['never, as the event but for the last second', parked('a', 0, DAY_MS - 1_000), null, { notCleared: 0 }],
    ['never, of an event that ended sooner', parked('a', 0, DAY_MS - 1_001), null, { notCleared: 1 }],
    ['while the event went on to the footage’s end', parked('a', 0, DAY_MS), 50_000, { clearedEarly: 1 }],
    ['when the footage ended', parked('a', 0, DAY_MS), DAY_MS, { timeToClearMs: null, clearedEarly: 0, notCleared: 0 }],
  ]
  test.each(CLEARING)('an alarm that is over %s', (_name, event, clearedAt, expected) => {
    expect(figuresOf([camera([event], [alarm('a', 31_000, clearedAt)])])).toMatchObject(expected)
  })
})

test('the table has a row for each watched rule, for each camera, and one in all', () => {
  const first = camera([parked('a', 0, 100_000)], [alarm('a', 31_500, 130_000)], { rules: ['illegal-parking'] })
  const seen = {
    blindMs: 61_000,
    counts: [
      { truth: 4, seen: 3 },
      { truth: 10, seen: 8 },
      { truth: 2, seen: 4 },
      { truth: 6, seen: 5 },
    ],
  }
  const second = camera([crowd(0, 60_000)], [], { camera: 'square', rules: ['crowding'], ...seen })
  const lines = scoreTable(scoreReport([first, second])).split('\n')
  const cells = lines.map(line => line.split(/ {2,}/))
  expect(cells.map(([name]) => name)).toEqual(['', 'illegal-parking', 'crowding', 'corner', 'square', 'in all'])
  expect(cells[1]?.slice(1)).toEqual([
    ...['1', '1', '0', '0', '1.00', '1.00', '1.00', '1.00, 1.00'],
    ...['0 (0–3.69)', '1.5/1.5/1.5', '30.0/30.0/30.0', '0, 0', '0', '–'],
  ])
  expect(cells[5]?.slice(1)).toEqual([
    ...['2', '1', '0', '0', '1.00', '0.50', '0.67', '0.74, 0.50'],
    ...['0 (0–1.84)', '1.5/1.5/1.5', '30.0/30.0/30.0', '0, 0', '61', '1.5, -0.5'],
  ])
})
