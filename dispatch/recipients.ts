// Whom an operator would like to have a job: held against the rules of assignment before anything is written.
import type { TeamId, WorkerId } from '../core/ids.ts'
import type { Job } from '../core/job.ts'
import type { EpochMs } from '../core/time.ts'
import { openBench } from './bench.ts'
import type { Work } from './commit.ts'
import { whyNot, whyNotTeam } from './job-holders.ts'

/** One of the two. */
export interface Recipient {
  readonly workerId?: WorkerId | undefined
  readonly teamId?: TeamId | undefined
}

/** In the log of the job, and of the incident. */
export function recipientText({ workerId, teamId }: Recipient): string {
  return workerId ? `to worker ${workerId}` : `to team ${teamId}`
}

/**
 * @throws JiemuError worker-unknown, worker-off-shift, worker-foreign-grid, worker-unskilled, worker-full, not-found,
 * team-unable: whoever is wished for could not go now
 */
export async function checkRecipient(
  { tx, assignment: settings }: Work,
  job: Pick<Job, 'id' | 'kind' | 'gridId' | 'severity' | 'createdAt' | 'lat' | 'lon'>,
  to: Recipient,
  at: EpochMs,
): Promise<void> {
  const roster = await tx.roster(at)
  const wanting = { job, refusals: [], wish: to.workerId ?? null, wishTeam: to.teamId ?? null }
  const found = openBench(roster, at, settings).named(wanting)
  if (typeof found === 'object') return
  throw to.workerId ? whyNot(to.workerId, found, job) : whyNotTeam(roster, to.teamId, found)
}
