// Until when something is muted, in the street's time.
import { expect, test } from 'vitest'
import { eveningAfter, untilOf, writtenOf } from './until.ts'

const at = (written: string) => Date.parse(`${written}+08:00`)

test.each([
  ['2026-03-12T00:00:00', '2026-03-12T18:00:00', false],
  ['2026-03-12T17:59:59', '2026-03-12T18:00:00', false],
  ['2026-03-12T18:00:00', '2026-03-13T18:00:00', true],
  ['2026-03-12T23:30:00', '2026-03-13T18:00:00', true],
])('the evening after %s is %s', (now, evening, tomorrow) => {
  expect(eveningAfter(at(now))).toEqual({ at: at(evening), tomorrow })
})

test('a written time is the street’s, and nothing written is no time', () => {
  expect(untilOf('date', '2026-03-14T08:30', 0)).toBe(at('2026-03-14T08:30:00'))
  expect(writtenOf(at('2026-03-14T08:30:00'))).toBe('2026-03-14T08:30')
  expect(untilOf('date', '', 0)).toBeUndefined()
  expect(untilOf('hours', '', 0)).toBe(4 * 3_600_000)
})
