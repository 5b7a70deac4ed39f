// The tables of workers: people, rota, exceptions from it, last positions, refusals, and the turn to assign.
import type { Refusal } from '../../core/job.ts'
import type { EpochMs } from '../../core/time.ts'
import type { Shift, ShiftOverride, Worker, WorkerPosition } from '../../core/worker.ts'
import type { Json } from '../tables.ts'

export interface WorkerTables {
  readonly workers: Omit<Worker, 'skills' | 'grids'> & {
    readonly skills: Json<Worker['skills']>
    readonly grids: Json<Worker['grids']>
  }
  readonly shifts: Omit<Shift, 'calendar'> & { readonly calendar: Json<Shift['calendar']> }
  readonly shiftOverrides: ShiftOverride
  readonly workerPositions: WorkerPosition & { readonly receivedAt: EpochMs }
  readonly jobRefusals: Refusal
  /** One row: a number that rises with every turn. */
  readonly assignmentTurns: { readonly id: 1; readonly taken: number }
}
