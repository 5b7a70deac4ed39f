// The city's days, whatever zone the machine is in.
import { expect, test } from 'vitest'
import { dayOf, periodOf } from './periods.ts'

test.each([
  ['2026-01-04T15:59:59.999Z', '2026-01-04'],
  ['2026-01-04T16:00:00Z', '2026-01-05'],
  ['2026-01-05T08:00:00+08:00', '2026-01-05'],
])('%s is on %s', (at, day) => {
  expect(dayOf(Date.parse(at))).toBe(day)
  const { from, to } = periodOf(day, day)
  expect(from <= Date.parse(at) && Date.parse(at) < to).toBe(true)
})
