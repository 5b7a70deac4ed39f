// The worst colour of each day, from the changes of a grid.
import { expect, test } from 'vitest'
import { periodOf, periodsIn } from '../../core/periods.ts'
import type { Colour, StandingChange } from '../../core/standing.ts'
import { at } from '../kpi/testing/examples.ts'
import { SCOPE } from '../testing/examples.ts'
import { worstByDay } from './days.ts'

const change = (when: string, to: Colour): StandingChange => ({
  ...SCOPE,
  ...{ at: at(when), from: null, to, score: 0, parts: [] },
})
const DAYS = periodsIn(periodOf('2026-01-05', '2026-01-09'), 'day')

test('a day has its worst colour, the one that it began with included; one that has not begun has none', () => {
  const changes = [
    change('2026-01-05 10:00', 'green'),
    change('2026-01-06 09:00', 'orange'),
    change('2026-01-06 10:00', 'blue'),
    change('2026-01-08 00:00', 'green'),
  ]
  expect(worstByDay(changes, DAYS, at('2026-01-08 12:00'))).toEqual([
    { gridId: 'gulou-1', days: ['green', 'orange', 'blue', 'green', null] },
  ])
  const before = [change('2025-12-24 10:00', 'red'), change('2026-01-07 10:00', 'green')]
  expect(worstByDay(before, DAYS, at('2026-02-01 00:00'))[0]?.days).toEqual(['red', 'red', 'red', 'green', 'green'])
})
