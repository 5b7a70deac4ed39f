// A test double of the store: one transaction after the other, rolled back by forgetting the copy it worked on.
import { type BusinessCalendar, DEFAULT_BUSINESS_CALENDAR } from '../../core/business-calendar.ts'
import type { JobDeadline } from '../../core/deadline.ts'
import type { Delivery } from '../../core/delivery.ts'
import { JiemuError } from '../../core/errors.ts'
import { DEFAULT_LEVELS, type EscalationLevel } from '../../core/escalation.ts'
import type { Look } from '../../core/fresh-look.ts'
import { distanceM, type Position } from '../../core/geo.ts'
import type { CameraId, PlaceId, ZoneId } from '../../core/ids.ts'
import { DECISIONS, type Incident, type IncidentClaim, type IncidentEvent } from '../../core/incident.ts'
import { isOver, type Job, type JobEvent, type Refusal } from '../../core/job.ts'
import type { Report } from '../../core/report.ts'
import { type DispatchPolicy, defaultPolicy, type Team } from '../../core/team.ts'
import type { TimeSpan } from '../../core/time.ts'
import type { Roster, Standing } from '../bench.ts'
import type { DeadlinesTransaction } from '../deadlines-port.ts'
import type { LooksTransaction } from '../looks-port.ts'
import type { DispatchStore, DispatchTransaction, OutboxRow, TakenAssignment } from '../store-port.ts'
import { SCOPE } from './examples.ts'
import { memoryClaims } from './memory-claims.ts'
import { type MemoryMutes, memoryKnown } from './memory-known.ts'
import { type MemoryStandings, memoryStandings } from './memory-standings.ts'

interface State {
  incidents: Map<string, Incident>
  incidentEvents: IncidentEvent[]
  claims: Map<string, IncidentClaim>
  jobs: Map<string, Job>
  jobEvents: JobEvent[]
  deadlines: (JobDeadline & { readonly outboxId: string })[]
  refusals: Refusal[]
  looks: Map<string, Look>
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

export interface MemorySettings extends Partial<Pick<Roster, 'workers' | 'shifts' | 'overrides' | 'positions'>> {
  readonly levels?: readonly EscalationLevel[]
  readonly calendar?: BusinessCalendar
  readonly mutes?: MemoryMutes
}

/** @param positions of cameras, by id */
export function memoryStore(
  policy: Partial<DispatchPolicy>,
  teams: readonly Team[] = [],
  positions: Readonly<Record<string, Position>> = {},
  settings: MemorySettings = {},
): MemoryStore {
  let state: State = {
    incidents: new Map(),
    incidentEvents: [],
    claims: new Map(),
    jobs: new Map(),
    jobEvents: [],
    deadlines: [],
    looks: new Map(),
    deliveries: new Map(),
    outbox: new Map(),
    reports: new Map(),
    refusals: [],
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
        const copy = copyOf(state)
        const result = await work(transaction(copy, policy, teams, standings, positions, settings))
        state = copy
        return result
      })
      tail = turn.catch(() => undefined)
      return turn
    },
    async dueOutbox(now, staleBefore, limit) {
      return [...state.outbox.values()]
        .filter(row => row.finishedAt === undefined && isDue(row, now))
        .filter(({ publishedAt = 0, dueAt }) => publishedAt <= staleBefore || publishedAt < dueAt)
        .sort(dueFirst)
        .slice(0, limit)
    },
    async comingOutbox(now, until, limit) {
      return [...state.outbox.values()]
        .filter(row => row.finishedAt === undefined && row.publishedAt === undefined)
        .filter(({ dueAt }) => dueAt > now && dueAt <= until)
        .sort(dueFirst)
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

/** Records are never changed, only replaced: so the maps and lists alone are copied. */
function copyOf(state: State): State {
  return {
    incidents: new Map(state.incidents),
    incidentEvents: [...state.incidentEvents],
    claims: new Map(state.claims),
    jobs: new Map(state.jobs),
    jobEvents: [...state.jobEvents],
    refusals: [...state.refusals],
    deadlines: [...state.deadlines],
    looks: new Map(state.looks),
    deliveries: new Map(state.deliveries),
    reports: new Map(state.reports),
    outbox: new Map(state.outbox),
  }
}

function transaction(
  state: State,
  policy: Partial<DispatchPolicy>,
  teams: readonly Team[],
  standings: MemoryStandings,
  positions: Readonly<Record<string, Position>>,
  settings: MemorySettings,
): DispatchTransaction {
  const { incidents, jobs, outbox } = state
  const isOpen = (job: Job) => !isOver(job.state)
  const hasOpened = ({ incidentIds }: Job, span?: TimeSpan) => {
    const first = Math.min(...incidentIds.map(id => incidents.get(id)?.openedAt ?? Infinity))
    return !span || (first >= span.from && first <= span.to)
  }
  const held = () => [...jobs.values()].filter(job => job.teamId !== null)
  return {
    standings,
    ...memoryClaims(state),
    deadlines: deadlines(state, settings),
    looks: looks(state),
    ...memoryKnown(incidents, policy, settings.mutes),
    incident: async id => incidents.get(id),
    async insertIncident(incident, events = []) {
      const open = [...incidents.values()].some(
        other => other.fingerprint === incident.fingerprint && other.physical === 'active',
      )
      if (open || incidents.has(incident.id)) return false
      incidents.set(incident.id, incident)
      state.incidentEvents.push(...events)
      return true
    },
    extendIncident(incident, events) {
      return this.updateIncident(incident, events)
    },
    async updateIncident(incident, events = []) {
      replace('incident', incidents, incident)
      state.incidentEvents.push(...events)
    },
    addIncidentEvent: async event => void state.incidentEvents.push(event),
    lastDecision: async id =>
      state.incidentEvents.findLast(({ incidentId, event }) => incidentId === id && DECISIONS.includes(event)),
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
    openJobsNear: async (kind, spot, radiusM, opened) =>
      [...jobs.values()]
        .filter(job => job.kind === kind && isOpen(job) && metresTo(job, spot) <= radiusM && hasOpened(job, opened))
        .sort((one, other) => metresTo(one, spot) - metresTo(other, spot)),
    openJobsAt: async (kind, placeId, opened) =>
      [...jobs.values()]
        .filter(job => job.kind === kind && job.placeId === placeId && isOpen(job) && hasOpened(job, opened))
        .sort((one, other) => other.createdAt - one.createdAt),
    job: async id => jobs.get(id),
    jobOf: async id =>
      [...jobs.values()]
        .filter(job => job.state !== 'joined' && job.incidentIds.includes(id))
        .sort((one, other) => other.createdAt - one.createdAt)[0],
    lockedJobOf(id) {
      return this.jobOf(id)
    },
    async insertJob(job, ...events) {
      if (jobs.has(job.id)) throw new Error(`job ${job.id} exists`)
      jobs.set(job.id, job)
      await this.addJobEvents(events)
    },
    async updateJob(job, ...events) {
      replace('job', jobs, job)
      await this.addJobEvents(events)
    },
    hasJobEvent: async (id, key) => state.jobEvents.some(event => event.jobId === id && event.key === key),
    incidentsOf: async id =>
      [...incidents.values()].filter(incident => jobs.get(id)?.incidentIds.includes(incident.id)),
    takeTurn: async () => {},
    rota: async () => ({ ...{ teams, workers: [], shifts: [], overrides: [] }, ...settings }),
    incidents: async ids => ids.flatMap(id => incidents.get(id) ?? []),
    jobs: async ids => ids.flatMap(id => jobs.get(id) ?? []),
    takeNotices: async (now, limit, only) =>
      [...outbox.values()]
        .filter(row => row.topic === 'notify' && row.finishedAt === undefined && isDue(row, now))
        .filter(row => !only || only.includes(row.id))
        .sort(dueFirst)
        .slice(0, limit),
    async takeAssignments(now, limit, only) {
      const rows = [...outbox.values()]
        .filter(row => row.topic === 'assign' && row.finishedAt === undefined && isDue(row, now))
        .filter(row => !only || only.includes(row.id))
        .sort(dueFirst)
        .slice(0, limit)
      const takenOf = (row: OutboxRow): TakenAssignment => ({
        row,
        job: jobs.get(String(row.payload.jobId)),
        refusals: state.refusals.filter(({ jobId }) => jobId === row.payload.jobId),
      })
      return { rows: rows.map(takenOf), busy: 0 }
    },
    roster: async () => ({
      ...{ teams, workers: [], shifts: [], overrides: [], positions: [], ...settings },
      ofTeams: new Map(teams.map(({ id }) => [id, standing(held().filter(job => job.teamId === id))])),
      ofWorkers: new Map(
        (settings.workers ?? []).map(({ id }) => [id, standing(held().filter(job => job.workerId === id))]),
      ),
    }),
    worker: async id => settings.workers?.find(worker => worker.id === id),
    refusalsOf: async id => state.refusals.filter(({ jobId }) => jobId === id),
    addRefusal: async refusal => void state.refusals.push(refusal),
    async updateJobs(changed) {
      for (const job of changed) replace('job', jobs, job)
    },
    async addJobEvents(events) {
      for (const event of events) {
        const twice = ({ jobId, key, sequence }: JobEvent) =>
          jobId === event.jobId && (key === event.key || sequence === event.sequence)
        if (state.jobEvents.some(twice)) throw new Error(`job ${event.jobId}: step ${event.sequence} twice`)
        state.jobEvents.push(event)
      }
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
    async finishOutboxRows(ids, at) {
      for (const id of ids) await this.finishOutbox(id, at)
    },
  }
}

function metresTo({ lat, lon }: Job, spot: Position): number {
  return lat === null || lon === null ? Infinity : distanceM(spot, { lat, lon })
}

function looks({ looks }: State): LooksTransaction {
  return {
    get: async id => looks.get(id),
    async of(jobId) {
      const its = [...looks.values()].filter(look => look.jobId === jobId)
      return its.filter(({ round }) => its.every(other => other.round <= round))
    },
    async add(added) {
      for (const look of added) if (!looks.has(look.id)) looks.set(look.id, look)
    },
    update: async look => void looks.set(look.id, look),
  }
}

function deadlines(state: State, settings: MemorySettings): DeadlinesTransaction {
  return {
    async turn(turns) {
      for (const { jobId, at, meets, drops, begins, rows } of turns) {
        state.deadlines = state.deadlines.map(run => {
          if (run.jobId !== jobId || run.endedAt !== null || ![...meets, ...drops].includes(run.deadline)) return run
          const row = state.outbox.get(run.outboxId)
          if (row) state.outbox.set(row.id, { ...row, finishedAt: at })
          return { ...run, endedAt: at, end: meets.includes(run.deadline) ? 'met' : 'void' }
        })
        state.deadlines.push(...begins.map((run, index) => ({ ...run, outboxId: rows[index]?.id ?? '' })))
        for (const row of rows) state.outbox.set(row.id, row)
      }
    },
    async miss(jobId, deadline, run, at) {
      const found = state.deadlines.find(it => it.jobId === jobId && it.deadline === deadline && it.run === run)
      if (!found || found.endedAt !== null || found.missedAt !== null) return false
      state.deadlines = state.deadlines.map(it => (it === found ? { ...it, missedAt: at } : it))
      return true
    },
    lastEscalated: async id =>
      state.jobEvents.findLast(event => event.jobId === id && event.event === 'escalated')?.sequence ?? 0,
    levels: async () => settings.levels ?? DEFAULT_LEVELS,
    calendar: async () => settings.calendar ?? DEFAULT_BUSINESS_CALENDAR,
  }
}

/** Work of at once is done at once, also where the camera's clock that it is dated by is ahead of ours. */
function isDue({ dueAt, createdAt }: OutboxRow, now: number): boolean {
  return dueAt <= Math.max(now, createdAt)
}

function dueFirst(one: OutboxRow, other: OutboxRow): number {
  return one.dueAt - other.dueAt || (one.id < other.id ? -1 : 1)
}

function standing(jobs: readonly Job[]): Standing {
  const times = jobs.flatMap(({ assignedAt }) => assignedAt ?? [])
  const load = jobs.filter(({ state }) => ['assigned', 'accepted', 'on-site', 'returned'].includes(state)).length
  return { load, lastAssignedAt: times.length > 0 ? Math.max(...times) : null }
}

function replace<T extends { readonly id: string; readonly version: number }>(
  what: string,
  records: Map<string, T>,
  record: T,
): void {
  if (records.get(record.id)?.version !== record.version) throw new JiemuError('version-stale', { what, id: record.id })
  records.set(record.id, { ...record, version: record.version + 1 })
}
