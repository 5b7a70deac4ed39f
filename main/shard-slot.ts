// One shard process as main sees it: started, told its cameras and what is wanted of them, and started again when it dies.
import { type ChildProcess, fork } from 'node:child_process'
import type { Camera } from '../core/camera.ts'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { LookRequest } from '../core/fresh-look.ts'
import type { CameraId } from '../core/ids.ts'
import type { LiveWish } from '../core/live-view.ts'
import type { FromShard, ToShard } from '../core/shard-contract.ts'
import type { ShardPoolDeps, ShardUsage } from './shards.ts'

/** The first restart is at once; a shard that keeps dying waits longer and longer, up to this. */
const RESTART_CAP_MS = 30_000
/** A shard that has run this long was healthy: its next death is the first again, and it is back within 2 s. */
const HEALTHY_AFTER_MS = 10_000
const STOP_WITHIN_MS = 5_000
/** A shard waits for its cameras' rules while the database is away: without them it would start every stay anew. */
const TELL_AGAIN_MS = 500
/** Blocked reads hold a thread each, and `sharp`, files and DNS need some of their own (docs/1-architecture.md). */
const SPARE_THREADS = 8
/** Cameras may join a shard that runs already, and the number of threads is fixed at its start; idle ones cost little. */
const THREADS_LEAST = 64 + SPARE_THREADS
/** libuv's own limit. */
const THREADS_LIMIT = 1_024
/**
 * Large buffers come and go: pictures, packets, tensors. Where malloc gives each a mapping of its own, they go back to the
 * system: with four 1080p cameras, evidence included, a shard then holds 235 MB instead of 305. And a heap as small as a
 * shard's is collected sooner by the one thread than by five that wake each other: 4 ms of CPU time a second less.
 */
const SMALL_HEAP = {
  env: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072' },
  execArgv: ['--single-threaded-gc', '--max-semi-space-size=2'],
} as const
/** A shard decodes what strangers send: it is not given what only main needs. */
const MAIN_ONLY = ['DATABASE_URL', 'REDIS_URL', 'PGPASSWORD', 'JIEMU_SECRET_KEY']
const withheld = Object.fromEntries(MAIN_ONLY.map(name => [name, undefined]))

/** How far back the measured load looks. */
const LOAD_MS = 30_000
/** A dead camera lets go after seconds; who takes it over waits no longer than this. */
const LETS_GO_WITHIN_MS = 10_000

export class ShardSlot {
  readonly #index: number
  readonly #deps: ShardPoolDeps
  #cameras: readonly Camera[] = []
  #looks: readonly LookRequest[] = []
  #watched: readonly CameraId[] = []
  #wishes: readonly LiveWish[] = []
  #child: ChildProcess | undefined
  #ready = false
  #startedAt = 0
  #failures = 0
  #restarts = 0
  #restart: NodeJS.Timeout | undefined
  #tellAgain: NodeJS.Timeout | undefined
  #closing = false
  /** The cameras that it watches, as it last said. */
  #settled: readonly CameraId[] = []
  readonly #waiting = new Set<() => void>()
  #measuredAt: number | undefined
  #last: Pick<ShardUsage, 'cpuMs' | 'cores' | 'rssBytes' | 'loopDelayP99Ms' | 'bursts' | 'media'> = {
    ...{ cpuMs: 0, cores: 0, rssBytes: 0, loopDelayP99Ms: 0 },
    bursts: { begun: 0, waited: 0 },
    media: { ringBytes: 0, ringDropped: 0, clips: 0, clipsMissing: 0, liveDropped: 0 },
  }
  /** Of the processes before this one. */
  #earlierCpuMs = 0

  constructor(index: number, deps: ShardPoolDeps) {
    this.#index = index
    this.#deps = deps
  }

  cameraIds(): CameraId[] {
    return this.#cameras.map(camera => camera.id)
  }

  own(cameras: readonly Camera[]): void {
    this.#cameras = cameras
    if (!this.#child && !this.#restart && cameras.length > 0) this.#start()
    else if (this.#ready) void this.#tell()
  }

  look(looks: readonly LookRequest[]): void {
    this.#looks = looks
    if (this.#ready) this.#askForLooks()
  }

  watch(cameras: readonly CameraId[]): void {
    this.#watched = cameras
    if (this.#ready) this.send({ type: 'watching', cameras })
  }

  #askForLooks(): void {
    const mine = new Set(this.cameraIds())
    this.send({ type: 'looks', looks: this.#looks.filter(({ cameraId }) => mine.has(cameraId)) })
  }

  show(wishes: readonly LiveWish[]): void {
    this.#wishes = wishes
    if (this.#ready) this.#tellViewers()
  }

  #tellViewers(): void {
    const mine = new Set(this.cameraIds())
    this.send({ type: 'viewers', wishes: this.#wishes.filter(({ cameraId }) => mine.has(cameraId)) })
  }

  send(message: ToShard): void {
    if (this.#child?.connected) this.#child.send(message, () => undefined)
  }

  usage(): ShardUsage {
    return {
      shard: this.#index,
      pid: this.#child?.pid ?? null,
      cameras: this.#cameras.length,
      restarts: this.#restarts,
      ...this.#last,
    }
  }

  #start(): void {
    this.#restart = undefined
    this.#ready = false
    this.#startedAt = this.#deps.clock.now()
    this.#earlierCpuMs = this.#last.cpuMs
    const threads = Math.min(THREADS_LIMIT, Math.max(THREADS_LEAST, this.#cameras.length + SPARE_THREADS))
    const child = fork(this.#deps.program, [...this.#deps.args], {
      serialization: 'advanced',
      env: {
        ...process.env,
        ...withheld,
        ...this.#deps.env,
        UV_THREADPOOL_SIZE: String(threads),
        ...SMALL_HEAP.env,
      },
      execArgv: [...process.execArgv, ...SMALL_HEAP.execArgv],
    })
    this.#child = child
    child.on('message', message => this.#onMessage(message as FromShard))
    child.on('exit', (code, signal) => this.#onExit(child, signal ?? `code ${code}`))
    child.on('error', error => {
      this.#deps.log.error({ shard: this.#index, problem: error.message }, 'shard process failed')
      // What could not even be started (no memory, no processes left) never ends either.
      if (child.pid === undefined) this.#onExit(child, error.message)
    })
  }

  #onMessage(message: FromShard): void {
    if (message.type === 'ready') {
      this.#ready = true
      void this.#tell()
    } else if (message.type === 'usage') {
      this.#onUsage(message)
    } else if (message.type === 'settled') {
      this.#settled = message.cameras
      for (const look of [...this.#waiting]) look()
    } else {
      this.#deps.onMessage(message)
    }
  }

  #onUsage({ cpuMs, rssBytes, loopDelayP99Ms, spans, bursts, media }: Extract<FromShard, { type: 'usage' }>): void {
    this.#deps.onSpans?.(spans)
    const now = this.#deps.clock.now()
    const spentMs = this.#earlierCpuMs + cpuMs - this.#last.cpuMs
    const passedMs = this.#measuredAt === undefined ? 0 : now - this.#measuredAt
    const share = 1 - Math.exp(-passedMs / LOAD_MS)
    const cores = passedMs > 0 ? this.#last.cores + share * (spentMs / passedMs - this.#last.cores) : this.#last.cores
    this.#measuredAt = now
    this.#last = { cpuMs: this.#earlierCpuMs + cpuMs, cores, rssBytes, loopDelayP99Ms, bursts, media }
  }

  /** Resolves once it watches the camera no more: it said so, it is gone, or ten seconds are over. */
  async left(cameraId: CameraId): Promise<void> {
    if (!this.#ready || !this.#settled.includes(cameraId)) return
    await new Promise<void>(resolve => {
      const finish = (): void => {
        clearTimeout(late)
        this.#waiting.delete(look)
        resolve()
      }
      const look = (): void => {
        if (!this.#settled.includes(cameraId)) finish()
      }
      const late = setTimeout(finish, LETS_GO_WITHIN_MS)
      this.#waiting.add(look)
    })
  }

  /** Level-triggered: always the whole set, with the rules and the reference views of the cameras in it. */
  async #tell(): Promise<void> {
    const cameras = this.#cameras
    try {
      const ids = cameras.map(camera => camera.id)
      const [snapshots, references] = await Promise.all([this.#deps.snapshots(ids), this.#deps.references(ids)])
      if (cameras !== this.#cameras) return
      this.send({ type: 'cameras', cameras, snapshots, references })
      if (this.#watched.length > 0) this.send({ type: 'watching', cameras: this.#watched })
      this.#askForLooks()
      if (this.#wishes.length > 0) this.#tellViewers()
    } catch (thrown) {
      const error = toJiemuError(thrown)
      this.#deps.log.warn({ shard: this.#index, code: error.code }, error.message)
      clearTimeout(this.#tellAgain)
      if (!this.#closing) this.#tellAgain = setTimeout(() => this.#ready && void this.#tell(), TELL_AGAIN_MS)
    }
  }

  #onExit(child: ChildProcess, problem: string): void {
    if (child !== this.#child) return
    this.#child = undefined
    this.#ready = false
    this.#settled = []
    for (const look of [...this.#waiting]) look()
    if (this.#closing) return
    const { clock, log } = this.#deps
    this.#failures = clock.now() - this.#startedAt > HEALTHY_AFTER_MS ? 0 : this.#failures + 1
    this.#restarts++
    const error = new JiemuError('shard-crashed', { shard: this.#index, problem })
    log.error({ shard: this.#index, code: error.code, hint: error.hint }, error.message)
    const delayMs = this.#failures <= 1 ? 0 : Math.min(RESTART_CAP_MS, 250 * 2 ** this.#failures)
    this.#restart = setTimeout(() => this.#start(), delayMs)
  }

  async close(): Promise<void> {
    this.#closing = true
    this.#settled = []
    for (const look of [...this.#waiting]) look()
    clearTimeout(this.#restart)
    clearTimeout(this.#tellAgain)
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise<void>(resolve => child.once('exit', () => resolve()))
    this.send({ type: 'stop' })
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS)
    await gone
    clearTimeout(late)
  }
}
