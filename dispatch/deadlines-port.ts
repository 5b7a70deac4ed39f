// What dispatch needs remembered of deadlines, and who is told when they pass. The store implements it without knowing us.
import type { BusinessCalendar } from '../core/business-calendar.ts'
import type { Deadline, JobDeadline } from '../core/deadline.ts'
import type { EscalationLevel } from '../core/escalation.ts'
import type { JobId, StreetId } from '../core/ids.ts'
import type { RuleKind } from '../core/observation.ts'
import type { EpochMs } from '../core/time.ts'
import type { OutboxRow } from './store-port.ts'

/** What one step does to the deadlines of its job. */
export interface DeadlineTurn {
  readonly jobId: JobId
  readonly at: EpochMs
  /** Of those that run. */
  readonly meets: readonly Deadline[]
  readonly drops: readonly Deadline[]
  readonly begins: readonly JobDeadline[]
  /** First the row of each that begins, in the same order; then what else is due later. */
  readonly rows: readonly OutboxRow[]
}

/** Part of a transaction; the job's row is locked. */
export interface DeadlinesTransaction {
  /** Ends and begins deadlines, with their rows of the outbox, in one statement; one turn for each job at most. */
  turn(turns: readonly DeadlineTurn[]): Promise<void>
  /** Notes that it passed. @returns false where it does not run any more, or was noted before */
  miss(jobId: JobId, deadline: Deadline, run: number, at: EpochMs): Promise<boolean>
  /** The step of the job's log that raised it last; 0 where none did. */
  lastEscalated(jobId: JobId): Promise<number>
  /** The street's own chain for the kind, else the street's, else the kind's, else the district's, else the default. */
  levels(kind: RuleKind, streetId: StreetId): Promise<readonly EscalationLevel[]>
  calendar(): Promise<BusinessCalendar>
}
