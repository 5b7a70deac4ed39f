// One shard process as main sees it: started, told its cameras and what is wanted of them, and started again when it dies.
import type { ChildProcess } from 'node:child_process'
import type { Camera } from '../core/camera.ts'
import { CrashMarksFile } from '../core/crash-marks.ts'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { LookRequest } from '../core/fresh-look.ts'
import type { CameraId } from '../core/ids.ts'
import type { LiveWish } from '../core/live-view.ts'
import type { AdmissionUsage, FromShard, ToShard } from '../core/shard-contract.ts'
import { formatDuration } from '../core/time.ts'
import { forkShard } from './fork-shard.ts'
import type { Quarantine } from './quarantine.ts'
import { memoryLimitMb, ShardMemory } from './shard-memory.ts'
import type { ShardPoolDeps, ShardUsage } from './shards.ts'

/** The first restart is at once; a shard that keeps dying waits longer and longer, up to this. */
const RESTART_CAP_MS = 30_000
/** A shard that has run this long was healthy: its next death is the first again, and it is back within 2 s. */
const HEALTHY_AFTER_MS = 10_000
const STOP_WITHIN_MS = 5_000
/** A shard waits for its cameras' rules while the database is away: without them it would start every stay anew. */
const TELL_AGAIN_MS = 500
/** A shard reports every five seconds; one that has not for six of these hangs in native code. */
const SILENCE_LOOK_MS = 5_000
const SILENT_LOOKS = 6
/** How far back the measured load looks. */
const LOAD_MS = 30_000
/** A dead camera lets go after seconds; who takes it over waits no longer than this. */
const LETS_GO_WITHIN_MS = 10_000

const UNHINDERED: AdmissionUsage = { share: 1, everyMs: null, shed: 0 }

export class ShardSlot {
  readonly #index: number
  readonly #deps: ShardPoolDeps
  readonly #quarantine: Quarantine
  readonly #memory = new ShardMemory()
  #marks: CrashMarksFile | undefined
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
  #late: NodeJS.Timeout | undefined
  #watching: NodeJS.Timeout | undefined
  #silentLooks = 0
  /** It was ended since it hung. */
  #hung = false
  #closing = false
  /** It was told to end, and begins anew once it has. */
  #renewing = false
  /** The cameras that it watches, as it last said. */
  #settled: readonly CameraId[] = []
  readonly #waiting = new Set<() => void>()
  #measuredAt: number | undefined
  #last: Omit<ShardUsage, 'shard' | 'pid' | 'cameras' | 'restarts' | 'renewals' | 'problem'> = {
    ...{ cpuMs: 0, cores: 0, rssBytes: 0, loopDelayP99Ms: 0, engaged: 0 },
    bursts: { begun: 0, waited: 0 },
    attention: { begun: 0, waited: 0 },
    media: { ringBytes: 0, ringDropped: 0, clips: 0, clipsMissing: 0, liveDropped: 0 },
    admission: UNHINDERED,
  }
  /** Of the processes before this one. */
  #earlierCpuMs = 0

  constructor(index: number, deps: ShardPoolDeps, quarantine: Quarantine) {
    this.#index = index
    this.#deps = deps
    this.#quarantine = quarantine
  }

  cameraIds(): CameraId[] {
    return this.#cameras.map(camera => camera.id)
  }

  own(cameras: readonly Camera[]): void {
    this.#cameras = cameras
    if (!this.#child && !this.#restart && cameras.length > 0) this.#start()
    else if (this.#ready) void this.#tell()
  }

  tellAgain(): void {
    if (this.#ready) void this.#tell()
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
      renewals: this.#memory.renewals,
      problem: this.#problem(),
      ...this.#last,
    }
  }

  #start(): void {
    this.#restart = undefined
    this.#ready = false
    this.#startedAt = this.#deps.clock.now()
    this.#earlierCpuMs = this.#last.cpuMs
    this.#last = { ...this.#last, admission: UNHINDERED }
    this.#marks ??= new CrashMarksFile()
    this.#marks.clear()
    const child = this.#fork(this.#marks)
    if (!child) return
    this.#child = child
    this.#watchSilence(child)
    child.on('message', message => this.#onMessage(message as FromShard))
    child.on('exit', (code, signal) => this.#onExit(child, signal ?? `code ${code}`))
    child.on('error', error => {
      this.#deps.log.error({ shard: this.#index, problem: error.message }, 'shard process failed')
      // What could not even be started (no memory, no processes left) never ends either.
      if (child.pid === undefined) this.#onExit(child, error.message)
    })
  }

  /** Without memory for another process Node throws where it else tells of an error. */
  #fork(marks: CrashMarksFile): ChildProcess | undefined {
    try {
      return forkShard(this.#deps, this.#cameras.length, marks.fd)
    } catch (thrown) {
      this.#restart = setTimeout(() => this.#start(), this.#delayAfter(toJiemuError(thrown).message))
      return undefined
    }
  }

  #problem(): JiemuError | null {
    const exceeded = this.#memory.exceeded(this.#deps.clock.now())
    if (exceeded) return new JiemuError('shard-memory-exceeded', { shard: this.#index, ...exceeded })
    return this.#overload()
  }

  #overload(): JiemuError | null {
    const { everyMs, share } = this.#last.admission
    if (everyMs === null) return null
    const every = formatDuration(Math.round(everyMs / 100) * 100)
    return new JiemuError('shard-overloaded', { shard: this.#index, every, percent: Math.round(100 * share) })
  }

  #onMessage(message: FromShard): void {
    this.#silentLooks = 0
    if (message.type === 'stopped') return
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

  #onUsage({
    cpuMs,
    rssBytes,
    loopDelayP99Ms,
    spans,
    looksMs,
    bursts,
    attention,
    engaged,
    media,
    admission,
  }: Extract<FromShard, { type: 'usage' }>): void {
    this.#deps.onSpans?.(spans, looksMs)
    const now = this.#deps.clock.now()
    const spentMs = this.#earlierCpuMs + cpuMs - this.#last.cpuMs
    const passedMs = this.#measuredAt === undefined ? 0 : now - this.#measuredAt
    const share = 1 - Math.exp(-passedMs / LOAD_MS)
    const cores = passedMs > 0 ? this.#last.cores + share * (spentMs / passedMs - this.#last.cores) : this.#last.cores
    this.#measuredAt = now
    const wasHindered = this.#last.admission.everyMs !== null
    const counted = { bursts, attention, engaged, media, admission }
    this.#last = { cpuMs: this.#earlierCpuMs + cpuMs, cores, rssBytes, loopDelayP99Ms, ...counted }
    if (wasHindered !== (admission.everyMs !== null)) this.#logLoad(wasHindered)
    this.#judgeMemory(rssBytes)
  }

  #logLoad(wasHindered: boolean): void {
    const problem = this.#overload()
    if (wasHindered) this.#deps.log.info({ shard: this.#index }, 'the shard looks at all pictures again')
    else if (problem)
      this.#deps.log.warn({ shard: this.#index, code: problem.code, hint: problem.hint }, problem.message)
  }

  #judgeMemory(rssBytes: number): void {
    const { memoryMb = null, clock, log } = this.#deps
    const limitMb = memoryLimitMb(memoryMb, this.#cameras.length)
    if (this.#renewing || !this.#memory.report(rssBytes, limitMb, clock.now())) return
    const error = this.#problem()
    if (error) log.warn({ shard: this.#index, code: error.code, hint: error.hint }, error.message)
    this.#renewing = true
    this.#stop()
  }

  /** It says what its rules know, and ends; where it does not, it is ended. */
  #stop(): void {
    const child = this.#child
    this.send({ type: 'stop' })
    this.#late = setTimeout(() => child?.kill('SIGKILL'), STOP_WITHIN_MS)
  }

  /** Counts looks, not time: a machine that slept has slept with its shards. */
  #watchSilence(child: ChildProcess): void {
    clearInterval(this.#watching)
    this.#silentLooks = 0
    this.#hung = false
    this.#watching = setInterval(() => {
      if (!this.#ready || ++this.#silentLooks < SILENT_LOOKS) return
      this.#deps.log.error({ shard: this.#index }, `no word from the shard for ${SILENT_LOOKS * SILENCE_LOOK_MS} ms`)
      this.#hung = true
      child.kill('SIGKILL')
    }, SILENCE_LOOK_MS)
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
      const [quarantine, suspects] = [this.#quarantine.held(ids), this.#quarantine.suspects(ids)]
      this.send({ type: 'cameras', cameras, snapshots, references, quarantine, suspects })
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
    clearTimeout(this.#late)
    clearInterval(this.#watching)
    if (this.#closing) return
    this.#restarts++
    const renewed = this.#renewing
    this.#renewing = false
    this.#restart = setTimeout(() => this.#start(), renewed ? 0 : this.#delayAfter(problem))
  }

  /** A death that nobody asked for: who is to blame, and how long to wait before the next attempt. */
  #delayAfter(problem: string): number {
    const { clock, log } = this.#deps
    this.#failures = clock.now() - this.#startedAt > HEALTHY_AFTER_MS ? 0 : this.#failures + 1
    // SIGKILL comes from outside, and no camera is to blame for it; unless it was we who ended what hung.
    const isFromOutside = problem === 'SIGKILL' && !this.#hung
    const suspects = (!isFromOutside && this.#marks?.suspects()) || []
    const error = new JiemuError('shard-crashed', { shard: this.#index, problem })
    log.error({ shard: this.#index, code: error.code, hint: error.hint, suspects }, error.message)
    this.#deps.onUnwatched?.(this.cameraIds(), error)
    // Without its cause it need not wait.
    if (this.#quarantine.blame(suspects).length > 0) this.#failures = 0
    return this.#failures <= 1 ? 0 : Math.min(RESTART_CAP_MS, 250 * 2 ** this.#failures)
  }

  async close(): Promise<void> {
    this.#closing = true
    this.#settled = []
    for (const look of [...this.#waiting]) look()
    clearTimeout(this.#restart)
    clearTimeout(this.#tellAgain)
    const child = this.#child
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise<void>(resolve => child.once('exit', () => resolve()))
      this.#stop()
      await gone
    }
    this.#marks?.close()
  }
}
