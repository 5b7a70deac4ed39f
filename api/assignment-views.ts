// Why a job went to whom, as the API shows it: where colleagues were is only for those who may read their rota.
import type { TeamId } from '../core/ids.ts'
import type { Candidate, Job, Offers } from '../core/job.ts'
import type { Actor } from '../core/permission.ts'
import { permits, readingScope } from './authorize.ts'
import type { Rota } from './rota-ports.ts'

/** Shows a job as somebody may see it. */
export type ShowJob = <T extends Pick<Job, 'assignment'>>(job: T) => T

const NOBODY: ReadonlySet<TeamId> = new Set()

/** Three distances to known places locate a person: they are shown to whom `GET /api/workers` would show the position. */
export async function jobsFor(actor: Actor, rota: Pick<Rota, 'teams'>): Promise<ShowJob> {
  return withoutPositions(permits(actor, 'rota:read', 'filtered') ? await rota.teams(readingScope(actor)) : NOBODY)
}

/** For what goes to many at once. */
export const jobForAnybody: ShowJob = job => withoutPositions(NOBODY)(job)

/** The same for those who could be named. */
export async function offersFor(actor: Actor, rota: Pick<Rota, 'teams'>, { offers, ...rest }: Offers): Promise<Offers> {
  const seen = permits(actor, 'rota:read', 'filtered') ? await rota.teams(readingScope(actor)) : NOBODY
  return { offers: offers.map(offer => withoutPosition(seen, offer)), ...rest }
}

function withoutPosition<T extends Candidate>(seen: ReadonlySet<TeamId>, candidate: T): T {
  return seen.has(candidate.teamId) ? candidate : { ...candidate, distanceM: null, positionAgeMs: null }
}

function withoutPositions(seen: ReadonlySet<TeamId>): ShowJob {
  return job => {
    const { assignment } = job
    if (!assignment) return job
    const candidates = assignment.candidates.map(candidate => withoutPosition(seen, candidate))
    return { ...job, assignment: { ...assignment, candidates } }
  }
}
