// A district with a hundred kerbs, and cars that park there: as many jobs as are asked for, none of which joins another.
import type { CameraId, PlaceId, ZoneId } from '../../core/ids.ts'
import { fingerprintOf } from '../../core/ids.ts'
import type { Observation } from '../../core/observation.ts'
import type { EpochMs } from '../../core/time.ts'

const KERBS = 100
const GRIDS = 20
/** Longer than the window within which what opens at one place becomes one job. */
const APART_MS = 11 * 60_000

const pad = (index: number) => String(index).padStart(2, '0')
const SQUARE = [
  [0.1, 0.1],
  [0.9, 0.1],
  [0.9, 0.9],
  [0.1, 0.9],
]

/** The cameras file: default policy but for deadlines that outlast the run, and nobody's hands ever full. */
export function kerbs() {
  return {
    cameras: Array.from({ length: KERBS }, (_, index) => ({
      id: `kerb-${pad(index)}`,
      name: `路缘 ${pad(index)}`,
      street: 'open',
      grid: `grid-${pad(index % GRIDS)}`,
      source: { kind: 'rtsp', url: 'rtsp://192.0.2.10/never-opened' },
      generated: true,
      zones: [{ id: 'kerb', rule: 'illegal-parking', polygon: SQUARE }],
    })),
    teams: Array.from({ length: GRIDS }, (_, index) => ({
      id: `team-${pad(index)}`,
      name: `${pad(index)} 队`,
      skills: ['illegal-parking'],
      grids: [`grid-${pad(index)}`],
      loadCap: 1_000_000,
    })),
    policies: [
      {
        kind: 'illegal-parking',
        mode: 'auto',
        autoScore: 0,
        deadlines: { acknowledge: '30d', arrive: '30d', handle: '30d' },
      },
    ],
  }
}

/** The car that parked before all others at its kerb, counted back from `now`: each long enough before the next. */
export function parkedBefore(index: number, now: EpochMs): Observation {
  return seen(index % KERBS, `old-${index}`, now - (1 + Math.floor(index / KERBS)) * APART_MS, 'holds')
}

/** One that comes or leaves at `at`. */
export function seen(kerb: number, subject: string, at: EpochMs, phase: Observation['phase']): Observation {
  const cameraId = `kerb-${pad(kerb % KERBS)}` as CameraId
  const placeId = `${cameraId}.kerb` as PlaceId
  return {
    fingerprint: fingerprintOf('illegal-parking', placeId, subject),
    sequence: at,
    phase,
    kind: 'illegal-parking',
    cameraId,
    zoneId: 'kerb' as ZoneId,
    zoneVersion: 1,
    placeId,
    subject,
    at,
    since: at - 60_000,
    dueAt: at,
    score: 0.9,
    severity: 'yellow',
    measure: { name: 'dwell', value: 60_000, limit: 60_000, unit: 'ms' },
    boxes: [{ x1: 0.4, y1: 0.5, x2: 0.5, y2: 0.6 }],
    reason: {
      model: { name: 'street-objects', sha256: '0'.repeat(64) },
      thresholds: { car: 0.3 },
      history: Array.from({ length: 60 }, (_, point) => ({ at: at - (59 - point) * 1_000, value: 0.9 })),
    },
    blindMs: 0,
    receivedAt: at,
  }
}
