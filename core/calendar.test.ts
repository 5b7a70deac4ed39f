// Calendars at the instants where they are easy to get wrong.
import { expect, test } from 'vitest'
import { applies, calendarSchema, windowEnd } from './calendar.ts'

const at = (text: string) => Date.parse(text)
const office = calendarSchema.parse({ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:30', to: '17:30' })
const workdays = calendarSchema.parse({ days: ['mon', 'tue', 'wed', 'thu', 'fri'], holidays: ['CN', '2026-03-03'] })
const weekends = calendarSchema.parse({ days: ['sat', 'sun'], holidays: ['CN'] })
const night = calendarSchema.parse({ days: ['fri'], from: '22:00', to: '06:00' })

test.each([
  ['a Monday morning', office, '2026-01-05T08:30:00+08:00', true],
  ['a minute early', office, '2026-01-05T08:29:59+08:00', false],
  ['the end is outside', office, '2026-01-05T17:30:00+08:00', false],
  ['a Sunday', office, '2026-01-04T10:00:00+08:00', false],
  ['the same instant named in another zone', office, '2026-01-05T00:30:00Z', true],
  ['Friday night', night, '2026-01-09T23:00:00+08:00', true],
  ['the small hours after Friday', night, '2026-01-10T05:59:00+08:00', true],
  ['the small hours of Friday belong to Thursday', night, '2026-01-09T05:00:00+08:00', false],
  ['always', calendarSchema.parse({}), '2026-01-04T00:00:00+08:00', true],
  ['a public holiday', workdays, '2026-10-01T12:00:00+08:00', false],
  ['a day off beside them', workdays, '2026-03-03T12:00:00+08:00', false],
  ['a Saturday that makes up for a holiday, as a working day', workdays, '2026-10-10T12:00:00+08:00', true],
  ['and not as a weekend', weekends, '2026-10-10T12:00:00+08:00', false],
  ['the Sunday after it', weekends, '2026-10-11T12:00:00+08:00', true],
  ['a holiday', calendarSchema.parse({ holidays: ['2026-01-05'] }), '2026-01-05T12:00:00+08:00', false],
])('%s', (_name, calendar, instant, expected) => {
  expect(applies(calendar, at(instant))).toBe(expected)
})

test('an unknown zone, day or hour is refused', () => {
  expect(calendarSchema.safeParse({ timeZone: 'Mars/Base' }).success).toBe(false)
  expect(calendarSchema.safeParse({ days: ['someday'] }).success).toBe(false)
  expect(calendarSchema.safeParse({ from: '25:00' }).success).toBe(false)
})

test.each([
  ['before midnight', '2026-01-09T23:00:00+08:00', '2026-01-10T06:00:00+08:00'],
  ['after it', '2026-01-10T05:59:00+08:00', '2026-01-10T06:00:00+08:00'],
  ['outside', '2026-01-10T12:00:00+08:00', '2026-01-10T12:00:00+08:00'],
])('a window over midnight ends in the morning: asked %s', (_, asked, end) => {
  expect(windowEnd(night, at(asked))).toBe(at(end))
})
