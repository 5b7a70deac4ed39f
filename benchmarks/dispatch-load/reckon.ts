// The reckoning of a load: what was offered against what is stored and what arrived; lost, doubled, invented, and how late.

import type { EpochMs } from '../../core/time.ts'
import { nearestRank } from '../scoring/percentiles.ts'

/** One incident that was offered. Those of one fingerprint do not overlap. */
export interface Offered {
  readonly fingerprint: string
  /** Wall clock: its first observation, and its end. A stored incident that opened between these is it. */
  readonly opensAt: EpochMs
  readonly endsAt: EpochMs
  /** When it was to be sent, on the clock of receipts: where latency starts, however late it was sent. */
  readonly scheduledMs: number
}

/** What the store says after all work is done. */
export interface StoredRecords {
  readonly incidents: readonly { readonly id: string; readonly fingerprint: string; readonly openedAt: EpochMs }[]
  readonly jobs: readonly { readonly id: string; readonly incidentIds: readonly string[] }[]
}

/** One request at the receiver. */
export interface Receipt {
  /** "job.assigned" */
  readonly event: string
  /** The incident or job that it is about. */
  readonly subject: string
  readonly atMs: number
}

/** The ledger has said that it has a fingerprint up to a sequence. */
export interface Committed {
  readonly fingerprint: string
  readonly sequence: number
  readonly atMs: number
}

/** The transaction that gave a job its people is committed. */
export interface Assigned {
  readonly jobId: string
  readonly atMs: number
}

export interface Verdict {
  readonly offered: number
  /** Names of what is missing: "incident FINGERPRINT", "job of INCIDENT", "job.assigned of JOB". */
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  /** What is stored or arrived that nobody offered. */
  readonly invented: readonly string[]
}

export interface Latencies {
  readonly offeredToCommitted: readonly number[]
  /** From the incident's commit to that of its job's assignment. */
  readonly committedToAssigned: readonly number[]
  readonly committedToNotified: readonly number[]
  readonly offeredToNotified: readonly number[]
}

/** Exactly one of each is to arrive: of the incident that it opened and cleared, of its job that a team has it. */
const NOTICES_OF_INCIDENT = ['incident.opened', 'incident.cleared'] as const
export const NOTICES_PER_INCIDENT = NOTICES_OF_INCIDENT.length + 1

/** Follows each offered incident to its record, its one job and their notices. */
export function reckon(
  offered: readonly Offered[],
  { incidents, jobs }: StoredRecords,
  receipts: readonly Receipt[],
  committed: readonly Committed[],
  assigned: readonly Assigned[],
): { readonly verdict: Verdict; readonly latencies: Latencies } {
  const lost: string[] = []
  const doubled: string[] = []
  const incidentsOf = grouped(incidents, ({ fingerprint }) => [fingerprint])
  const jobsOf = grouped(jobs, ({ incidentIds }) => incidentIds)
  const receiptsOf = grouped(receipts, receipt => [nameOf(receipt)])
  const commitsOf = grouped(committed, ({ fingerprint }) => [fingerprint])
  const assignedAtMs = new Map(assigned.map(({ jobId, atMs }) => [jobId, atMs]))
  const met = new Set<string>()
  const latencies: Record<keyof Latencies, number[]> = {
    offeredToCommitted: [],
    committedToAssigned: [],
    committedToNotified: [],
    offeredToNotified: [],
  }
  /** Exactly one is right; what is there is remembered as met, so that the rest is what nobody offered. */
  const one = <T>(what: string, found: readonly T[], idOf: (item: T) => string): T | undefined => {
    if (found.length === 0) lost.push(what)
    if (found.length > 1) doubled.push(what)
    for (const item of found) met.add(idOf(item))
    return found[0]
  }
  const notice = (event: string, subject: string) =>
    one(`${event} of ${subject}`, receiptsOf.get(nameOf({ event, subject })) ?? [], nameOf)

  for (const { fingerprint, opensAt, endsAt, scheduledMs } of offered) {
    const during = (at: EpochMs) => at >= opensAt && at < endsAt
    const found = incidentsOf.get(fingerprint)?.filter(({ openedAt }) => during(openedAt)) ?? []
    const incident = one(`incident ${fingerprint}`, found, ({ id }) => id)
    if (!incident) continue
    for (const event of NOTICES_OF_INCIDENT) notice(event, incident.id)
    const job = one(`job of ${incident.id}`, jobsOf.get(incident.id) ?? [], ({ id }) => id)
    const told = job && notice('job.assigned', job.id)
    const commit = commitsOf.get(fingerprint)?.find(({ sequence }) => during(sequence))
    if (commit) latencies.offeredToCommitted.push(commit.atMs - scheduledMs)
    const gotAtMs = job && assignedAtMs.get(job.id)
    if (commit && gotAtMs !== undefined) latencies.committedToAssigned.push(gotAtMs - commit.atMs)
    if (told) latencies.offeredToNotified.push(told.atMs - scheduledMs)
    if (told && commit) latencies.committedToNotified.push(told.atMs - commit.atMs)
  }
  const invented = [
    ...incidents.filter(({ id }) => !met.has(id)).map(({ id }) => `incident ${id}`),
    ...jobs.filter(({ id }) => !met.has(id)).map(({ id }) => `job ${id}`),
    ...[...receiptsOf.keys()].filter(name => !met.has(name)),
  ]
  return { verdict: { offered: offered.length, lost, doubled, invented }, latencies }
}

const nameOf = ({ event, subject }: Pick<Receipt, 'event' | 'subject'>) => `${event} of ${subject}`

function grouped<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    for (const key of keysOf(item)) {
      const group = groups.get(key)
      if (group) group.push(item)
      else groups.set(key, [item])
    }
  }
  return groups
}

export interface Quantiles {
  readonly n: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly maxMs: number | null
}

/** Nearest rank: every figure is a time that was measured. Null where nothing was. */
export function quantiles(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((one, other) => one - other)
  const at = (percent: number) => {
    const value = nearestRank(sorted, percent)
    return value === undefined ? null : Math.round(value * 10) / 10
  }
  return { n: sorted.length, p50Ms: at(50), p95Ms: at(95), p99Ms: at(99), maxMs: at(100) }
}
