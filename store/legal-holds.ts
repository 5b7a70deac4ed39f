// Legal holds: nothing of a case under hold is deleted, and its events say who placed the hold, when and why.
import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely'
import { JiemuError } from '../core/errors.ts'
import type { IncidentEvent } from '../core/incident.ts'
import type { Case, LegalHold } from '../core/keeping.ts'
import type { Clock } from '../core/time.ts'
import type { Database } from './connection.ts'
import type { Tables } from './tables.ts'

const HOLD = [
  'incidentId',
  'jobId',
  'reason',
  'placedBy',
  'placedAt',
  'releasedBy',
  'releasedAt',
  'releaseReason',
] as const satisfies readonly (keyof LegalHold)[]

/** A hold on a job holds its incidents, and one on an incident the jobs that list it. */
const HELD_INCIDENTS = sql`(
  select incident_id from legal_holds where released_at is null and incident_id is not null
  union select i.incident_id from job_incidents i join legal_holds h on h.job_id = i.job_id where h.released_at is null)`
const HELD_JOBS = sql`(
  select job_id from legal_holds where released_at is null and job_id is not null
  union select i.job_id from job_incidents i join legal_holds h on h.incident_id = i.incident_id where h.released_at is null)`

/** Whether the case that a row belongs to is held, by the SQL names of its columns; false where both are null. */
export function isHeld(incidentColumn: string, jobColumn: string): RawBuilder<boolean> {
  return sql<boolean>`(coalesce(${sql.ref(incidentColumn)} in ${HELD_INCIDENTS}, false)
    or coalesce(${sql.ref(jobColumn)} in ${HELD_JOBS}, false))`
}

/** Whether work in the outbox is about a held case. */
export const isHeldWork = sql<boolean>`(
  coalesce(payload->>'incidentId' in ${HELD_INCIDENTS}, false)
  or coalesce(payload->>'jobId' in ${HELD_JOBS}, false)
  or coalesce(payload->>'subject' in ${HELD_INCIDENTS}, false)
  or coalesce(payload->>'subject' in ${HELD_JOBS}, false))`

export class LegalHolds {
  readonly #db: Database
  readonly #clock: Clock

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  /** A case that is held already stays as it is held. @throws JiemuError not-found where there is no such case */
  async place(on: Case, reason: string, actor: string): Promise<LegalHold> {
    const placedAt = this.#clock.now()
    const row = { ...ids(on), reason, placedBy: actor, placedAt, ...NOT_RELEASED }
    return this.#db.transaction().execute(async trx => {
      const what = 'incidentId' in on ? 'incident' : 'job'
      const id = 'incidentId' in on ? on.incidentId : on.jobId
      const known = await trx
        .selectFrom('incidentId' in on ? 'incidents' : 'jobs')
        .select('id')
        .where('id', '=', id as never)
        .executeTakeFirst()
      if (!known) throw new JiemuError('not-found', { what, id })
      const placed = await trx
        .insertInto('legalHolds')
        .values(row)
        .onConflict(conflict => conflict.doNothing())
        .returning(HOLD)
        .executeTakeFirst()
      if (placed) await noteInEvents(trx, on, { event: 'held', at: placedAt, actor, note: reason })
      // A sweep that is deleting them now is waited for, and the next one finds the hold.
      await trx.selectFrom('evidence').select('id').where(isHeld('incident_id', 'job_id')).forUpdate().execute()
      return placed ?? (await trx.selectFrom('legalHolds').select(HOLD).where(standing(on)).executeTakeFirstOrThrow())
    })
  }

  /** @throws JiemuError not-found where no hold stands */
  async release(on: Case, reason: string, actor: string): Promise<LegalHold> {
    const releasedAt = this.#clock.now()
    return this.#db.transaction().execute(async trx => {
      const released = await trx
        .updateTable('legalHolds')
        .set({ releasedBy: actor, releasedAt, releaseReason: reason })
        .where(standing(on))
        .returning(HOLD)
        .executeTakeFirst()
      const id = 'incidentId' in on ? on.incidentId : on.jobId
      if (!released) throw new JiemuError('not-found', { what: 'hold on', id })
      await noteInEvents(trx, on, { event: 'released', at: releasedAt, actor, note: reason })
      return released
    })
  }

  /** Those that stand, oldest first. */
  standing(): Promise<readonly LegalHold[]> {
    return this.#db.selectFrom('legalHolds').select(HOLD).where('releasedAt', 'is', null).orderBy('id').execute()
  }
}

const NOT_RELEASED = { releasedBy: null, releasedAt: null, releaseReason: null } as const

const ids = (on: Case) =>
  'incidentId' in on ? { incidentId: on.incidentId, jobId: null } : { incidentId: null, jobId: on.jobId }

const standing = (on: Case) => (eb: ExpressionBuilder<Tables, 'legalHolds'>) =>
  eb.and([
    eb('releasedAt', 'is', null),
    'incidentId' in on ? eb('incidentId', '=', on.incidentId) : eb('jobId', '=', on.jobId),
  ])

/** A hold on a job is told in the events of each of its incidents. */
async function noteInEvents(trx: Database, on: Case, event: Omit<IncidentEvent, 'incidentId'>): Promise<void> {
  const incidentIds =
    'incidentId' in on
      ? [on.incidentId]
      : (
          await trx
            .selectFrom('jobIncidents')
            .select('incidentId')
            .where('jobId', '=', on.jobId)
            .orderBy('position')
            .execute()
        ).map(row => row.incidentId)
  const rows = incidentIds.map(incidentId => ({ ...event, incidentId }))
  if (rows.length > 0) await trx.insertInto('incidentEvents').values(rows).execute()
}
