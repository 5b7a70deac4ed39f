// Layouts against literal rows, bars and marks.
import { describe, expect, test } from 'vitest'
import { alarm, event, scoredCase, zone } from './sample-case.ts'
import { type Bar, type Mark, timeLine } from './time-line.ts'

const bar = (row: number, part: Bar['part'], fromAt: number, toAt: number): Bar => ({ row, part, fromAt, toAt })
const mark = (
  ...[number, row, at, verdict, about, which]: readonly [
    number,
    number,
    number,
    Mark['verdict'],
    number | null,
    number | null,
  ]
): Mark => ({ number, row, at, verdict, event: about, alarm: which })
const zones = (...ids: readonly string[]) => ids.map(id => zone(id))
const names = (rows: readonly { readonly zone: string; readonly rule: string }[]) =>
  rows.map(row => row.zone || row.rule)

describe('timeLine', () => {
  test('a camera that saw nothing has its zones and its view', () => {
    const { rows, bars, marks } = timeLine(
      scoredCase({
        zones: zones('kerb', 'shop'),
        watched: [{ fromAt: 0, toAt: 90 }],
        blind: [{ fromAt: 30, toAt: 40, view: 'dark' }],
      }),
    )
    expect(names(rows)).toEqual(['kerb', 'shop', 'view'])
    expect([bars, marks]).toEqual([[bar(2, 'watched', 0, 90), bar(2, 'blind', 30, 40)], []])
  })

  test('what was said of an event stands in its row, a second event at the same time in the next', () => {
    const { rows, bars, marks } = timeLine(
      scoredCase({
        zones: zones('kerb'),
        events: [
          event('kerb', { fromAt: 0, dueAt: 30, toAt: 100, alarm: 0 }),
          event('kerb', { fromAt: 10, dueAt: 40, toAt: null }),
        ],
        alarms: [
          alarm('kerb', { openedAt: 33, clearedAt: 110, verdict: 'hit', event: 0 }),
          alarm('kerb', { openedAt: 60, clearedAt: 70, verdict: 'duplicate', event: 0 }),
        ],
      }),
    )
    expect(names(rows)).toEqual(['kerb', 'kerb', 'view'])
    expect(bars).toEqual([
      bar(0, 'truth', 0, 100),
      bar(0, 'hit', 33, 110),
      bar(0, 'duplicate', 60, 70),
      bar(1, 'truth', 10, 1_000),
    ])
    expect(marks).toEqual([
      mark(1, 0, 33, 'hit', 0, 0),
      mark(2, 1, 40, 'miss', 1, null),
      mark(3, 0, 60, 'duplicate', 0, 1),
    ])
  })

  test('false alarms take a row in which nothing is in their way, and lasting ones last to the end', () => {
    const { rows, bars, marks } = timeLine(
      scoredCase({
        zones: zones('kerb'),
        events: [event('kerb', { fromAt: 200, dueAt: 230, toAt: 300 })],
        alarms: [
          alarm('kerb', { openedAt: 210, clearedAt: null, verdict: 'false' }),
          alarm('kerb', { openedAt: 100, clearedAt: 200, verdict: 'false' }),
        ],
      }),
    )
    expect(names(rows)).toEqual(['kerb', 'kerb', 'view'])
    expect(bars).toEqual([bar(0, 'false', 100, 200), bar(0, 'truth', 200, 300), bar(1, 'false', 210, 1_000)])
    expect(marks.map(({ number, alarm: index, verdict }) => [number, index, verdict])).toEqual([
      [1, 1, 'false'],
      [2, 0, 'false'],
      [3, null, 'miss'],
    ])
  })

  test('the camera’s health has a row where something was said of it', () => {
    const { rows, marks } = timeLine(
      scoredCase({
        zones: zones('kerb'),
        events: [event(null, { rule: 'camera-health', dueAt: 50, alarm: 0 })],
        alarms: [alarm('camera-health', { rule: 'camera-health', openedAt: 55, verdict: 'hit', event: 0 })],
      }),
    )
    expect(names(rows)).toEqual(['kerb', 'camera-health', 'view'])
    expect(marks).toEqual([mark(1, 1, 55, 'hit', 0, 0)])
  })
})
