// The child's composition root: a shard owns its cameras from the socket to the observation, in one thread of control.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Camera } from './core/camera.ts'
import type { CrashMarks } from './core/crash-marks.ts'
import { JiemuError, toJiemuError } from './core/errors.ts'
import type { LookRequest } from './core/fresh-look.ts'
import type { CameraHealth } from './core/health.ts'
import type { CameraId } from './core/ids.ts'
import type { LiveShow, LiveWish, MediaCounts } from './core/live-view.ts'
import type { Log } from './core/log.ts'
import type { Observation } from './core/observation.ts'
import { Scope } from './core/scope.ts'
import type { FromShard, ToShard } from './core/shard-contract.ts'
import { type Clock, type EpochMs, systemClock } from './core/time.ts'
import { type FrameTrace, type Spans, spansOf } from './core/trace.ts'
import { mediaTally } from './streams/camera-tap.ts'
import { ConnectionPace } from './streams/connection-pace.ts'
import { Attention } from './watch/attention.ts'
import { CameraWatch, type WatchDeps, type WatchMemory } from './watch/camera-watch.ts'
import { type Detectors, type Networks, openDetectors } from './watch/detectors.ts'
import { LookBursts } from './watch/look-bursts.ts'

/** The way to main: ordered messages, until one side closes. */
export interface ShardChannel {
  /** @param sent told once the message has left */
  send(message: FromShard, sent?: () => void): void
  receive(listener: (message: ToShard) => void): void
}

export interface ShardSettings {
  readonly networks: Networks
  /** Relative paths of footage are looked up here. */
  readonly baseDir: string
  /** How clips and live view are made. */
  readonly media?: Omit<NonNullable<WatchDeps['media']>, 'show' | 'tally'> | undefined
  readonly skipUnchanged?: boolean
}

/** What a shard has of its process. */
export interface ShardProcess {
  readonly clock?: Clock
  readonly marks?: CrashMarks
}

/** How often an end that was not acknowledged is said again. */
const REPEAT_MS = 10_000
const REPORT_MS = 5_000
/** How often the event loop's delay is looked at: every 20 ms would cost 4 ms a second, a tenth of a camera (measured). */
const LOOP_LOOK_MS = 200
/** A hundred cameras at five frames a second, from one report to the next. */
const MOST_SPANS = 2_500
/** Two seconds of sixteen cameras of 4 Mbit/s. */
const LIVE_WAITING_BYTES = 16 * 1_048_576
const RESTART_BROKEN_MS = 30_000
/** A pipeline that breaks again within this after its restart breaks on the rules that it was given. */
const BROKEN_AGAIN_MS = 90_000

/**
 * Builds a shard on its channel to main. It watches nothing until main sends it cameras. Where the network cannot be
 * had (model-unknown, model-altered, model-missing, model-misfit) these fail, and say why.
 */
export async function buildShard(
  channel: ShardChannel,
  settings: ShardSettings,
  log: Log,
  { clock = systemClock, marks }: ShardProcess = {},
): Promise<Scope> {
  const scope = new Scope()
  const close = <T extends { close(): unknown }>(resource: T) => resource.close()
  const detectors = await openDetectors(settings.networks).catch((thrown: unknown) => toJiemuError(thrown))
  if (!(detectors instanceof JiemuError)) scope.use(detectors, close)
  const unacknowledged = new Unacknowledged(channel)
  const emit = (message: FromShard): void => {
    if (message.type === 'observation') unacknowledged.note(message.observation)
    channel.send(message)
  }
  const spans: Spans[] = []
  const onTrace = (trace: FrameTrace) => {
    if (spans.length === MOST_SPANS) spans.shift()
    spans.push(spansOf(trace))
  }
  const { baseDir, skipUnchanged = true } = settings
  const tally = mediaTally()
  const media = settings.media && { ...settings.media, tally, show: showing(channel) }
  const cameras = scope.use(
    new CameraSet({
      ...{ pace: 'live', detectors, baseDir, clock, log, emit, onTrace, marks, skipUnchanged },
      connections: new ConnectionPace(),
      ...(media && { media }),
    }),
    close,
  )
  const timers = [
    setInterval(() => unacknowledged.repeat(), REPEAT_MS),
    setInterval(() => cameras.report(), REPORT_MS),
    reportUsage(channel, spans, cameras, tally),
  ]
  scope.defer(() => timers.forEach(clearInterval))
  channel.receive(message => {
    if (message.type === 'cameras')
      cameras.become(message.cameras, id => ({
        ...{ rules: message.snapshots[id], reference: message.references[id], quarantine: message.quarantine[id] },
      }))
    else if (message.type === 'looks') cameras.look(message.looks)
    else if (message.type === 'watching') cameras.watching(message.cameras)
    else if (message.type === 'viewers') cameras.watch(message.wishes)
    else if (message.type === 'ack') unacknowledged.forget(message.fingerprint, message.sequence)
  })
  channel.send({ type: 'ready' })
  return scope
}

/**
 * Live pictures on their way to main: where main is behind, they are left out here, and nothing waits without end. What
 * says what is shown always goes.
 */
function showing(channel: ShardChannel): (cameraId: CameraId, show: LiveShow) => boolean {
  let waitingBytes = 0
  return (cameraId, show) => {
    const bytes = show.as === 'fragment' ? show.bytes.byteLength : show.as === 'still' ? show.jpeg.byteLength : 0
    if (bytes > 0 && waitingBytes + bytes > LIVE_WAITING_BYTES) return false
    waitingBytes += bytes
    channel.send({ type: 'live', cameraId, show }, () => {
      waitingBytes -= bytes
    })
    return true
  }
}

/** The observations that main has not taken in yet, the newest of each fingerprint. */
class Unacknowledged {
  readonly #channel: ShardChannel
  readonly #newest = new Map<string, Observation>()

  constructor(channel: ShardChannel) {
    this.#channel = channel
  }

  note(observation: Observation): void {
    this.#newest.set(observation.fingerprint, observation)
  }

  forget(fingerprint: string, sequence: number): void {
    const waiting = this.#newest.get(fingerprint)
    if (waiting && waiting.sequence <= sequence) this.#newest.delete(fingerprint)
  }

  /** A rule repeats what holds by itself; an end would otherwise be said only once. */
  repeat(): void {
    for (const observation of this.#newest.values()) this.#channel.send({ type: 'observation', observation })
  }
}

const UNWATCHED = { video: false, stills: false }

interface CameraSetDeps extends Omit<WatchDeps, 'detectors' | 'bursts' | 'attention'> {
  readonly detectors: Detectors | JiemuError
}

/** The cameras of this shard: told the set that it should be, it opens, replaces and closes until it is so. */
class CameraSet {
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
  readonly attention = new Attention(() => this.#watches.size)

  constructor(deps: CameraSetDeps) {
    this.#deps = deps
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
    attention: { reason: null, waiting: false, bursts: 0 },
    inferMs: 0,
  }
}

function reportUsage(channel: ShardChannel, spans: Spans[], cameras: CameraSet, media: MediaCounts): NodeJS.Timeout {
  const loop = monitorEventLoopDelay({ resolution: LOOP_LOOK_MS })
  loop.enable()
  return setInterval(() => {
    const { user, system } = process.cpuUsage()
    channel.send({
      type: 'usage',
      cpuMs: (user + system) / 1_000,
      rssBytes: process.memoryUsage.rss(),
      // The monitor counts its own interval in.
      loopDelayP99Ms: Math.max(0, loop.percentile(99) / 1e6 - LOOP_LOOK_MS),
      bursts: cameras.bursts.counts,
      attention: cameras.attention.counts,
      engaged: cameras.engaged,
      media: { ...media },
      spans: spans.splice(0),
    })
    loop.reset()
  }, REPORT_MS)
}
