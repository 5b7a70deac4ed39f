// The score against literal tables: what is a hit, a miss, a false alarm and a duplicate.
import { describe, expect, test } from 'vitest'
import type { Box } from '../core/geometry.ts'
import { type Alarm, type ScoreOptions, score } from './score.ts'
import type { TruthEvent } from './truth.ts'

const LEFT: Box = { x1: 0.1, y1: 0.5, x2: 0.3, y2: 0.7 }
const RIGHT: Box = { x1: 0.6, y1: 0.5, x2: 0.8, y2: 0.7 }
/** Overlaps LEFT with an IoU of 0.6. */
const NEARLY: Box = { x1: 0.15, y1: 0.5, x2: 0.35, y2: 0.7 }

interface Named extends Alarm {
  readonly name: string
}
const event = (what: string, overrides: Partial<TruthEvent> = {}): TruthEvent => ({
  rule: 'illegal-parking',
  zone: 'kerb',
  fromAt: 0,
  dueAt: 30_000,
  toAt: 75_000,
  box: null,
  what,
  ...overrides,
})
const alarm = (name: string, openedAt: number, overrides: Partial<Alarm> = {}): Named => ({
  name,
  kind: 'illegal-parking',
  zoneId: 'kerb',
  openedAt,
  boxes: [],
  ...overrides,
})

/** What came of it, in words: "car<-a" for a hit. */
function outcome(events: readonly TruthEvent[], alarms: readonly Named[], options?: ScoreOptions): readonly string[] {
  const { hits, misses, falseAlarms, duplicates } = score(events, alarms, options)
  return [
    ...hits.map(hit => `${hit.event.what}<-${hit.alarm.name}`),
    ...misses.map(miss => `missed ${miss.what}`),
    ...falseAlarms.map(entry => `${entry.why} ${entry.alarm.name}`),
    ...duplicates.map(entry => `second ${entry.alarm.name} for ${entry.event.what}`),
  ]
}

const CASES: [string, TruthEvent[], Named[], string[]][] = [
  ['nothing happened and nothing was said', [], [], []],
  ['an alarm at the due instant', [event('car')], [alarm('a', 30_000)], ['car<-a']],
  ['an alarm ten seconds late', [event('car')], [alarm('a', 40_000)], ['car<-a']],
  ['an alarm a millisecond later still', [event('car')], [alarm('a', 40_001)], ['missed car', 'late a']],
  [
    'an alarm that needed every look of a rule with a schedule of its own',
    [event('bin', { sufficedAt: 60_000 })],
    [alarm('a', 70_000), alarm('b', 70_001)],
    ['bin<-a', 'second b for bin'],
  ],
  ['an alarm a millisecond early', [event('car')], [alarm('a', 29_999)], ['missed car', 'early a']],
  ['an alarm after the event', [event('car')], [alarm('a', 75_001)], ['missed car', 'no-event a']],
  ['an alarm where nothing happened', [], [alarm('a', 30_000)], ['no-event a']],
  ['an event without an alarm', [event('car')], [], ['missed car']],
  [
    'two alarms for one event',
    [event('car')],
    [alarm('a', 31_000), alarm('b', 60_000)],
    ['car<-a', 'second b for car'],
  ],
  ['an early alarm and a right one', [event('car')], [alarm('a', 10_000), alarm('b', 31_000)], ['car<-b', 'early a']],
  ['another zone', [event('car')], [alarm('a', 31_000, { zoneId: 'yard' })], ['missed car', 'no-event a']],
  ['another rule', [event('car')], [alarm('a', 31_000, { kind: 'crowding' })], ['missed car', 'no-event a']],
  [
    'an event that concerns the whole camera',
    [event('dark', { rule: 'camera-health', zone: null })],
    [alarm('a', 31_000, { kind: 'camera-health', zoneId: '' })],
    ['dark<-a'],
  ],
  [
    'two faults of one camera at once, told apart by what they are',
    [
      event('moved', { rule: 'camera-health', zone: null, subject: 'moved' }),
      event('frozen', { rule: 'camera-health', zone: null, subject: 'frozen' }),
    ],
    [
      alarm('a', 31_000, { kind: 'camera-health', zoneId: 'camera-health', subject: 'frozen' }),
      alarm('b', 32_000, { kind: 'camera-health', zoneId: 'camera-health', subject: 'offline' }),
    ],
    ['frozen<-a', 'missed moved', 'no-event b'],
  ],
  [
    'two cars, told apart by their boxes',
    [event('left', { box: LEFT }), event('right', { box: RIGHT })],
    [alarm('a', 31_000, { boxes: [RIGHT] }), alarm('b', 31_000, { boxes: [LEFT] })],
    ['left<-b', 'right<-a'],
  ],
  [
    'an alarm at a place where no car stands',
    [event('left', { box: LEFT })],
    [alarm('a', 31_000, { boxes: [RIGHT] })],
    ['missed left', 'no-event a'],
  ],
  [
    'the more alike of two alarms wins, the other is a second one',
    [event('left', { box: LEFT })],
    [alarm('a', 31_000, { boxes: [NEARLY] }), alarm('b', 32_000, { boxes: [LEFT] })],
    ['left<-b', 'second a for left'],
  ],
  [
    'equally alike alarms: the first in order wins',
    [event('car')],
    [alarm('a', 35_000), alarm('b', 31_000)],
    ['car<-a', 'second b for car'],
  ],
  [
    'equal events and alarms are paired in order',
    [event('one'), event('two')],
    [alarm('a', 31_000), alarm('b', 32_000)],
    ['one<-a', 'two<-b'],
  ],
  [
    'one alarm between two events: the first in order has it, the other is missed',
    [event('one'), event('two')],
    [alarm('a', 31_000)],
    ['one<-a', 'missed two'],
  ],
  [
    'one alarm between two events: the more alike has it',
    [event('left', { box: LEFT }), event('nearly', { box: NEARLY })],
    [alarm('a', 31_000, { boxes: [NEARLY] })],
    ['nearly<-a', 'missed left'],
  ],
  [
    'one alarm between two events in time: the one that is due has it',
    [event('early'), event('late', { fromAt: 40_000, dueAt: 70_000, toAt: 120_000 })],
    [alarm('a', 71_000)],
    ['late<-a', 'missed early'],
  ],
  [
    'two alarms for one at the same instant',
    [event('car')],
    [alarm('a', 31_000), alarm('b', 31_000)],
    ['car<-a', 'second b for car'],
  ],
  [
    'three alarms for two equal events: as many found as can be',
    [event('one'), event('two')],
    [alarm('a', 31_000), alarm('b', 31_000), alarm('c', 31_000)],
    ['one<-a', 'two<-b', 'second c for one'],
  ],
  ['a box that only the event has', [event('left', { box: LEFT })], [alarm('a', 31_000)], ['left<-a']],
  ['a box that only the alarm has', [event('car')], [alarm('a', 31_000, { boxes: [RIGHT] })], ['car<-a']],
  [
    'a box that fits goes before none',
    [event('left', { box: LEFT })],
    [alarm('a', 31_000), alarm('b', 32_000, { boxes: [NEARLY] })],
    ['left<-b', 'second a for left'],
  ],
  [
    'the best of an alarm’s boxes counts',
    [event('left', { box: LEFT })],
    [alarm('a', 31_000, { boxes: [RIGHT, LEFT] })],
    ['left<-a'],
  ],
  [
    'an event of no zone takes an alarm of any, and one of a zone none of no zone',
    [event('somewhere', { zone: null }), event('here')],
    [alarm('a', 31_000, { zoneId: 'yard' }), alarm('b', 31_000, { zoneId: '' })],
    ['somewhere<-a', 'missed here', 'second b for somewhere'],
  ],
  [
    'an event of no zone leaves the only alarm of a zone to that zone’s event',
    [event('somewhere', { zone: null }), event('here')],
    [alarm('a', 31_000), alarm('b', 32_000, { zoneId: 'yard' })],
    ['somewhere<-b', 'here<-a'],
  ],
  [
    'an event without an end, and an alarm hours after its due time',
    [event('car', { toAt: null })],
    [alarm('a', 9_000_000)],
    ['missed car', 'late a'],
  ],
  ['an event over before its alarm was due', [event('car', { toAt: 20_000 })], [alarm('a', 31_000)], ['car<-a']],
  [
    'the most alike pair would leave an event without: both are found',
    [event('left', { box: LEFT }), event('nearly', { box: NEARLY })],
    [alarm('a', 31_000, { boxes: [LEFT] }), alarm('b', 31_000, { boxes: [{ x1: 0.04, y1: 0.5, x2: 0.24, y2: 0.7 }] })],
    ['left<-b', 'nearly<-a'],
  ],
]

describe('score', () => {
  test.each(CASES)('%s', (_name, events, alarms, expected) => {
    expect(outcome(events, alarms)).toEqual(expected)
  })

  test('gives an alarm until ten seconds after the first look since it was due, where looks are far apart', () => {
    const quarterHours = [0, 900_000, 1_800_000]
    const late = event('car', { dueAt: 420_000, toAt: 3_600_000 })
    expect(outcome([late], [alarm('a', 900_000)], { sampledAt: quarterHours })).toEqual(['car<-a'])
    expect(outcome([late], [alarm('a', 910_001)], { sampledAt: quarterHours })).toEqual(['missed car', 'late a'])
    expect(outcome([late], [alarm('a', 900_000)])).toEqual(['missed car', 'late a'])
  })

  test('keeps to ten seconds where looks are close together', () => {
    const everyTwoSeconds = Array.from({ length: 40 }, (_, i) => i * 2_000)
    expect(outcome([event('car')], [alarm('a', 40_000)], { sampledAt: everyTwoSeconds })).toEqual(['car<-a'])
    expect(outcome([event('car')], [alarm('a', 41_000)], { sampledAt: everyTwoSeconds })).toContain('missed car')
  })

  test('an open end lasts for ever', () => {
    expect(outcome([event('car', { toAt: null })], [alarm('a', 31_000), alarm('b', 9e9)])).toEqual([
      'car<-a',
      'second b for car',
    ])
  })

  test('counts duplicates against precision, and tells nothing where there is nothing to divide by', () => {
    const alarms = [alarm('a', 31_000), alarm('b', 50_000), alarm('c', 31_000, { zoneId: 'yard' }), alarm('d', 1)]
    const { precision, recall, f1, hits } = score([event('car'), event('van', { zone: 'bay' })], alarms)
    expect([precision, recall, f1, hits[0]?.offsetMs]).toEqual([0.25, 0.5, 1 / 3, 1_000])
    expect(score([], [])).toMatchObject({ precision: null, recall: null, f1: null })
    expect(score([event('car')], [])).toMatchObject({ precision: null, recall: 0, f1: 0 })
    expect(score([], [alarm('a', 0)])).toMatchObject({ precision: 0, recall: null, f1: 0 })
  })
})
