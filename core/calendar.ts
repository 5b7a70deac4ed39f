// A calendar: on which days and hours something applies, in the street's own time zone.
import { DateTime, IANAZone, Interval } from 'luxon'
import { z } from 'zod'
import type { EpochMs } from './time.ts'

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const hour = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'expected a time of day such as "07:30"')

export const calendarSchema = z.strictObject({
  timeZone: z.string().refine(IANAZone.isValidZone, 'expected an IANA time zone').default('Asia/Shanghai'),
  days: z
    .array(z.enum(DAYS))
    .min(1)
    .default([...DAYS])
    .describe('days of the week on which it applies'),
  from: hour.default('00:00').describe('start of the day’s window'),
  to: hour.default('24:00').describe('end of the window; before `from` it runs over midnight'),
  holidays: z.array(z.iso.date()).default([]).describe('days on which it does not apply, as YYYY-MM-DD'),
})
export type Calendar = z.output<typeof calendarSchema>

const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))

/** Whether the calendar applies at `at`. A window over midnight belongs to the day on which it began. */
export function applies(calendar: Calendar, at: EpochMs): boolean {
  if (isAlways(calendar)) return true
  const local = DateTime.fromMillis(at, { zone: calendar.timeZone })
  const from = minutes(calendar.from)
  const to = minutes(calendar.to)
  const length = to > from ? to - from : to + 1440 - from
  return [local, local.minus({ days: 1 })].some(day => {
    const name = DAYS[day.weekday - 1]
    if (!name || !calendar.days.includes(name) || calendar.holidays.includes(day.toISODate() ?? '')) return false
    const start = day.startOf('day').plus({ minutes: from })
    return Interval.after(start, { minutes: length }).contains(local)
  })
}

/** The default, asked for every stay of every frame: the time of day costs 0.1 ms to know. */
function isAlways({ days, from, to, holidays }: Calendar): boolean {
  return from === '00:00' && to === '24:00' && holidays.length === 0 && DAYS.every(day => days.includes(day))
}
