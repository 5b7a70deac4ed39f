// One of each of the API's records, for two streets.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Camera } from '../../core/camera.ts'
import type { CameraHealth } from '../../core/health.ts'
import type {
  CameraId,
  EvidenceId,
  Fingerprint,
  GridId,
  IncidentId,
  JobId,
  PlaceId,
  StreetId,
  TeamId,
  ZoneId,
} from '../../core/ids.ts'
import type { Evidence, Incident } from '../../core/incident.ts'
import type { Job } from '../../core/job.ts'
import { NO_WORD } from '../../core/reference-view.ts'
import { candidate, jobRecord } from './records.ts'

const AT = Date.parse('2026-03-12T14:05:32+08:00')
export const STREETS = ['tianshui', 'changqing'] as const

export const teamOf = (street: string): TeamId => `team-${street}` as TeamId

export function sampleCamera(street: string): Camera {
  const id = `cam-${street}` as CameraId
  return {
    id,
    name: `Camera of ${street}`,
    streetId: street as StreetId,
    gridId: `${street}-3` as GridId,
    source: { kind: 'rtsp', url: 'rtsp://root:hunter2@10.0.0.7/live' },
    sampling: 'keyframes',
    generated: false,
    health: {},
    viewWord: NO_WORD,
    version: 1,
    zones: [],
  }
}

export function sampleHealth(street: string): CameraHealth {
  return {
    cameraId: `cam-${street}` as CameraId,
    state: 'online',
    since: AT,
    problem: null,
    codec: 'h264',
    widthPx: 1920,
    heightPx: 1080,
    clock: 'sender',
    clockSkewMs: 12,
    keyframeIntervalMs: 2_000,
    mode: 'attentive',
    fullReason: null,
    decodeMs: 2_000,
    lastFrameAt: AT,
    reconnects: 0,
    framesIn: 100,
    framesAnalysed: 70,
    framesUnchanged: 20,
    dropped: { superseded: 10 },
    sight: {
      view: 'moved',
      since: AT - 30_000,
      alignment: 'unconfirmed',
      drift: { x: 0.01, y: 0 },
      pending: 'lapse-1',
      blindMs: { dark: 2_000, moved: 30_000 },
    },
    attention: { reason: 'candidate-started', waiting: false, bursts: 2, everyMs: 2_000 },
    shedEveryMs: null,
    inferMs: 9_000,
    costs: [{ zoneId: 'bin' as ZoneId, samples: 20, repeats: 3, tiles: 20, spentMs: 1_200, lastAt: AT, problem: null }],
  }
}

export function sampleIncident(street: string): Incident {
  return {
    id: `inc-${street}` as IncidentId,
    fingerprint: `illegal-parking|${street}|1` as Fingerprint,
    kind: 'illegal-parking',
    cameraId: `cam-${street}` as CameraId,
    zoneId: 'kerb' as ZoneId,
    zoneVersion: 1,
    placeId: `cam-${street}/kerb` as PlaceId,
    streetId: street as StreetId,
    gridId: `${street}-3` as GridId,
    subject: '1',
    physical: 'active',
    review: 'pending',
    rejectReason: null,
    rejectNote: null,
    severity: 'yellow',
    score: 0.82,
    measure: { name: 'dwell', value: 492_000, limit: 420_000, unit: 'ms' },
    boxes: [{ x1: 0.1, y1: 0.2, x2: 0.3, y2: 0.4 }],
    reason: {
      model: { name: 'street-objects', sha256: 'ab'.repeat(32) },
      thresholds: { grace: 420_000 },
      history: [{ at: AT, value: 1 }],
    },
    blindMs: 0,
    since: AT - 492_000,
    dueAt: AT - 72_000,
    openedAt: AT,
    lastSeenAt: AT,
    clearedAt: null,
    reopened: 0,
    sequence: AT,
    version: 1,
  }
}

export function sampleJob(street: string): Job {
  return jobRecord({
    id: `job-${street}` as JobId,
    kind: 'illegal-parking',
    placeId: `cam-${street}/kerb` as PlaceId,
    streetId: street as StreetId,
    gridId: `${street}-3` as GridId,
    severity: 'yellow',
    state: 'assigned',
    teamId: teamOf(street),
    assignment: {
      chosen: { teamId: teamOf(street), workerId: null },
      candidates: STREETS.map(each => candidate(teamOf(each), { distanceM: 250, positionAgeMs: 60_000 })),
      reach: 'grid',
    },
    incidentIds: [`inc-${street}` as IncidentId],
    assignedAt: AT,
  })
}

/** Any file will do as a picture's bytes: this one. */
export function samplePicture(street: string): { readonly path: string; readonly row: Evidence } {
  const path = join(import.meta.dirname, '../../biome.json')
  const row: Evidence = {
    id: `ev-${street}` as EvidenceId,
    fingerprint: sampleIncident(street).fingerprint,
    incidentId: `inc-${street}` as IncidentId,
    jobId: null,
    takenBy: null,
    cameraId: `cam-${street}` as CameraId,
    moment: 'fired',
    view: 'wide',
    annotated: true,
    takenAt: AT,
    sha256: 'cd'.repeat(32),
    bytes: statSync(path).size,
    mediaType: 'image/jpeg',
  }
  return { path, row }
}
