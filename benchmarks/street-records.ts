// All incidents and jobs of a street with their events, as its database has them.
import type { Incident, IncidentEvent } from '../core/incident.ts'
import type { Job, JobEvent } from '../core/job.ts'
import type { EpochMs } from '../core/time.ts'
import type { OutboxTopic } from '../dispatch/store-port.ts'
import type { Store } from '../store/open.ts'

export interface StreetRecords {
  /** In the order in which they opened. */
  readonly incidents: readonly Incident[]
  readonly incidentEvents: readonly IncidentEvent[]
  readonly jobs: readonly Job[]
  readonly jobEvents: readonly JobEvent[]
}

/** Reads all of it, in the order in which it began. */
export async function everyRecord({ reading }: Pick<Store<OutboxTopic>, 'reading'>): Promise<StreetRecords> {
  const incidents = await everyRow(
    page => reading.listIncidents(page),
    incident => incident.openedAt,
  )
  const jobs = await everyRow(
    page => reading.listJobs(page),
    job => job.createdAt,
  )
  const incidentEvents: IncidentEvent[] = []
  for (const { id } of incidents) incidentEvents.push(...((await reading.incident(id))?.events ?? []))
  const jobEvents: JobEvent[] = []
  for (const { id } of jobs) jobEvents.push(...((await reading.job(id))?.events ?? []))
  return { incidents, incidentEvents, jobs, jobEvents }
}

const PAGE = 500

/** Reads a list page by page, from its newest row to its oldest. */
async function everyRow<T extends { readonly id: string }>(
  read: (page: { limit: number; before?: { at: EpochMs; id: string } }) => Promise<readonly T[]>,
  at: (row: T) => EpochMs,
): Promise<T[]> {
  const all: T[] = []
  for (;;) {
    const last = all.at(-1)
    const page = await read({ limit: PAGE, ...(last ? { before: { at: at(last), id: last.id } } : {}) })
    all.push(...page)
    if (page.length < PAGE) return all.reverse()
  }
}
