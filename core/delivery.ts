// A delivery: one notice on its way to one destination, from the wish to tell somebody to their having it.
import type { EpochMs } from './time.ts'

/** What is told: ids, kinds and states; small, without pictures, and safe to send twice. */
export interface Notice {
  /** The same for every destination and attempt, so that a receiver can tell a repetition. */
  readonly id: string
  readonly event: string
  readonly at: EpochMs
  readonly subject: string
  readonly details: Readonly<Record<string, string | number | readonly string[] | null>>
}

/** `dead`: the last try has failed, and a person decides; `dismissed`: somebody decided that it is not sent any more. */
export const DELIVERY_STATES = ['pending', 'delivered', 'dead', 'dismissed'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

export interface Delivery {
  readonly id: string
  readonly destination: string
  /** One of the people behind a destination that has several; null where the destination is one. */
  readonly recipient: string | null
  /** As it was when it was to be told: every attempt says the same. */
  readonly notice: Notice
  readonly state: DeliveryState
  /** Since it was written, or driven again. */
  readonly attempts: number
  readonly lastError: string | null
  readonly createdAt: EpochMs
  readonly updatedAt: EpochMs
  /** A failure after this makes it a dead letter. */
  readonly giveUpAt: EpochMs
}

/** How a destination does. */
export interface DestinationTally {
  readonly destination: string
  readonly pending: number
  readonly dead: number
  /** When the oldest of the pending was written. */
  readonly oldestPendingAt: EpochMs | null
}
