// How a job reached people: what was sent about it, who saw it first by which way, and the photos that came back.
import { sql } from 'kysely'
import type { JobPhoto, PhotoClaim, Reached, Sighting } from '../core/field-work.ts'
import type { EvidenceId, JobId } from '../core/ids.ts'
import type { Database } from './connection.ts'
import { oneOf } from './outbox-rows.ts'
import { EVIDENCE } from './records.ts'

/** An urged job that was reassigned a few times has some twenty. */
const MOST_DELIVERIES = 50

/** One that several people get stands there once, and once for each of them; the first is left out. */
const spreadToPeople = sql<boolean>`exists (select from deliveries part
  where part.notice ->> 'subject' = deliveries.notice ->> 'subject' and part.destination = deliveries.destination
    and part.notice ->> 'id' = deliveries.notice ->> 'id' and part.recipient is not null)`

export async function reachedOf(db: Database, jobId: JobId): Promise<Reached> {
  const deliveries = await db
    .selectFrom('deliveries')
    .leftJoin('pushSubscriptions', 'pushSubscriptions.id', 'deliveries.recipient')
    .leftJoin('users', 'users.id', 'pushSubscriptions.userId')
    .select([
      ...(['deliveries.destination', 'deliveries.state', 'deliveries.attempts'] as const),
      'users.login as recipient',
      'deliveries.updatedAt as at',
      sql<string>`deliveries.notice ->> 'event'`.as('event'),
    ])
    .where(sql<string>`deliveries.notice ->> 'subject'`, '=', jobId)
    .where(eb => eb.or([eb('deliveries.recipient', 'is not', null), eb.not(spreadToPeople)]))
    .orderBy('deliveries.createdAt', 'desc')
    .orderBy('deliveries.id')
    .limit(MOST_DELIVERIES)
    .execute()
  const seen = await db
    .selectFrom('jobSightings')
    .select(['assignment', 'who', 'way', 'at'])
    .where('jobId', '=', jobId)
    .orderBy('at')
    .orderBy('who')
    .execute()
  return { deliveries, seen }
}

/** @returns whether it is the first time since the job was assigned */
export async function noteSighting(db: Database, sighting: Sighting): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('jobSightings')
    .values(sighting)
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** By job, in the order in which they came. */
export async function photosOf(db: Database, jobIds: readonly JobId[]): Promise<readonly JobPhoto[]> {
  return db
    .selectFrom('evidence')
    .leftJoin('photoClaims', 'photoClaims.evidenceId', 'evidence.id')
    .select(EVIDENCE.map(column => `evidence.${column}` as const))
    .select(['photoClaims.distanceM', 'photoClaims.shotAt'])
    .where('evidence.jobId', '=', oneOf(jobIds))
    .orderBy('evidence.takenAt')
    .orderBy('evidence.id')
    .execute()
}

export async function noteClaim(db: Database, evidenceId: EvidenceId, claim: PhotoClaim): Promise<void> {
  await db
    .insertInto('photoClaims')
    .values({ evidenceId, ...claim })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}
