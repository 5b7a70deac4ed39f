// A district with a hundred kerbs, and cars that park there: as many jobs as are asked for, none of which joins another.
import type { CameraId } from '../../core/ids.ts'
import type { Observation } from '../../core/observation.ts'
import type { EpochMs } from '../../core/time.ts'
import { observe, SQUARE } from '../dispatch-load/street.ts'

const KERBS = 100
const GRIDS = 20
/** Longer than the window within which what opens at one place becomes one job. */
const APART_MS = 11 * 60_000

const pad = (index: number) => String(index).padStart(2, '0')

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
      zones: [{ id: 'illegal-parking', rule: 'illegal-parking', polygon: SQUARE }],
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
  return observe({ cameraId, kind: 'illegal-parking', subject, score: 0.9, opensMs: 0 }, at, 0, phase)
}
