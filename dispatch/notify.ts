// Notification: what a notice says, and for whom it is: one delivery for each destination that wants it.
import type { Delivery, Notice } from '../core/delivery.ts'
import type { GridId, IncidentId, JobId } from '../core/ids.ts'
import type { EpochMs } from '../core/time.ts'
import { GIVE_UP_AFTER_MS } from './back-off.ts'
import type { Work } from './commit.ts'
import type { Notifier } from './notifiers/notifier.ts'
import type { OutboxRow } from './store-port.ts'
import { CANARY, deliveryIdOf, NOTICES } from './work-rows.ts'

/**
 * Writes the deliveries of a notice, inside the transaction: from then on its destinations have nothing to do with each other.
 * @returns how many
 */
export async function fanOut(work: Work, row: OutboxRow, notifiers: readonly Notifier[], at: EpochMs): Promise<number> {
  if (notifiers.length === 0) return 0
  const notice = await composeNotice(work, row)
  if (!notice) return 0
  const wanted = meantFor(row, notifiers).filter(({ wants }) => !wants || wants(notice))
  await work.deliver(wanted.map(({ destination }) => deliveryOfNotice(notice, destination, null, at)))
  return wanted.length
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

/** Reads what the notice says; undefined where its subject is gone. */
async function composeNotice({ tx }: Work, row: OutboxRow): Promise<Notice | undefined> {
  const event = [...NOTICES, CANARY].find(known => known === row.payload.event)
  const subject = String(row.payload.subject)
  if (!event) return undefined
  if (event === CANARY) return { id: row.id, event, at: row.createdAt, subject, details: {} }
  const details = await detailsOf(tx, event, subject)
  if (!details) return undefined
  return { id: row.id, event, at: row.createdAt, subject, details: { ...details, ...escalationDetails(row.payload) } }
}

/** What an escalation says besides the record: which level, why, and who is meant. */
function escalationDetails({ level, levelName, deadline, again, roles, onDuty, onDutyWorkers }: OutboxRow['payload']) {
  if (level === undefined) return {}
  return {
    ...{ level, levelName: levelName ?? null, deadline: deadline ?? null, again: again ?? 0 },
    ...{ roles: namesIn(roles), onDuty: namesIn(onDuty), onDutyWorkers: namesIn(onDutyWorkers) },
  }
}

function detailsOf(tx: Work['tx'], event: string, subject: string): Promise<Notice['details'] | undefined> {
  if (event.startsWith('grid.')) return gridDetails(tx, subject)
  return event.startsWith('job.') ? jobDetails(tx, subject) : incidentDetails(tx, subject)
}

/** As it stands when it is told; `severity` lets a destination choose as it does among incidents. */
async function gridDetails(tx: Work['tx'], id: string): Promise<Notice['details'] | undefined> {
  const standing = await tx.standings.one(id as GridId)
  if (!standing) return undefined
  const { gridId, streetId, colour, score, since, parts } = standing
  const counted = parts.map(
    ({ kind, open, overdue, repeated }) => `${kind}: ${open} open, ${overdue} overdue, ${repeated} repeated`,
  )
  const severity = colour === 'green' ? 'blue' : colour
  return { gridId, streetId, colour, severity, score, since, parts: counted }
}

async function incidentDetails(tx: Work['tx'], id: string): Promise<Notice['details'] | undefined> {
  const incident = await tx.incident(id as IncidentId)
  if (!incident) return undefined
  const { kind, cameraId, zoneId, placeId, streetId, gridId, physical, review, severity, openedAt, clearedAt } =
    incident
  return {
    incidentId: id,
    ...{ kind, cameraId, zoneId, placeId, streetId, gridId, physical, review, severity, openedAt, clearedAt },
  }
}

async function jobDetails(tx: Work['tx'], id: string): Promise<Notice['details'] | undefined> {
  const job = await tx.job(id as JobId)
  if (!job) return undefined
  const { kind, placeId, streetId, gridId, severity, state, teamId, workerId, incidentIds, createdAt, assignedAt } = job
  return {
    jobId: id,
    ...{ kind, placeId, streetId, gridId, severity, state, teamId, workerId, incidentIds, createdAt, assignedAt },
  }
}
