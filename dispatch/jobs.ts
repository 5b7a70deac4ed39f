// Jobs: made for confirmed incidents, or joined by them; accepted, handled and closed, each step logged once.
import { JiemuError } from '../core/errors.ts'
import { type IncidentId, type JobId, jobIdOf } from '../core/ids.ts'
import type { Incident } from '../core/incident.ts'
import type { Job, JobEvent, JobEventName } from '../core/job.ts'
import { SEVERITIES } from '../core/observation.ts'
import type { Actor } from '../core/permission.ts'
import type { DispatchPolicy } from '../core/team.ts'
import type { EpochMs } from '../core/time.ts'
import type { Transact, Work } from './commit.ts'
import { isOver, JOB_MACHINE, nextState } from './job-machine.ts'
import { assignRow, type NoticeEvent, noticeRow } from './work-rows.ts'

/**
 * Gives a confirmed incident its job: one of its kind and place that nobody has finished and that began within
 * `joinWindow` of it, else one of its own. The window counts from the job's first incident, so that a job stays one
 * visit's work. Safe to repeat. Call it with the incident's row locked.
 */
export async function createOrJoin(
  work: Work,
  incident: Incident,
  policy: Pick<DispatchPolicy, 'joinWindow'>,
  actor: string,
  at: EpochMs,
): Promise<Job> {
  const { tx } = work
  await tx.lockPlace(incident.kind, incident.placeId)
  const own = await tx.jobOf(incident.id)
  if (own) return own
  const open = policy.joinWindow > 0 ? await joinable(work, incident, policy.joinWindow) : undefined
  return open ? join(work, open, incident, actor, at) : create(work, incident, actor, at)
}

async function joinable({ tx }: Work, incident: Incident, windowMs: number): Promise<Job | undefined> {
  for (const listed of await tx.openJobsAt(incident.kind, incident.placeId)) {
    // Read again under its own lock: its team may be finishing it at this moment.
    const job = await tx.job(listed.id)
    if (!job || !JOB_MACHINE[job.state].joined) continue
    const openings = (await tx.incidentsOf(job.id)).map(other => other.openedAt)
    if (Math.abs(incident.openedAt - Math.min(...openings)) <= windowMs) return job
  }
  return undefined
}

async function create(work: Work, incident: Incident, actor: string, at: EpochMs): Promise<Job> {
  const { kind, placeId, streetId, gridId, severity } = incident
  const job: Job = {
    id: jobIdOf(incident.id),
    kind,
    placeId,
    streetId,
    gridId,
    severity,
    state: 'queued',
    teamId: null,
    assignment: null,
    incidentIds: [incident.id],
    createdAt: at,
    assignedAt: null,
    acceptedAt: null,
    handledAt: null,
    closedAt: null,
    handledBy: null,
    version: 1,
  }
  await work.tx.insertJob(job)
  work.changed({ type: 'job', id: job.id })
  await log(work, job, { event: 'created', from: null, to: 'queued', actor, at, reason: null, key: 'created' })
  await work.enqueue(assignRow(job.id, 0, at, at))
  return job
}

async function join(work: Work, job: Job, incident: Incident, actor: string, at: EpochMs): Promise<Job> {
  const joined: Job = {
    ...job,
    incidentIds: [...job.incidentIds, incident.id],
    severity: SEVERITIES[Math.max(SEVERITIES.indexOf(job.severity), SEVERITIES.indexOf(incident.severity))] ?? 'red',
  }
  await write(work, joined)
  const key = `joined.${incident.id}`
  await log(work, job, { event: 'joined', from: job.state, to: job.state, actor, at, reason: incident.id, key })
  if (job.teamId) await work.enqueue(noticeRow('job.joined', job.id, incident.id, at))
  return joined
}

/** What a person or another system asks of a job. */
export interface JobCommand {
  readonly jobId: JobId
  readonly actor: Actor
  /** The same key twice does it once. */
  readonly key: string
  readonly note: string | null
  readonly at: EpochMs
}

/** @throws JiemuError not-found, transition-illegal */
export function accept(transact: Transact, command: JobCommand): Promise<Job> {
  return step(transact, command, 'accepted', job => ({ ...job, acceptedAt: command.at }))
}

/** Reports the work done; where the cameras see that it is, the job closes at once. @throws as accept */
export function handled(transact: Transact, command: JobCommand): Promise<Job> {
  const done = { handledAt: command.at, handledBy: command.actor.name }
  return step(transact, command, 'handled', job => ({ ...job, ...done }))
}

/** Closes in the cameras' place. @throws JiemuError handler-cannot-close, and as accept */
export function close(transact: Transact, command: JobCommand): Promise<Job> {
  return step(transact, command, 'closed', job => {
    if (job.handledBy !== command.actor.name) return { ...job, closedAt: command.at }
    throw new JiemuError('handler-cannot-close', { actor: command.actor.name, id: job.id })
  })
}

async function step(
  transact: Transact,
  { jobId, actor, key, note, at }: JobCommand,
  event: 'accepted' | 'handled' | 'closed',
  change: (job: Job) => Job,
): Promise<Job> {
  return transact('command', async work => {
    const job = await work.tx.job(jobId)
    if (!job) throw new JiemuError('not-found', { what: 'job', id: jobId })
    // The key is asked first: a repeat of what was done is no error, although the job has moved on since.
    const to = JOB_MACHINE[job.state][event] ?? job.state
    const line = { event, from: job.state, to, actor: actor.name, at, reason: note, key: `${event}:${key}` }
    if (!(await log(work, job, line))) return job
    const changed: Job = { ...change(job), state: nextState(job, event) }
    if (event === 'closed') await work.enqueue(noticeRow('job.closed', job.id, 0, at))
    const closing = event === 'handled' ? await seenClear(work, job.id) : undefined
    return closing ? shut(work, changed, 'closed', closing, at) : write(work, changed)
  })
}

/** After an incident cleared: closes its job if the team is done and nothing in it is left. */
export async function settleJobOf(work: Work, incidentId: IncidentId, actor: string, at: EpochMs): Promise<void> {
  const job = await lockedJobOf(work, incidentId)
  if (job?.state === 'handled' && (await seenClear(work, job.id))) await shut(work, job, 'closed', actor, at)
}

/** After an incident was rejected: a job with nothing else in it is cancelled. */
export async function releaseJobOf(work: Work, incidentId: IncidentId, actor: string, at: EpochMs): Promise<void> {
  const job = await lockedJobOf(work, incidentId)
  if (!job || isOver(job.state)) return
  const incidents = await work.tx.incidentsOf(job.id)
  if (incidents.every(incident => incident.review === 'rejected')) await shut(work, job, 'cancelled', actor, at)
  else {
    const camera = job.state === 'handled' ? await seenClear(work, job.id) : undefined
    if (camera) await shut(work, job, 'closed', camera, at)
  }
}

async function lockedJobOf({ tx }: Work, incidentId: IncidentId): Promise<Job | undefined> {
  const job = await tx.jobOf(incidentId)
  return job && tx.job(job.id)
}

/** @returns the camera that saw the last of a job's incidents clear; undefined while any is still there */
async function seenClear({ tx }: Work, jobId: JobId): Promise<string | undefined> {
  const real = (await tx.incidentsOf(jobId)).filter(incident => incident.review !== 'rejected')
  if (real.some(incident => incident.physical === 'active')) return undefined
  const [last] = real.toSorted((one, other) => (other.clearedAt ?? 0) - (one.clearedAt ?? 0))
  return last && `camera:${last.cameraId}`
}

async function shut(work: Work, job: Job, event: 'closed' | 'cancelled', actor: string, at: EpochMs): Promise<Job> {
  const state = nextState(job, event)
  const notice: NoticeEvent = `job.${event}`
  await log(work, job, { event, from: job.state, to: state, actor, at, reason: null, key: `${event}.${actor}` })
  await work.enqueue(noticeRow(notice, job.id, 0, at))
  return write(work, { ...job, state, closedAt: event === 'closed' ? at : job.closedAt })
}

/** @returns what is stored now: the record with the version that writing gave it */
async function write(work: Work, job: Job): Promise<Job> {
  await work.tx.updateJob(job)
  work.changed({ type: 'job', id: job.id })
  return { ...job, version: job.version + 1 }
}

type Line = Omit<JobEvent, 'jobId' | 'event'> & { readonly event: JobEventName }

function log(work: Work, job: Job, line: Line): Promise<boolean> {
  return work.tx.addJobEvent({ jobId: job.id, ...line })
}
