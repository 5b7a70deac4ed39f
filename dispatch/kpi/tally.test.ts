// Groups, periods, and what holds of every figure whatever is counted.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CameraId, GridId, TeamId, WorkerId } from '../../core/ids.ts'
import { GROUPINGS, KPI_NAMES } from '../../core/kpi.ts'
import { RULE_KINDS } from '../../core/observation.ts'
import { periodOf, periodsIn } from '../../core/periods.ts'
import type { JobFacts } from './facts.ts'
import { plus } from './ratio.ts'
import { Tally } from './tally.ts'
import { at, incident, job, WHERE } from './testing/examples.ts'

const JANUARY = periodOf('2026-01-01', '2026-01-31')
const NOW = at('2026-02-10 00:00')

test('days, weeks and months are the city’s own, and cut to what is asked for', () => {
  const names = (from: string, to: string, unit: 'day' | 'week' | 'month') =>
    periodsIn(periodOf(from, to), unit).map(({ name }) => name)
  expect(names('2026-01-30', '2026-02-01', 'day')).toEqual(['2026-01-30', '2026-01-31', '2026-02-01'])
  expect(names('2025-12-31', '2026-01-05', 'week')).toEqual(['2026-W01', '2026-W02'])
  expect(names('2026-01-30', '2026-02-01', 'month')).toEqual(['2026-01', '2026-02'])
  expect(periodsIn(JANUARY, 'month')).toEqual([{ name: '2026-01', ...JANUARY }])
  expect(JANUARY).toEqual({ from: at('2026-01-01 00:00'), to: at('2026-02-01 00:00') })
})

test('groups by team, the jobs that nobody has last', () => {
  const dues = [{ dueAt: at('2026-01-05 09:00'), outcome: 'closed', inTime: true }] as const
  const tally = new Tally(JANUARY, 'team')
  tally.addJob(job({ dues, teamId: 'b' as TeamId }))
  tally.addJob(job({ dues, teamId: null }))
  tally.addJob(job({ dues, teamId: 'a' as TeamId }))
  expect(tally.answer().groups.map(({ key, kpis }) => [key, kpis['closure-rate']])).toEqual([
    ['a', { top: 1, bottom: 1, rate: 1 }],
    ['b', { top: 1, bottom: 1, rate: 1 }],
    [null, { top: 1, bottom: 1, rate: 1 }],
  ])
  expect(tally.answer().total.kpis['closure-rate']).toEqual({ top: 3, bottom: 3, rate: 1 })
})

test('a day without anything is there, with no rate', () => {
  const days = new Tally(periodOf('2026-01-05', '2026-01-06'), 'day').answer().groups
  expect(days.map(({ key, kpis }) => [key, kpis['closure-rate'].rate])).toEqual([
    ['2026-01-05', null],
    ['2026-01-06', null],
  ])
})

const instant = fc.integer({ min: at('2025-12-20 00:00'), max: at('2026-02-10 00:00') })
const jobs = fc.record({
  kind: fc.constantFrom(...RULE_KINDS),
  gridId: fc.constantFrom('g1', 'g2').map(id => id as GridId),
  cameraId: fc.constantFrom('c1', 'c2', null).map(id => id as CameraId | null),
  teamId: fc.constantFrom('a', 'b', null).map(id => id as TeamId | null),
  workerId: fc.constantFrom('w1', null).map(id => id as WorkerId | null),
  dues: fc.array(
    fc.record({
      dueAt: instant,
      outcome: fc.constantFrom('open', 'deferred', 'closed'),
      inTime: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  assignedAt: fc.option(instant),
  firstAssignee: fc.constantFrom('kept', 'lost', null),
  closedAt: fc.option(instant),
  returned: fc.boolean(),
})

test('rates lie in [0, 1], and the sums of the groups are those of all together, however one groups', () => {
  const incidents = fc.record({
    openedAt: instant,
    review: fc.constantFrom('confirmed', 'rejected', 'expired'),
    kind: fc.constantFrom(...RULE_KINDS),
  })
  fc.assert(
    fc.property(fc.array(jobs), fc.array(incidents), fc.constantFrom(...GROUPINGS), (some, alerts, by) => {
      const tally = new Tally(JANUARY, by)
      // A job that was not closed is in no time: the facts never say so.
      const valid = some.map(each => ({
        ...each,
        dues: each.dues.map(due => ({ ...due, inTime: due.inTime && due.outcome === 'closed' })),
      }))
      for (const each of valid) tally.addJob(job(each as Partial<JobFacts>))
      for (const each of alerts) tally.addIncident(incident(each))
      tally.addCamera({ ...WHERE, since: at('2026-01-10 00:00') }, NOW)
      const { total, groups } = tally.answer()
      for (const name of KPI_NAMES) {
        const { rate, ...whole } = total.kpis[name]
        const parts = groups.map(group => group.kpis[name])
        const sum = parts.reduce<{ top: number; bottom: number }>(plus, { top: 0, bottom: 0 })
        expect(sum.top).toBe(whole.top)
        expect(sum.bottom).toBeCloseTo(whole.bottom, 6)
        for (const each of [rate, ...parts.map(part => part.rate)]) {
          if (each === null || name === 'false-alarms') continue
          expect(each).toBeGreaterThanOrEqual(0)
          expect(each).toBeLessThanOrEqual(1)
        }
      }
    }),
    { numRuns: 200 },
  )
})
