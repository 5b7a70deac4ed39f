// Who is looking at an alert: the database decides between two who begin at the same instant.
import { sql, type Transaction } from 'kysely'
import type { IncidentId } from '../core/ids.ts'
import type { Incident, IncidentClaim, ReviewState } from '../core/incident.ts'
import type { EpochMs } from '../core/time.ts'
import type { Database } from './connection.ts'
import { oneOf } from './outbox-rows.ts'
import type { Tables } from './tables.ts'

type Trx = Transaction<Tables>

/** What an operator may still decide. */
const WAITING: readonly ReviewState[] = ['pending', 'expired']

/** What `DispatchTransaction` says of it. */
export async function claim(trx: Trx, wanted: IncidentClaim, takeOver: boolean): Promise<IncidentClaim | undefined> {
  // Shared: whoever decides at this moment holds the row, and then it does not wait any more.
  const waits = await trx
    .selectFrom('incidents')
    .select('id')
    .where('id', '=', wanted.incidentId)
    .where('review', 'in', WAITING)
    .forShare()
    .executeTakeFirst()
  if (!waits) return undefined
  const mine = sql<boolean>`incident_claims.holder = excluded.holder and incident_claims.until > excluded.since`
  const free = sql<boolean>`incident_claims.holder = excluded.holder or incident_claims.until <= excluded.since or ${sql.lit(takeOver)}`
  return await trx
    .insertInto('incidentClaims')
    .values(wanted)
    .onConflict(conflict =>
      conflict.column('incidentId').doUpdateSet(eb => ({
        holder: eb.case().when(free).then(eb.ref('excluded.holder')).else(eb.ref('incidentClaims.holder')).end(),
        since: eb
          .case()
          .when(free)
          .then(eb.case().when(mine).then(eb.ref('incidentClaims.since')).else(eb.ref('excluded.since')).end())
          .else(eb.ref('incidentClaims.since'))
          .end(),
        until: eb.case().when(free).then(eb.ref('excluded.until')).else(eb.ref('incidentClaims.until')).end(),
      })),
    )
    .returningAll()
    .executeTakeFirst()
}

export async function endClaim(trx: Trx, id: IncidentId, holder?: string): Promise<IncidentClaim | undefined> {
  let query = trx.deleteFrom('incidentClaims').where('incidentId', '=', id)
  if (holder !== undefined) query = query.where('holder', '=', holder)
  return await query.returningAll().executeTakeFirst()
}

/** An incident, and who looks at it now. */
export type ClaimedIncident = Incident & { readonly claim: IncidentClaim | null }

/** Adds the claims that are live; only what waits to be decided can have one. */
export async function withClaims(
  db: Database,
  incidents: readonly Incident[],
  at: EpochMs,
): Promise<readonly ClaimedIncident[]> {
  const waiting = incidents.filter(({ review }) => WAITING.includes(review)).map(({ id }) => id)
  const rows = waiting.length === 0 ? [] : await liveClaims(db, waiting, at)
  const claims = new Map(rows.map(row => [row.incidentId, row]))
  return incidents.map(incident => ({ ...incident, claim: claims.get(incident.id) ?? null }))
}

export async function withClaim(db: Database, incident: Incident, at: EpochMs): Promise<ClaimedIncident> {
  const [claimed] = await withClaims(db, [incident], at)
  return claimed ?? { ...incident, claim: null }
}

function liveClaims(db: Database, ids: readonly IncidentId[], at: EpochMs): Promise<readonly IncidentClaim[]> {
  return db
    .selectFrom('incidentClaims')
    .selectAll()
    .where('incidentId', '=', oneOf(ids))
    .where('until', '>', at)
    .execute()
}
