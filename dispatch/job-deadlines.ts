// The deadlines of a job: begun, met and dropped with its steps, as the table of the machine says.
import { DEFAULT_BUSINESS_CALENDAR } from '../core/business-calendar.ts'
import { DEADLINES, type Deadline, dueAfter, type JobDeadline } from '../core/deadline.ts'
import type { Job, JobEvent, JobState } from '../core/job.ts'
import type { Work } from './commit.ts'
import type { DeadlineTurn } from './deadlines-port.ts'
import { transitionOf } from './job-machine.ts'
import { deadlineRow, resumeRow } from './work-rows.ts'

/** What runs in each state, where the job has a term for it: what the steps come to, and what a test holds them to. */
export const RUNNING_IN: Readonly<Record<JobState, readonly Deadline[]>> = {
  queued: ['handle'],
  assigned: ['acknowledge', 'arrive', 'handle'],
  accepted: ['arrive', 'handle'],
  'on-site': ['handle'],
  returned: ['handle'],
  handled: [],
  verifying: [],
  deferred: [],
  closed: [],
  cancelled: [],
  joined: [],
}

/** Writes what steps do to the deadlines of their jobs, in one statement: dispatch has few round trips to spare. */
export async function turnDeadlines({ tx }: Work, steps: readonly Taken[]): Promise<void> {
  const turns: DeadlineTurn[] = []
  for (const step of steps) turns.push(...(await turnOf(tx, step)))
  if (turns.length > 0) await tx.deadlines.turn(turns)
}

/** A job as it is after a step, and the step. */
export interface Taken {
  readonly changed: Job
  readonly row: Pick<JobEvent, 'event' | 'sequence' | 'at'>
}

/** @returns nothing where the step leaves the deadlines alone */
async function turnOf(tx: Work['tx'], { changed: job, row: step }: Taken): Promise<readonly DeadlineTurn[]> {
  const { starts = [], meets = [], stops = [] } = transitionOf(step.event)
  const begins = await begun(tx, job, starts, step)
  const resumes = step.event === 'deferred' && job.deferredUntil ? [resumeRow(job, job.deferredUntil, step.at)] : []
  const rows = [...begins.map(deadlineRow), ...resumes]
  const hasAny = DEADLINES.some(deadline => job.terms[deadline])
  if (rows.length === 0 && !(hasAny && meets.length + stops.length > 0)) return []
  // One that begins anew was not met.
  return [{ jobId: job.id, at: step.at, meets, drops: [...stops, ...starts], begins, rows }]
}

async function begun(
  tx: Work['tx'],
  { id, terms }: Job,
  starts: readonly Deadline[],
  { sequence, at }: Pick<JobEvent, 'sequence' | 'at'>,
): Promise<readonly JobDeadline[]> {
  const wanted = starts.flatMap(deadline => {
    const term = terms[deadline]
    return term ? [{ deadline, term }] : []
  })
  // Asked for only where it is needed: most terms run by the clock.
  const calendar = wanted.some(({ term }) => term.working) ? await tx.deadlines.calendar() : DEFAULT_BUSINESS_CALENDAR
  return wanted.map(({ deadline, term }) => ({
    ...{ jobId: id, deadline, run: sequence },
    ...{ startedAt: at, dueAt: dueAfter(term, at, calendar) },
    ...{ missedAt: null, endedAt: null, end: null },
  }))
}
