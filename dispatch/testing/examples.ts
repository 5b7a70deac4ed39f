// Examples for tests: an observation, a team and people, each changed only where the test cares.
import type { CameraId, GridId, PlaceId, StreetId, TeamId, WorkerId, ZoneId } from '../../core/ids.ts'
import { fingerprintOf } from '../../core/ids.ts'
import type { Incident } from '../../core/incident.ts'
import type { Observation } from '../../core/observation.ts'
import type { Actor } from '../../core/permission.ts'
import { type DispatchPolicy, defaultPolicy, type Team, teamSchema } from '../../core/team.ts'
import type { Worker } from '../../core/worker.ts'
import type { Deliveries } from '../deliveries-port.ts'
import { decide } from '../ledger.ts'

/** Monday, 2026-01-05, 08:00 in Hangzhou. */
export const T0 = Date.parse('2026-01-05T08:00:00+08:00')
export const SCOPE = { streetId: 'gulou' as StreetId, gridId: 'gulou-1' as GridId }

/** `subject` and `placeId` also make the fingerprint; `at` also is the sequence. */
export function observation(change: Partial<Observation> = {}): Observation {
  const { placeId = 'kerb' as PlaceId, subject = 'car-1', at = T0, kind = 'illegal-parking' } = change
  return {
    fingerprint: fingerprintOf(kind, placeId, subject),
    sequence: at,
    phase: 'holds',
    kind,
    cameraId: 'cam-1' as CameraId,
    zoneId: 'kerb' as ZoneId,
    zoneVersion: 1,
    placeId,
    subject,
    at,
    since: at - 60_000,
    dueAt: at,
    score: 0.8,
    severity: 'yellow',
    measure: { name: 'dwell', value: 60_000, limit: 60_000, unit: 'ms' },
    boxes: [],
    reason: { model: { name: 'street-objects', sha256: '00' }, thresholds: {}, history: [] },
    blindMs: 0,
    receivedAt: at,
    ...change,
  }
}

export function policy(change: Partial<DispatchPolicy> = {}): DispatchPolicy {
  return { ...defaultPolicy('illegal-parking'), ...change }
}

/** The incident that an observation opens. */
export function opened(change: Partial<Incident> = {}): Incident {
  const first = decide(observation(), undefined, policy(), { ...SCOPE, workDone: false })
  if (first.type === 'ignored') throw new Error('nothing opened')
  return { ...first.incident, ...change }
}

export function team(id: string, change: Partial<Omit<Team, 'id' | 'shift'>> & { shift?: object } = {}): Team {
  const { shift = {}, ...rest } = change
  const schedule = teamSchema.parse({ id, name: id, skills: ['illegal-parking'], grids: [SCOPE.gridId], shift })
  return { ...schedule, ...rest }
}

export function worker(id: string, teamId: string, change: Partial<Omit<Worker, 'id' | 'teamId'>> = {}): Worker {
  return {
    ...{ id: id as WorkerId, teamId: teamId as TeamId, name: id, leader: false, active: true },
    ...{ skills: null, grids: null, loadCap: 3 },
    ...change,
  }
}

export const OPERATOR: Actor = { name: 'lin', role: 'operator', scope: 'district' }
export const WORKER: Actor = { name: 'wang', role: 'worker', scope: 'district' }
export const SUPERVISOR: Actor = { name: 'chen', role: 'supervisor', scope: 'district' }

/** For tests in which nobody is notified. */
export const noDeliveries: Deliveries = {
  begin: async () => [],
  settle: async () => {},
  postpone: async () => {},
  spread: async () => {},
  noteMessage: async () => {},
  messagesSince: async () => [],
}
