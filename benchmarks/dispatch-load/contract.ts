// What the load says to the dispatch under load and what it hears back, over a process channel as shards and main have one.
import type { Observation } from '../../core/observation.ts'
import type { EpochMs } from '../../core/time.ts'
import type { Assigned, Committed, StoredRecords } from './reckon.ts'

/** How the process under load is set up; handed over in the environment as JSON. */
export interface DeskSettings {
  readonly dataDir: string
  readonly databaseUrl?: string
  readonly redisUrl?: string
  /** The cameras file to import. */
  readonly camerasFile: string
  /** Where notices are posted. */
  readonly receiverUrl: string
}

export const SETTINGS_VARIABLE = 'JIEMU_DISPATCH_LOAD'

export type ToDesk =
  | { readonly type: 'observation'; readonly observation: Observation }
  /** Asks for what is stored of incidents since then, once no work is left. */
  | { readonly type: 'tell'; readonly since: EpochMs }
  | { readonly type: 'stop' }

export type FromDesk =
  | { readonly type: 'ready' }
  | ({ readonly type: 'committed' } & Committed)
  | ({ readonly type: 'assigned' } & Assigned)
  | { readonly type: 'told'; readonly settled: boolean; readonly records: StoredRecords }

/** Milliseconds on the machine's monotonic clock, which on Linux all processes share. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
