// Work and deliveries as rows: what dispatch hands over, with what only the database knows.
import type { Delivery } from '../core/delivery.ts'
import type { StoredWork } from './dispatch-store.ts'

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
