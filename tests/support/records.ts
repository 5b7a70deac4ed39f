// Records for tests: complete, plausible, and overridden where a test is about a field.
import { NO_TERMS } from '../../core/deadline.ts'
import { CHAIN_START } from '../../core/hash-chain.ts'
import type {
  CameraId,
  Fingerprint,
  GridId,
  IncidentId,
  JobId,
  PlaceId,
  StreetId,
  TeamId,
  ZoneId,
} from '../../core/ids.ts'
import type { Incident } from '../../core/incident.ts'
import type { Candidate, Job } from '../../core/job.ts'
import type { ReferenceView } from '../../core/reference-view.ts'

export const AT = Date.parse('2026-01-05T08:00:00+08:00')

export function incidentRecord(over: Partial<Incident> = {}): Incident {
  return {
    id: 'inc-1' as IncidentId,
    fingerprint: 'illegal-parking|kerb/bay|stay-1' as Fingerprint,
    kind: 'illegal-parking',
    cameraId: 'kerb' as CameraId,
    zoneId: 'bay' as ZoneId,
    zoneVersion: 1,
    placeId: 'kerb/bay' as PlaceId,
    streetId: 'north' as StreetId,
    gridId: 'n1' as GridId,
    subject: 'stay-1',
    physical: 'active',
    review: 'pending',
    rejectReason: null,
    rejectNote: null,
    severity: 'yellow',
    score: 0.875,
    measure: { name: 'dwell', value: 30_500, limit: 30_000, unit: 'ms' },
    boxes: [{ x1: 0.1, y1: 0.2, x2: 0.3, y2: 0.4 }],
    reason: {
      model: { name: 'street-objects', sha256: 'ab' },
      thresholds: { grace: 30_000 },
      history: [{ at: AT, value: 1 }],
    },
    blindMs: 0,
    since: AT - 30_000,
    dueAt: AT,
    openedAt: AT,
    lastSeenAt: AT,
    clearedAt: null,
    reopened: 0,
    sequence: AT,
    version: 1,
    ...over,
  }
}

export function jobRecord(over: Partial<Job> = {}): Job {
  return {
    id: 'job-1' as JobId,
    kind: 'illegal-parking',
    placeId: 'kerb/bay' as PlaceId,
    streetId: 'north' as StreetId,
    gridId: 'n1' as GridId,
    lat: null,
    lon: null,
    severity: 'yellow',
    state: 'queued',
    teamId: null,
    workerId: null,
    assignment: null,
    incidentIds: ['inc-1' as IncidentId],
    createdAt: AT,
    assignedAt: null,
    acceptedAt: null,
    arrivedAt: null,
    handledAt: null,
    closedAt: null,
    handledBy: null,
    assignments: 0,
    returns: 0,
    deferredUntil: null,
    terms: NO_TERMS,
    escalation: 0,
    acknowledged: 0,
    supervision: null,
    endReason: null,
    mergedInto: null,
    logLength: 0,
    logHead: CHAIN_START,
    version: 1,
    ...over,
  }
}

/** A team as a whole that could be sent, of which nothing else is known. */
export function candidate(teamId: TeamId, over: Partial<Candidate> = {}): Candidate {
  const unknown = { distanceM: null, positionAgeMs: null, idleMs: null, excluded: null }
  return { teamId, workerId: null, load: 0, ...unknown, ...over }
}

export function referenceOf(
  camera: string,
  frame: ReferenceView['frame'] = { widthPx: 1920, heightPx: 1080 },
): ReferenceView {
  const picture = { takenAt: AT, widthPx: 2, heightPx: 1, luma: 'AAE=' }
  return {
    version: 1,
    cameraId: camera as CameraId,
    key: 'of its zones',
    frame,
    anchor: picture,
    current: picture,
    movedSince: null,
    pending: null,
  }
}
