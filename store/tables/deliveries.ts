// The tables of what is told to whom: deliveries, the messages that robots were sent, and who subscribed to web push.
import type { Generated } from 'kysely'
import type { Delivery } from '../../core/delivery.ts'
import type { UserId } from '../../core/ids.ts'
import type { EpochMs } from '../../core/time.ts'
import type { Json } from '../tables.ts'

export interface DeliveriesTable extends Omit<Delivery, 'notice'> {
  readonly notice: Json<Delivery['notice']>
  readonly outboxId: string
  /** Until then somebody is sending it; null while nobody is. */
  readonly claimedUntil: EpochMs | null
}

export interface PushSubscriptionsTable {
  readonly id: string
  readonly userId: UserId
  /** Address and keys, sealed. */
  readonly sealed: string
  readonly createdAt: EpochMs
}

export interface DeliveryTables {
  readonly deliveries: DeliveriesTable
  readonly robotMessages: { readonly id: Generated<number>; readonly robot: string; readonly sentAt: EpochMs }
  readonly pushSubscriptions: PushSubscriptionsTable
  /** Made by us, once: the keys of web push. */
  readonly keptSecrets: { readonly name: string; readonly sealed: string }
}
