// Assignment: all jobs that are due get their people in one transaction. Nobody is an answer too, and it is asked again.
import type { TeamId, WorkerId } from '../core/ids.ts'
import type { AssignmentReason, Job } from '../core/job.ts'
import type { EpochMs } from '../core/time.ts'
import type { Work } from './commit.ts'
import { isLegal } from './job-machine.ts'
import { BY_DISPATCH, type Step, takeSteps } from './job-steps.ts'
import { planAssignments } from './plan.ts'
import type { OutboxRow, TakenAssignment } from './store-port.ts'
import type { Turned } from './turns.ts'
import { ASSIGN_AGAIN_MS, assignRow } from './work-rows.ts'

/**
 * Does the work of all outbox rows "assign" that are due, `limit` at most. Jobs that nobody can take stay queued, say
 * so, and are tried again.
 * @param only of these rows, where others failed
 */
export async function assignDue(work: Work, at: EpochMs, limit: number, only?: readonly string[]): Promise<Turned> {
  const { tx, assignment } = work
  const { rows, busy } = await tx.takeAssignments(at, limit, only)
  if (rows.length === 0) return { rows: [], done: [], busy }
  // A job that came back to the queue may have a row from before too: what was asked last counts.
  const inOrder = rows.toSorted((one, other) => one.row.createdAt - other.row.createdAt)
  const wanting = new Map(inOrder.flatMap(taken => wantingOf(taken).map(each => [each.job.id, each])))
  if (wanting.size > 0) {
    const planned = planAssignments(await tx.roster(at), [...wanting.values()], at, assignment)
    const outcomes = planned.flatMap(({ wanting: { job }, reason }) => {
      const found = wanting.get(job.id)
      return found ? [outcomeOf(found, reason, at)] : []
    })
    await takeSteps(
      work,
      outcomes.flatMap(({ job, step }) => (step ? [{ job, step }] : [])),
    )
    work.enqueue(...outcomes.flatMap(({ again }) => again ?? []))
  }
  const taken = rows.map(({ row }) => row)
  await tx.finishOutboxRows(
    taken.map(({ id }) => id),
    at,
  )
  return { rows: taken, done: taken, busy }
}

/** A job that has somebody already, or is over, wants nobody: its row is from before. */
function wantingOf({ row, job, refusals }: TakenAssignment) {
  if (!job || !isLegal(job.state, 'assigned')) return []
  const wish = typeof row.payload.wish === 'string' ? (row.payload.wish as WorkerId) : null
  const wishTeam = typeof row.payload.wishTeam === 'string' ? (row.payload.wishTeam as TeamId) : null
  const forced = row.payload.forced === 1
  return [{ job, refusals, wish, wishTeam, forced, attempt: Number(row.payload.attempt) }]
}

interface Outcome {
  readonly job: Job
  readonly step?: Step
  readonly again?: OutboxRow
}

type Tried = ReturnType<typeof wantingOf>[number]

function outcomeOf(tried: Tried, reason: AssignmentReason, at: EpochMs): Outcome {
  if (!reason.chosen) return waiting(tried, reason, at)
  const { job } = tried
  const assignments = job.assignments + 1
  const step: Step = {
    event: 'assigned',
    by: BY_DISPATCH,
    at,
    key: `assigned.${assignments}`,
    reason: `${reason.chosen.workerId ?? reason.chosen.teamId} (${reason.reach}${ofTeam(tried, reason)})`,
    change: { ...reason.chosen, assignment: reason, assignedAt: at, assignments },
  }
  return { job, step }
}

/** Says where somebody named the team, and we chose who of it. */
const ofTeam = ({ wish, wishTeam }: Tried, { chosen }: AssignmentReason): string =>
  wish === null && wishTeam !== null && chosen?.teamId === wishTeam ? `, team ${wishTeam}` : ''

function waiting({ job, attempt, wish, wishTeam, forced }: Tried, reason: AssignmentReason, at: EpochMs): Outcome {
  const again = assignRow(job, attempt + 1, at + ASSIGN_AGAIN_MS, at, { workerId: wish, teamId: wishTeam, forced })
  // Told at the tries 0, 1, 2, 4, 8, …: often enough to be seen, seldom enough to be read.
  if ((attempt & (attempt - 1)) !== 0) return { job, again }
  const step: Step = {
    event: 'unassignable',
    by: BY_DISPATCH,
    at,
    key: `unassignable.${job.logLength}.${attempt}`,
    reason: whyNobody(reason),
    change: { assignment: reason },
  }
  return { job, step, again }
}

function whyNobody({ candidates, unlisted = 0 }: AssignmentReason): string {
  const told = candidates.map(({ teamId, workerId, excluded }) => `${workerId ?? teamId}: ${excluded}`)
  if (unlisted > 0) told.push(`and ${unlisted} more`)
  return told.join(', ') || 'no teams'
}
