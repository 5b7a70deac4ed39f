// The ledger: observations become incidents, opened, extended and cleared; once each, whatever is delivered twice.
import { JiemuError } from '../core/errors.ts'
import { type Fingerprint, type GridId, incidentIdOf, type JobId, jobIdOf, type StreetId } from '../core/ids.ts'
import type { Incident, IncidentEvent } from '../core/incident.ts'
import { type Observation, severest } from '../core/observation.ts'
import type { DispatchPolicy } from '../core/team.ts'
import type { Transact, Work } from './commit.ts'
import { settleJobOf, wasSelfCleared } from './job-closing.ts'
import { createOrJoin } from './job-creation.ts'
import { BY_POLICY } from './job-steps.ts'
import { reviewAtOpening } from './policy.ts'
import type { Known } from './store-port.ts'
import { noticeRow, overdueRow } from './work-rows.ts'

/** The ledger has taken in this fingerprint up to this sequence. */
export interface Ack {
  readonly fingerprint: Fingerprint
  readonly sequence: number
  /** The job that this observation began, and that goes to the queue next; null where it began none. */
  readonly begun: JobId | null
}

/** Where the camera stands, and how far the incident that it may continue has come. */
export interface Surroundings {
  readonly streetId: StreetId
  readonly gridId: GridId
  /** The last incident's job is closed: people were done with it, so what comes back is new work. */
  readonly workDone: boolean
}

export type IncidentChange =
  | { readonly type: 'ignored'; readonly why: 'stale' | 'never-opened' | 'no-camera' | 'muted' }
  | {
      readonly type: 'opened' | 'reopened' | 'extended' | 'cleared'
      readonly incident: Incident
      readonly events: readonly IncidentEvent[]
    }

/**
 * What one observation means for the latest incident of its fingerprint. Pure: time is the observation's own.
 * @param muted nothing opens or comes back; what is open goes on. Observations are repeated, so that what still holds
 * opens by itself once the mute is over.
 */
export function decide(
  observation: Observation,
  current: Incident | undefined,
  policy: DispatchPolicy,
  around: Surroundings | undefined,
  muted = false,
): IncidentChange {
  const { at, phase } = observation
  if (current && observation.sequence <= current.sequence) return { type: 'ignored', why: 'stale' }
  if (phase === 'ended') return current ? end(observation, current) : { type: 'ignored', why: 'never-opened' }
  if (current?.physical === 'active') return { type: 'extended', incident: extend(observation, current), events: [] }
  if (muted) return { type: 'ignored', why: 'muted' }
  if (current && at - (current.clearedAt ?? at) <= policy.cooldown && !around?.workDone) {
    return reopen(observation, current, policy)
  }
  return around ? open(observation, policy, around) : { type: 'ignored', why: 'no-camera' }
}

function open(observation: Observation, policy: DispatchPolicy, around: Surroundings): IncidentChange {
  const review = reviewAtOpening(policy, observation.score)
  const incident: Incident = {
    ...seen(observation),
    id: incidentIdOf(observation.fingerprint, observation.at),
    fingerprint: observation.fingerprint,
    kind: observation.kind,
    cameraId: observation.cameraId,
    zoneId: observation.zoneId,
    placeId: observation.placeId,
    subject: observation.subject,
    streetId: around.streetId,
    gridId: around.gridId,
    physical: 'active',
    review,
    rejectReason: null,
    rejectNote: null,
    severity: observation.severity,
    since: observation.since,
    dueAt: observation.dueAt,
    openedAt: observation.at,
    clearedAt: null,
    reopened: 0,
    version: 1,
  }
  return {
    type: 'opened',
    incident,
    events: [event(observation, incident, 'opened'), ...byPolicy(incident, undefined)],
  }
}

function extend(observation: Observation, current: Incident): Incident {
  return { ...current, ...seen(observation), severity: severest(current.severity, observation.severity) }
}

function reopen(observation: Observation, current: Incident, policy: DispatchPolicy): IncidentChange {
  const incident: Incident = {
    ...extend(observation, current),
    physical: 'active',
    clearedAt: null,
    reopened: current.reopened + 1,
    // An operator's answer holds for what comes back; an alert that expired unanswered is asked again.
    review: current.review === 'expired' ? reviewAtOpening(policy, observation.score) : current.review,
  }
  return {
    type: 'reopened',
    incident,
    events: [event(observation, incident, 'reopened'), ...byPolicy(incident, current)],
  }
}

function end(observation: Observation, current: Incident): IncidentChange {
  const { at, sequence } = observation
  if (current.physical === 'cleared') return { type: 'extended', incident: { ...current, sequence }, events: [] }
  const incident: Incident = { ...current, physical: 'cleared', clearedAt: at, sequence, blindMs: observation.blindMs }
  return { type: 'cleared', incident, events: [event(observation, incident, 'cleared')] }
}

/** What every observation that holds says anew. */
function seen(observation: Observation) {
  const { zoneVersion, score, measure, boxes, reason, blindMs, sequence, at } = observation
  return { zoneVersion, score, measure, boxes, reason, blindMs, sequence, lastSeenAt: at }
}

function event({ at, cameraId }: Observation, incident: Incident, name: IncidentEvent['event']): IncidentEvent {
  return { incidentId: incident.id, at, event: name, actor: `camera:${cameraId}`, note: null }
}

function byPolicy(incident: Incident, before: Incident | undefined): readonly IncidentEvent[] {
  if (incident.review !== 'auto-confirmed' || before?.review === 'auto-confirmed') return []
  return [{ incidentId: incident.id, at: incident.lastSeenAt, event: 'auto-confirmed', actor: 'policy', note: null }]
}

/**
 * Takes one observation in, with everything that follows from it, in one transaction: incident, events, evidence,
 * job and outbox rows. Safe to repeat.
 * @throws JiemuError database-unavailable: nothing was taken in, and the shard repeats it
 */
export async function takeIn(transact: Transact, observation: Observation): Promise<Ack> {
  const begun = await transact('ledger', work => record(work, observation, 3))
  return { fingerprint: observation.fingerprint, sequence: observation.sequence, begun }
}

async function record(work: Work, observation: Observation, tries: number): Promise<JobId | null> {
  const { tx } = work
  const { latest, policy, scope, mute } = await tx.knownBefore(observation)
  const current = latest && isAnother(observation, latest, policy) ? await endUnsaid(work, latest, observation) : latest
  const around = mute ? undefined : await surroundings(work, scope, current)
  const change = decide(observation, current, policy, around, mute !== undefined)
  if (change.type === 'ignored') {
    if (mute && change.why === 'muted') await tx.noteHeld(mute, observation.fingerprint, observation.at)
    return null
  }

  const { incident } = change
  if (change.type !== 'opened') await tx.extendIncident(incident, change.events)
  else if (!(await tx.insertIncident(incident, change.events))) {
    // Another camera of the place opened it between our reading and our writing: this observation extends that one.
    if (tries <= 1) throw new JiemuError('version-stale', { what: 'incident', id: incident.id })
    return record(work, observation, tries - 1)
  }
  if (change.events.length === 0) return null
  return follow(work, change.type, incident, current, policy, observation)
}

/**
 * Whether this breach began longer after the open one was last seen than anything comes back: the end of that one was
 * never said, since its zone was taken away meanwhile, or drawn anew.
 */
function isAnother(
  { phase, since }: Pick<Observation, 'phase' | 'since'>,
  { physical, lastSeenAt }: Pick<Incident, 'physical' | 'lastSeenAt'>,
  { cooldown }: Pick<DispatchPolicy, 'cooldown'>,
): boolean {
  return physical === 'active' && phase === 'holds' && since - lastSeenAt > cooldown
}

/** Ends an incident when it was last seen. Nobody saw that it had gone: its job is left to its people. */
async function endUnsaid(work: Work, incident: Incident, { at }: Observation): Promise<Incident> {
  const ended: Incident = { ...incident, physical: 'cleared', clearedAt: incident.lastSeenAt }
  const row = { incidentId: incident.id, at, event: 'cleared', actor: 'policy', note: null } as const
  await work.tx.updateIncident(ended, [row])
  work.changed({ type: 'incident', id: incident.id })
  return { ...ended, version: incident.version + 1 }
}

/** Asked only where something may open: most observations extend what is open. */
async function surroundings({ tx }: Work, scope: Known['scope'], current: Incident | undefined) {
  if (current?.physical === 'active') return undefined
  const lastJob = current && (await tx.jobOf(current.id))
  return scope && { ...scope, workDone: lastJob?.state === 'closed' }
}

/** What follows from an incident that opened, came back or cleared. */
async function follow(
  work: Work,
  type: 'opened' | 'reopened' | 'extended' | 'cleared',
  incident: Incident,
  before: Incident | undefined,
  policy: DispatchPolicy,
  { at }: Observation,
): Promise<JobId | null> {
  work.changed({ type: 'incident', id: incident.id })
  if (type === 'cleared') {
    work.enqueue(noticeRow('incident.cleared', incident.id, incident.reopened, at))
    await settleJobOf(work, incident, policy, at)
    return null
  }
  const notice = type === 'opened' ? 'incident.opened' : 'incident.reopened'
  work.enqueue(noticeRow(notice, incident.id, incident.reopened, at))
  const asked = type === 'opened' || before?.review === 'expired'
  if (asked && incident.review === 'pending') {
    const dueAt = at + policy.confirmWithin
    work.enqueue(overdueRow(incident.id, incident.reopened, 0, dueAt, at))
  }
  const decided = incident.review === 'confirmed' || incident.review === 'auto-confirmed'
  const again = decided && (asked ? incident.review === 'auto-confirmed' : await wasSelfCleared(work, incident.id))
  if (!again) return null
  const { id } = await createOrJoin(work, incident, policy, BY_POLICY, at)
  return id === jobIdOf(incident.id) ? id : null
}
