// Who could be named for a job now, by the rules that assignment goes by: what a dispatcher chooses from.
import { JiemuError } from '../core/errors.ts'
import type { JobId } from '../core/ids.ts'
import type { Offers } from '../core/job.ts'
import type { EpochMs } from '../core/time.ts'
import type { AssignmentSettings } from '../core/worker.ts'
import { openBench } from './bench.ts'
import type { DispatchStore } from './store-port.ts'

/** Reads only, and takes no turn: it is told at the moment of choosing, and held against the rules again when asked for. */
export function offersFor(
  store: Pick<DispatchStore, 'transact'>,
  id: JobId,
  at: EpochMs,
  settings?: AssignmentSettings,
): Promise<Offers> {
  return store.transact(async tx => {
    const [job] = await tx.jobs([id])
    if (!job) throw new JiemuError('not-found', { what: 'job', id })
    const refusals = await tx.refusalsOf(id)
    return openBench(await tx.roster(at), at, settings).offers({ job, refusals, wish: null })
  })
}
