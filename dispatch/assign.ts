// Assignment: which team gets a job, and why. Nobody is an answer too, and it is asked again.
import { applies } from '../core/calendar.ts'
import type { JobId, TeamId } from '../core/ids.ts'
import type { AssignmentReason, Candidate, Job, Reach } from '../core/job.ts'
import type { Team } from '../core/team.ts'
import type { EpochMs } from '../core/time.ts'
import type { Work } from './commit.ts'
import { isLegal } from './job-machine.ts'
import { BY_DISPATCH, takeStep } from './job-steps.ts'
import { ASSIGN_AGAIN_MS, assignRow } from './work-rows.ts'

type Within = Exclude<Reach, 'nobody' | 'team-leader'>
type Exclusion = Candidate['excluded']

/**
 * Chooses by docs/2-domain.md: on shift, covers the grid, has the skill, below its load cap, has not declined; of
 * those the least loaded, then the longest idle, then the first by id. Where nobody fits, teams that help the grid
 * out; then whoever is on duty, whatever their skills and load. Deterministic.
 * @param loads open jobs of each team; teams without any may be absent
 * @param lastAssigned when each team last got a job; teams that never did are absent and go first
 */
export function chooseTeam(
  job: Pick<Job, 'kind' | 'gridId'>,
  teams: readonly Team[],
  loads: ReadonlyMap<TeamId, number>,
  lastAssigned: ReadonlyMap<TeamId, EpochMs>,
  declined: ReadonlySet<TeamId>,
  at: EpochMs,
): AssignmentReason {
  const load = (team: Team) => loads.get(team.id) ?? 0
  const idleSince = (team: Team) => lastAssigned.get(team.id) ?? Number.NEGATIVE_INFINITY
  const ordered = teams.toSorted(
    (one, other) => load(one) - load(other) || compare(idleSince(one), idleSince(other)) || compare(one.id, other.id),
  )
  const judge = (reach: Within) =>
    ordered.map(team => ({ team, excluded: exclusion(team, job, reach, load(team), declined, at) }))
  const tellWhy = (judged: ReturnType<typeof judge>) =>
    judged.map(({ team, excluded }): Candidate => {
      const last = lastAssigned.get(team.id)
      const idleMs = last === undefined ? null : at - last
      return {
        teamId: team.id,
        workerId: null,
        load: load(team),
        distanceM: null,
        positionAgeMs: null,
        idleMs,
        excluded,
      }
    })

  for (const reach of ['grid', 'neighbour', 'duty'] as const) {
    const judged = judge(reach)
    const chosen = judged.find(({ excluded }) => excluded === null)
    if (chosen) return { chosen: { teamId: chosen.team.id, workerId: null }, candidates: tellWhy(judged), reach }
  }
  return { chosen: null, candidates: tellWhy(judge('neighbour')), reach: 'nobody' }
}

function exclusion(
  team: Team,
  job: Pick<Job, 'kind' | 'gridId'>,
  reach: Within,
  load: number,
  declined: ReadonlySet<TeamId>,
  at: EpochMs,
): Exclusion {
  if (!applies(team.shift, at)) return 'off-shift'
  if (reach === 'duty' && team.onDuty) return declined.has(team.id) ? 'declined' : null
  const covers = team.grids.includes(job.gridId) || (reach !== 'grid' && team.neighbours.includes(job.gridId))
  if (!covers) return 'other-grid'
  if (!team.skills.includes(job.kind)) return 'no-skill'
  if (load >= team.loadCap) return 'full'
  return declined.has(team.id) ? 'declined' : null
}

function compare<T extends string | number>(one: T, other: T): number {
  return one < other ? -1 : one > other ? 1 : 0
}

/** No team can decline yet: that state comes with the full machine of docs/2-domain.md. */
const NOBODY_DECLINED: ReadonlySet<TeamId> = new Set()

/**
 * The work of an outbox row "assign". A job that nobody can take stays queued, says so, and is tried again.
 * @param attempt how many tries came before
 */
export async function assign(work: Work, jobId: JobId, attempt: number, at: EpochMs): Promise<void> {
  const { tx } = work
  const job = await tx.job(jobId)
  if (!job || !isLegal(job.state, 'assigned')) return
  const reason = chooseTeam(job, await tx.teams(), await tx.loads(), await tx.lastAssigned(), NOBODY_DECLINED, at)
  if (!reason.chosen) return waitForSomebody(work, job, reason, attempt, at)
  const assignments = job.assignments + 1
  await takeStep(work, job, {
    event: 'assigned',
    by: BY_DISPATCH,
    at,
    key: `assigned.${assignments}`,
    reason: `${reason.chosen.workerId ?? reason.chosen.teamId} (${reason.reach})`,
    change: { ...reason.chosen, assignment: reason, assignedAt: at, assignments },
  })
}

async function waitForSomebody(
  work: Work,
  job: Job,
  reason: AssignmentReason,
  attempt: number,
  at: EpochMs,
): Promise<void> {
  await work.enqueue(assignRow(job, attempt + 1, at + ASSIGN_AGAIN_MS, at))
  // Told at the tries 0, 1, 2, 4, 8, …: often enough to be seen, seldom enough to be read.
  if ((attempt & (attempt - 1)) !== 0) return
  await takeStep(work, job, {
    event: 'unassignable',
    by: BY_DISPATCH,
    at,
    key: `unassignable.${job.logLength}.${attempt}`,
    reason: reason.candidates.map(({ teamId, excluded }) => `${teamId}: ${excluded}`).join(', ') || 'no teams',
    change: { assignment: reason },
  })
}
