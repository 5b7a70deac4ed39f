// Undo: a decision is taken back within ten seconds. Dispatch did not wait for them, so what it did is undone as well.
import { JiemuError } from '../core/errors.ts'
import type { IncidentId } from '../core/ids.ts'
import type { Incident, IncidentEvent } from '../core/incident.ts'
import { isOver, type Job } from '../core/job.ts'
import type { Actor } from '../core/permission.ts'
import type { EpochMs } from '../core/time.ts'
import type { Transact, Work } from './commit.ts'
import { doerOf } from './job-commands.ts'
import type { Doer } from './job-machine.ts'
import { takeStep } from './job-steps.ts'
import { overdueRow } from './work-rows.ts'

export const UNDO_WITHIN_MS = 10_000

/**
 * Takes a confirmation or a rejection back: the alert is pending again, with its whole time, and a job that was made for
 * it is cancelled, or goes on without it. Taken back already: nothing happens.
 * @param reason needed once somebody has accepted the job
 * @throws JiemuError not-found, transition-illegal, undo-too-late, undo-not-yours, reason-missing
 */
export function undo(
  transact: Transact,
  id: IncidentId,
  reason: string | null,
  actor: Actor,
  at: EpochMs,
): Promise<Incident> {
  return transact('command', async work => {
    const incident = await work.tx.incident(id)
    if (!incident) throw new JiemuError('not-found', { what: 'incident', id })
    const decision = await work.tx.lastDecision(id)
    if (decision?.event === 'undone' && incident.review === 'pending') return incident
    check(incident, decision, actor, at)
    if (decision.event === 'confirmed') {
      // The order in which whoever confirms takes them: the incident, its place, its job.
      await work.tx.lockPlace(incident.kind, incident.placeId)
      await release(work, incident, decision, doerOf(actor, 'undone', id), reason, at)
    }
    return reopenReview(work, incident, actor, reason, at)
  })
}

function check(
  { id, review }: Incident,
  decision: IncidentEvent | undefined,
  actor: Actor,
  at: EpochMs,
): asserts decision is IncidentEvent {
  if (!decision || (decision.event !== 'confirmed' && decision.event !== 'rejected')) {
    throw new JiemuError('transition-illegal', { what: 'incident', id, state: review, event: 'undone' })
  }
  const passedMs = at - decision.at
  if (passedMs > UNDO_WITHIN_MS) {
    throw new JiemuError('undo-too-late', { id, seconds: Math.floor(passedMs / 1_000) })
  }
  const may = decision.actor === actor.name || actor.role === 'supervisor' || actor.role === 'admin'
  if (!may) throw new JiemuError('undo-not-yours', { id, actor: actor.name })
}

async function release(
  work: Work,
  incident: Incident,
  decision: IncidentEvent,
  by: Doer,
  reason: string | null,
  at: EpochMs,
): Promise<void> {
  const listed = await work.tx.jobOf(incident.id)
  const job = listed && (await work.tx.job(listed.id))
  if (!job || isOver(job.state)) return
  if (job.acceptedAt !== null && !reason) throw new JiemuError('reason-missing', { event: 'undone', id: job.id })
  const key = `undone.${incident.id}.${decision.at}`
  const others = (await work.tx.incidentsOf(job.id)).filter(
    other => other.id !== incident.id && other.review !== 'rejected',
  )
  if (others.length === 0) await takeStep(work, job, { event: 'undone', by, at, key, reason, change: ended(reason) })
  else await takeStep(work, job, { event: 'parted', by, at, key, reason: incident.id, change: without(job, incident) })
}

const ended = (reason: string | null): Pick<Job, 'endReason'> => ({ endReason: reason ?? 'undone' })

function without({ incidentIds }: Job, { id }: Incident): Pick<Job, 'incidentIds'> {
  return { incidentIds: incidentIds.filter(listed => listed !== id) }
}

async function reopenReview(
  work: Work,
  incident: Incident,
  actor: Actor,
  reason: string | null,
  at: EpochMs,
): Promise<Incident> {
  const { id, kind, cameraId, zoneId, reopened, version } = incident
  const pending: Incident = { ...incident, review: 'pending', rejectReason: null, rejectNote: null }
  await work.tx.updateIncident(pending, [{ incidentId: id, at, event: 'undone', actor: actor.name, note: reason }])
  work.changed({ type: 'incident', id })
  const { confirmWithin } = await work.tx.policyFor(kind, cameraId, zoneId)
  work.enqueue(overdueRow(id, `${reopened}-${at}`, 0, at + confirmWithin, at))
  return { ...pending, version: version + 1 }
}
