// Who may act on a job as the one who has it, and to whom it may be handed.
import { JiemuError } from '../core/errors.ts'
import type { WorkerId } from '../core/ids.ts'
import type { Job } from '../core/job.ts'
import type { Actor } from '../core/permission.ts'
import type { EpochMs } from '../core/time.ts'
import { isOnShift } from '../core/worker.ts'
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

/** @throws JiemuError request-invalid, worker-unknown, worker-off-shift or worker-foreign-grid */
export async function checkRecipient({ tx }: Work, job: Job, id: WorkerId | undefined, at: EpochMs): Promise<WorkerId> {
  if (!id) throw new JiemuError('request-invalid', { problem: 'workerId: expected somebody to hand it over to' })
  if (id === job.workerId) throw new JiemuError('request-invalid', { problem: 'workerId: they have it already' })
  const roster = await tx.roster(at)
  const worker = roster.workers.find(each => each.id === id)
  const team = roster.teams.find(each => each.id === job.teamId)
  if (!worker?.active || !team || worker.teamId !== team.id) throw new JiemuError('worker-unknown', { id })
  if (!isOnShift(roster, team, worker, at)) throw new JiemuError('worker-off-shift', { id })
  // Whoever is on duty goes everywhere.
  if (worker.grids && !worker.grids.includes(job.gridId) && !team.onDuty) {
    throw new JiemuError('worker-foreign-grid', { id, grid: job.gridId })
  }
  return id
}

/** Whom a dispatcher would like to have it; whether they can go is for assignment to say. @throws JiemuError worker-unknown */
export async function checkWish({ tx }: Work, id: WorkerId | undefined): Promise<void> {
  if (id && !(await tx.worker(id))?.active) throw new JiemuError('worker-unknown', { id })
}
