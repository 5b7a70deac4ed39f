// A week of the rota as a table: for everybody and each day the hours that hold, and the exceptions from them.
import type { z } from 'zod'
import type { overrideSchema, shiftSchema, teamSchema, workerStatusSchema } from '../../../api/rota-views.ts'
import { announced } from '../../../core/public-holidays.ts'

export type Shift = z.output<typeof shiftSchema>
export type Override = z.output<typeof overrideSchema>
export type Team = z.output<typeof teamSchema>
export type Worker = z.output<typeof workerStatusSchema>

const DAY_MS = 86_400_000
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** Midnight of the street, which has no summer time. */
export const startOf = (date: string): number => Date.parse(`${date}T00:00:00+08:00`)
const dateOf = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10)
export const weekdayOf = (date: string): Weekday =>
  WEEKDAYS[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7] ?? 'mon'

/** The seven days, Monday first, of the week in which `at` lies, or of one `weeks` later. */
export function weekOf(at: number, weeks = 0): readonly string[] {
  const today = dateOf(at)
  const monday = startOf(today) - WEEKDAYS.indexOf(weekdayOf(today)) * DAY_MS + weeks * 7 * DAY_MS
  return WEEKDAYS.map((_, index) => dateOf(monday + index * DAY_MS))
}

/** Whether a calendar counts on a day; as core/calendar.ts, without the time of day. */
export function countsOn({ days, holidays }: Shift['calendar'], date: string): boolean {
  if (holidays.includes(date)) return false
  const official = holidays.includes('CN') ? announced(date) : undefined
  if (official === 'off') return false
  if (official === 'worked') return days.some(day => day !== 'sat' && day !== 'sun')
  return days.includes(weekdayOf(date))
}

/** 00:00–24:00 is the whole day; a window over midnight belongs to the day on which it begins. */
export const hoursOf = ({ from, to }: Pick<Shift['calendar'], 'from' | 'to'>): string => `${from}–${to}`

export interface Day {
  readonly date: string
  readonly hours: readonly string[]
  /** Where the hours come from: the person's own rows, the team's, or what the team names. */
  readonly source: 'own' | 'team' | 'named'
  /** The rows that give them, to be changed. */
  readonly rows: readonly Shift[]
  /** Those in force at some time of the day; the person's own, else the team's. */
  readonly exceptions: readonly Override[]
}

export interface Whose {
  readonly team: Team
  /** Null for the team as a whole. */
  readonly worker: Worker | null
}

export function dayOf(
  { team, worker }: Whose,
  date: string,
  shifts: readonly Shift[],
  overrides: readonly Override[],
): Day {
  const own = worker ? shifts.filter(({ workerId }) => workerId === worker.id) : []
  const teams = shifts.filter(({ teamId }) => teamId === team.id)
  const [source, rows] = own.length > 0 ? (['own', own] as const) : (['team', teams] as const)
  const holding = rows.filter(({ calendar }) => countsOn(calendar, date))
  const named = rows.length === 0 && countsOn(team.shift, date) ? [hoursOf(team.shift)] : []
  const [from, to] = [startOf(date), startOf(date) + DAY_MS]
  const inForce = overrides.filter(({ fromAt, toAt }) => fromAt < to && toAt > from)
  const personal = worker ? inForce.filter(({ workerId }) => workerId === worker.id) : []
  const exceptions = personal.length > 0 ? personal : inForce.filter(({ teamId }) => teamId === team.id)
  return {
    date,
    hours: rows.length > 0 ? holding.map(({ calendar }) => hoursOf(calendar)) : named,
    source: rows.length > 0 ? source : 'named',
    rows: holding,
    exceptions,
  }
}

/** What of an exception falls on a day: "全天" is left to the page. */
export function partOf({ fromAt, toAt }: Pick<Override, 'fromAt' | 'toAt'>, date: string): string | 'all' {
  const [from, to] = [startOf(date), startOf(date) + DAY_MS]
  if (fromAt <= from && toAt >= to) return 'all'
  const clock = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(11, 16)
  return `${clock(Math.max(from, fromAt))}–${toAt >= to ? '24:00' : clock(toAt)}`
}
