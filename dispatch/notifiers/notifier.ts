// The port of a notifier: it carries one notice to one destination, or says why not.

import type { Log } from '../../core/log.ts'
import type { EpochMs } from '../../core/time.ts'
import type { NoticeEvent } from '../work-rows.ts'

/** Ids, kinds and states: small, without pictures, and safe to send twice. */
export interface Notice {
  /** The same for every attempt, so that a receiver can tell a repetition. */
  readonly id: string
  readonly event: NoticeEvent
  readonly at: EpochMs
  readonly subject: string
  readonly details: Readonly<Record<string, string | number | readonly string[] | null>>
}

export interface Notifier {
  /** Unique among the notifiers of a process; names the delivery's row, and is shown to people: no secrets. */
  readonly destination: string
  /** @throws JiemuError delivery-failed (tried again) or delivery-refused (not tried again) */
  send(notice: Notice): Promise<void>
}

export interface NotifierDeps {
  readonly destination: string
  readonly log: Log
}
