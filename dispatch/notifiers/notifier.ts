// The port of a notifier: it carries one notice to one destination, or says why not.
import type { Notice } from '../../core/delivery.ts'
import type { Log } from '../../core/log.ts'
import type { PushSubscription } from '../../core/push.ts'
import type { Clock, EpochMs } from '../../core/time.ts'
import type { AddressGuard } from './address-guard.ts'

export type { Notice } from '../../core/delivery.ts'

export interface Notifier {
  /** Unique among the notifiers of a process; names the delivery's row, and is shown to people: no secrets. */
  readonly destination: string
  /**
   * @param recipient whom of its `recipients`; none where it has none
   * @throws JiemuError delivery-failed or delivery-untrusted (tried again; not before `detail.retryAfterMs`, where that
   *   is set) or delivery-refused (not tried again)
   */
  send(notice: Notice, recipient?: string | null): Promise<void>
  /** Whether the destination is to be told; of everything, if left out. */
  wants?(notice: Notice): boolean
  /** Names each of the people behind the destination; they get a delivery each, so that none waits for another. */
  recipients?(notice: Notice): Promise<readonly string[]>
  /** Of a destination that takes only so many messages a minute. */
  readonly robot?: Robot
  /** Connects, where that takes more than sending. */
  start?(): void
  close?(): Promise<void>
}

export interface Robot {
  /** The same for all destinations that share its limit. */
  readonly key: string
  readonly perMinute: number
  /** Several notices in one message. @throws JiemuError as `send` does */
  sendSummary(notices: readonly Notice[]): Promise<void>
}

/** A picture that people outside may see: blurred, and not for ever. */
export interface PictureLink {
  readonly url: string
  readonly expiresAt: EpochMs
}

export interface PictureLinks {
  /** @returns undefined where no picture may be shown */
  linkFor(notice: Notice): Promise<PictureLink | undefined>
}

/** The people who subscribed to web push. */
export interface PushRecipients {
  /** The subscriptions of those whom it concerns. */
  recipients(notice: Notice): Promise<readonly string[]>
  open(recipient: string): Promise<PushSubscription | undefined>
  remove(recipient: string): Promise<void>
  /** A secret that is made once and kept. */
  secret(name: string, make: () => string): Promise<string>
}

export interface NotifierDeps {
  readonly destination: string
  readonly guard: AddressGuard
  readonly clock: Clock
  readonly log: Log
  /** Absent where we cannot be reached from outside. */
  readonly pictures?: PictureLinks | undefined
  /** Where people's phones reach us; without it a message carries no link. */
  readonly publicUrl?: string | null | undefined
  /** Absent where the settings are only checked. */
  readonly push?: PushRecipients | undefined
  /** How long an answer is waited for; five seconds, if left out. */
  readonly timeoutMs?: number | undefined
}
