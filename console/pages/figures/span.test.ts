// Spans of days as the figures ask for them, and the way from a number to its cases.
import { expect, test } from 'vitest'
import { askedOf } from '../search/wish.ts'
import { casesBehind, casesOf, lastDays, lengthOf } from './span.ts'

test('the last days end today in the street, wherever the screen is', () => {
  expect(lastDays(7, Date.parse('2026-03-12T00:30:00+08:00'))).toEqual({ from: '2026-03-06', to: '2026-03-12' })
  expect(lengthOf({ from: '2026-02-26', to: '2026-03-04', street: '' })).toBe(7)
})

test('a number leads to the incidents of its days, its street and its verdict, as the search page reads them', () => {
  const to = casesOf({ from: '2026-03-12', to: '2026-03-13', street: 'tianshui' }, { review: 'rejected' })
  expect(to).toBe('/search?from=2026-03-12&to=2026-03-13&street=tianshui&review=rejected')
  expect(String(askedOf(new URLSearchParams(to.slice(to.indexOf('?')))))).toBe(
    `from=${Date.parse('2026-03-12T00:00:00+08:00')}&to=${Date.parse('2026-03-14T00:00:00+08:00')}&review=rejected&street=tianshui`,
  )
})

test.each([
  ['return-rate', 'top', undefined, '/search?from=2026-03-12&to=2026-03-13&kpi=return-rate&line=top'],
  [
    'closure-rate',
    'bottom',
    { by: 'team', key: 'a' },
    '/search?from=2026-03-12&to=2026-03-13&kpi=closure-rate&line=bottom&by=team&key=a',
  ],
  [
    'closure-rate',
    'bottom',
    { by: 'team', key: null },
    '/search?from=2026-03-12&to=2026-03-13&kpi=closure-rate&line=bottom&by=team',
  ],
  ['alert-precision', 'bottom', undefined, '/search?from=2026-03-12&to=2026-03-13&review=judged'],
  [
    'false-alarms',
    'top',
    { by: 'rule', key: 'crowding' },
    '/search?from=2026-03-12&to=2026-03-13&review=rejected&kind=crowding',
  ],
] as const)('%s, %s, of %j leads to the cases that it counts', (name, line, group, expected) => {
  expect(casesBehind({ from: '2026-03-12', to: '2026-03-13', street: '' }, name, line, group)).toBe(expected)
})
