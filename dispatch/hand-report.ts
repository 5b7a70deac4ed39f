// 主动上报: what somebody at the command centre saw becomes an incident that they confirmed, dispatched like every other.
import { contentId, fingerprintOf, type IncidentId, incidentIdOf } from '../core/ids.ts'
import { BY_HAND, type Incident, type IncidentEvent } from '../core/incident.ts'
import type { Actor } from '../core/permission.ts'
import type { EpochMs } from '../core/time.ts'
import type { Transact } from './commit.ts'
import { confirmIn } from './review.ts'
import { saidByPeople } from './said-by-people.ts'
import { noticeRow } from './work-rows.ts'

/** Where it was drawn, and what it is. */
export type DrawnByHand = Pick<
  Incident,
  'kind' | 'cameraId' | 'zoneId' | 'zoneVersion' | 'placeId' | 'streetId' | 'gridId' | 'severity' | 'boxes'
> & { readonly note: string | null }

/** The same person with the same key has reported once. */
export const subjectByHand = (actor: string, key: string): string => `hand-${contentId(actor, key)}`

export function idByHand({ kind, placeId }: Pick<Incident, 'kind' | 'placeId'>, subject: string): IncidentId {
  return incidentIdOf(fingerprintOf(kind, placeId, subject), 0)
}

/**
 * Opens it, confirms it in the same transaction, and gives it its job. Pictures of its fingerprint that wait are its own.
 * @throws JiemuError transition-forbidden where they may not confirm
 */
export function openByHand(
  transact: Transact,
  { note, ...drawn }: DrawnByHand,
  actor: Actor,
  subject: string,
  at: EpochMs,
): Promise<Incident> {
  return transact('command', async work => {
    const id = idByHand(drawn, subject)
    const before = await work.tx.incident(id)
    if (before) return before
    const incident: Incident = {
      ...drawn,
      id,
      fingerprint: fingerprintOf(drawn.kind, drawn.placeId, subject),
      subject,
      ...saidByPeople(BY_HAND, at),
      review: 'pending',
    }
    const opened: IncidentEvent = { incidentId: id, at, event: 'opened', actor: actor.name, note }
    await work.tx.insertIncident(incident, [opened])
    work.enqueue(noticeRow('incident.opened', id, 0, at))
    return confirmIn(work, incident, actor, at)
  })
}
