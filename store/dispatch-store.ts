// What dispatch asks of the store: incidents, jobs and the outbox, changed together or not at all.
import type { Transaction } from 'kysely'
import type { Delivery } from '../core/delivery.ts'
import type { LookRequest } from '../core/fresh-look.ts'
import type { Position } from '../core/geo.ts'
import type { CameraId, Fingerprint, IncidentId, JobId, PlaceId, WorkerId, ZoneId } from '../core/ids.ts'
import { DECISIONS, type Incident, type IncidentClaim, type IncidentEvent } from '../core/incident.ts'
import type { Job, JobEvent, Refusal } from '../core/job.ts'
import type { MuteId } from '../core/mute.ts'
import type { RuleKind } from '../core/observation.ts'
import type { Report } from '../core/report.ts'
import type { DispatchPolicy } from '../core/team.ts'
import type { EpochMs, TimeSpan } from '../core/time.ts'
import type { Worker } from '../core/worker.ts'
import { addRefusal, readRoster, refusalsOf, takeAssignments, takeTurn, updateJobs } from './assignment-rows.ts'
import { claim, endClaim } from './claims.ts'
import type { Database } from './connection.ts'
import { insertIncident, type Known, knownBefore, policyFor, type Seen, updateIncident } from './incident-rows.ts'
import { StoredDeadlines } from './job-deadlines.ts'
import { insertJob, jobsOf, lockedJob, updateJob } from './job-rows.ts'
import { owedLooks, StoredLooks } from './looks.ts'
import { noteHeld } from './mutes.ts'
import { comingOutbox, deliveryRows, dueOutbox, finishRows, oneOf, outboxRows, takeDue, WORK } from './outbox-rows.ts'
import { openJobsAt, openJobsNear, placesNear, positionOf } from './place-positions.ts'
import { jobColumns, toJob } from './records.ts'
import { insertReport, latestReport } from './reports.ts'
import { readRota } from './rota-rows.ts'
import { StoredStandings } from './standings.ts'
import type { Tables } from './tables.ts'

/** Work to be done once the transaction that asked for it is committed. */
export interface StoredWork<Topic extends string = string> {
  readonly id: string
  readonly topic: Topic
  readonly payload: Readonly<Record<string, string | number | null>>
  readonly dueAt: EpochMs
  readonly createdAt: EpochMs
}

/** Fulfils `DispatchStore` of dispatch/store-port.ts, where each method is described; `Topic` is the caller's. */
export class StoredDispatch<Topic extends string = string> {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async transact<T>(work: (tx: StoredTransaction<Topic>) => Promise<T>): Promise<T> {
    return this.#db.transaction().execute(trx => work(new StoredTransaction<Topic>(trx)))
  }

  async dueOutbox(now: EpochMs, staleBefore: EpochMs, limit: number): Promise<readonly StoredWork<Topic>[]> {
    return (await dueOutbox(this.#db, now, staleBefore, limit)) as readonly unknown[] as readonly StoredWork<Topic>[]
  }

  async comingOutbox(now: EpochMs, until: EpochMs, limit: number): Promise<readonly StoredWork<Topic>[]> {
    return (await comingOutbox(this.#db, now, until, limit)) as readonly unknown[] as readonly StoredWork<Topic>[]
  }

  owedLooks(): Promise<readonly LookRequest[]> {
    return owedLooks(this.#db)
  }

  async markPublished(ids: readonly string[], at: EpochMs): Promise<void> {
    if (ids.length === 0) return
    await this.#db.updateTable('outbox').set({ publishedAt: at }).where('id', '=', oneOf(ids)).execute()
  }
}

/** A statement carries 65,535 parameters at most, and each of these has nineteen. */
const MOST_DELIVERIES = 1_000

class StoredTransaction<Topic extends string> {
  readonly #trx: Transaction<Tables>
  readonly standings: StoredStandings
  readonly deadlines: StoredDeadlines
  readonly looks: StoredLooks

  constructor(trx: Transaction<Tables>) {
    this.#trx = trx
    this.standings = new StoredStandings(trx)
    this.deadlines = new StoredDeadlines(trx)
    this.looks = new StoredLooks(trx)
  }

  knownBefore(seen: Seen): Promise<Known> {
    return knownBefore(this.#trx, seen)
  }

  incident(id: IncidentId): Promise<Incident | undefined> {
    return this.#trx.selectFrom('incidents').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
  }

  insertIncident(incident: Incident, events: readonly IncidentEvent[] = []): Promise<boolean> {
    return insertIncident(this.#trx, incident, events)
  }

  updateIncident(incident: Incident, events: readonly IncidentEvent[] = []): Promise<void> {
    return updateIncident(this.#trx, incident, events, false)
  }

  extendIncident(incident: Incident, events: readonly IncidentEvent[] = []): Promise<void> {
    return updateIncident(this.#trx, incident, events, true)
  }

  async addIncidentEvent(event: IncidentEvent): Promise<void> {
    await this.#trx.insertInto('incidentEvents').values(event).execute()
  }

  lastDecision(id: IncidentId): Promise<IncidentEvent | undefined> {
    return this.#trx
      .selectFrom('incidentEvents')
      .select(['incidentId', 'at', 'event', 'actor', 'note'])
      .where('incidentId', '=', id)
      .where('event', 'in', DECISIONS)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
  }

  claim(wanted: IncidentClaim, takeOver: boolean): Promise<IncidentClaim | undefined> {
    return claim(this.#trx, wanted, takeOver)
  }

  endClaim(id: IncidentId, holder?: string): Promise<IncidentClaim | undefined> {
    return endClaim(this.#trx, id, holder)
  }

  noteHeld(mute: MuteId, fingerprint: Fingerprint, at: EpochMs): Promise<void> {
    return noteHeld(this.#trx, mute, fingerprint, at)
  }

  policyFor(kind: RuleKind, cameraId: CameraId, zoneId: ZoneId): Promise<DispatchPolicy> {
    return policyFor(this.#trx, kind, cameraId, zoneId)
  }

  positionOf(incident: Pick<Incident, 'id' | 'cameraId' | 'zoneId'>): Promise<Position | undefined> {
    return positionOf(this.#trx, incident)
  }

  placesNear(kind: RuleKind, spot: Position) {
    return placesNear(this.#trx, kind, spot)
  }

  openJobsNear(kind: RuleKind, spot: Position, radiusM: number, opened?: TimeSpan): Promise<readonly Job[]> {
    return openJobsNear(this.#trx, kind, spot, radiusM, opened)
  }

  latestReport(content: string): Promise<Report | undefined> {
    return latestReport(this.#trx, content)
  }

  insertReport(report: Report, more: Parameters<typeof insertReport>[2]): Promise<void> {
    return insertReport(this.#trx, report, more)
  }

  async lockPlace(kind: RuleKind, placeId: PlaceId): Promise<void> {
    // An update that changes nothing still locks the row, and the insert makes sure that there is one.
    await this.#trx
      .insertInto('placeLocks')
      .values({ kind, placeId })
      .onConflict(conflict => conflict.columns(['kind', 'placeId']).doUpdateSet({ kind }))
      .execute()
  }

  openJobsAt(kind: RuleKind, placeId: PlaceId, opened?: TimeSpan): Promise<readonly Job[]> {
    return openJobsAt(this.#trx, kind, placeId, opened)
  }

  job(id: JobId): Promise<Job | undefined> {
    return lockedJob(this.#trx, jobs => jobs.where('id', '=', id))
  }

  async jobOf(incidentId: IncidentId): Promise<Job | undefined> {
    const row = await jobsOf(this.#trx.selectFrom('jobs'), incidentId).select(jobColumns).executeTakeFirst()
    return row && toJob(row)
  }

  lockedJobOf(incidentId: IncidentId): Promise<Job | undefined> {
    return lockedJob(this.#trx, jobs => jobsOf(jobs, incidentId))
  }

  insertJob(job: Job, ...events: readonly JobEvent[]): Promise<void> {
    return insertJob(this.#trx, job, events)
  }

  updateJob(job: Job, ...events: readonly JobEvent[]): Promise<void> {
    return updateJob(this.#trx, job, events)
  }

  async hasJobEvent(id: JobId, key: string): Promise<boolean> {
    const row = await this.#trx
      .selectFrom('jobEvents')
      .select('sequence')
      .where('jobId', '=', id)
      .where('key', '=', key)
      .executeTakeFirst()
    return row !== undefined
  }

  incidentsOf(jobId: JobId): Promise<readonly Incident[]> {
    return this.#trx
      .selectFrom('incidents')
      .innerJoin('jobIncidents', 'jobIncidents.incidentId', 'incidents.id')
      .selectAll('incidents')
      .where('jobIncidents.jobId', '=', jobId)
      .orderBy('jobIncidents.position')
      .execute()
  }

  async incidents(ids: readonly IncidentId[]): Promise<readonly Incident[]> {
    if (ids.length === 0) return []
    return this.#trx.selectFrom('incidents').selectAll().where('id', '=', oneOf(ids)).execute()
  }

  async jobs(ids: readonly JobId[]): Promise<readonly Job[]> {
    if (ids.length === 0) return []
    const rows = await this.#trx.selectFrom('jobs').select(jobColumns).where('id', '=', oneOf(ids)).execute()
    return rows.map(toJob)
  }

  takeNotices(now: EpochMs, limit: number, only?: readonly string[]): Promise<readonly StoredWork<Topic>[]> {
    return takeDue<Topic>(this.#trx, 'notify', now, limit, only)
  }

  takeAssignments(now: EpochMs, limit: number, only?: readonly string[]) {
    return takeAssignments<Topic>(this.#trx, now, limit, only)
  }

  takeTurn(): Promise<void> {
    return takeTurn(this.#trx)
  }

  rota(at: EpochMs) {
    return readRota(this.#trx, at)
  }

  roster(at: EpochMs) {
    return readRoster(this.#trx, at)
  }

  worker(id: WorkerId): Promise<Worker | undefined> {
    return this.#trx.selectFrom('workers').selectAll().where('id', '=', id).executeTakeFirst()
  }

  refusalsOf(jobId: JobId): Promise<readonly Refusal[]> {
    return refusalsOf(this.#trx, [jobId])
  }

  addRefusal(refusal: Refusal): Promise<void> {
    return addRefusal(this.#trx, refusal)
  }

  updateJobs(jobs: readonly Job[]): Promise<void> {
    return updateJobs(this.#trx, jobs)
  }

  async addJobEvents(events: readonly JobEvent[]): Promise<void> {
    if (events.length > 0) await this.#trx.insertInto('jobEvents').values(events).execute()
  }

  finishOutboxRows(ids: readonly string[], at: EpochMs): Promise<void> {
    return finishRows(this.#trx, ids, at)
  }

  async addOutbox(rows: readonly StoredWork<Topic>[]): Promise<void> {
    if (rows.length === 0) return
    await this.#trx
      .insertInto('outbox')
      .values(outboxRows(rows))
      .onConflict(conflict => conflict.column('id').doNothing())
      .execute()
  }

  async addDeliveries(deliveries: readonly Delivery[], rows: readonly StoredWork<Topic>[]): Promise<void> {
    // One statement for as many as fit: the way from a commit to the people has few round trips to spare.
    for (let from = 0; from < rows.length; from += MOST_DELIVERIES) {
      const to = from + MOST_DELIVERIES
      await this.#addDeliveries(deliveries.slice(from, to), rows.slice(from, to))
    }
  }

  async #addDeliveries(deliveries: readonly Delivery[], rows: readonly StoredWork<Topic>[]): Promise<void> {
    await this.#trx
      .with('written', db =>
        db
          .insertInto('deliveries')
          .values(deliveryRows(deliveries, rows))
          .onConflict(conflict => conflict.column('id').doNothing()),
      )
      .insertInto('outbox')
      .values(outboxRows(rows))
      .onConflict(conflict => conflict.column('id').doNothing())
      .execute()
  }

  async takeOutbox(id: string): Promise<StoredWork<Topic> | undefined> {
    const row = await this.#trx
      .selectFrom('outbox')
      .select(WORK)
      .where('id', '=', id)
      .where('finishedAt', 'is', null)
      .forNoKeyUpdate()
      .executeTakeFirst()
    return row as unknown as StoredWork<Topic> | undefined
  }

  async finishOutbox(id: string, at: EpochMs): Promise<void> {
    await this.#trx.updateTable('outbox').set({ finishedAt: at }).where('id', '=', id).execute()
  }
}
