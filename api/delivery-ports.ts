// What the API needs of deliveries; app.ts passes it in.
import type { Delivery, DeliveryState, DestinationTally } from '../core/delivery.ts'
import type { Actor } from '../core/permission.ts'
import type { PageRequest } from './ports.ts'

export interface DeliveryFilter extends PageRequest {
  readonly state?: DeliveryState
  readonly destination?: string
}

/** A destination of the settings, or one that was, while something is left of it. */
export interface DestinationState extends DestinationTally {
  readonly configured: boolean
}

export interface Deliveries {
  /** Newest first. */
  list(filter: DeliveryFilter): Promise<readonly Delivery[]>
  find(id: string): Promise<Delivery | undefined>
  destinations(): Promise<readonly DestinationState[]>
  /** Has dead letters sent again; what is not dead is left as it is. @returns how many */
  redrive(which: { readonly id: string } | { readonly destination: string }, actor: Actor): Promise<number>
  /** A dead letter that nobody needs any more. */
  dismiss(id: string, actor: Actor): Promise<void>
}
