// Alarms against what happened to a bin, on literal times.
import { expect, test } from 'vitest'
import { judge, type Outcome } from './events.ts'

const START = 1_000_000
const OVERFLOW = { overflowsMs: 180_000, emptiedMs: 540_000 }
const NOTHING = { overflowsMs: null, emptiedMs: null }
const alarm = (fromMs: number, toMs: number | null) => ({
  openedAt: START + fromMs,
  endedAt: toMs === null ? null : START + toMs,
})

test.each<[string, typeof OVERFLOW | typeof NOTHING, ReturnType<typeof alarm>[], Outcome]>([
  [
    'one alarm, closed after the emptying',
    OVERFLOW,
    [alarm(270_000, 600_000)],
    { toAlertMs: 90_000, toClearMs: 60_000, duplicates: 0, falseAlarms: 0 },
  ],
  [
    'one alarm that is never closed',
    OVERFLOW,
    [alarm(270_000, null)],
    { toAlertMs: 90_000, toClearMs: null, duplicates: 0, falseAlarms: 0 },
  ],
  [
    'a second alarm for the same overflow is a duplicate, and the last to close counts',
    OVERFLOW,
    [alarm(270_000, 300_000), alarm(400_000, 630_000)],
    { toAlertMs: 90_000, toClearMs: 90_000, duplicates: 1, falseAlarms: 0 },
  ],
  [
    'an alarm before the overflow and one after the emptying are false',
    OVERFLOW,
    [alarm(179_999, 200_000), alarm(540_000, null)],
    { toAlertMs: null, toClearMs: null, duplicates: 0, falseAlarms: 2 },
  ],
  ['no alarm is a miss', OVERFLOW, [], { toAlertMs: null, toClearMs: null, duplicates: 0, falseAlarms: 0 }],
  [
    'where nothing happens every alarm is false',
    NOTHING,
    [alarm(270_000, null)],
    { toAlertMs: null, toClearMs: null, duplicates: 0, falseAlarms: 1 },
  ],
])('%s', (_, happened, alarms, outcome) => {
  expect(judge(happened, alarms, START)).toEqual(outcome)
})
