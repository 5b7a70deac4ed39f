// A calendar: on which days and hours something applies, in the street's own time zone.
import { DateTime, IANAZone, Interval } from 'luxon'
import { z } from 'zod'
import { announced } from './public-holidays.ts'
import type { EpochMs } from './time.ts'

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const WORKDAYS: readonly string[] = DAYS.slice(0, 5)
export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'expected a time of day such as "07:30"')
export const timeZone = z.string().refine(IANAZone.isValidZone, 'expected an IANA time zone').default('Asia/Shanghai')

export const calendarSchema = z.strictObject({
  timeZone,
  days: z
    .array(z.enum(DAYS))
    .min(1)
    .default([...DAYS])
    .describe('days of the week on which it applies'),
  from: timeOfDay.default('00:00').describe('start of the day’s window'),
  to: timeOfDay.default('24:00').describe('end of the window; before `from` it runs over midnight'),
  holidays: z
    .array(z.union([z.iso.date(), z.literal('CN')]))
    .default([])
    .describe('days on which it does not apply, as YYYY-MM-DD; CN for China’s public holidays, 调休 included'),
})
export type Calendar = z.output<typeof calendarSchema>

export const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))

/** Whether the calendar applies at `at`. A window over midnight belongs to the day on which it began. */
export function applies(calendar: Calendar, at: EpochMs): boolean {
  return isAlways(calendar) || windowAt(calendar, at) !== undefined
}

/** When the window that `at` lies in ends; `at` itself where the calendar does not apply then. */
export function windowEnd(calendar: Calendar, at: EpochMs): EpochMs {
  return windowAt(calendar, at)?.end?.toMillis() ?? at
}

function windowAt(calendar: Calendar, at: EpochMs): Interval | undefined {
  const local = DateTime.fromMillis(at, { zone: calendar.timeZone })
  const from = minutesOf(calendar.from)
  const to = minutesOf(calendar.to)
  const length = to > from ? to - from : to + 1440 - from
  for (const day of [local, local.minus({ days: 1 })]) {
    if (!countsOn(calendar, day)) continue
    const window = Interval.after(day.startOf('day').plus({ minutes: from }), { minutes: length })
    if (window.contains(local)) return window
  }
  return undefined
}

function countsOn({ days, holidays }: Calendar, day: DateTime): boolean {
  const date = day.toISODate() ?? ''
  if (holidays.includes(date)) return false
  const official = holidays.includes('CN') ? announced(date) : undefined
  if (official === 'off') return false
  // A Saturday that is worked is a day like the five before it, and no weekend.
  if (official === 'worked') return days.some(name => WORKDAYS.includes(name))
  const name = DAYS[day.weekday - 1]
  return name !== undefined && days.includes(name)
}

/** The default, asked for every stay of every frame: the time of day costs 0.1 ms to know. */
function isAlways({ days, from, to, holidays }: Calendar): boolean {
  return from === '00:00' && to === '24:00' && holidays.length === 0 && DAYS.every(day => days.includes(day))
}
