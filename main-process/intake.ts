// What shards report, taken in camera by camera in the order in which it was said, and kept while the database is away.
import { setTimeout as delay } from 'node:timers/promises'
import { type JiemuError, toJiemuError } from '../core/errors.ts'
import { failpoint } from '../core/failpoint.ts'
import type { LookAnswer } from '../core/fresh-look.ts'
import type { CameraHealth } from '../core/health.ts'
import type { CameraId, Fingerprint } from '../core/ids.ts'
import type { Clip, LiveShow } from '../core/live-view.ts'
import type { Log } from '../core/log.ts'
import type { Observation, PictureRequest } from '../core/observation.ts'
import type { ReferenceView } from '../core/reference-view.ts'
import type { Detection } from '../core/scene.ts'
import type { FromShard, RuleSnapshot, Snapshot } from '../core/shard-contract.ts'

/** The messages that change what is remembered; health and usage never wait. */
export type Report = Extract<
  FromShard,
  { type: 'observation' | 'pictures' | 'clip' | 'dropped' | 'rules' | 'reference' | 'scenes' | 'looked' }
>

export interface IntakeDeps {
  takeIn(observation: Observation): Promise<unknown>
  keepPictures(
    cameraId: CameraId,
    request: PictureRequest,
    snapshots: readonly Snapshot[],
    inFrame: readonly Detection[] | undefined,
  ): Promise<unknown>
  keepClip(cameraId: CameraId, request: PictureRequest, clip: Clip): Promise<unknown>
  dropPictures(fingerprint: Fingerprint): Promise<unknown>
  keepRules(cameraId: CameraId, snapshot: RuleSnapshot): Promise<unknown>
  keepReference(reference: ReferenceView): Promise<unknown>
  keepScenes(cameraId: CameraId, lines: readonly { readonly at: number; readonly line: string }[]): Promise<unknown>
  takeLook(answer: LookAnswer): Promise<unknown>
  acknowledge(observation: Observation): void
  readonly log: Log
}

/** What waits per camera while the database is away; beyond it, pictures and scenes give way, oldest first. */
const LANE_LIMIT = 400
/** What the pictures of all cameras may take while they wait: main stays small, however long the database is away. */
const PICTURE_BYTES_LIMIT = 64 * 1_048_576
const RETRY_FIRST_MS = 100
const RETRY_CAP_MS = 3_000
const CLOSE_WITHIN_MS = 2_000

/**
 * One lane per camera. A camera's rule snapshot is stored only after the observations that were made before it:
 * a snapshot must never know of an end that the ledger has not heard of.
 */
export class Intake {
  readonly #deps: IntakeDeps
  readonly #lanes = new Map<CameraId, Lane>()
  readonly #rules = new Map<CameraId, RuleSnapshot>()
  readonly #references = new Map<CameraId, ReferenceView>()
  readonly #pictures = { bytes: 0 }

  constructor(deps: IntakeDeps) {
    this.#deps = deps
  }

  push(cameraId: CameraId, report: Report): void {
    let lane = this.#lanes.get(cameraId)
    if (!lane) {
      lane = new Lane(cameraId, this.#deps, this.#pictures)
      this.#lanes.set(cameraId, lane)
    }
    if (report.type === 'rules') this.#rules.set(cameraId, report.snapshot)
    else if (report.type === 'reference') this.#references.set(cameraId, report.reference)
    lane.push(report)
  }

  /**
   * The rules that each camera said last, stored already or not: a shard that dies while the database is away goes on
   * from these, since older ones would take what stands there for new.
   */
  rules(cameraIds: readonly CameraId[]): Readonly<Record<string, RuleSnapshot>> {
    return ofThese(this.#rules, cameraIds)
  }

  /** The reference view that each camera said last, stored already or not. */
  references(cameraIds: readonly CameraId[]): Readonly<Record<string, ReferenceView>> {
    return ofThese(this.#references, cameraIds)
  }

  /** Forgets what cameras that are gone have said: one that comes back by the same name begins anew. */
  keepOnly(cameras: readonly { readonly id: CameraId }[]): void {
    const present = new Set(cameras.map(({ id }) => id))
    for (const said of [this.#rules, this.#references]) {
      for (const id of said.keys()) if (!present.has(id)) said.delete(id)
    }
    for (const [id, lane] of this.#lanes) if (!present.has(id)) lane.problems.clear()
  }

  /** Reports that wait, and those that gave way since the start. */
  depth(): { readonly waiting: number; readonly shed: number } {
    const lanes = [...this.#lanes.values()]
    return {
      waiting: lanes.reduce((sum, lane) => sum + lane.waiting, 0),
      shed: lanes.reduce((sum, lane) => sum + lane.shed, 0),
    }
  }

  /** Why reports of a kind were not taken in when they were last tried: the database is away, or a disk is full. */
  problem(): JiemuError | null {
    for (const lane of this.#lanes.values()) for (const problem of lane.problems.values()) return problem
    return null
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map(lane => lane.running))
  }

  /** Takes in what waits, unless that lasts: then the shards will say it again, or the rules will see it again. */
  async close(): Promise<void> {
    const late = delay(CLOSE_WITHIN_MS, undefined, { ref: false })
    await Promise.race([this.idle(), late])
    for (const lane of this.#lanes.values()) lane.stop()
    await this.idle()
  }
}

/** Brings what a shard says to where it belongs; the health of a camera waits for nothing. */
export function receive(
  message: Report | Extract<FromShard, { type: 'health' | 'live' }>,
  intake: Pick<Intake, 'push'>,
  cameras: { heard(health: CameraHealth): void },
  live: { heard(cameraId: CameraId, show: LiveShow): void },
): void {
  switch (message.type) {
    case 'observation':
      intake.push(message.observation.cameraId, message)
      return
    case 'live':
      live.heard(message.cameraId, message.show)
      return
    case 'pictures':
    case 'clip':
    case 'dropped':
    case 'rules':
    case 'scenes':
      intake.push(message.cameraId, message)
      return
    case 'looked':
      intake.push(message.answer.cameraId, message)
      return
    case 'reference':
      intake.push(message.reference.cameraId, message)
      return
    case 'health':
      cameras.heard(message.health)
  }
}

class Lane {
  running: Promise<void> = Promise.resolve()
  shed = 0
  /** By type of report, until one of that type is taken in again. */
  readonly problems = new Map<Report['type'], JiemuError>()
  readonly #cameraId: CameraId
  readonly #deps: IntakeDeps
  /** Shared by all lanes. */
  readonly #pictures: { bytes: number }
  readonly #stop = new AbortController()
  #waiting: Report[] = []
  #busy = false

  constructor(cameraId: CameraId, deps: IntakeDeps, pictures: { bytes: number }) {
    this.#cameraId = cameraId
    this.#deps = deps
    this.#pictures = pictures
  }

  get waiting(): number {
    return this.#waiting.length
  }

  push(report: Report): void {
    const older = this.#waiting.findLastIndex(earlier => sameSubject(report, earlier))
    const earlier = this.#waiting[older]
    if (!earlier || isOtherPhase(report, earlier)) this.#waiting.push(report)
    else if (report.type === 'rules') {
      // Older rules with observations behind them stay: they hold the candidate that the first of these came of, and
      // whoever dies in between must find it, or it starts the same stay anew.
      if (!this.#waiting.slice(older).some(({ type }) => type === 'observation')) this.#waiting.splice(older, 1)
      this.#waiting.push(report)
    } else this.#waiting[older] = report
    this.#pictures.bytes += pictureBytes(report)
    while (this.#pictures.bytes > PICTURE_BYTES_LIMIT && (this.#shed('clip') || this.#shed('pictures'))) {}
    if (this.#waiting.length > LANE_LIMIT) this.#shed('clip', 'pictures', 'scenes')
    if (!this.#busy) this.running = this.#work()
  }

  stop(): void {
    this.#stop.abort()
  }

  /** Observations never give way: there is one per fingerprint and change of it at most, and the ledger needs them. */
  #shed(...types: readonly Report['type'][]): boolean {
    const index = this.#waiting.findIndex(({ type }) => types.includes(type))
    if (index < 0) return false
    this.#take(index)
    this.shed++
    return true
  }

  #take(index: number): Report | undefined {
    const [taken] = this.#waiting.splice(index, 1)
    if (taken) this.#pictures.bytes -= pictureBytes(taken)
    return taken
  }

  async #work(): Promise<void> {
    this.#busy = true
    for (let report = this.#take(0); report && !this.#stop.signal.aborted; report = this.#take(0)) {
      await this.#takeIn(report)
    }
    this.#busy = false
  }

  async #takeIn(report: Report): Promise<void> {
    for (let retryMs = RETRY_FIRST_MS; !this.#stop.signal.aborted; retryMs = Math.min(RETRY_CAP_MS, retryMs * 2)) {
      try {
        await this.#perform(report)
        this.problems.delete(report.type)
        return
      } catch (thrown) {
        const error = toJiemuError(thrown)
        this.#deps.log.error({ camera: this.#cameraId, code: error.code, report: report.type }, error.message)
        this.problems.set(report.type, error)
        // The rules behind an observation must not be stored before it: they know of what the ledger has not heard of.
        const waits = error.code === 'database-unavailable' || (report.type === 'observation' && error.retryable)
        if (!waits) return
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
        await this.#deps.keepPictures(this.#cameraId, report.request, report.snapshots, report.inFrame)
        return
      case 'clip':
        await this.#deps.keepClip(this.#cameraId, report.request, report.clip)
        return
      case 'dropped':
        await this.#deps.dropPictures(report.fingerprint)
        return
      case 'rules':
        await this.#deps.keepRules(this.#cameraId, report.snapshot)
        return
      case 'looked':
        await this.#deps.takeLook(report.answer)
        return
      case 'reference':
        await this.#deps.keepReference(report.reference)
        return
      case 'scenes':
        await this.#deps.keepScenes(this.#cameraId, report.lines)
        return
    }
  }
}

function ofThese<T>(said: ReadonlyMap<CameraId, T>, cameraIds: readonly CameraId[]): Readonly<Record<string, T>> {
  return Object.fromEntries(
    cameraIds.flatMap(id => {
      const last = said.get(id)
      return last === undefined ? [] : [[id, last]]
    }),
  )
}

function pictureBytes(report: Report): number {
  if (report.type === 'clip') return report.clip.mp4.byteLength
  return report.type === 'pictures' ? report.snapshots.reduce((sum, { jpeg }) => sum + jpeg.byteLength, 0) : 0
}

/**
 * Whether a newer report makes a waiting one needless. An observation or a reference view takes the older one's place
 * in the lane; rules go to the end, behind every observation that they know of.
 */
function sameSubject(newer: Report, waiting: Report): boolean {
  if (newer.type === 'looked') return waiting.type === 'looked' && waiting.answer.lookId === newer.answer.lookId
  if (newer.type === 'rules' || newer.type === 'reference') return waiting.type === newer.type
  return (
    newer.type === 'observation' &&
    waiting.type === 'observation' &&
    waiting.observation.fingerprint === newer.observation.fingerprint
  )
}

/** An end, and what begins after it, are two changes: neither may take the other's place or overtake it. */
function isOtherPhase(newer: Report, waiting: Report): boolean {
  return (
    newer.type === 'observation' &&
    waiting.type === 'observation' &&
    waiting.observation.phase !== newer.observation.phase
  )
}
