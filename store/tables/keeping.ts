// The tables of keeping: holds, deletions, the register of views, and what of the disk waits to be removed.
import type { Generated } from 'kysely'
import type { Deletion, EvidenceView, LegalHold } from '../../core/keeping.ts'
import type { EpochMs } from '../../core/time.ts'

export interface KeepingTables {
  readonly legalHolds: LegalHold & { readonly id: Generated<number> }
  /** Append-only, as a trigger sees to. */
  readonly deletions: Deletion
  /** One row for each chain of the whole house. */
  readonly chainHeads: { readonly chain: 'deletions'; readonly sequence: number; readonly hash: string }
  readonly evidenceRemovals: { readonly sha256: string }
  readonly backupLeases: { readonly id: string; readonly until: EpochMs }
  /** Append-only, but for what is older than its retention. */
  readonly evidenceViews: EvidenceView & { readonly id: Generated<number> }
}
