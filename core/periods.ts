// Calendar periods of the city's own time: days, weeks from Monday, months, in Asia/Shanghai.
import { DateTime } from 'luxon'
import { JiemuError } from './errors.ts'
import { type PeriodUnit, TIME_ZONE } from './kpi.ts'
import type { EpochMs } from './time.ts'

/** From `from`, up to and without `to`. */
export interface Period {
  readonly from: EpochMs
  readonly to: EpochMs
}

export interface NamedPeriod extends Period {
  /** 2026-01-05, 2026-W02 or 2026-01. */
  readonly name: string
}

const FORMATS = { day: 'yyyy-MM-dd', week: "kkkk-'W'WW", month: 'yyyy-MM' } as const

const localDay = (date: string): DateTime => DateTime.fromISO(date, { zone: TIME_ZONE }).startOf('day')

/** A year and the month before it: what a report compares; more would be read for minutes. */
const LONGEST_DAYS = 400

/**
 * @param from the first day and @param to the last one, as YYYY-MM-DD, both included
 * @throws JiemuError request-invalid where the last comes before the first, or the span is too long
 */
export function periodOf(from: string, to: string): Period {
  const start = localDay(from)
  const end = localDay(to).plus({ days: 1 })
  if (end <= start) throw new JiemuError('request-invalid', { problem: `to: ${to} comes before from: ${from}` })
  if (end > start.plus({ days: LONGEST_DAYS })) {
    throw new JiemuError('request-invalid', { problem: `from … to: more than ${LONGEST_DAYS} days` })
  }
  return { from: start.toMillis(), to: end.toMillis() }
}

/** Every period of the unit that has a part in `whole`, cut to it: a week over the edge counts with its days inside. */
export function periodsIn(whole: Period, unit: PeriodUnit): readonly NamedPeriod[] {
  const periods: NamedPeriod[] = []
  let start = DateTime.fromMillis(whole.from, { zone: TIME_ZONE }).startOf(unit)
  while (start.toMillis() < whole.to) {
    const next = start.plus({ [unit]: 1 })
    periods.push({
      name: start.toFormat(FORMATS[unit]),
      from: Math.max(start.toMillis(), whole.from),
      to: Math.min(next.toMillis(), whole.to),
    })
    start = next
  }
  return periods
}

/** @param month as YYYY-MM */
export function monthOf(month: string): Period {
  const start = localDay(`${month}-01`)
  return { from: start.toMillis(), to: start.plus({ months: 1 }).toMillis() }
}

/** The month before, as YYYY-MM. */
export function monthBefore(month: string): string {
  return localDay(`${month}-01`).minus({ months: 1 }).toFormat(FORMATS.month)
}

/** The day that an instant lies on, as YYYY-MM-DD. */
export function dayOf(at: EpochMs): string {
  return DateTime.fromMillis(at, { zone: TIME_ZONE }).toFormat(FORMATS.day)
}

/** China has had one time and no summer time since 1991. */
const AHEAD_MS = 28_800_000

/** As people of the city write it: 2026-01-05 08:02:30. By hand: an export asks it eight times in each line. */
export function localTime(at: EpochMs): string {
  return new Date(at + AHEAD_MS).toISOString().slice(0, 19).replace('T', ' ')
}
