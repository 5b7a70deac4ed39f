// The span of days that the figures are about, and the way from a number to the cases behind it.
import { dayOf } from '../../words/format.ts'

export interface Span {
  readonly from: string
  readonly to: string
  readonly street: string
}

const DAY_MS = 86_400_000

/** The last days up to today, in the street's time. */
export const lastDays = (days: number, now = Date.now()): Pick<Span, 'from' | 'to'> => ({
  from: dayOf(now - (days - 1) * DAY_MS),
  to: dayOf(now),
})

export function spanQuery({ from, to, street }: Span): string {
  return new URLSearchParams({ from, to, ...(street && { street }) }).toString()
}

export const lengthOf = ({ from, to }: Span): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1

/** Where the search page lists what a number has counted. */
export const casesOf = ({ from, to, street }: Span, filter: Readonly<Record<string, string>> = {}): string =>
  `/search?${new URLSearchParams({ from, to, ...(street && { street }), ...filter })}`
