// Every formula against tables that were worked out by hand.
import { expect, test } from 'vitest'
import { periodOf } from '../../core/periods.ts'
import { alertPrecision } from './alert-precision.ts'
import { closureRate } from './closure-rate.ts'
import { deferralRate } from './deferral-rate.ts'
import type { Due } from './facts.ts'
import { cameraDays, falseAlarms } from './false-alarms.ts'
import { firstDispatchAccuracy } from './first-dispatch-accuracy.ts'
import { onTimeClosure } from './on-time-closure.ts'
import { type Formula, NOTHING, plus, quotient } from './ratio.ts'
import { returnRate } from './return-rate.ts'
import { percentiles, StageTimes } from './stage-times.ts'
import { at, incident, job, WHERE } from './testing/examples.ts'

const JANUARY = periodOf('2026-01-01', '2026-01-31')
const sum = <T>(formula: Formula<T>, facts: readonly T[]) =>
  facts.map(each => formula(each, JANUARY)).reduce(plus, NOTHING)

const due = (day: string, outcome: Due['outcome'], inTime = false) =>
  job({ dues: [{ dueAt: at(`${day} 12:00`), outcome, inTime }] })

/** Six fell due in January: four closed, of these three in time; one put off, one open. */
const DUE = [
  due('2026-01-01', 'closed', true),
  due('2026-01-05', 'closed', true),
  due('2026-01-31', 'closed', true),
  due('2026-01-20', 'closed', false),
  due('2026-01-21', 'deferred'),
  due('2026-01-22', 'open'),
  due('2025-12-31', 'open'),
  due('2026-02-01', 'closed', true),
]

test('结案率: 4 closed of 6 due less 1 deferred', () => {
  expect(sum(closureRate, DUE)).toEqual({ top: 4, bottom: 5 })
})

test('按期结案率: 3 in time of 6 due less 1 deferred', () => {
  expect(sum(onTimeClosure, DUE)).toEqual({ top: 3, bottom: 5 })
})

test('延期率: 1 deferred of 6 due', () => {
  expect(sum(deferralRate, DUE)).toEqual({ top: 1, bottom: 6 })
})

test('a job put off and resumed in one month is due twice in it', () => {
  const twice = job({
    dues: [
      { dueAt: at('2026-01-05 09:00'), outcome: 'deferred', inTime: false },
      { dueAt: at('2026-01-07 09:00'), outcome: 'closed', inTime: true },
    ],
  })
  expect([closureRate, deferralRate].map(formula => sum(formula, [twice]))).toEqual([
    { top: 1, bottom: 1 },
    { top: 1, bottom: 2 },
  ])
})

test('返工率: 1 that came back of 3 closed; one that is open does not count', () => {
  const closed = { closedAt: at('2026-01-31 23:59') }
  const jobs = [
    job(closed),
    job({ ...closed, returned: true }),
    job(closed),
    job({ returned: true }),
    job({ closedAt: at('2026-02-01 00:00'), returned: true }),
  ]
  expect(sum(returnRate, jobs)).toEqual({ top: 1, bottom: 3 })
})

test('首次派准率: 2 kept of 3 whose end is known', () => {
  const assigned = { assignedAt: at('2026-01-10 08:00') }
  const jobs = [
    job({ ...assigned, firstAssignee: 'kept' }),
    job({ ...assigned, firstAssignee: 'kept' }),
    job({ ...assigned, firstAssignee: 'lost' }),
    job(assigned),
    job({ assignedAt: at('2026-02-10 08:00'), firstAssignee: 'lost' }),
  ]
  expect(sum(firstDispatchAccuracy, jobs)).toEqual({ top: 2, bottom: 3 })
})

test('alert precision: 2 confirmed of 3 judged; what nobody judged does not count', () => {
  const reviews = ['confirmed', 'confirmed', 'rejected', 'auto-confirmed', 'expired', 'pending'] as const
  const alerts = reviews.map(review => incident({ review }))
  expect(sum(alertPrecision, alerts)).toEqual({ top: 2, bottom: 3 })
})

test('false alarms: 3 rejected on two cameras, one of them added on the 16th', () => {
  const now = at('2026-03-01 00:00')
  const cameras = [at('2025-06-01 00:00'), at('2026-01-16 00:00')].map(since => ({ ...WHERE, since }))
  const alarms = [1, 2, 3].map(() => falseAlarms(incident({ review: 'rejected' }), JANUARY))
  const days = cameras.map(camera => cameraDays(camera, JANUARY, now))
  expect([...alarms, ...days].reduce(plus, NOTHING)).toEqual({ top: 3, bottom: 31 + 16 })
  expect(cameraDays({ ...WHERE, since: 0 }, JANUARY, at('2026-01-03 12:00'))).toEqual({ top: 0, bottom: 2.5 })
  expect(cameraDays({ ...WHERE, since: at('2026-02-01 00:00') }, JANUARY, now)).toEqual(NOTHING)
})

test('nothing below the line is no figure, neither 0 nor 100 %', () => {
  expect(quotient(NOTHING)).toBeNull()
  expect(quotient({ top: 0, bottom: 4 })).toBe(0)
})

test.each([
  [[], { n: 0, p50Ms: null, p90Ms: null, p99Ms: null }],
  [[7], { n: 1, p50Ms: 7, p90Ms: 7, p99Ms: 7 }],
  [[40, 10, 30, 20], { n: 4, p50Ms: 20, p90Ms: 40, p99Ms: 40 }],
  [Array.from({ length: 200 }, (_, index) => 200 - index), { n: 200, p50Ms: 100, p90Ms: 180, p99Ms: 198 }],
])('percentiles of %j by nearest rank', (spans, expected) => {
  expect(percentiles(spans)).toEqual(expected)
})

test('stage times are of the jobs closed in the period, each stage of those that have it', () => {
  const times = new StageTimes()
  const stages = { ...job().stages, handle: 600, whole: 900 }
  times.add(job({ stages, closedAt: at('2026-01-05 08:00') }), JANUARY)
  times.add(job({ stages: { ...stages, handle: null }, closedAt: at('2026-01-05 09:00') }), JANUARY)
  times.add(job({ stages, closedAt: at('2026-02-05 08:00') }), JANUARY)
  expect(times.times()).toMatchObject({ handle: { n: 1, p50Ms: 600 }, whole: { n: 2 }, arrive: { n: 0, p50Ms: null } })
})
