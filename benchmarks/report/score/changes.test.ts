// Literal changes between two scored runs.
import { expect, test } from 'vitest'
import type { ScoreFile } from '../../scoring/score-file.ts'
import { type Change, changesHtml, scoreChanges } from './changes.ts'
import { alarm, event, scoredCase, scoredRun } from './sample-case.ts'

const found = (openedAt: number) =>
  scoredCase({
    events: [event('kerb', { dueAt: 30_000, alarm: 0 })],
    alarms: [alarm('kerb', { openedAt, verdict: 'hit', event: 0 })],
  })
const missed = scoredCase({ events: [event('kerb', { dueAt: 30_000 })] })
const invented = (openedAt: number, why: 'late' | 'no-event' = 'no-event') =>
  scoredCase({ alarms: [alarm('kerb', { openedAt, why })] })
const CAR = 'illegal-parking kerb white car from 0.0 s'
const change = (what: string, before: string | null, after: string | null): Change => ({
  ...{ camera: 'corner', what, before, after },
})

test.each<[string, ScoreFile, ScoreFile, Change[]]>([
  ['the same', scoredRun(found(31_000)), scoredRun(found(31_000)), []],
  ['found, then missed', scoredRun(found(31_000)), scoredRun(missed), [change(CAR, 'found 1.0 s after due', 'missed')]],
  [
    'found later',
    scoredRun(found(31_000)),
    scoredRun(found(33_500)),
    [change(CAR, 'found 1.0 s after due', 'found 3.5 s after due')],
  ],
  [
    'a false alarm that comes at another time is another',
    scoredRun(invented(5_000)),
    scoredRun(invented(6_000, 'late')),
    [
      change('illegal-parking kerb at 6.0 s', null, 'false alarm (late)'),
      change('illegal-parking kerb at 5.0 s', 'false alarm', null),
    ],
  ],
])('%s', (_, before, after, changes) => {
  expect(scoreChanges(before, after)).toEqual({ cameras: ['corner'], changes })
})

test('where no camera is in both runs, nothing is said to be as it was', () => {
  const changes = scoreChanges(scoredRun(), scoredRun(missed))
  expect(changes).toEqual({ cameras: [], changes: [] })
  expect(changesHtml('score', changes).text).toContain('no camera was scored in both runs')
  expect(changesHtml('score', { cameras: ['corner'], changes: [] }).text).toContain('is as it was')
})
