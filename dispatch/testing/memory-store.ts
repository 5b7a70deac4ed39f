// A test double of the store: one transaction after the other, rolled back by forgetting the copy it worked on.
import type { Delivery } from '../../core/delivery.ts'
import { JiemuError } from '../../core/errors.ts'
import { distanceM, type Position } from '../../core/geo.ts'
import type { CameraId, PlaceId, ZoneId } from '../../core/ids.ts'
import { DECISIONS, type Incident, type IncidentEvent } from '../../core/incident.ts'
import { isOver, type Job, type JobEvent } from '../../core/job.ts'
import type { Report } from '../../core/report.ts'
import { type DispatchPolicy, defaultPolicy, type Team } from '../../core/team.ts'
import type { DispatchStore, DispatchTransaction, OutboxRow } from '../store-port.ts'
import { SCOPE } from './examples.ts'
import { type MemoryStandings, memoryStandings } from './memory-standings.ts'

interface State {
  incidents: Map<string, Incident>
  incidentEvents: IncidentEvent[]
  jobs: Map<string, Job>
  jobEvents: JobEvent[]
  deliveries: Map<string, Delivery>
  /** By the hash of their content. */
  reports: Map<string, Report>
  outbox: Map<string, OutboxRow & { publishedAt?: number; finishedAt?: number }>
}

export interface MemoryStore extends DispatchStore {
  /** Not rolled back with the rest. */
  readonly standings: MemoryStandings
  readonly now: State
}

/** @param positions of cameras, by id */
export function memoryStore(
  policy: Partial<DispatchPolicy>,
  teams: readonly Team[] = [],
  positions: Readonly<Record<string, Position>> = {},
): MemoryStore {
  let state: State = {
    incidents: new Map(),
    incidentEvents: [],
    jobs: new Map(),
    jobEvents: [],
    deliveries: new Map(),
    outbox: new Map(),
    reports: new Map(),
  }
  const standings = memoryStandings()
  let tail: Promise<unknown> = Promise.resolve()
  return {
    standings,
    get now() {
      return state
    },
    transact(work) {
      const turn = tail.then(async () => {
        const copy = structuredClone(state)
        const result = await work(transaction(copy, policy, teams, standings, positions))
        state = copy
        return result
      })
      tail = turn.catch(() => undefined)
      return turn
    },
    async dueOutbox(now, staleBefore, limit) {
      return [...state.outbox.values()]
        .filter(row => row.finishedAt === undefined && row.dueAt <= now)
        .filter(({ publishedAt = 0, dueAt }) => publishedAt <= staleBefore || publishedAt < dueAt)
        .sort((one, other) => one.dueAt - other.dueAt || (one.id < other.id ? -1 : 1))
        .slice(0, limit)
    },
    async markPublished(ids, at) {
      for (const id of ids) {
        const row = state.outbox.get(id)
        if (row) row.publishedAt = at
      }
    },
  }
}

function transaction(
  state: State,
  policy: Partial<DispatchPolicy>,
  teams: readonly Team[],
  standings: MemoryStandings,
  positions: Readonly<Record<string, Position>>,
): DispatchTransaction {
  const { incidents, jobs, outbox } = state
  const isOpen = (job: Job) => !isOver(job.state)
  const held = () => [...jobs.values()].filter(job => job.teamId !== null)
  return {
    standings,
    latestIncident: async fingerprint =>
      [...incidents.values()]
        .filter(incident => incident.fingerprint === fingerprint)
        .sort((one, other) => (other.clearedAt ?? Infinity) - (one.clearedAt ?? Infinity))[0],
    incident: async id => incidents.get(id),
    async insertIncident(incident) {
      const open = [...incidents.values()].some(
        other => other.fingerprint === incident.fingerprint && other.physical === 'active',
      )
      if (open || incidents.has(incident.id)) return false
      incidents.set(incident.id, incident)
      return true
    },
    updateIncident: async incident => replace('incident', incidents, incident),
    addIncidentEvent: async event => void state.incidentEvents.push(event),
    lastDecision: async id =>
      state.incidentEvents.findLast(({ incidentId, event }) => incidentId === id && DECISIONS.includes(event)),
    adoptEvidence: async () => {},
    cameraScope: async () => SCOPE,
    policyFor: async kind => ({ ...defaultPolicy(kind), ...policy }),
    lockPlace: async () => {},
    positionOf: async ({ id, cameraId }) =>
      [...state.reports.values()].find(report => report.incidentId === id)?.spot ?? positions[cameraId],
    latestReport: async content => state.reports.get(content),
    insertReport: async (report, { content }) => void state.reports.set(content, report),
    placesNear: async (_, spot) =>
      Object.entries(positions).map(([camera, at]) => ({
        ...SCOPE,
        placeId: 'kerb' as PlaceId,
        cameraId: camera as CameraId,
        zoneId: 'kerb' as ZoneId,
        metres: distanceM(spot, at),
      })),
    openJobsNear: async (kind, spot, radiusM) =>
      [...jobs.values()]
        .filter(job => job.kind === kind && isOpen(job) && metresTo(job, spot) <= radiusM)
        .sort((one, other) => metresTo(one, spot) - metresTo(other, spot)),
    openJobsAt: async (kind, placeId) =>
      [...jobs.values()]
        .filter(job => job.kind === kind && job.placeId === placeId && isOpen(job))
        .sort((one, other) => other.createdAt - one.createdAt),
    job: async id => jobs.get(id),
    jobOf: async id =>
      [...jobs.values()]
        .filter(job => job.state !== 'joined' && job.incidentIds.includes(id))
        .sort((one, other) => other.createdAt - one.createdAt)[0],
    async insertJob(job) {
      if (jobs.has(job.id)) throw new Error(`job ${job.id} exists`)
      jobs.set(job.id, job)
    },
    updateJob: async job => replace('job', jobs, job),
    hasJobEvent: async (id, key) => state.jobEvents.some(event => event.jobId === id && event.key === key),
    async addJobEvent(event) {
      const twice = ({ jobId, key, sequence }: JobEvent) =>
        jobId === event.jobId && (key === event.key || sequence === event.sequence)
      if (state.jobEvents.some(twice)) throw new Error(`job ${event.jobId}: step ${event.sequence} twice`)
      state.jobEvents.push(event)
    },
    incidentsOf: async id =>
      [...incidents.values()].filter(incident => jobs.get(id)?.incidentIds.includes(incident.id)),
    teams: async () => teams,
    async loads() {
      const open = held().filter(isOpen)
      return new Map(teams.map(({ id }) => [id, open.filter(job => job.teamId === id).length]))
    },
    async lastAssigned() {
      const times = (team: Team) =>
        held()
          .filter(job => job.teamId === team.id)
          .map(job => job.assignedAt ?? 0)
      return new Map(teams.filter(team => times(team).length > 0).map(team => [team.id, Math.max(...times(team))]))
    },
    async addOutbox(rows) {
      for (const row of rows) if (!outbox.has(row.id)) outbox.set(row.id, row)
    },
    async addDeliveries(deliveries, rows) {
      for (const delivery of deliveries) {
        if (!state.deliveries.has(delivery.id)) state.deliveries.set(delivery.id, delivery)
      }
      for (const row of rows) if (!outbox.has(row.id)) outbox.set(row.id, row)
    },
    async takeOutbox(id) {
      const row = outbox.get(id)
      return row?.finishedAt === undefined ? row : undefined
    },
    async finishOutbox(id, at) {
      const row = outbox.get(id)
      if (row) outbox.set(id, { ...row, finishedAt: at })
    },
  }
}

function metresTo({ lat, lon }: Job, spot: Position): number {
  return lat === null || lon === null ? Infinity : distanceM(spot, { lat, lon })
}

function replace<T extends { readonly id: string; readonly version: number }>(
  what: string,
  records: Map<string, T>,
  record: T,
): void {
  if (records.get(record.id)?.version !== record.version) throw new JiemuError('version-stale', { what, id: record.id })
  records.set(record.id, { ...record, version: record.version + 1 })
}
