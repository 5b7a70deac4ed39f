// Who may act on a job as the one who has it, and to whom it may be handed.
import { JiemuError } from '../core/errors.ts'
import type { WorkerId } from '../core/ids.ts'
import type { Job } from '../core/job.ts'
import type { Actor } from '../core/permission.ts'
import type { EpochMs } from '../core/time.ts'
import { openBench } from './bench.ts'
import type { Work } from './commit.ts'

/**
 * A worker acts on what is theirs, or what their team as a whole has; leaders and administrators act for others.
 * @returns who of the team it is, where that is known and the job is nobody's yet
 * @throws JiemuError worker-foreign-job
 */
export async function checkHolder({ tx }: Work, job: Job, actor: Actor): Promise<WorkerId | null> {
  if (actor.role !== 'worker') return null
  const own = (actor.workerId ?? null) as WorkerId | null
  const foreign = new JiemuError('worker-foreign-job', { id: job.id, actor: actor.name })
  if (job.workerId !== null) {
    if (job.workerId !== own) throw foreign
    return null
  }
  const worker = own && (await tx.worker(own))
  // Teams may work without saying who is in them; whose jobs somebody sees was decided before.
  if (!worker || job.teamId === null) return null
  if (worker.teamId !== job.teamId || !worker.active) throw foreign
  return worker.id
}

/**
 * Hands a job to a colleague by the rules of assignment, with whose turns it takes its own: what is counted of somebody
 * now is not what a turn beside it gives them. Only what they said of the job before does not count, and whoever covers
 * the grid is not passed over for one who helps out.
 * @throws JiemuError request-invalid, worker-unknown, worker-off-shift, worker-foreign-grid, worker-unskilled, worker-full
 */
export async function handOver(
  { tx, assignment: settings }: Work,
  job: Job,
  id: WorkerId | undefined,
  at: EpochMs,
): Promise<Pick<Job, 'workerId' | 'assignment'>> {
  if (!id) throw new JiemuError('request-invalid', { problem: 'workerId: expected somebody to hand it over to' })
  if (id === job.workerId) throw new JiemuError('request-invalid', { problem: 'workerId: they have it already' })
  await tx.takeTurn()
  const bench = openBench(await tx.roster(at), at, settings)
  const wanting = { job, refusals: [], wish: id }
  const successor = job.teamId === null ? undefined : bench.successor(wanting, job.teamId)
  if (typeof successor === 'object') return { workerId: id, assignment: bench.explain(wanting, successor) }
  switch (successor) {
    case 'off-shift':
      throw new JiemuError('worker-off-shift', { id })
    case 'other-grid':
      throw new JiemuError('worker-foreign-grid', { id, grid: job.gridId })
    case 'no-skill':
      throw new JiemuError('worker-unskilled', { id, kind: job.kind })
    case 'full':
      throw new JiemuError('worker-full', { id })
    default:
      throw new JiemuError('worker-unknown', { id })
  }
}

/** Whom a dispatcher would like to have it; whether they can go is for assignment to say. @throws JiemuError worker-unknown */
export async function checkWish({ tx }: Work, id: WorkerId | undefined): Promise<void> {
  if (id && !(await tx.worker(id))?.active) throw new JiemuError('worker-unknown', { id })
}
