// Scored cases for tests, and a run of them: nothing happened in a second of footage, unless they say otherwise.
import type { ScoredCase, ScoreFile } from '../../scoring/score-file.ts'
import { scoreReport } from '../../scoring/table.ts'

export const zone = (id: string): ScoredCase['zones'][number] => ({
  ...{ id, rule: 'illegal-parking' },
  polygon: [
    [0.1, 0.5],
    [0.9, 0.5],
    [0.9, 0.9],
  ],
})

export const event = (
  zoneId: string | null,
  more: Partial<ScoredCase['events'][number]> = {},
): ScoredCase['events'][number] => ({
  ...{ rule: 'illegal-parking', zone: zoneId, what: 'white car', fromAt: 0, dueAt: 30, toAt: null, box: null },
  ...{ alarm: null, look: null },
  ...more,
})

export const alarm = (
  zoneId: string,
  more: Partial<ScoredCase['alarms'][number]> = {},
): ScoredCase['alarms'][number] => ({
  ...{ rule: 'illegal-parking', zone: zoneId, subject: '', since: 0, dueAt: 30, openedAt: 31, clearedAt: null },
  ...{ score: 0.8, boxes: [], verdict: 'false', look: null },
  ...more,
})

export const scoredCase = (more: Partial<ScoredCase> = {}): ScoredCase => ({
  ...{ truth: 'corner.json', camera: 'corner', frame: { widthPx: 640, heightPx: 360 }, startAt: 0, endAt: 1_000 },
  ...{ rules: ['illegal-parking'], zones: [], watched: [], blind: [], events: [], alarms: [] },
  ...more,
})

export const scoredRun = (...cases: ScoredCase[]): ScoreFile => ({
  ...{ kind: 'score', version: 1, complete: true, asked: cases.map(({ truth }) => truth), scored: cases.length },
  ...{ ...scoreReport([]), curves: [], cases },
})
