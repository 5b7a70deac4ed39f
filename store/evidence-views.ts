// The register of every look at evidence and of every export: written before the first byte is sent, and only added to.
import { sql } from 'kysely'
import type { EvidenceId, IncidentId, JobId, StreetId } from '../core/ids.ts'
import type { EvidenceView, ViewPurpose } from '../core/keeping.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { Database } from './connection.ts'
import { isHeld } from './legal-holds.ts'

/** As it is read: the number is burnt into the picture that was shown. */
export type RegisteredView = EvidenceView & { readonly id: number }

export interface RegisterQuery {
  readonly limit: number
  readonly before?: { readonly at: EpochMs; readonly id: string }
  readonly from?: EpochMs
  readonly to?: EpochMs
  readonly who?: string
  readonly purpose?: ViewPurpose
  readonly evidenceId?: EvidenceId
  readonly incidentId?: IncidentId
  readonly jobId?: JobId
  /** Limits it to views of these streets' evidence. */
  readonly streets?: readonly StreetId[]
}

export class EvidenceViews {
  readonly #db: Database
  readonly #clock: Clock

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  /** @returns its number. @throws JiemuError database-unavailable: what cannot be registered must not be shown */
  async record(view: Omit<EvidenceView, 'at'>): Promise<RegisteredView> {
    const at = this.#clock.now()
    const row = { ...view, at }
    const { id } = await this.#db.insertInto('evidenceViews').values(row).returning('id').executeTakeFirstOrThrow()
    return { ...row, id }
  }

  /** Newest first. */
  list(wanted: RegisterQuery): Promise<readonly RegisteredView[]> {
    let query = this.#db.selectFrom('evidenceViews').selectAll()
    const { before, from, to, who, purpose, evidenceId, incidentId, jobId, streets } = wanted
    if (before) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('at', 'id'), '<', tuple(before.at, Number(before.id))),
      )
    }
    if (from !== undefined) query = query.where('at', '>=', from)
    if (to !== undefined) query = query.where('at', '<', to)
    if (who !== undefined) query = query.where('who', '=', who)
    if (purpose) query = query.where('purpose', '=', purpose)
    if (evidenceId) query = query.where('evidenceId', '=', evidenceId)
    if (incidentId) query = query.where('incidentId', '=', incidentId)
    if (jobId) query = query.where('jobId', '=', jobId)
    if (streets) query = query.where('streetId', '=', sql<StreetId>`any(${sql.val([...streets])}::text[])`)
    return query.orderBy('at', 'desc').orderBy('id', 'desc').limit(wanted.limit).execute()
  }

  /** Deletes what was registered before `before`, but for cases under hold. @returns how many */
  async sweep(before: EpochMs): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('evidenceViews')
      .where('at', '<', before)
      .where(eb => eb.not(isHeld('evidence_views.incident_id', 'evidence_views.job_id')))
      .executeTakeFirst()
    return Number(numDeletedRows)
  }
}
