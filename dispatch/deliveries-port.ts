// What dispatch needs remembered of its deliveries. The store implements it without knowing us.
import type { Delivery } from '../core/delivery.ts'
import type { EpochMs } from '../core/time.ts'
import type { OutboxRow } from './store-port.ts'

export type Outcome =
  | { readonly state: 'delivered' }
  | { readonly state: 'pending'; readonly problem: string; readonly dueAt: EpochMs }
  | { readonly state: 'dead' | 'dismissed'; readonly problem: string }

/** Each method is one statement or one transaction. @throws JiemuError database-unavailable */
export interface Deliveries {
  /**
   * Claims those of `ids` that are to be sent and that nobody else is sending, and counts an attempt of each. The claim
   * lapses after `leaseMs`, for a process that died meanwhile.
   */
  begin(ids: readonly string[], leaseMs: number): Promise<readonly Delivery[]>
  /** Notes how an attempt ended, and finishes the outbox rows or has them come again when they are due. */
  settle(ids: readonly string[], outcome: Outcome): Promise<void>
  /** Has them come again at `dueAt`, without counting an attempt; those that somebody is sending are left alone. */
  postpone(ids: readonly string[], dueAt: EpochMs): Promise<void>
  /** Replaces a delivery by one for each of its recipients. */
  spread(id: string, deliveries: readonly Delivery[], rows: readonly OutboxRow[]): Promise<void>
  /** Notes that a message goes out to a robot that takes only so many. */
  noteMessage(robot: string): Promise<void>
  /** When the messages after `since` went out to a robot, oldest first. */
  messagesSince(robot: string, since: EpochMs): Promise<readonly EpochMs[]>
}
