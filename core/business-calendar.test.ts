// Working time, in literal instants of Hangzhou: nights, noons, weekends, holidays and the days that make up for them.
import { expect, test } from 'vitest'
import {
  addWorkingTime,
  businessCalendarSchema,
  DEFAULT_BUSINESS_CALENDAR,
  workingTimeBetween,
} from './business-calendar.ts'
import { announced, PUBLIC_HOLIDAYS } from './public-holidays.ts'

const H = 3_600_000
const at = (text: string) => Date.parse(`${text}:00+08:00`)
const said = (ms: number) => new Date(ms + 8 * H).toISOString().slice(0, 16)

// Working hours are 08:30 to 12:00 and 13:30 to 18:00.
const TABLE: readonly (readonly [string, string, number, string])[] = [
  ['within a morning', '2026-03-02T09:00', 1, '2026-03-02T10:00'],
  ['to the very end of a morning', '2026-03-02T09:00', 3, '2026-03-02T12:00'],
  ['over noon', '2026-03-02T11:00', 2, '2026-03-02T14:30'],
  ['a whole day', '2026-03-02T08:30', 8, '2026-03-02T18:00'],
  ['begun before work', '2026-03-02T05:00', 1, '2026-03-02T09:30'],
  ['begun after work', '2026-03-02T22:00', 1, '2026-03-03T09:30'],
  ['begun at the end of work', '2026-03-02T18:00', 1, '2026-03-03T09:30'],
  ['over a night', '2026-03-02T17:00', 4, '2026-03-03T11:30'],
  ['over a weekend', '2026-03-06T17:00', 4, '2026-03-09T11:30'],
  ['begun on a Sunday', '2026-03-08T12:00', 8, '2026-03-09T18:00'],
  // 2026-04-06, a Monday, is 清明.
  ['over 清明', '2026-04-03T17:00', 2, '2026-04-07T09:30'],
  // 春节 from Sunday 15 to Monday 23 February; the Saturday before, the 14th, is worked.
  ['on a Saturday that is worked', '2026-02-13T17:00', 2, '2026-02-14T09:30'],
  ['over 春节', '2026-02-14T17:00', 2, '2026-02-24T09:30'],
  ['over 国庆节 to a week with a worked Saturday', '2026-09-30T17:00', 25, '2026-10-10T18:00'],
  // 2025-10-11, a Saturday, makes up for 国庆节.
  ['over 2025’s 国庆节', '2025-09-30T18:00', 24, '2025-10-11T18:00'],
  ['over the turn of the year', '2025-12-31T17:00', 2, '2026-01-04T09:30'],
  ['no time at all', '2026-03-08T03:00', 0, '2026-03-08T03:00'],
]

test.each(TABLE)('adds working time: %s', (_, from, hours, to) => {
  expect(said(addWorkingTime(DEFAULT_BUSINESS_CALENDAR, at(from), hours * H))).toBe(to)
})

test.each(TABLE)('and measures it again: %s', (_, from, hours, to) => {
  expect(workingTimeBetween(DEFAULT_BUSINESS_CALENDAR, at(from), at(to))).toBe(hours * H)
})

test.each([
  ['nothing backwards', '2026-03-03T10:00', '2026-03-02T10:00', 0],
  ['nothing at night', '2026-03-02T19:00', '2026-03-03T07:00', 0],
  ['nothing on a holiday', '2026-05-01T00:00', '2026-05-06T00:00', 0],
  ['a week', '2026-03-02T00:00', '2026-03-09T00:00', 40],
])('measures %s', (_, from, to, hours) => {
  expect(workingTimeBetween(DEFAULT_BUSINESS_CALENDAR, at(from), at(to))).toBe(hours * H)
})

test('what a district adds goes before what was announced', () => {
  const calendar = businessCalendarSchema.parse({ holidays: ['2026-03-03', '2026-05-09'], workdays: ['2026-05-01'] })
  expect(said(addWorkingTime(calendar, at('2026-03-02T17:00'), 2 * H))).toBe('2026-03-04T09:30')
  expect(said(addWorkingTime(calendar, at('2026-05-01T08:30'), 1 * H))).toBe('2026-05-01T09:30')
  expect(workingTimeBetween(calendar, at('2026-05-09T00:00'), at('2026-05-10T00:00'))).toBe(0)
})

test('without public holidays there are only weekends', () => {
  const calendar = businessCalendarSchema.parse({ publicHolidays: 'none' })
  expect(said(addWorkingTime(calendar, at('2026-02-13T17:00'), 2 * H))).toBe('2026-02-16T09:30')
})

test.each([
  [{ hours: [{ from: '12:00', to: '08:00' }] }],
  [
    {
      hours: [
        { from: '08:00', to: '12:00' },
        { from: '11:00', to: '13:00' },
      ],
    },
  ],
  [{ hours: [] }],
  [{ days: [] }],
  [{ holidays: ['1 May'] }],
])('refuses %j', calendar => {
  expect(businessCalendarSchema.safeParse(calendar).success).toBe(false)
})

test('a calendar without any working time is told, and not searched for ever', () => {
  const calendar = businessCalendarSchema.parse({})
  expect(() => addWorkingTime({ ...calendar, publicHolidays: 'none', days: [] }, at('2026-03-02T09:00'), H)).toThrow(
    /no working time/,
  )
})

test('the announced days are what they must be: holidays of a year’s notice, worked days at weekends', () => {
  for (const { year, holidays, workdays } of PUBLIC_HOLIDAYS) {
    for (const { from, to } of holidays) expect([from.slice(0, 4), to >= from]).toEqual([String(year), true])
    for (const day of workdays) {
      expect([0, 6]).toContain(new Date(day).getUTCDay())
      expect(announced(day)).toBe('worked')
    }
  }
  // The numbers of days off that the two notices name, holiday by holiday.
  const lengths = PUBLIC_HOLIDAYS.map(({ holidays }) =>
    holidays.map(({ from, to }) => (Date.parse(to) - Date.parse(from)) / (24 * H) + 1),
  )
  expect(lengths).toEqual([
    [1, 8, 3, 5, 3, 8],
    [3, 9, 3, 5, 3, 3, 7],
  ])
})
