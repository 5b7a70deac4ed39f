// Work and deliveries as rows: what dispatch hands over, with what only the database knows, and what of it is due.
import type { Delivery } from '../core/delivery.ts'
import type { EpochMs } from '../core/time.ts'
import type { Database } from './connection.ts'
import type { StoredWork } from './dispatch-store.ts'

export const WORK = ['id', 'topic', 'payload', 'dueAt', 'createdAt'] as const

export function outboxRows(rows: readonly StoredWork[]) {
  return rows.map(row => ({ ...row, payload: JSON.stringify(row.payload), publishedAt: null, finishedAt: null }))
}

/** @param rows the row of each delivery, in the same order */
export function deliveryRows(deliveries: readonly Delivery[], rows: readonly StoredWork[]) {
  return deliveries.flatMap((delivery, index) => {
    const outboxId = rows[index]?.id
    return outboxId ? [{ ...delivery, notice: JSON.stringify(delivery.notice), outboxId, claimedUntil: null }] : []
  })
}

/** What `DispatchStore` says of each. */
export function dueOutbox(db: Database, now: EpochMs, staleBefore: EpochMs, limit: number) {
  return waiting(db, limit)
    .where('dueAt', '<=', now)
    .where(eb =>
      eb.or([
        eb('publishedAt', 'is', null),
        eb('publishedAt', '<=', staleBefore),
        // Handed over before it was due: that was for an earlier try, or ahead of time.
        eb('publishedAt', '<', eb.ref('dueAt')),
      ]),
    )
    .execute()
}

export function comingOutbox(db: Database, now: EpochMs, until: EpochMs, limit: number) {
  return waiting(db, limit)
    .where('publishedAt', 'is', null)
    .where('dueAt', '>', now)
    .where('dueAt', '<=', until)
    .execute()
}

function waiting(db: Database, limit: number) {
  return db
    .selectFrom('outbox')
    .select(WORK)
    .where('finishedAt', 'is', null)
    .orderBy('dueAt')
    .orderBy('id')
    .limit(limit)
}
