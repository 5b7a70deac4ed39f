// What shards report, taken in camera by camera in the order in which it was said, and kept while the database is away.
import { setTimeout as delay } from 'node:timers/promises'
import { toJiemuError } from './core/errors.ts'
import { failpoint } from './core/failpoint.ts'
import type { CameraId, Fingerprint } from './core/ids.ts'
import type { Log } from './core/log.ts'
import type { Observation, PictureRequest } from './core/observation.ts'
import type { FromShard, RuleSnapshot, Snapshot } from './core/shard-contract.ts'

/** The messages that change what is remembered; health and usage never wait. */
export type Report = Extract<FromShard, { type: 'observation' | 'pictures' | 'dropped' | 'rules' | 'scenes' }>

export interface IntakeDeps {
  takeIn(observation: Observation): Promise<unknown>
  keepPictures(cameraId: CameraId, request: PictureRequest, snapshots: readonly Snapshot[]): Promise<unknown>
  dropPictures(fingerprint: Fingerprint): Promise<unknown>
  keepRules(cameraId: CameraId, snapshot: RuleSnapshot): Promise<unknown>
  keepScenes(cameraId: CameraId, lines: readonly { readonly at: number; readonly line: string }[]): Promise<unknown>
  acknowledge(observation: Observation): void
  readonly log: Log
}

/** What waits per camera while the database is away; beyond it, pictures and scenes give way, oldest first. */
const LANE_LIMIT = 400
const RETRY_FIRST_MS = 100
const RETRY_CAP_MS = 3_000

/**
 * One lane per camera. A camera's rule snapshot is stored only after the observations that were made before it:
 * a snapshot must never know of an end that the ledger has not heard of.
 */
export class Intake {
  readonly #deps: IntakeDeps
  readonly #lanes = new Map<CameraId, Lane>()

  constructor(deps: IntakeDeps) {
    this.#deps = deps
  }

  push(cameraId: CameraId, report: Report): void {
    let lane = this.#lanes.get(cameraId)
    if (!lane) {
      lane = new Lane(cameraId, this.#deps)
      this.#lanes.set(cameraId, lane)
    }
    lane.push(report)
  }

  /** Reports that wait, and those that gave way since the start. */
  depth(): { readonly waiting: number; readonly shed: number } {
    const lanes = [...this.#lanes.values()]
    return {
      waiting: lanes.reduce((sum, lane) => sum + lane.waiting, 0),
      shed: lanes.reduce((sum, lane) => sum + lane.shed, 0),
    }
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map(lane => lane.running))
  }

  /** Gives up on what still waits: the shards will say it again, or the rules will see it again. */
  async close(): Promise<void> {
    for (const lane of this.#lanes.values()) lane.stop()
    await this.idle()
  }
}

class Lane {
  running: Promise<void> = Promise.resolve()
  shed = 0
  readonly #cameraId: CameraId
  readonly #deps: IntakeDeps
  readonly #stop = new AbortController()
  #waiting: Report[] = []
  #busy = false

  constructor(cameraId: CameraId, deps: IntakeDeps) {
    this.#cameraId = cameraId
    this.#deps = deps
  }

  get waiting(): number {
    return this.#waiting.length
  }

  push(report: Report): void {
    const older = this.#waiting.findIndex(earlier => sameSubject(report, earlier))
    if (older < 0) this.#waiting.push(report)
    else if (report.type === 'rules') {
      this.#waiting.splice(older, 1)
      this.#waiting.push(report)
    } else this.#waiting[older] = report
    if (this.#waiting.length > LANE_LIMIT) this.#shed()
    if (!this.#busy) this.running = this.#work()
  }

  stop(): void {
    this.#stop.abort()
  }

  /** Observations never give way: there is one per fingerprint at most, and the ledger needs them. */
  #shed(): void {
    const index = this.#waiting.findIndex(({ type }) => type === 'scenes' || type === 'pictures')
    if (index < 0) return
    this.#waiting.splice(index, 1)
    this.shed++
  }

  async #work(): Promise<void> {
    this.#busy = true
    for (let report = this.#waiting.shift(); report && !this.#stop.signal.aborted; report = this.#waiting.shift()) {
      await this.#take(report)
    }
    this.#busy = false
  }

  async #take(report: Report): Promise<void> {
    for (let retryMs = RETRY_FIRST_MS; !this.#stop.signal.aborted; retryMs = Math.min(RETRY_CAP_MS, retryMs * 2)) {
      try {
        return await this.#perform(report)
      } catch (thrown) {
        const error = toJiemuError(thrown)
        this.#deps.log.error({ camera: this.#cameraId, code: error.code, report: report.type }, error.message)
        if (error.code !== 'database-unavailable') return
        await delay(retryMs, undefined, { signal: this.#stop.signal }).catch(() => undefined)
      }
    }
  }

  async #perform(report: Report): Promise<void> {
    switch (report.type) {
      case 'observation':
        await this.#deps.takeIn(report.observation)
        this.#deps.acknowledge(report.observation)
        failpoint('ack:after')
        return
      case 'pictures':
        await this.#deps.keepPictures(this.#cameraId, report.request, report.snapshots)
        return
      case 'dropped':
        await this.#deps.dropPictures(report.fingerprint)
        return
      case 'rules':
        await this.#deps.keepRules(this.#cameraId, report.snapshot)
        return
      case 'scenes':
        await this.#deps.keepScenes(this.#cameraId, report.lines)
        return
    }
  }
}

/**
 * Whether a newer report makes a waiting one needless. An observation takes the older one's place in the lane;
 * rules go to the end, behind every observation that they know of.
 */
function sameSubject(newer: Report, waiting: Report): boolean {
  if (newer.type === 'rules') return waiting.type === 'rules'
  return (
    newer.type === 'observation' &&
    waiting.type === 'observation' &&
    waiting.observation.fingerprint === newer.observation.fingerprint &&
    waiting.observation.phase === newer.observation.phase
  )
}
