// A test double of the store's deliveries, beside the memory store whose outbox it finishes.
import type { Clock } from '../../core/time.ts'
import type { Deliveries } from '../deliveries-port.ts'
import { deliverRow } from '../work-rows.ts'
import type { MemoryStore } from './memory-store.ts'

export function memoryDeliveries(store: MemoryStore, clock: Clock): Deliveries {
  const robots = new Map<string, number[]>()
  const claims = new Map<string, number>()
  const pending = (ids: readonly string[]) =>
    ids.flatMap(id => {
      const found = store.now.deliveries.get(id)
      return found?.state === 'pending' ? [found] : []
    })
  const isFree = (id: string) => (claims.get(id) ?? 0) <= clock.now()
  return {
    async begin(ids, leaseMs) {
      const claimed = pending(ids).filter(({ id }) => isFree(id))
      return claimed.map(delivery => {
        const begun = { ...delivery, attempts: delivery.attempts + 1 }
        claims.set(delivery.id, clock.now() + leaseMs)
        store.now.deliveries.set(delivery.id, begun)
        return begun
      })
    },
    async settle(ids, outcome) {
      for (const delivery of pending(ids)) {
        const lastError = outcome.state === 'delivered' ? null : outcome.problem
        store.now.deliveries.set(delivery.id, { ...delivery, state: outcome.state, lastError })
        claims.delete(delivery.id)
        const row = store.now.outbox.get(deliverRow(delivery).id)
        const change = outcome.state === 'pending' ? { dueAt: outcome.dueAt } : { finishedAt: clock.now() }
        if (row) store.now.outbox.set(row.id, { ...row, ...change })
      }
    },
    async postpone(ids, dueAt) {
      for (const delivery of pending(ids)) {
        const row = store.now.outbox.get(deliverRow(delivery).id)
        if (row && isFree(delivery.id)) store.now.outbox.set(row.id, { ...row, dueAt })
      }
    },
    async spread(id, deliveries, rows) {
      await store.transact(tx => tx.addDeliveries(deliveries, rows))
      await this.settle([id], { state: 'delivered' })
    },
    async noteMessage(robot) {
      robots.set(robot, [...(robots.get(robot) ?? []), clock.now()])
    },
    messagesSince: async (robot, since) => (robots.get(robot) ?? []).filter(at => at > since),
  }
}
