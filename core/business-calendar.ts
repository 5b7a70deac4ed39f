// The business calendar: which hours are working time (工作时), for deadlines that do not run at night and on holidays.
import { DateTime } from 'luxon'
import { z } from 'zod'
import { DAYS, minutesOf, timeOfDay, timeZone } from './calendar.ts'
import { JiemuError } from './errors.ts'
import { announced } from './public-holidays.ts'
import type { EpochMs } from './time.ts'

const hours = z
  .strictObject({ from: timeOfDay, to: timeOfDay })
  .refine(({ from, to }) => minutesOf(from) < minutesOf(to), 'expected `from` before `to`')

export const businessCalendarSchema = z.strictObject({
  timeZone,
  days: z
    .array(z.enum(DAYS))
    .min(1)
    .default(['mon', 'tue', 'wed', 'thu', 'fri'])
    .describe('days of the week that are worked'),
  hours: z
    .array(hours)
    .min(1)
    .refine(
      list => list.every(({ from }, index) => index === 0 || minutesOf(from) >= minutesOf(list[index - 1]?.to ?? '')),
      'expected hours one after the other',
    )
    // Eight hours, as the State Council's rules on working time have it: so "8h" is a day.
    .default([
      { from: '08:30', to: '12:00' },
      { from: '13:30', to: '18:00' },
    ])
    .describe('working hours of a day'),
  publicHolidays: z
    .enum(['CN', 'none'])
    .default('CN')
    .describe('whose holidays and make-up working days (调休) count: the State Council’s, or nobody’s'),
  holidays: z.array(z.iso.date()).default([]).describe('further days off; also where the announced ones are wrong'),
  workdays: z.array(z.iso.date()).default([]).describe('further days that are worked; also where the rest is wrong'),
})
export type BusinessCalendar = z.output<typeof businessCalendarSchema>

export const DEFAULT_BUSINESS_CALENDAR: BusinessCalendar = businessCalendarSchema.parse({})

/** Some years: only a calendar that is all holidays comes so far. */
const MOST_DAYS = 4_000

interface Span {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** The district's own days go before the announced ones, those before the day of the week. */
function isWorked(calendar: BusinessCalendar, day: DateTime): boolean {
  const date = day.toISODate() ?? ''
  if (calendar.workdays.includes(date)) return true
  if (calendar.holidays.includes(date)) return false
  const official = calendar.publicHolidays === 'CN' ? announced(date) : undefined
  if (official) return official === 'worked'
  const name = DAYS[day.weekday - 1]
  return name !== undefined && calendar.days.includes(name)
}

/** Working time from the day of `from` on, in order, without end. */
function* spans(calendar: BusinessCalendar, from: EpochMs): Generator<Span> {
  let day = DateTime.fromMillis(from, { zone: calendar.timeZone }).startOf('day')
  for (let count = 0; count < MOST_DAYS; count += 1) {
    if (isWorked(calendar, day)) {
      for (const span of calendar.hours) {
        yield { from: instant(day, minutesOf(span.from)), to: instant(day, minutesOf(span.to)) }
      }
    }
    day = day.plus({ days: 1 })
  }
  throw new JiemuError('unexpected', { problem: `no working time within ${MOST_DAYS} days` })
}

/** By the wall clock: where clocks are put forward, 08:30 is still 08:30. */
function instant(day: DateTime, minutes: number): EpochMs {
  return day.set({ hour: Math.floor(minutes / 60), minute: minutes % 60 }).toMillis()
}

/**
 * The first instant at which `durationMs` of working time have passed since `at`; `at` itself for nothing.
 * @throws JiemuError unexpected where the calendar has no working time for years
 */
export function addWorkingTime(calendar: BusinessCalendar, at: EpochMs, durationMs: number): EpochMs {
  let leftMs = durationMs
  if (leftMs <= 0) return at
  for (const { from, to } of spans(calendar, at)) {
    const begin = Math.max(from, at)
    if (begin >= to) continue
    if (leftMs <= to - begin) return begin + leftMs
    leftMs -= to - begin
  }
  return at
}

/** Working time from one instant to a later one, in milliseconds; 0 where it is not later. */
export function workingTimeBetween(calendar: BusinessCalendar, from: EpochMs, to: EpochMs): number {
  let totalMs = 0
  if (to <= from) return totalMs
  for (const span of spans(calendar, from)) {
    if (span.from >= to) break
    totalMs += Math.max(0, Math.min(span.to, to) - Math.max(span.from, from))
  }
  return totalMs
}
