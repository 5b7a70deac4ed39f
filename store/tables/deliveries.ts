// The tables of what is told to whom: deliveries, and the messages that robots were sent.
import type { Generated } from 'kysely'
import type { Delivery } from '../../core/delivery.ts'
import type { EpochMs } from '../../core/time.ts'
import type { Json } from '../tables.ts'

export interface DeliveriesTable extends Omit<Delivery, 'notice'> {
  readonly notice: Json<Delivery['notice']>
  readonly outboxId: string
  /** Until then somebody is sending it; null while nobody is. */
  readonly claimedUntil: EpochMs | null
}

export interface DeliveryTables {
  readonly deliveries: DeliveriesTable
  readonly robotMessages: { readonly id: Generated<number>; readonly robot: string; readonly sentAt: EpochMs }
}
