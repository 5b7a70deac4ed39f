// One transaction, and what may be told to others only once it is committed.
import type { Deadline } from '../core/deadline.ts'
import type { Delivery } from '../core/delivery.ts'
import { type Failpoint, failpoint } from '../core/failpoint.ts'
import type { GridId, IncidentId, JobId } from '../core/ids.ts'
import type { RuleKind } from '../core/observation.ts'
import { type AssignmentSettings, assignmentSchema } from '../core/worker.ts'
import type { DispatchStore, DispatchTransaction, OutboxRow } from './store-port.ts'
import { deliverRow } from './work-rows.ts'

/** Says that a record has changed; whoever wants to know how reads it. */
export type DispatchChange =
  | { readonly type: 'incident'; readonly id: IncidentId }
  | { readonly type: 'job'; readonly id: JobId }
  | { readonly type: 'grid'; readonly id: GridId }

/** A deadline that passed. */
export interface Missed {
  readonly kind: RuleKind
  readonly deadline: Deadline
}

/** A transaction under way: whatever is noted here is forgotten if it rolls back. */
export interface Work {
  readonly tx: DispatchTransaction
  /** Whether cameras can be asked to look again; in a replay nobody answers, and the rules’ own word closes jobs. */
  readonly looks: boolean
  readonly assignment: AssignmentSettings
  changed(change: DispatchChange): void
  missed(missed: Missed): void
  /** Written together, by one statement, before the commit. */
  enqueue(...rows: readonly OutboxRow[]): void
  /** Adds deliveries, each with its row of the outbox. */
  deliver(deliveries: readonly Delivery[]): Promise<void>
}

export interface Committed {
  readonly changes: readonly DispatchChange[]
  readonly rows: readonly OutboxRow[]
  readonly missed: readonly Missed[]
}

/** Runs `body` in one transaction; `edge` names it for the fail-points. */
export type Transact = <T>(edge: 'ledger' | 'command' | 'perform', body: (work: Work) => Promise<T>) => Promise<T>

/**
 * @param onCommitted called after every commit, synchronously, so that it must neither throw nor wait
 */
export function transactor(
  store: DispatchStore,
  onCommitted: (committed: Committed) => void,
  { looks = false, assignment = assignmentSchema.parse({}) }: Partial<Pick<Work, 'looks' | 'assignment'>> = {},
): Transact {
  return async (edge, body) => {
    const { result, committed } = await store.transact(async tx => {
      const changes = new Map<string, DispatchChange>()
      const enqueued: OutboxRow[] = []
      const rows: OutboxRow[] = []
      const missed: Missed[] = []
      const result = await body({
        tx,
        looks,
        assignment,
        changed: change => changes.set(change.id, change),
        missed: one => missed.push(one),
        enqueue: (...added) => void enqueued.push(...added),
        deliver: async deliveries => {
          const added = deliveries.map(deliverRow)
          await tx.addDeliveries(deliveries, added)
          rows.push(...added)
        },
      })
      await tx.addOutbox(enqueued)
      rows.push(...enqueued)
      failpoint(`${edge}:before-commit` satisfies Failpoint)
      return { result, committed: { changes: [...changes.values()], rows, missed } }
    })
    failpoint(`${edge}:after-commit` satisfies Failpoint)
    onCommitted(committed)
    return result
  }
}
