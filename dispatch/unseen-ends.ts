// Ends that nobody saw: of incidents whose camera or zone was taken away, or whose end was never said.
import { BY_HAND, type Incident } from '../core/incident.ts'
import type { EpochMs } from '../core/time.ts'
import type { Work } from './commit.ts'
import { noticeRow } from './work-rows.ts'

/** A rule repeats what holds every ten seconds, and a shard that main does not answer keeps it for minutes. */
const UNSEEN_MS = 600_000
/** Bounds a transaction. */
const MOST = 200

/**
 * Ends an incident when it was last seen. Nobody saw that it had gone: its job is left to its people.
 * @returns as it is stored then
 */
export async function endUnseen(work: Work, incident: Incident, at: EpochMs): Promise<Incident> {
  const ended: Incident = { ...incident, physical: 'cleared', clearedAt: incident.lastSeenAt }
  const row = { incidentId: incident.id, at, event: 'cleared', actor: 'policy', note: null } as const
  await work.tx.updateIncident(ended, [row])
  work.changed({ type: 'incident', id: incident.id })
  work.enqueue(noticeRow('incident.cleared', incident.id, incident.reopened, at))
  return { ...ended, version: incident.version + 1 }
}

/** Whether an incident is over without anybody having seen it: what a rule sees to be over has been seen before. */
export const isEndUnseen = ({ clearedAt, lastSeenAt }: Pick<Incident, 'clearedAt' | 'lastSeenAt'>): boolean =>
  clearedAt !== null && clearedAt <= lastSeenAt

/**
 * Ends what is open where no rule looks any more: its camera or its zone is gone, so that none would ever say it. What one
 * of our own people saw is theirs to end.
 */
export async function endUnwatched(work: Work, at: EpochMs): Promise<void> {
  for (const incident of await work.tx.unwatchedIncidents(at - UNSEEN_MS, MOST)) {
    if (incident.reason.model.name !== BY_HAND) await endUnseen(work, incident, at)
  }
}
