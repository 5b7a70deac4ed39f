// What happened today, read page by page, and what of it was going on at a time.
import { read } from '../../client/http.ts'
import type { Incident, Page } from '../../client/records.ts'

const PAGES = 10
const PAGE = 200
const SHANGHAI_MS = 8 * 3_600_000
const DAY_MS = 86_400_000

/** Midnight in Shanghai, which keeps no summer time. */
export const midnightBefore = (at: number): number => Math.floor((at + SHANGHAI_MS) / DAY_MS) * DAY_MS - SHANGHAI_MS

export interface Today {
  readonly incidents: readonly Incident[]
  /** There were more than are read. */
  readonly truncated: boolean
}

/** All that is active, however old, and all that opened since midnight. */
export async function readToday(signal: AbortSignal): Promise<Today> {
  const midnight = midnightBefore(Date.now())
  const active = await read<Page<Incident>>(`/api/incidents?physical=active&limit=500`, signal)
  const found = new Map(active.items.map(incident => [incident.id, incident] as const))
  let before: string | undefined
  for (let page = 0; page < PAGES; page++) {
    const more: Page<Incident> = await read(
      `/api/incidents?limit=${PAGE}${before ? `&before=${encodeURIComponent(before)}` : ''}`,
      signal,
    )
    for (const incident of more.items) found.set(incident.id, incident)
    before = more.next ?? undefined
    const oldest = more.items.at(-1)?.openedAt ?? 0
    if (!before || oldest < midnight) return { incidents: [...found.values()], truncated: false }
  }
  return { incidents: [...found.values()], truncated: true }
}

/** What was going on at that time; what a person rejected is left out, since it was not there. */
export const goingOnAt = (incidents: readonly Incident[], at: number): readonly Incident[] =>
  incidents.filter(
    ({ openedAt, clearedAt, review }) =>
      openedAt <= at && (clearedAt ?? Number.POSITIVE_INFINITY) > at && review !== 'rejected',
  )
