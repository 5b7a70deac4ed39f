// Residents' reports: each becomes an incident that no camera saw, and a job through the same policy as every other.
import { NO_CAMERA } from '../core/camera.ts'
import type { Position } from '../core/geo.ts'
import {
  contentId,
  fingerprintOf,
  type GridId,
  incidentIdOf,
  type PlaceId,
  type StreetId,
  type ZoneId,
} from '../core/ids.ts'
import type { Incident } from '../core/incident.ts'
import { type Report, type ReportId, type Service, serviceOf } from '../core/report.ts'
import type { DispatchPolicy } from '../core/team.ts'
import type { EpochMs } from '../core/time.ts'
import type { Transact, Work } from './commit.ts'
import { createOrJoin } from './job-creation.ts'
import type { Doer } from './job-machine.ts'
import { reviewAtOpening } from './policy.ts'
import { saidByPeople } from './said-by-people.ts'
import type { WatchedPlace } from './store-port.ts'
import { noticeRow, overdueRow } from './work-rows.ts'

/** Whoever presses the button again, or asks whether it arrived, has reported once. */
const SAME_REPORT_MS = 86_400_000

export interface NewReport extends Pick<Report, 'service' | 'spot' | 'address' | 'description' | 'mediaUrl'> {
  readonly via: string
  readonly attributes: Readonly<Record<string, string>>
  /** What the resident says of themselves, sealed; null where nothing. */
  readonly reporter: string | null
  /** Tells residents apart without naming them: the same one again is the same report. */
  readonly reporterKey: string
}

/** Where a report goes that is near no place that a camera watches. */
export interface Elsewhere {
  readonly streetId: StreetId
  readonly gridId: GridId
}

/**
 * Takes a report in, with its incident and, where the policy says so, its job, in one transaction. The same report
 * within a day is the one that is there.
 * @throws JiemuError database-unavailable
 */
export function takeReport(transact: Transact, asked: NewReport, elsewhere: Elsewhere, at: EpochMs): Promise<Report> {
  return transact('command', async work => {
    const service = serviceOf(asked.service)
    const content = contentOf(asked)
    const before = await work.tx.latestReport(content)
    if (before && at - before.requestedAt <= SAME_REPORT_MS) return before
    const id = `rep-${contentId(content, at)}` as ReportId
    const by: Doer = { party: 'resident', name: `resident:${asked.via}` }
    const { incident, policy } = await open(work, id, asked, service?.severity ?? 'yellow', elsewhere, at)
    const { service: code, spot, address, description, mediaUrl, via } = asked
    const { placeId } = incident
    const report = { id, service: code, spot, address, description, mediaUrl, via, placeId, requestedAt: at }
    const taken: Report = { ...report, incidentId: incident.id }
    const { attributes, reporter } = asked
    await work.tx.insertReport(taken, { content, attributes, reporter })
    await begin(work, incident, policy, by, at)
    return taken
  })
}

function contentOf({ service, spot, address, description, via, reporterKey }: NewReport): string {
  return contentId(via, reporterKey, service, spot?.lat ?? '', spot?.lon ?? '', address ?? '', description ?? '')
}

async function open(
  work: Work,
  id: ReportId,
  { service, spot }: NewReport,
  severity: Service['severity'],
  elsewhere: Elsewhere,
  at: EpochMs,
): Promise<{ readonly incident: Incident; readonly policy: DispatchPolicy }> {
  const watched = spot && (await placeNear(work, service, spot))
  const { streetId, gridId } = watched ?? elsewhere
  const placeId = watched?.placeId ?? (`report/${id}` as PlaceId)
  const zoneId = watched?.zoneId ?? ('resident' as ZoneId)
  const policy = await work.tx.policyFor(service, watched?.cameraId ?? NO_CAMERA, zoneId)
  const fingerprint = fingerprintOf(service, placeId, id)
  const incident: Incident = {
    id: incidentIdOf(fingerprint, at),
    fingerprint,
    kind: service,
    cameraId: NO_CAMERA,
    zoneId,
    zoneVersion: 0,
    placeId,
    streetId,
    gridId,
    subject: id,
    ...saidByPeople('resident', at),
    // Nobody has measured anything: only a policy that takes every score sends a team unseen.
    review: reviewAtOpening(policy, 0),
    severity,
    boxes: [],
  }
  await work.tx.insertIncident(incident)
  return { incident, policy }
}

/** An alert that waits for its answer, or a job at once. */
async function begin(work: Work, incident: Incident, policy: DispatchPolicy, by: Doer, at: EpochMs): Promise<void> {
  const { id, subject } = incident
  await work.tx.addIncidentEvent({ incidentId: id, at, event: 'opened', actor: by.name, note: subject })
  work.changed({ type: 'incident', id })
  work.enqueue(noticeRow('incident.opened', id, 0, at))
  if (incident.review === 'pending') work.enqueue(overdueRow(id, 0, 0, at + policy.confirmWithin, at))
  else await createOrJoin(work, incident, policy, by, at)
}

/** The nearest place that a zone of this rule watches, within that zone's own `radiusM`. */
export async function placeNear(
  { tx }: Work,
  kind: Service['code'],
  spot: Position,
): Promise<WatchedPlace | undefined> {
  for (const { metres, ...place } of await tx.placesNear(kind, spot)) {
    const { radiusM } = await tx.policyFor(kind, place.cameraId, place.zoneId)
    if (metres <= radiusM) return place
  }
  return undefined
}
