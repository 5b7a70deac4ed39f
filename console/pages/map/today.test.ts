// What was going on at a time of the day.
import { expect, test } from 'vitest'
import type { Incident } from '../../client/records.ts'
import { goingOnAt, midnightBefore } from './today.ts'

const incident = (id: string, openedAt: number, clearedAt: number | null, review: Incident['review'] = 'confirmed') =>
  ({ id, openedAt, clearedAt, review }) as Incident

test('the day begins at midnight in Shanghai', () => {
  expect(midnightBefore(Date.parse('2026-03-12T00:00:00+08:00'))).toBe(Date.parse('2026-03-12T00:00:00+08:00'))
  expect(midnightBefore(Date.parse('2026-03-12T23:59:59+08:00'))).toBe(Date.parse('2026-03-12T00:00:00+08:00'))
})

test('an incident is there from its opening until it is cleared, unless somebody said that it was not', () => {
  const all = [incident('a', 10, 20), incident('b', 15, null), incident('c', 15, null, 'rejected')]
  const ids = (at: number) => goingOnAt(all, at).map(({ id }) => id)
  expect([9, 10, 15, 19, 20].map(ids)).toEqual([[], ['a'], ['a', 'b'], ['a', 'b'], ['b']])
})
