// What every camera has counted since this process began: a shard's own counters start anew with every watch.
import type { CameraHealth } from '../core/health.ts'
import type { CameraId } from '../core/ids.ts'
import type { EpochMs } from '../core/time.ts'

type Counts = readonly (readonly [part: string, count: number])[]

/** What is counted, and of which part of the camera: a reason, a zone, or the whole of it. */
const COUNTED = {
  framesIn: ({ framesIn }: CameraHealth): Counts => [['', framesIn]],
  framesAnalysed: ({ framesAnalysed }: CameraHealth): Counts => [['', framesAnalysed]],
  framesUnchanged: ({ framesUnchanged }: CameraHealth): Counts => [['', framesUnchanged]],
  reconnects: ({ reconnects }: CameraHealth): Counts => [['', reconnects]],
  dropped: ({ dropped }: CameraHealth): Counts => Object.entries(dropped),
  blindMs: ({ sight }: CameraHealth): Counts => Object.entries(sight?.blindMs ?? {}),
  samples: ({ costs }: CameraHealth): Counts => costs.map(({ zoneId, samples }) => [zoneId, samples]),
  decodeMs: ({ decodeMs }: CameraHealth): Counts => [['', decodeMs]],
  inferMs: ({ inferMs }: CameraHealth): Counts => [['', inferMs]],
  bursts: ({ attention }: CameraHealth): Counts => [['', attention.bursts]],
  spentMs: ({ costs }: CameraHealth): Counts => costs.map(({ zoneId, spentMs }) => [zoneId, spentMs]),
} as const
export type Counted = keyof typeof COUNTED
const NAMES = Object.keys(COUNTED) as Counted[]

interface Tally {
  /** As the source said it last. */
  readonly said: number
  readonly total: number
  /** Where rates are counted from: ten minutes ago at the most, five at the least once there is so much. */
  readonly since: Mark
  /** Where they will be counted from next. */
  readonly next: Mark
}

interface Mark {
  readonly at: EpochMs
  readonly total: number
}

/** Long enough for looks that are minutes apart, short enough that a street's rush hour is not hidden by its night. */
const MARK_EVERY_MS = 5 * 60_000

export class CameraTally {
  readonly #cameras = new Map<CameraId, Map<string, Tally>>()

  heard(health: CameraHealth, at: EpochMs): void {
    const tallies = this.#cameras.get(health.cameraId) ?? new Map<string, Tally>()
    this.#cameras.set(health.cameraId, tallies)
    for (const name of NAMES) {
      for (const [part, said] of COUNTED[name](health)) {
        const before = tallies.get(keyOf(name, part))
        // Less than before: another watch has begun to count, from nothing.
        const risen = before && said >= before.said ? said - before.said : said
        const total = (before?.total ?? 0) + risen
        const here: Mark = { at, total }
        const { since, next } = before ?? { since: here, next: here }
        const isDue = at - next.at >= MARK_EVERY_MS
        tallies.set(keyOf(name, part), { said, total, ...(isDue ? { since: next, next: here } : { since, next }) })
      }
    }
  }

  forget(cameraId: CameraId): void {
    this.#cameras.delete(cameraId)
  }

  /** Every camera's and part's total. */
  *totals(name: Counted): Iterable<{ readonly camera: CameraId; readonly part: string; readonly total: number }> {
    for (const [camera, tallies] of this.#cameras) {
      for (const [key, { total }] of tallies) {
        const [counted, part = ''] = key.split('/')
        if (counted === name) yield { camera, part, total }
      }
    }
  }

  /** How much it has risen per millisecond in the last five to ten minutes; undefined before any time has passed. */
  rate(camera: CameraId, name: Counted, part: string, now: EpochMs): number | undefined {
    const tally = this.#cameras.get(camera)?.get(keyOf(name, part))
    const passedMs = tally ? now - tally.since.at : 0
    return tally && passedMs > 0 ? (tally.total - tally.since.total) / passedMs : undefined
  }
}

/** Neither a zone's id nor a reason holds a "/". */
function keyOf(name: Counted, part: string): string {
  return `${name}/${part}`
}
