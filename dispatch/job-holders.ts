// Who may act on a job as the one who has it, and to whom it may be handed.
import { JiemuError } from '../core/errors.ts'
import type { TeamId, WorkerId } from '../core/ids.ts'
import type { Exclusion, Job } from '../core/job.ts'
import type { Actor } from '../core/permission.ts'
import type { EpochMs } from '../core/time.ts'
import { openBench, type Roster } from './bench.ts'
import type { Work } from './commit.ts'
import type { JobWish } from './job-commands.ts'

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
  throw whyNot(id, successor, job)
}

/**
 * Whom a dispatcher names for a job that is assigned anew, or which team: said at once where the rules pass them over,
 * instead of giving it to somebody else. Only who becomes full in the moment until the assignment is passed over all the same.
 * @param wish `force`: they get it whatever the rules say
 * @throws JiemuError request-invalid, worker-unknown, worker-off-shift, worker-foreign-grid, worker-unskilled, worker-full,
 * not-found, team-unable
 */
export async function checkWish(
  { tx, assignment: settings }: Work,
  job: Job,
  { workerId: id, teamId, force = false }: Pick<JobWish, 'workerId' | 'teamId' | 'force'>,
  at: EpochMs,
): Promise<void> {
  if (!id && !teamId) return
  if (id && teamId) throw new JiemuError('request-invalid', { problem: 'expected a worker or a team, not both' })
  if (id ? id === job.workerId : job.workerId === null && teamId === job.teamId) {
    throw new JiemuError('request-invalid', { problem: `${id ? 'workerId' : 'teamId'}: they have it already` })
  }
  if (id && !(await tx.worker(id))?.active) throw new JiemuError('worker-unknown', { id })
  if (id && force) return
  await tx.takeTurn()
  const roster = await tx.roster(at)
  const wanting = { job, refusals: [], wish: id ?? null, wishTeam: teamId ?? null, forced: force }
  const named = openBench(roster, at, settings).named(wanting)
  if (typeof named === 'object') return
  throw id ? whyNot(id, named, job) : whyNotTeam(roster, teamId, named)
}

/** Why nobody of a team can have a job. @param excluded of the one who is nearest to it; undefined where there is nobody */
export function whyNotTeam(
  { teams }: Pick<Roster, 'teams'>,
  teamId: TeamId | undefined,
  excluded: Exclusion | undefined,
): JiemuError {
  const id = String(teamId)
  if (!teams.some(team => team.id === id)) return new JiemuError('not-found', { what: 'team', id })
  return new JiemuError('team-unable', { id, why: excluded ?? 'nobody of it works' })
}

export function whyNot(id: WorkerId, excluded: Exclusion | undefined, job: Pick<Job, 'kind' | 'gridId'>): JiemuError {
  switch (excluded) {
    case 'off-shift':
      return new JiemuError('worker-off-shift', { id })
    case 'other-grid':
      return new JiemuError('worker-foreign-grid', { id, grid: job.gridId })
    case 'no-skill':
      return new JiemuError('worker-unskilled', { id, kind: job.kind })
    case 'full':
      return new JiemuError('worker-full', { id })
    default:
      return new JiemuError('worker-unknown', { id })
  }
}
