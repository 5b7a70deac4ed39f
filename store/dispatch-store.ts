// What dispatch asks of the store: incidents, jobs and the outbox, changed together or not at all.
import type { Transaction } from 'kysely'
import type { Delivery } from '../core/delivery.ts'
import { JiemuError } from '../core/errors.ts'
import type { LookRequest } from '../core/fresh-look.ts'
import type { Position } from '../core/geo.ts'
import type { CameraId, Fingerprint, IncidentId, JobId, PlaceId, WorkerId, ZoneId } from '../core/ids.ts'
import { DECISIONS, type Incident, type IncidentEvent } from '../core/incident.ts'
import { isOver, JOB_STATES, type Job, type JobEvent, type JobState, type Refusal } from '../core/job.ts'
import type { RuleKind } from '../core/observation.ts'
import type { Report } from '../core/report.ts'
import { type DispatchPolicy, defaultPolicy } from '../core/team.ts'
import type { EpochMs } from '../core/time.ts'
import type { Worker } from '../core/worker.ts'
import { addRefusal, finishRows, readRoster, takeAssignments, takeTurn, updateJobs } from './assignment-rows.ts'
import type { Database } from './connection.ts'
import { StoredDeadlines } from './job-deadlines.ts'
import { owedLooks, StoredLooks } from './looks.ts'
import { comingOutbox, deliveryRows, dueOutbox, outboxRows, WORK } from './outbox-rows.ts'
import { openJobsNear, placesNear, positionOf } from './place-positions.ts'
import { incidentRow, jobColumns, jobRow, toJob } from './records.ts'
import { insertReport, latestReport } from './reports.ts'
import { readRota } from './rota.ts'
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

const OVER: readonly JobState[] = JOB_STATES.filter(isOver)

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
    await this.#db.updateTable('outbox').set({ publishedAt: at }).where('id', 'in', ids).execute()
  }
}

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

  latestIncident(fingerprint: Fingerprint): Promise<Incident | undefined> {
    return (
      this.#trx
        .selectFrom('incidents')
        .selectAll()
        .where('fingerprint', '=', fingerprint)
        // 'active' sorts before 'cleared'.
        .orderBy('physical')
        .orderBy('clearedAt', 'desc')
        .orderBy('openedAt', 'desc')
        .limit(1)
        .forNoKeyUpdate()
        .executeTakeFirst()
    )
  }

  incident(id: IncidentId): Promise<Incident | undefined> {
    return this.#trx.selectFrom('incidents').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
  }

  async insertIncident(incident: Incident): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#trx
      .insertInto('incidents')
      .values(incidentRow(incident))
      .onConflict(conflict => conflict.doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  }

  async updateIncident(incident: Incident): Promise<void> {
    const { numUpdatedRows } = await this.#trx
      .updateTable('incidents')
      .set({ ...incidentRow(incident), version: incident.version + 1 })
      .where('id', '=', incident.id)
      .where('version', '=', incident.version)
      .executeTakeFirst()
    if (numUpdatedRows !== 1n) throw new JiemuError('version-stale', { what: 'incident', id: incident.id })
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

  async adoptEvidence(fingerprint: Fingerprint, incidentId: IncidentId): Promise<void> {
    await this.#trx
      .updateTable('evidence')
      .set({ incidentId })
      .where('fingerprint', '=', fingerprint)
      .where('incidentId', 'is', null)
      .execute()
  }

  cameraScope(cameraId: CameraId) {
    return this.#trx.selectFrom('cameras').select(['streetId', 'gridId']).where('id', '=', cameraId).executeTakeFirst()
  }

  async policyFor(kind: RuleKind, cameraId: CameraId, zoneId: ZoneId): Promise<DispatchPolicy> {
    const row = await this.#trx
      .selectFrom('policies')
      .select('policy')
      .where('kind', '=', kind)
      .where('zone', 'in', [`${cameraId}/${zoneId}`, ''])
      // The empty zone, the kind's own policy, sorts last.
      .orderBy('zone', 'desc')
      .limit(1)
      .executeTakeFirst()
    // A policy that was stored by an earlier version lacks what has been added since.
    return { ...defaultPolicy(kind), ...row?.policy }
  }

  positionOf(incident: Pick<Incident, 'id' | 'cameraId' | 'zoneId'>): Promise<Position | undefined> {
    return positionOf(this.#trx, incident)
  }

  placesNear(kind: RuleKind, spot: Position) {
    return placesNear(this.#trx, kind, spot)
  }

  openJobsNear(kind: RuleKind, spot: Position, radiusM: number): Promise<readonly Job[]> {
    return openJobsNear(this.#trx, kind, spot, radiusM)
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

  async openJobsAt(kind: RuleKind, placeId: PlaceId): Promise<readonly Job[]> {
    const rows = await this.#trx
      .selectFrom('jobs')
      .select(jobColumns)
      .where('kind', '=', kind)
      .where('placeId', '=', placeId)
      .where('state', 'not in', OVER)
      .orderBy('createdAt', 'desc')
      .orderBy('id')
      .execute()
    return rows.map(toJob)
  }

  async job(id: JobId): Promise<Job | undefined> {
    // Locked first and read after: a statement that waited for the lock would still see the list of incidents of before.
    await this.#trx.selectFrom('jobs').select('id').where('id', '=', id).forNoKeyUpdate().execute()
    const row = await this.#trx.selectFrom('jobs').select(jobColumns).where('id', '=', id).executeTakeFirst()
    return row && toJob(row)
  }

  async jobOf(incidentId: IncidentId): Promise<Job | undefined> {
    const row = await this.#trx
      .selectFrom('jobs')
      .select(jobColumns)
      .where('id', 'in', eb => eb.selectFrom('jobIncidents').select('jobId').where('incidentId', '=', incidentId))
      .where('state', '!=', 'joined')
      .orderBy('createdAt', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row && toJob(row)
  }

  async insertJob(job: Job): Promise<void> {
    await this.#trx.insertInto('jobs').values(jobRow(job)).execute()
    await this.#listIncidents(job)
  }

  async updateJob(job: Job): Promise<void> {
    const { numUpdatedRows } = await this.#trx
      .updateTable('jobs')
      .set({ ...jobRow(job), version: job.version + 1 })
      .where('id', '=', job.id)
      .where('version', '=', job.version)
      .executeTakeFirst()
    if (numUpdatedRows !== 1n) throw new JiemuError('version-stale', { what: 'job', id: job.id })
    await this.#trx.deleteFrom('jobIncidents').where('jobId', '=', job.id).execute()
    await this.#listIncidents(job)
  }

  async #listIncidents(job: Job): Promise<void> {
    const rows = job.incidentIds.map((incidentId, position) => ({ jobId: job.id, incidentId, position }))
    if (rows.length > 0) await this.#trx.insertInto('jobIncidents').values(rows).execute()
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

  async addJobEvent(event: JobEvent): Promise<void> {
    await this.#trx.insertInto('jobEvents').values(event).execute()
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
    if (rows.length === 0) return
    // One statement: the way from a commit to the people has few round trips to spare.
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
