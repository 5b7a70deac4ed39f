// The figures of a day that is counted by hand, and of two ways on three days.
import { expect, test } from 'vitest'
import type { GridId, JobId, WorkerId } from '../../core/ids.ts'
import { comparedWith, figuresOf, nested, signTest, spreadOf, worseIn } from './figures.ts'
import type { Ended } from './simulate.ts'

const [LI, WANG, ZHU] = ['li', 'wang', 'zhu'] as WorkerId[]

function ended(kind: Ended['incident']['kind'], times: readonly number[], over: Partial<Ended>): Ended {
  const [accepted = null, arrived = null, handled = null] = times.map(second => 1_000_000 + second * 1_000)
  const place = { lat: 30.25, lon: 120.16, gridId: 'grid-01' as GridId }
  return {
    incident: { id: 'job-1' as JobId, kind, severity: 'blue', at: 1_000_000, workMs: 60_000, ...place },
    ...{ state: 'handled', workerId: LI ?? null, reach: 'grid', assignments: 1, missed: new Set(), travel: null },
    ...{ acceptedAt: accepted, arrivedAt: arrived, handledAt: handled },
    ...over,
  }
}

test('a day of four incidents, by hand', () => {
  const day = [
    ended('crowding', [10, 110, 200], { travel: { metres: 500, ms: 100_000 } }),
    ended('crowding', [40, 400, 900], {
      ...{ missed: new Set(['arrive', 'handle'] as const), reach: 'duty', assignments: 2 },
      travel: { metres: 1_500, ms: 300_000 },
    }),
    ended('dirty-road', [20, 100, 300], { workerId: WANG ?? null, travel: { metres: 400, ms: 80_000 } }),
    ended('dirty-road', [], {
      workerId: null,
      state: 'queued',
      missed: new Set(['acknowledge'] as const),
      reach: null,
    }),
  ]
  expect(figuresOf({ ended: day }, [[LI, WANG] as WorkerId[], [ZHU] as WorkerId[]])).toEqual({
    'outcomes.handled-in-time': 2,
    'outcomes.handled-late': 1,
    'outcomes.unfinished': 0,
    'outcomes.unassigned': 1,
    'secondsToAccept.p50': 20,
    'secondsToAccept.p95': 40,
    'secondsToArrive.p50': 110,
    'secondsToArrive.p95': 400,
    'secondsToHandle.p50': 300,
    'secondsToHandle.p95': 900,
    'travel.metresPerJob': 800,
    'travel.secondsPerJob': 160,
    'travel.kilometres': 2.4,
    'travel.hours': 480 / 3_600,
    // Two, one and none: (1·3 − 0) … by ranks (−2·0 + 0·1 + 2·2) ÷ (3·3).
    'jobsPerWorker.gini': 4 / 9,
    // (2 − 1) ÷ (2·3) in the first team, which did all of it.
    'jobsPerWorker.giniWithinTeams': 1 / 6,
    'jobsPerWorker.least': 0,
    'jobsPerWorker.most': 2,
    'overdueShare.acknowledge': 0.25,
    'overdueShare.arrive': 0.25,
    'overdueShare.handle': 0.25,
    'overdueShare.handleOf.illegal-parking': 0,
    'overdueShare.handleOf.crowding': 0.5,
    'overdueShare.handleOf.overflowing-bin': 0,
    'overdueShare.handleOf.dirty-road': 0,
    offersPerJob: 5 / 4,
    shareBeyondTheGrid: 1 / 3,
  })
})

test('one way beside another, day by day: less is better, but for what is done in time', () => {
  const days = (hours: number[], inTime: number[]) =>
    hours.map((value, index) => ({ 'travel.hours': value, 'outcomes.handled-in-time': inTime[index] ?? 0 }))
  expect(comparedWith(days([1, 2, 3], [9, 9, 9]), days([2, 2, 2], [8, 9, 7]))).toEqual({
    'travel.hours': { mean: 0, least: -1, most: 1, better: 1, worse: 1, chance: 1 },
    'outcomes.handled-in-time': { mean: 1, least: 0, most: 2, better: 2, worse: 0, chance: 0.5 },
  })
})

test.each([
  [10, 0, 2 / 1_024],
  // (1 + 10) ÷ 1,024, on both sides; then 45 more.
  [9, 1, 22 / 1_024],
  [2, 8, 112 / 1_024],
  [5, 5, 1],
  [0, 0, 1],
])('%d days better and %d worse come by luck with a chance of %d', (better, worse, chance) => {
  expect(signTest(better, worse)).toBeCloseTo(chance, 12)
})

test('says in what it was worse, and in what beyond luck', () => {
  const spread = { mean: 0, least: 0, most: 0 }
  const compared = {
    ahead: { ...spread, better: 10, worse: 0, chance: 0.002 },
    behind: { ...spread, better: 0, worse: 10, chance: 0.002 },
    unlucky: { ...spread, better: 2, worse: 8, chance: 0.109 },
    alike: { ...spread, better: 5, worse: 5, chance: 1 },
  }
  expect(worseIn(compared)).toEqual({ worseOnMostDays: 'behind, unlucky', worseBeyondChance: 'behind' })
  expect(worseIn({})).toEqual({ worseOnMostDays: 'nothing', worseBeyondChance: 'nothing' })
})

test('a spread is the mean, the least and the most', () => {
  expect(spreadOf([3, 1, 2.3333])).toEqual({ mean: 2.111, least: 1, most: 3 })
})

test('names with points become fields within fields', () => {
  expect(nested({ 'a.b': 1, 'a.c.d': 2, e: 3 })).toEqual({ a: { b: 1, c: { d: 2 } }, e: 3 })
})
