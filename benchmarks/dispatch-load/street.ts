// A synthetic district: cameras with zones of every kind, teams for them, and seeded incidents that come when they like.
//
//   an incident      opens ───────── is seen again ───────── ends         three observations, as a shard would send them
//                    |← half a life →|← half a life →|                    (a shard repeats every 10 s; lives are shorter here)
import type { CameraId, Fingerprint, PlaceId, ZoneId } from '../../core/ids.ts'
import { fingerprintOf } from '../../core/ids.ts'
import { type Observation, type RuleKind, ZONE_RULES } from '../../core/observation.ts'
import type { EpochMs } from '../../core/time.ts'
import { seededRandom } from '../../fixtures/random.ts'

const CAMERAS = 48
const GRIDS = 12
const TEAMS_OF_GRID = 2
/** The share of parked cars; the rest is spread over the other kinds. Every car is a subject of its own, a place is none. */
const PARKING_SHARE = 0.5
const LIFE_MS = 2_000
/** What opens again at a place right away could be mistaken for the incident before it. */
const REST_MS = 1_000

const pad = (index: number) => String(index + 1).padStart(2, '0')
const cameraOf = (index: number) => `load-${pad(index)}` as CameraId
/** Most of the picture. */
export const SQUARE = [
  [0.1, 0.1],
  [0.9, 0.1],
  [0.9, 0.9],
  [0.1, 0.9],
]

/** The cameras file: everything goes straight to a team, nothing joins and nothing comes back, so that incidents count jobs. */
export function loadedDistrict() {
  return {
    cameras: Array.from({ length: CAMERAS }, (_, index) => ({
      id: cameraOf(index),
      name: `负载 ${pad(index)}`,
      street: 'load',
      grid: `grid-${pad(index % GRIDS)}`,
      source: { kind: 'rtsp', url: 'rtsp://192.0.2.10/never-opened' },
      generated: true,
      zones: ZONE_RULES.map(rule => ({ id: rule, rule, polygon: SQUARE })),
    })),
    teams: Array.from({ length: GRIDS * TEAMS_OF_GRID }, (_, index) => ({
      id: `team-${pad(index)}`,
      name: `${pad(index)} 队`,
      skills: [...ZONE_RULES],
      grids: [`grid-${pad(index % GRIDS)}`],
      loadCap: 1_000_000,
    })),
    // Deadlines are written as everywhere, and fall due after the load; a job outlives what cleared, and is counted.
    policies: ZONE_RULES.map(kind => ({
      deadlines: { acknowledge: '12h', arrive: '12h', handle: '12h' },
      kind,
      mode: 'auto',
      autoScore: 0,
      joinWindow: '0s',
      cooldown: '0s',
      selfCleared: 'keep',
    })),
  }
}

/** One incident that is offered; times are milliseconds after the start of its plateau. */
export interface PlannedIncident {
  readonly cameraId: CameraId
  readonly kind: RuleKind
  readonly subject: string
  readonly score: number
  readonly opensMs: number
  readonly endsMs: number
}

/**
 * Incidents whose openings are a Poisson process, as those of many cameras that know nothing of each other are.
 * @param ratePerS the mean; the number that comes of it is random, and the same for the same seed
 */
export function planIncidents(seed: number, ratePerS: number, durationMs: number): readonly PlannedIncident[] {
  const random = seededRandom(seed)
  const freeAtMs = new Map<string, number>()
  const planned: PlannedIncident[] = []
  const gapMs = () => (-Math.log(1 - random()) * 1_000) / ratePerS
  for (let opensMs = gapMs(); opensMs < durationMs; opensMs += gapMs()) {
    const cameraId = cameraOf(Math.floor(random() * CAMERAS))
    const endsMs = opensMs + LIFE_MS * (0.5 + random())
    const wanted =
      random() < PARKING_SHARE ? 'illegal-parking' : (ZONE_RULES[1 + Math.floor(random() * 3)] ?? 'crowding')
    const place = `${cameraId}/${wanted}`
    // Where a place is taken, or was a moment ago, a car parks instead.
    const kind = (freeAtMs.get(place) ?? 0) <= opensMs ? wanted : 'illegal-parking'
    if (kind !== 'illegal-parking') freeAtMs.set(place, endsMs + REST_MS)
    const subject =
      kind === 'illegal-parking' ? `stay-${seed}-${planned.length}` : kind === 'overflowing-bin' ? 'slot-1' : ''
    planned.push({ cameraId, kind, subject, score: 0.5 + random() / 2, opensMs, endsMs })
  }
  return planned
}

export function fingerprintOfPlanned({ cameraId, kind, subject }: Omit<PlannedIncident, 'endsMs'>): Fingerprint {
  return fingerprintOf(kind, placeOf(cameraId, kind), subject)
}

const placeOf = (cameraId: CameraId, kind: RuleKind) => `${cameraId}.${kind}` as PlaceId

/** One observation that is to be sent, and when. */
export interface PlannedObservation {
  readonly dueMs: number
  readonly observation: Observation
}

/**
 * The observations of the incidents, in the order in which they are due.
 * @param startAt the wall-clock time at which the plateau starts
 */
export function observationsOf(incidents: readonly PlannedIncident[], startAt: EpochMs): readonly PlannedObservation[] {
  const planned = incidents.flatMap(incident => {
    const { opensMs, endsMs } = incident
    return [
      { dueMs: opensMs, observation: observe(incident, startAt, opensMs, 'holds') },
      { dueMs: (opensMs + endsMs) / 2, observation: observe(incident, startAt, (opensMs + endsMs) / 2, 'holds') },
      { dueMs: endsMs, observation: observe(incident, startAt, endsMs, 'ended') },
    ]
  })
  return planned.sort((one, other) => one.dueMs - other.dueMs)
}

/** What its camera says of an incident, `dueMs` after the start. */
export function observe(
  incident: Omit<PlannedIncident, 'endsMs'>,
  startAt: EpochMs,
  dueMs: number,
  phase: Observation['phase'],
): Observation {
  const { cameraId, kind, subject, score, opensMs } = incident
  const at = Math.round(startAt + dueMs)
  const dueAt = Math.round(startAt + opensMs)
  return {
    fingerprint: fingerprintOfPlanned(incident),
    sequence: at,
    phase,
    kind,
    cameraId,
    zoneId: kind as string as ZoneId,
    zoneVersion: 1,
    placeId: placeOf(cameraId, kind),
    subject,
    at,
    since: dueAt - 60_000,
    dueAt,
    score,
    severity: score > 0.9 ? 'orange' : 'yellow',
    measure: { name: 'dwell', value: at - dueAt + 60_000, limit: 60_000, unit: 'ms' },
    boxes: [{ x1: 0.4, y1: 0.5, x2: 0.5, y2: 0.6 }],
    reason: {
      model: { name: 'street-objects', sha256: '0'.repeat(64) },
      thresholds: { car: 0.3 },
      // As many points as an incident of the product carries: the row is as wide as there.
      history: Array.from({ length: 60 }, (_, index) => ({ at: at - (59 - index) * 1_000, value: score })),
    },
    blindMs: 0,
    receivedAt: at,
  }
}
