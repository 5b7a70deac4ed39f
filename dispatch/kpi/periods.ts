// Calendar periods of the city's own time: days, weeks from Monday, months, in Asia/Shanghai.
import { DateTime } from 'luxon'
import type { Period } from './ratio.ts'

export const PERIODS = ['day', 'week', 'month'] as const
export type PeriodUnit = (typeof PERIODS)[number]

export const TIME_ZONE = 'Asia/Shanghai'

export interface NamedPeriod extends Period {
  /** 2026-01-05, 2026-W02 or 2026-01. */
  readonly name: string
}

const FORMATS = { day: 'yyyy-MM-dd', week: "kkkk-'W'WW", month: 'yyyy-MM' } as const

const localDay = (date: string): DateTime => DateTime.fromISO(date, { zone: TIME_ZONE }).startOf('day')

/** @param from the first day and @param to the last one, as YYYY-MM-DD, both included */
export function periodOf(from: string, to: string): Period {
  return { from: localDay(from).toMillis(), to: localDay(to).plus({ days: 1 }).toMillis() }
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
