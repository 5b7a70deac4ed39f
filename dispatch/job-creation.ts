// Confirmed incidents become jobs: one of their own each, or one for several that open together at one place.
import { JiemuError } from '../core/errors.ts'
import type { Position } from '../core/geo.ts'
import { CHAIN_START } from '../core/hash-chain.ts'
import { type JobId, jobIdOf } from '../core/ids.ts'
import type { Incident } from '../core/incident.ts'
import type { Job } from '../core/job.ts'
import { severest } from '../core/observation.ts'
import type { DispatchPolicy } from '../core/team.ts'
import type { EpochMs } from '../core/time.ts'
import type { Work } from './commit.ts'
import { type Doer, isLegal } from './job-machine.ts'
import { beginJob, takeStep } from './job-steps.ts'
import { checkRecipient, type Recipient, recipientText } from './recipients.ts'
import { assignRow } from './work-rows.ts'

/**
 * Gives a confirmed incident its job: one of its kind and place, or within `radiusM` of it, that nobody has finished and
 * that began within `joinWindow` of it, else one of its own. The window counts from the job's first incident, so that a job stays one
 * visit's work. Safe to repeat. Call it with the incident's row locked.
 * @param anew although it had a job that was closed
 * @param to whom somebody would like to have it
 * @throws JiemuError recipient-would-join, or as `checkRecipient`, where nobody but `to` is wanted
 */
export async function createOrJoin(
  work: Work,
  incident: Incident,
  policy: Pick<DispatchPolicy, 'joinWindow' | 'radiusM' | 'deadlines'>,
  by: Doer,
  at: EpochMs,
  { anew = false, to }: { readonly anew?: boolean; readonly to?: Recipient | undefined } = {},
): Promise<Job> {
  const { tx } = work
  await tx.lockPlace(incident.kind, incident.placeId)
  // One that was written just now is in no job yet.
  const own = incident.version === 1 ? undefined : await tx.jobOf(incident.id)
  // One whose confirmation was taken back is confirmed again: that job is over, and this is new work.
  if (own && own.state !== 'cancelled' && !anew) return own
  const spot = await tx.positionOf(incident)
  const open = policy.joinWindow > 0 ? await joinable(work, incident, policy, spot) : undefined
  if (!open) return create(work, incident, policy.deadlines, own, spot, by, at, to)
  if (to) throw new JiemuError('recipient-would-join', { id: incident.id, job: open.id })
  return join(work, open, incident, by, at)
}

/**
 * Jobs of its own place first, then the nearest. Two that open at the same instant at two places near each other may
 * still become two jobs: only a place is locked, and a dispatcher can merge them.
 * @param read locks the job, unless somebody only wants to know
 */
export async function joinable(
  { tx }: Work,
  incident: Incident,
  { joinWindow: windowMs, radiusM }: Pick<DispatchPolicy, 'joinWindow' | 'radiusM'>,
  spot: Position | undefined,
  read: (id: JobId) => Promise<Job | undefined> = id => tx.job(id),
): Promise<Job | undefined> {
  const opened = { from: incident.openedAt - windowMs, to: incident.openedAt + windowMs }
  const here = await tx.openJobsAt(incident.kind, incident.placeId, opened)
  const near = spot && radiusM > 0 ? await tx.openJobsNear(incident.kind, spot, radiusM, opened) : []
  for (const listed of [...here, ...near]) {
    // Read again under its own lock: its team may be finishing it at this moment.
    const job = await read(listed.id)
    if (!job || !isLegal(job.state, 'joined')) continue
    const openings = (await tx.incidentsOf(job.id)).map(other => other.openedAt)
    if (Math.abs(incident.openedAt - Math.min(...openings)) <= windowMs) return job
  }
  return undefined
}

/** @param before the job that the incident had and that is over, if it had one */
async function create(
  work: Work,
  incident: Incident,
  terms: Job['terms'],
  before: Job | undefined,
  spot: Position | undefined,
  by: Doer,
  at: EpochMs,
  to: Recipient | undefined,
): Promise<Job> {
  const { kind, placeId, streetId, gridId, severity } = incident
  const job: Job = {
    id: jobIdOf(incident.id, before?.id),
    kind,
    placeId,
    streetId,
    gridId,
    lat: spot?.lat ?? null,
    lon: spot?.lon ?? null,
    severity,
    state: 'queued',
    teamId: null,
    workerId: null,
    assignment: null,
    incidentIds: [incident.id],
    createdAt: at,
    assignedAt: null,
    acceptedAt: null,
    arrivedAt: null,
    handledAt: null,
    closedAt: null,
    handledBy: null,
    assignments: 0,
    returns: 0,
    deferredUntil: null,
    terms,
    escalation: 0,
    acknowledged: 0,
    supervision: null,
    endReason: null,
    mergedInto: null,
    logLength: 0,
    logHead: CHAIN_START,
    version: 1,
  }
  if (to) await checkRecipient(work, job, to, at)
  const begun = await beginJob(work, job, by, to ? recipientText(to) : null)
  work.enqueue(assignRow(begun, 0, at, at, to))
  return begun
}

/** The key is of this joining: what was taken out of the job may come back to it. */
function join(work: Work, job: Job, incident: Incident, by: Doer, at: EpochMs): Promise<Job> {
  return takeStep(work, job, {
    event: 'joined',
    by,
    at,
    key: `joined.${incident.id}.${job.logLength}`,
    reason: incident.id,
    change: { incidentIds: [...job.incidentIds, incident.id], severity: severest(job.severity, incident.severity) },
  })
}
