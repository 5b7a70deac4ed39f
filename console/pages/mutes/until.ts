// Until when something is muted: spans, the next evening, or a time that somebody writes; all in the street's time.
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const AHEAD_MS = 8 * HOUR_MS
const EVENING_MS = 18 * HOUR_MS

export type Span = 'hour' | 'hours' | 'evening' | 'date'

/** The next 18:00 in Shanghai, and whether that is tomorrow. */
export function eveningAfter(now: number): { readonly at: number; readonly tomorrow: boolean } {
  const midnight = Math.floor((now + AHEAD_MS) / DAY_MS) * DAY_MS - AHEAD_MS
  const today = midnight + EVENING_MS
  return today > now ? { at: today, tomorrow: false } : { at: today + DAY_MS, tomorrow: true }
}

/** As `<input type="datetime-local">` writes it. */
export const writtenOf = (at: number): string => new Date(at + AHEAD_MS).toISOString().slice(0, 16)

/** @returns undefined where nothing is written */
function atOf(written: string): number | undefined {
  const at = Date.parse(`${written}:00+08:00`)
  return Number.isNaN(at) ? undefined : at
}

export function untilOf(span: Span, written: string, now: number): number | undefined {
  if (span === 'hour') return now + HOUR_MS
  if (span === 'hours') return now + 4 * HOUR_MS
  return span === 'evening' ? eveningAfter(now).at : atOf(written)
}
