// The tables of the audit: seals, and the heads of the jobs' logs that each of them covers.
import type { JobId } from '../../core/ids.ts'
import type { EpochMs } from '../../core/time.ts'

export interface AuditTables {
  /** Append-only, one chain. */
  readonly auditSeals: {
    readonly id: number
    readonly at: EpochMs
    /** How many jobs' logs had grown. */
    readonly jobs: number
    /** SHA-256 over their heads. */
    readonly digest: string
    readonly previousHash: string
    readonly hash: string
  }
  readonly auditHeads: {
    readonly sealId: number
    readonly jobId: JobId
    readonly sequence: number
    readonly hash: string
  }
}
