// Work and deliveries as rows: what dispatch hands over, with what only the database knows, and what of it is due.
import { type ExpressionBuilder, sql, type Transaction } from 'kysely'
import type { Delivery } from '../core/delivery.ts'
import type { EpochMs } from '../core/time.ts'
import type { Database } from './connection.ts'
import type { StoredWork } from './dispatch-store.ts'
import type { Tables } from './tables.ts'

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

/** How far a camera's clock, which dates work, may be ahead of ours: what is due at once is found all the same. */
const CLOCKS_APART_MS = 3_600_000

/** Work of at once is done at once, also where the camera's clock that it is dated by is ahead of ours. */
function isDue(eb: ExpressionBuilder<Tables, 'outbox'>, now: EpochMs) {
  return eb.or([eb('dueAt', '<=', now), eb('dueAt', '<=', eb.ref('createdAt'))])
}

/** What `DispatchStore` says of each. */
export function dueOutbox(db: Database, now: EpochMs, staleBefore: EpochMs, limit: number) {
  return waiting(db, limit)
    .where('dueAt', '<=', now + CLOCKS_APART_MS)
    .where(eb => isDue(eb, now))
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

/**
 * Rows of a topic that are due and not done, oldest first, locked. `skip locked`: whoever holds a row may be about to wait
 * for one of ours; rows are taken by update statements of other processes in any order, and a merge holds two jobs.
 * @param only of these
 */
export async function takeDue<Topic extends string>(
  trx: Transaction<Tables>,
  topic: 'assign' | 'notify',
  now: EpochMs,
  limit: number,
  only: readonly string[] | undefined,
): Promise<readonly StoredWork<Topic>[]> {
  let due = trx
    .selectFrom('outbox')
    .select(WORK)
    // In the text, since its index is for this topic alone.
    .where('topic', '=', sql.lit(topic))
    .where('finishedAt', 'is', null)
    .where(eb => isDue(eb, now))
  if (only) due = due.where('id', '=', oneOf(only))
  const rows = await due.orderBy('dueAt').orderBy('id').limit(limit).forNoKeyUpdate().skipLocked().execute()
  return rows as readonly unknown[] as readonly StoredWork<Topic>[]
}

export async function finishRows(trx: Transaction<Tables>, ids: readonly string[], at: EpochMs): Promise<void> {
  await trx.updateTable('outbox').set({ finishedAt: at }).where('id', '=', oneOf(ids)).execute()
}

/** In the text of a statement, so that an index for these alone serves it, prepared or not. Never for what comes from outside. */
export function constants<T extends string>(values: readonly T[]) {
  return values.map(value => sql.lit(value))
}

/** One parameter however many there are, and so one plan. Unlike `in (…)`, right for an empty list too: then nothing is found. */
export function oneOf<T extends string>(values: readonly T[]) {
  return sql<T>`any(${sql.val([...values])}::text[])`
}
