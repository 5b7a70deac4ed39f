// Small in-memory ports for the API's own tests: two streets, a team, an incident with a picture and a job in each.
import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { ApiDeps } from '../../api/build.ts'
import type { Change } from '../../api/ports.ts'
import type { Token } from '../../api/tokens.ts'
import type { Camera } from '../../core/camera.ts'
import { JiemuError } from '../../core/errors.ts'
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
import type { EvidenceView } from '../../core/keeping.ts'
import { silentLog } from '../../core/log.ts'
import type { Actor, Role } from '../../core/permission.ts'
import { NO_WORD } from '../../core/reference-view.ts'
import { fakeNearness, fakeReview } from './fake-alerts.ts'
import { fakeDeliveries, fakePush } from './fake-deliveries.ts'
import { fakeField } from './fake-field.ts'
import { fakeFigures, fakeStandings, fakeTimes } from './fake-figures.ts'
import { fakeHolds } from './fake-holds.ts'
import { fakeBoard, fakeHandOvers } from './fake-jobs.ts'
import { fakeLive } from './fake-live.ts'
import { fakeIssued, fakePeople, fakeSingleSignOn } from './fake-people.ts'
import { fakeResidents } from './fake-residents.ts'
import { fakeRoom } from './fake-room.ts'
import { fakeRota } from './fake-rota.ts'
import { fakeSetup } from './fake-setup.ts'
import { candidate, jobRecord } from './records.ts'

const AT = Date.parse('2026-03-12T14:05:32+08:00')
export const STREETS = ['tianshui', 'changqing'] as const

/** The secret of a token is its name. */
export function tokenOf(name: string, role: Role, scope: Actor['scope'] = 'district'): Token {
  return { name, role, scope, sha256: createHash('sha256').update(name).digest('hex') }
}

export const teamOf = (street: string): TeamId => `team-${street}` as TeamId
export const bearer = (name: string) => ({ authorization: `Bearer ${name}` })

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
    attention: { reason: 'candidate-started', waiting: false, bursts: 2 },
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

const samples = { streets: STREETS, incident: sampleIncident, job: sampleJob, teamOf }

export interface FakeHouse {
  readonly deps: ApiDeps
  /** Every command that was given, in order. */
  readonly commands: unknown[][]
  readonly filters: object[]
  /** What was registered. */
  readonly looks: Omit<EvidenceView, 'at'>[]
  change(change: Change): void
}

/** @param overrides replaces single ports or settings */
export function fakeHouse(overrides: Partial<ApiDeps> = {}): FakeHouse {
  const commands: unknown[][] = []
  const filters: object[] = []
  const looks: Omit<EvidenceView, 'at'>[] = []
  const listeners = new Set<(change: Change) => void>()
  const known = (id: string, prefix: string) => STREETS.find(street => id === `${prefix}-${street}`)
  const command =
    (name: string) =>
    async (...given: unknown[]) => {
      commands.push([name, ...given])
    }
  const deps: ApiDeps = {
    tokens: [],
    version: '0.0.0-test',
    consoleDirectory: join(import.meta.dirname, 'console'),
    map: { tiles: null, attribution: '' },
    log: silentLog,
    reading: {
      listIncidents: async filter => {
        filters.push(filter)
        return STREETS.map(sampleIncident)
      },
      incident: async id => {
        const byHand = id === 'inc-reported'
        const street = byHand ? 'tianshui' : known(id, 'inc')
        const incident = street && sampleIncident(street)
        const reason = { model: { name: 'person', sha256: '0'.repeat(64) }, thresholds: {}, history: [] }
        return (
          incident && {
            incident: byHand ? { ...incident, id, reason } : incident,
            events: byHand ? [{ incidentId: id, at: AT, event: 'opened', actor: 'wang', note: null }] : [],
            evidence: [],
            job: sampleJob(street),
            deadlines: [],
            report: null,
          }
        )
      },
      ...fakeNearness(filters, samples),
      listJobs: async filter => {
        filters.push(filter)
        return STREETS.map(sampleJob)
      },
      job: async id => {
        const street = known(id, 'job')
        return (
          street && {
            job: sampleJob(street),
            events: [],
            incidents: [sampleIncident(street)],
            deadlines: [],
            verification: null,
          }
        )
      },
      reach: async () => ({ photos: [], reached: { deliveries: [], seen: [] } }),
      counts: async () => ({ pendingIncidents: 4, activeIncidents: 2, queuedJobs: 1, openJobs: 3, overdueJobs: 1 }),
    },
    ...fakeRoom(command, filters, STREETS.map(sampleIncident)),
    board: fakeBoard(filters),
    handOvers: fakeHandOvers(command, filters),
    clock: { now: () => AT },
    evidence: {
      open: async id => {
        const street = known(id, 'ev')
        return street && samplePicture(street)
      },
      shown: async (_path, id, { name, number }) => new TextEncoder().encode(`${id} for ${name} #${number}`),
    },
    links: {
      linkFor: id => ({ url: `/api/evidence/${id}?expires=1&signature=good`, expiresAt: 1_000 }),
      check: (_id, _whose, _expiresAt, signature) => {
        if (signature !== 'good') throw new JiemuError('evidence-link-void')
      },
    },
    deletion: { removeOne: command('removeOne') },
    photos: {
      take: async photo => {
        commands.push(['photo', { ...photo, bytes: photo.bytes.byteLength }])
        return { evidence: samplePicture('tianshui').row, place: null, distanceM: null, shotAt: null }
      },
    },
    register: {
      record: async view => {
        looks.push(view)
        return { ...view, at: AT, id: looks.length }
      },
      list: async filter => {
        filters.push(filter)
        return looks.map((view, index) => ({ ...view, at: AT, id: index + 1 })).toReversed()
      },
    },
    deletions: { list: async () => [] },
    holds: fakeHolds(commands),
    commands: {
      ...fakeReview(command, samples),
      ask: command('ask'),
      offers: async () => ({
        offers: STREETS.map(street => ({
          ...candidate(teamOf(street), { distanceM: 250, positionAgeMs: 60_000 }),
          ...{ name: null, teamName: street, before: null },
        })),
        teams: STREETS.map(street => ({
          ...{ teamId: teamOf(street), teamName: street, chosen: { workerId: null, name: null }, excluded: null },
        })),
        next: { teamId: teamOf('tianshui'), workerId: null },
      }),
    },
    cameras: {
      list: async () =>
        STREETS.map(street => ({
          camera: sampleCamera(street),
          health: sampleHealth(street),
          coreShare: () => 0.002,
          load: { decodeMsPerS: 11, inferMsPerS: 6 },
        })),
      renewView: command('renewView'),
      confirmView: command('confirmView'),
    },
    ...fakeSetup(command),
    live: fakeLive,
    figures: fakeFigures(),
    standings: fakeStandings,
    ...fakeTimes,
    health: { report: async () => [{ name: 'database', state: 'ok', problem: null }] },
    residents: fakeResidents(commands, filters),
    events: {
      subscribe: listener => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    people: fakePeople(),
    issued: fakeIssued(),
    singleSignOn: fakeSingleSignOn,
    ...fakeRota(command, filters),
    field: fakeField(command),
    deliveries: fakeDeliveries(command),
    media: {
      open: async (id, _, signature) => {
        if (signature !== 'good') throw new JiemuError('media-link-void')
        const street = known(id, 'ev')
        return street && { row: samplePicture(street).row, jpeg: Buffer.from('blurred') }
      },
    },
    push: fakePush,
    verdicts: { counts: async () => [], watched: async () => [], watching: async () => [] },
    metrics: { contentType: 'text/plain; version=0.0.4; charset=utf-8', metrics: async () => 'jiemu_up 1\n' },
    ...overrides,
  }
  return {
    deps,
    commands,
    filters,
    looks,
    change: change => {
      for (const listener of listeners) listener(change)
    },
  }
}
