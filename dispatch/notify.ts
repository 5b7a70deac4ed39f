// Notification: what a notice says, and for whom it is: one delivery for each destination that wants it.
import type { Delivery, Notice } from '../core/delivery.ts'
import type { GridId, IncidentId, JobId } from '../core/ids.ts'
import type { Incident } from '../core/incident.ts'
import type { Job } from '../core/job.ts'
import type { Standing } from '../core/standing.ts'
import type { EpochMs } from '../core/time.ts'
import { GIVE_UP_AFTER_MS } from './back-off.ts'
import type { Work } from './commit.ts'
import type { Notifier } from './notifiers/notifier.ts'
import type { OutboxRow } from './store-port.ts'
import type { Turned } from './turns.ts'
import { CANARY, deliveryIdOf, NOTICES } from './work-rows.ts'

/**
 * Writes the deliveries of all notices that are due, inside the transaction: from then on their destinations have nothing
 * to do with each other. One that is for nobody is done with that.
 */
export async function tellDue(
  work: Work,
  notifiers: readonly Notifier[],
  at: EpochMs,
  limit: number,
  only?: readonly string[],
): Promise<Turned> {
  const { tx } = work
  const rows = await tx.takeNotices(at, limit, only)
  if (rows.length === 0) return { rows: [], done: [], busy: 0 }
  const told = await tell(work, rows, notifiers, at)
  await tx.finishOutboxRows(
    rows.map(({ id }) => id),
    at,
  )
  return { rows, done: rows.filter(({ id }) => !told.has(id)), busy: 0 }
}

/**
 * Writes the deliveries of these notices.
 * @returns the rows that anybody is told of
 */
export async function tell(
  work: Work,
  rows: readonly OutboxRow[],
  notifiers: readonly Notifier[],
  at: EpochMs,
): Promise<ReadonlySet<string>> {
  const notices = notifiers.length > 0 ? await compose(work, rows) : []
  const deliveries = notices.flatMap(({ row, notice }) =>
    meantFor(row, notifiers)
      .filter(({ wants }) => !wants || wants(notice))
      .map(({ destination }) => deliveryOfNotice(notice, destination, null, at)),
  )
  await work.deliver(deliveries)
  return new Set(deliveries.map(({ notice }) => notice.id))
}

/** An old one would prove nothing. */
const CANARY_GIVE_UP_MS = 180_000

/** Of an escalation whose level names destinations: those; and all where it names none that is there. */
function meantFor({ payload }: OutboxRow, notifiers: readonly Notifier[]): readonly Notifier[] {
  const named = namesIn(payload.destinations)
  const meant = notifiers.filter(({ destination }) => named.includes(destination))
  return meant.length > 0 ? meant : notifiers
}

const namesIn = (text: unknown): readonly string[] => (typeof text === 'string' && text ? text.split(' ') : [])

/** @param at when it begins: the day for its tries, too */
export function deliveryOfNotice(notice: Notice, destination: string, recipient: string | null, at: EpochMs): Delivery {
  return {
    id: deliveryIdOf(notice.id, destination, recipient),
    ...{ destination, recipient, notice },
    ...{ state: 'pending', attempts: 0, lastError: null },
    ...{
      createdAt: at,
      updatedAt: at,
      giveUpAt: at + (notice.event === CANARY ? CANARY_GIVE_UP_MS : GIVE_UP_AFTER_MS),
    },
  }
}

interface Composed {
  readonly row: OutboxRow
  readonly notice: Notice
}

/** Reads what the notices say, all of a kind by one statement; those whose subject is gone are left out. */
async function compose({ tx }: Work, rows: readonly OutboxRow[]): Promise<readonly Composed[]> {
  const subjects = (kind: string) => [...new Set(rows.filter(row => kindOf(row) === kind).map(subjectOf))]
  const incidents = await tx.incidents(subjects('incident') as IncidentId[])
  const jobs = await tx.jobs(subjects('job') as JobId[])
  const details = new Map<string, Notice['details']>([
    ...incidents.map(incident => [incident.id, incidentDetails(incident)] as const),
    ...jobs.map(job => [job.id, jobDetails(job)] as const),
  ])
  for (const id of subjects('grid')) {
    const standing = await tx.standings.one(id as GridId)
    if (standing) details.set(id, gridDetails(standing))
  }
  return rows.flatMap(row => {
    const event = [...NOTICES, CANARY].find(known => known === row.payload.event)
    const subject = subjectOf(row)
    const of = event === CANARY ? {} : details.get(subject)
    if (!event || !of) return []
    const notice = {
      id: row.id,
      event,
      at: row.createdAt,
      subject,
      details: { ...of, ...escalationDetails(row.payload), ...supervisionDetails(row.payload), ...former(row.payload) },
    }
    return [{ row, notice }]
  })
}

const subjectOf = ({ payload }: OutboxRow): string => String(payload.subject)
/** "job" of "job.assigned" */
const kindOf = ({ payload }: OutboxRow): string => String(payload.event).split('.')[0] ?? ''

/** What an escalation says besides the record: which level, why, and who is meant. */
function escalationDetails({ level, levelName, deadline, again, roles, onDuty, onDutyWorkers }: OutboxRow['payload']) {
  if (level === undefined) return {}
  return {
    ...{ level, levelName: levelName ?? null, deadline: deadline ?? null, again: again ?? 0 },
    ...{ roles: namesIn(roles), onDuty: namesIn(onDuty), onDutyWorkers: namesIn(onDutyWorkers) },
  }
}

/** What is said of a supervision whose time has passed: by when it was wanted, and who is meant. */
function supervisionDetails({ supervisedBy, supervisionDueAt, roles }: OutboxRow['payload']) {
  if (supervisedBy === undefined) return {}
  return { supervisionDueAt: supervisionDueAt ?? null, logins: [String(supervisedBy)], roles: namesIn(roles) }
}

/** Whose the job was before the step. */
function former({ formerTeamId, formerWorkerId }: OutboxRow['payload']) {
  return formerTeamId === undefined ? {} : { formerTeamId, formerWorkerId: formerWorkerId ?? null }
}

/** As it stands when it is told; `severity` lets a destination choose as it does among incidents. */
function gridDetails({ gridId, streetId, colour, score, since, parts }: Standing): Notice['details'] {
  const counted = parts.map(
    ({ kind, open, overdue, repeated }) => `${kind}: ${open} open, ${overdue} overdue, ${repeated} repeated`,
  )
  const severity = colour === 'green' ? 'blue' : colour
  return { gridId, streetId, colour, severity, score, since, parts: counted }
}

function incidentDetails({ id, ...incident }: Incident): Notice['details'] {
  const { kind, cameraId, zoneId, placeId, streetId, gridId, physical, review, severity, openedAt, clearedAt } =
    incident
  return {
    incidentId: id,
    ...{ kind, cameraId, zoneId, placeId, streetId, gridId, physical, review, severity, openedAt, clearedAt },
  }
}

function jobDetails({ id, ...job }: Job): Notice['details'] {
  const { kind, placeId, streetId, gridId, severity, state, teamId, workerId, incidentIds, createdAt, assignedAt } = job
  return {
    jobId: id,
    ...{ kind, placeId, streetId, gridId, severity, state, teamId, workerId, incidentIds, createdAt, assignedAt },
  }
}
