// 主动上报: what somebody of ours saw becomes an incident; of those who decide on alerts it is confirmed at once, with its job.
import { NO_CAMERA, NO_ZONE } from '../core/camera.ts'
import type { Position } from '../core/geo.ts'
import { contentId, fingerprintOf, type IncidentId, incidentIdOf, type PlaceId } from '../core/ids.ts'
import { BY_HAND, type Incident, type IncidentEvent } from '../core/incident.ts'
import type { Actor } from '../core/permission.ts'
import type { Report, ReportId } from '../core/report.ts'
import type { EpochMs } from '../core/time.ts'
import type { Transact, Work } from './commit.ts'
import { createOrJoin } from './job-creation.ts'
import { BY_POLICY } from './job-steps.ts'
import { reviewAtOpening } from './policy.ts'
import { type Elsewhere, placeNear } from './reports.ts'
import { confirmIn } from './review.ts'
import { saidByPeople } from './said-by-people.ts'
import { noticeRow, overdueRow } from './work-rows.ts'

/** Where it was drawn, and what it is. */
export type DrawnByHand = Pick<
  Incident,
  'kind' | 'cameraId' | 'zoneId' | 'zoneVersion' | 'placeId' | 'streetId' | 'gridId' | 'severity' | 'boxes'
> & { readonly note: string | null }

/** What was seen in the street, by nobody's camera. */
export interface SeenInStreet extends Elsewhere {
  readonly kind: Report['service']
  readonly spot: Position | null
  readonly address: string | null
  readonly severity: Incident['severity']
  readonly note: string | null
}

/** Who reports; whoever does not decide on alerts leaves that to an operator, or to the kind’s policy. */
export interface Reporting {
  readonly actor: Actor
  readonly decides: boolean
}

/** The same person with the same key has reported once. */
export const subjectByHand = (actor: string, key: string): string => `hand-${contentId(actor, key)}`

export function idByHand({ kind, placeId }: Pick<Incident, 'kind' | 'placeId'>, subject: string): IncidentId {
  return incidentIdOf(fingerprintOf(kind, placeId, subject), 0)
}

/**
 * Opens what was drawn on a camera's picture. Pictures of its fingerprint that wait are its own.
 * @throws JiemuError transition-forbidden where they may not confirm
 */
export function openByHand(
  transact: Transact,
  { note, ...drawn }: DrawnByHand,
  reporting: Reporting,
  subject: string,
  at: EpochMs,
): Promise<Incident> {
  return transact('command', async work => {
    const before = await work.tx.incident(idByHand(drawn, subject))
    return before ?? open(work, incidentOf(drawn, subject, at), note, reporting, at)
  })
}

/**
 * Opens what was seen in the street, at the watched place near it where there is one in its street. No camera answers for
 * it: once the work is done a person says so.
 * @throws JiemuError transition-forbidden where they may not confirm
 */
export function openInStreet(
  transact: Transact,
  seen: SeenInStreet,
  reporting: Reporting,
  subject: string,
  at: EpochMs,
): Promise<Incident> {
  return transact('command', async work => {
    const { kind, spot, address, severity, note, streetId, gridId } = seen
    const reported = await work.tx.latestReport(subject)
    const before = reported && (await work.tx.incident(reported.incidentId))
    if (before) return before
    const near = spot && (await placeNear(work, kind, spot))
    const watched = near?.streetId === streetId ? near : undefined
    const placeId = watched?.placeId ?? (`report/${subject}` as PlaceId)
    const place = { placeId, streetId, gridId: watched?.gridId ?? gridId, zoneVersion: 0 }
    const incident = incidentOf(
      { ...place, kind, severity, cameraId: NO_CAMERA, zoneId: NO_ZONE, boxes: [] },
      subject,
      at,
    )
    const id = `rep-${contentId(subject)}` as ReportId
    const said = { spot, address, description: note, mediaUrl: null, via: null }
    const report: Report = { ...said, id, service: kind, placeId, incidentId: incident.id, requestedAt: at }
    return open(work, incident, note, reporting, at, report)
  })
}

function incidentOf(drawn: Omit<DrawnByHand, 'note'>, subject: string, at: EpochMs): Incident {
  return {
    ...drawn,
    id: idByHand(drawn, subject),
    fingerprint: fingerprintOf(drawn.kind, drawn.placeId, subject),
    subject,
    ...saidByPeople(BY_HAND, at),
    review: 'pending',
  }
}

/** @param report where it lies, if that is no camera's to say: the job asks for it */
async function open(
  work: Work,
  drawn: Incident,
  note: string | null,
  { actor, decides }: Reporting,
  at: EpochMs,
  report?: Report,
): Promise<Incident> {
  const { tx } = work
  const { id, kind, cameraId, zoneId } = drawn
  const policy = await tx.policyFor(kind, cameraId, zoneId)
  // Nobody has measured anything: only a policy that takes every score sends a team unseen.
  const incident: Incident = decides ? drawn : { ...drawn, review: reviewAtOpening(policy, 0) }
  const opened: IncidentEvent = { incidentId: id, at, event: 'opened', actor: actor.name, note }
  await tx.insertIncident(incident, [opened])
  if (report) await tx.insertReport(report, { content: drawn.subject, attributes: {}, reporter: null })
  work.changed({ type: 'incident', id })
  work.enqueue(noticeRow('incident.opened', id, 0, at))
  if (decides) return confirmIn(work, incident, actor, at)
  if (incident.review === 'pending') work.enqueue(overdueRow(id, 0, 0, at + policy.confirmWithin, at))
  else await createOrJoin(work, incident, policy, BY_POLICY, at)
  return incident
}
