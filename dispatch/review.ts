// Review: an operator confirms or rejects an alert, or nobody does and its time is up.
import { JiemuError } from '../core/errors.ts'
import type { IncidentId } from '../core/ids.ts'
import type { Incident, IncidentEvent, RejectReason, ReviewState } from '../core/incident.ts'
import type { Actor } from '../core/permission.ts'
import type { EpochMs } from '../core/time.ts'
import { endForDecision } from './claims.ts'
import type { Transact, Work } from './commit.ts'
import { noticeOf } from './escalation.ts'
import { releaseJobOf } from './job-closing.ts'
import { doerOf } from './job-commands.ts'
import { createOrJoin } from './job-creation.ts'
import type { Doer } from './job-machine.ts'
import { BY_POLICY } from './job-steps.ts'
import { nextEscalationMs, whenOverdue } from './policy.ts'
import { type Recipient, recipientText } from './recipients.ts'
import { noticeRow, overdueRow } from './work-rows.ts'

/** How somebody decides. */
export interface Deciding {
  readonly actor: Actor
  /** Although somebody else looks at it. */
  readonly takeOver?: boolean | undefined
}

/**
 * Confirms an alert; its job is made, or joined, in the same transaction. Confirmed already: nothing happens.
 * @param to whom the operator would like to have the job
 * @throws JiemuError not-found; transition-illegal once it is rejected, or confirmed without this wish; incident-claimed;
 * recipient-would-join or as `checkRecipient` where `to` cannot have it
 */
export function confirm(
  transact: Transact,
  id: IncidentId,
  { actor, takeOver = false }: Deciding,
  at: EpochMs,
  to?: Recipient,
): Promise<Incident> {
  return transact('command', async work => {
    const incident = await known(work, id)
    const note = to ? recipientText(to) : null
    if (incident.review === 'confirmed' || incident.review === 'auto-confirmed') {
      const decision = note ? await work.tx.lastDecision(id) : undefined
      if (note === (decision?.note ?? null)) return incident
      throw new JiemuError('transition-illegal', { what: 'incident', id, state: incident.review, event: 'confirmed' })
    }
    if (incident.review === 'rejected') {
      throw new JiemuError('transition-illegal', { what: 'incident', id, state: 'rejected', event: 'confirmed' })
    }
    await endForDecision(work, id, takeOver, actor, at)
    return confirmIn(work, incident, actor, at, to)
  })
}

/** Confirms what waits, with its job. Call it with the incident's row locked. @throws JiemuError as `confirm` does */
export async function confirmIn(
  work: Work,
  incident: Incident,
  actor: Actor,
  at: EpochMs,
  to?: Recipient,
): Promise<Incident> {
  const note = to ? recipientText(to) : null
  const confirmed = await review(work, incident, 'confirmed', actor.name, note, at)
  await dispatch(work, confirmed, doerOf(actor, 'confirmed', incident.id), at, to)
  return confirmed
}

/**
 * Rejects an alert, or takes a confirmation back; a job with nothing else in it is cancelled. Rejected already:
 * nothing happens, and the first reason stands.
 * @throws JiemuError not-found, incident-claimed
 */
export function reject(
  transact: Transact,
  id: IncidentId,
  reason: RejectReason,
  note: string | null,
  { actor, takeOver = false }: Deciding,
  at: EpochMs,
): Promise<Incident> {
  return transact('command', async work => {
    const incident = await known(work, id)
    if (incident.review === 'rejected') return incident
    await endForDecision(work, id, takeOver, actor, at)
    const marked = { ...incident, rejectReason: reason, rejectNote: note }
    const rejected = await review(work, marked, 'rejected', actor.name, note ? `${reason}: ${note}` : reason, at)
    await work.tx.lockPlace(incident.kind, incident.placeId)
    await releaseJobOf(work, id, doerOf(actor, 'rejected', id), at)
    return rejected
  })
}

/**
 * The work of an outbox row "confirm-overdue".
 * @param opening as in `overdueRow`
 * @param level how often this opening of the incident was escalated before
 */
export async function overdue(work: Work, id: IncidentId, opening: string, level: number, at: EpochMs): Promise<void> {
  const incident = await work.tx.incident(id)
  if (!incident) return
  const policy = await work.tx.policyFor(incident.kind, incident.cameraId, incident.zoneId)
  const outcome = whenOverdue(incident, policy)
  if (outcome === 'decided') return
  // Whoever took a decision back gave the alert its whole time anew: the rows of before have nothing to say any more.
  const decision = await work.tx.lastDecision(id)
  if (decision?.event === 'undone' && !opening.endsWith(`-${decision.at}`)) return
  if (outcome === 'expired') {
    await review(work, incident, 'expired', 'policy', null, at)
  } else if (outcome === 'auto-confirmed') {
    await dispatch(work, await review(work, incident, 'auto-confirmed', 'policy', null, at), BY_POLICY, at)
  } else {
    const note = `level ${level + 1}`
    await work.tx.addIncidentEvent({ incidentId: id, at, event: 'escalated', actor: 'policy', note })
    work.changed({ type: 'incident', id })
    const notice = await noticeOf(work, incident, level + 1, at)
    work.enqueue(noticeRow('incident.escalated', id, `${opening}.${level}`, at, notice))
    work.enqueue(overdueRow(id, opening, level + 1, at + nextEscalationMs(policy, level), at))
  }
}

async function known({ tx }: Work, id: IncidentId): Promise<Incident> {
  const incident = await tx.incident(id)
  if (incident) return incident
  throw new JiemuError('not-found', { what: 'incident', id })
}

async function review(
  work: Work,
  incident: Incident,
  state: Exclude<ReviewState, 'pending'>,
  actor: string,
  note: string | null,
  at: EpochMs,
): Promise<Incident> {
  const decided: Incident = { ...incident, review: state }
  const event: IncidentEvent = { incidentId: incident.id, at, event: state, actor, note }
  await work.tx.updateIncident(decided, [event])
  work.changed({ type: 'incident', id: incident.id })
  return { ...decided, version: incident.version + 1 }
}

async function dispatch(work: Work, incident: Incident, by: Doer, at: EpochMs, to?: Recipient): Promise<void> {
  const policy = await work.tx.policyFor(incident.kind, incident.cameraId, incident.zoneId)
  await createOrJoin(work, incident, policy, by, at, { to })
}
