// Notification: each notice to each destination, at least once, with a row per delivery that people can look at.
import { type JiemuError, toJiemuError } from '../core/errors.ts'
import type { IncidentId, JobId } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import type { EpochMs } from '../core/time.ts'
import type { Work } from './commit.ts'
import type { Notice, Notifier } from './notifiers/notifier.ts'
import type { OutboxRow } from './store-port.ts'
import { NOTICES, type NoticeEvent } from './work-rows.ts'

/** What is remembered of each delivery. The store implements it. */
export interface Deliveries {
  /** Notes an attempt. @returns 'done' where the destination has it already */
  begin(outboxId: string, destination: string): Promise<'new' | 'retry' | 'done'>
  succeeded(outboxId: string, destination: string): Promise<void>
  failed(outboxId: string, destination: string, problem: string): Promise<void>
}

/** After a day a destination that does not answer has missed the notice; its row stays, for people to see. */
const GIVE_UP_AFTER_MS = 86_400_000

/** Reads what the notice says, inside the transaction; undefined where its subject is gone. */
export async function composeNotice({ tx }: Work, row: OutboxRow): Promise<Notice | undefined> {
  const event = NOTICES.find(known => known === row.payload.event)
  const subject = String(row.payload.subject)
  if (!event) return undefined
  const details = event.startsWith('job.') ? await jobDetails(tx, subject) : await incidentDetails(tx, subject)
  return details && { id: row.id, event: event satisfies NoticeEvent, at: row.createdAt, subject, details }
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
  const { kind, placeId, streetId, gridId, severity, state, teamId, incidentIds, createdAt, assignedAt } = job
  return { jobId: id, kind, placeId, streetId, gridId, severity, state, teamId, incidentIds, createdAt, assignedAt }
}

/**
 * Sends to every destination that has not got it yet, all at once; outside any transaction.
 * @throws JiemuError delivery-failed where one should be tried again; the others have it then, and are left alone
 */
export async function deliver(
  notice: Notice,
  notifiers: readonly Notifier[],
  deliveries: Deliveries,
  log: Log,
  at: EpochMs,
): Promise<void> {
  const failures = await Promise.all(notifiers.map(notifier => deliverOne(notice, notifier, deliveries, log)))
  const again = failures.find(failure => failure?.retryable)
  if (again && at - notice.at < GIVE_UP_AFTER_MS) throw again
}

async function deliverOne(
  notice: Notice,
  notifier: Notifier,
  deliveries: Deliveries,
  log: Log,
): Promise<JiemuError | undefined> {
  const { destination } = notifier
  if ((await deliveries.begin(notice.id, destination)) === 'done') return undefined
  try {
    await notifier.send(notice)
  } catch (thrown) {
    const failure = toJiemuError(thrown, 'delivery-refused', { destination })
    await deliveries.failed(notice.id, destination, failure.message)
    log.warn({ code: failure.code, notice: notice.id, destination }, failure.message)
    return failure
  }
  await deliveries.succeeded(notice.id, destination)
  return undefined
}
