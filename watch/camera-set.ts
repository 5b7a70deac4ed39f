// The cameras of a shard: told the set that it should be, it opens, replaces and closes until it is so.
import type { Camera } from '../core/camera.ts'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { LookRequest } from '../core/fresh-look.ts'
import type { CameraHealth } from '../core/health.ts'
import type { CameraId } from '../core/ids.ts'
import type { LiveWish } from '../core/live-view.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import { Admission, type AdmissionOptions, TICK_MS } from './admission.ts'
import { Attention } from './attention.ts'
import { CameraWatch, type WatchDeps, type WatchMemory } from './camera-watch.ts'
import type { Detectors } from './detectors.ts'
import { LookBursts } from './look-bursts.ts'
import { Turns } from './turns.ts'

const RESTART_BROKEN_MS = 30_000
/** A pipeline that breaks again within this after its restart breaks on the rules that it was given. */
const BROKEN_AGAIN_MS = 90_000

const UNWATCHED = { video: false, stills: false }

export interface CameraSetDeps extends Omit<WatchDeps, 'detectors' | 'bursts' | 'attention' | 'admission' | 'turns'> {
  /** Or why there are none: then every camera has failed. */
  readonly detectors: Detectors | JiemuError
  readonly admission?: AdmissionOptions
  /** Of the cameras, those that may be in a burst of attention at once. */
  readonly attentiveShare?: number | undefined
}

/** One per shard. */
export class CameraSet {
  readonly #deps: CameraSetDeps
  readonly #watches = new Map<CameraId, CameraWatch>()
  readonly #failed = new Map<CameraId, number>()
  /** Until when each is left alone that is watched without its stream. */
  readonly #held = new Map<CameraId, EpochMs>()
  readonly #brokenAt = new Map<CameraId, EpochMs>()
  /** Changes are made one after the other; a newer set waits for the one before. */
  #settled: Promise<unknown> = Promise.resolve()
  #looks: readonly LookRequest[] = []
  #watched: ReadonlySet<CameraId> = new Set()
  #wishes: ReadonlyMap<CameraId, LiveWish> = new Map()
  readonly bursts = new LookBursts(() => this.#watches.size)
  readonly admission: Admission
  readonly attention: Attention
  readonly turns = new Turns()
  readonly #ticking: NodeJS.Timeout

  constructor(deps: CameraSetDeps) {
    this.#deps = deps
    this.admission = new Admission(deps.admission)
    this.attention = new Attention(
      () => this.#watches.size,
      () => this.admission.strain,
      deps.attentiveShare,
    )
    this.#ticking = setInterval(() => this.admission.tick(deps.clock.now()), TICK_MS)
  }

  /** How many have a candidate, or an incident that is not over. */
  get engaged(): number {
    return [...this.#watches.values()].filter(({ engaged }) => engaged).length
  }

  become(cameras: readonly Camera[], memories: (id: CameraId) => WatchMemory): void {
    this.#settled = this.#settled
      .then(() => this.#become(cameras, memories))
      .then(() => this.#deps.emit({ type: 'settled', cameras: cameras.map(({ id }) => id) }))
  }

  /** The fresh looks that main waits for; those of a camera that cannot even be started are for people to decide. */
  look(looks: readonly LookRequest[]): void {
    this.#looks = looks
    for (const watch of this.#watches.values()) void watch.look(this.#looksOf(watch.camera.id))
  }

  watching(cameras: readonly CameraId[]): void {
    this.#watched = new Set(cameras)
    for (const watch of this.#watches.values()) watch.watched(this.#watched.has(watch.camera.id))
  }

  /** What somebody looks at live; of all other cameras nothing is sent. */
  watch(wishes: readonly LiveWish[]): void {
    this.#wishes = new Map(wishes.map(wish => [wish.cameraId, wish]))
    for (const watch of this.#watches.values()) watch.watch(this.#wishes.get(watch.camera.id) ?? UNWATCHED)
  }

  #looksOf(id: CameraId): readonly LookRequest[] {
    return this.#looks.filter(({ cameraId }) => cameraId === id)
  }

  async #become(cameras: readonly Camera[], memories: (id: CameraId) => WatchMemory): Promise<void> {
    const wanted = new Map(cameras.map(camera => [camera.id, camera]))
    for (const id of this.#failed.keys()) if (!wanted.has(id)) this.#failed.delete(id)
    const leaving = [...this.#watches.values()].filter(
      ({ camera: { id, version } }) =>
        wanted.get(id)?.version !== version || memories(id).quarantine?.until !== this.#held.get(id),
    )
    const start = (camera: Camera | undefined, known: WatchMemory = {}): void => {
      if (!camera || this.#watches.has(camera.id) || this.#failed.get(camera.id) === camera.version) return
      const told = memories(camera.id)
      this.#start(camera, { ...told, rules: known.rules ?? told.rules, reference: known.reference ?? told.reference })
    }
    // A dead camera lets go after seconds only: its own next watch waits for that, and nobody else.
    const left = new Set(leaving.map(({ camera }) => camera.id))
    for (const camera of cameras) if (!left.has(camera.id)) start(camera)
    await Promise.all(
      leaving.map(async watch => {
        await this.#stop(watch)
        // What it knew itself is newer than what main was told up to ten seconds ago.
        start(wanted.get(watch.camera.id), watch.memory)
      }),
    )
  }

  #start(camera: Camera, memory: WatchMemory): void {
    const { detectors, clock, log, emit } = this.#deps
    try {
      if (detectors instanceof JiemuError) throw detectors
      const watch = new CameraWatch(camera, memory, {
        ...this.#deps,
        detectors,
        bursts: this.bursts,
        attention: this.attention,
        admission: this.admission,
        turns: this.turns,
      })
      this.#watches.set(camera.id, watch)
      if (memory.quarantine) this.#held.set(camera.id, memory.quarantine.until)
      else this.#held.delete(camera.id)
      this.#failed.delete(camera.id)
      watch.watched(this.#watched.has(camera.id))
      void watch.look(this.#looksOf(camera.id))
      watch.watch(this.#wishes.get(camera.id) ?? UNWATCHED)
      watch.done.catch((thrown: unknown) => this.#onBroken(watch, thrown))
    } catch (thrown) {
      const { code, message, hint } = toJiemuError(thrown)
      log.error({ camera: camera.id, code, hint }, message)
      this.#failed.set(camera.id, camera.version)
      emit({ type: 'health', health: failedHealth(camera, thrown, clock) })
    }
  }

  /**
   * A fault of ours on one camera: the others go on, and this one starts again with the rules as they last were, or, where
   * it breaks on these too, without what it stumbles over.
   */
  #onBroken(watch: CameraWatch, thrown: unknown): void {
    const { camera } = watch
    const { log, clock, emit } = this.#deps
    if (this.#watches.get(camera.id) !== watch) return
    // Among the failed it is not reported as whatever its stream was when it broke.
    this.#watches.delete(camera.id)
    this.#failed.set(camera.id, camera.version)
    const again = clock.now() - (this.#brokenAt.get(camera.id) ?? Number.NEGATIVE_INFINITY) < BROKEN_AGAIN_MS
    this.#brokenAt.set(camera.id, clock.now())
    log.error({ err: thrown, camera: camera.id }, 'a camera’s pipeline broke; it starts again soon')
    emit({ type: 'health', health: failedHealth(camera, thrown, clock) })
    const restart = setTimeout(() => {
      if (this.#failed.get(camera.id) === camera.version) this.#start(camera, again ? {} : watch.memory)
    }, RESTART_BROKEN_MS)
    restart.unref()
  }

  async #stop(watch: CameraWatch): Promise<void> {
    this.#watches.delete(watch.camera.id)
    await watch.close()
  }

  report(): void {
    for (const watch of this.#watches.values()) {
      this.#deps.emit({ type: 'health', health: watch.health() })
      void watch.attend(this.#deps.clock.now())
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#ticking)
    await this.#settled
    this.#failed.clear()
    await Promise.all([...this.#watches.values()].map(watch => this.#stop(watch)))
  }
}

/** The health of a camera that could not even be started; the others go on. */
export function failedHealth(camera: Pick<Camera, 'id'>, thrown: unknown, clock: Clock): CameraHealth {
  const { code, message, hint } = toJiemuError(thrown)
  return {
    cameraId: camera.id,
    state: 'failed',
    since: clock.now(),
    problem: { code, message, hint },
    codec: null,
    widthPx: null,
    heightPx: null,
    clock: null,
    clockSkewMs: null,
    keyframeIntervalMs: null,
    mode: 'economy',
    fullReason: null,
    decodeMs: 0,
    lastFrameAt: null,
    reconnects: 0,
    framesIn: 0,
    framesAnalysed: 0,
    framesUnchanged: 0,
    dropped: {},
    sight: null,
    costs: [],
    attention: { reason: null, waiting: false, bursts: 0, everyMs: 0 },
    shedEveryMs: null,
    inferMs: 0,
  }
}
