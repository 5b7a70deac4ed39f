// What is known of one camera's stream: its state, its last problem, and where every frame that came in has gone.
import { type ErrorCode, JiemuError } from '../core/errors.ts'
import type { Frame } from '../core/frame.ts'
import type { DropReason, StreamHealth, StreamState } from '../core/health.ts'
import type { CameraId } from '../core/ids.ts'
import { type Clock, type EpochMs, formatDuration } from '../core/time.ts'
import { CLOCK_OFF_MS } from './capture-clock.ts'

/** Counters are told this often; states and problems at once. */
const TOLD_EVERY_MS = 5_000
/** So many undecodable pictures among the last so many are more than bad luck. */
const CORRUPT_SHARE = { broken: 5, of: 20 }

/** What the sampler and the capture clock know, read whenever health is asked for. */
export interface Gauges {
  readonly keyframeIntervalMs: number | null
  readonly mode: StreamHealth['mode']
  readonly fullReason: StreamHealth['fullReason']
  readonly clockSkewMs: number | null
}

export class HealthBoard {
  readonly #cameraId: CameraId
  readonly #clock: Clock
  readonly #gauges: Gauges
  readonly #onHealth: (health: StreamHealth) => void
  #state: StreamState = 'connecting'
  #since: EpochMs
  #problem: JiemuError | undefined
  #codec: string | null = null
  #size: { readonly widthPx: number; readonly heightPx: number } | undefined
  #lastFrame: Pick<Frame, 'clock' | 'capturedAt'> | undefined
  #reconnects = 0
  #framesIn = 0
  #analysed = 0
  #unchanged = 0
  #decodeMs = 0
  readonly #dropped: Partial<Record<DropReason, number>> = {}
  /** The last pictures' fates, newest last: true for a broken one. */
  #fates: boolean[] = []
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(cameraId: CameraId, clock: Clock, gauges: Gauges, onHealth: (health: StreamHealth) => void) {
    this.#cameraId = cameraId
    this.#clock = clock
    this.#gauges = gauges
    this.#onHealth = onHealth
    this.#since = clock.now()
  }

  /** A state with its reason; `retrying` counts as a reconnect. */
  enter(state: StreamState, problem?: JiemuError): void {
    if (state === 'retrying') this.#reconnects++
    const changed = state !== this.#state || problem?.message !== this.#problem?.message
    if (state !== this.#state) this.#since = this.#clock.now()
    this.#state = state
    this.#problem = problem
    if (changed) this.#tell()
  }

  get state(): StreamState {
    return this.#state
  }

  codecIs(name: string): void {
    this.#codec = name
  }

  frameIn(): void {
    this.#framesIn++
  }

  drop(reason: DropReason, count = 1): void {
    if (count > 0) this.#dropped[reason] = (this.#dropped[reason] ?? 0) + count
  }

  /** A picture came out of the decoder whole, or did not. */
  decoded(whole: boolean, source: string): void {
    this.#fates.push(!whole)
    if (this.#fates.length > CORRUPT_SHARE.of) this.#fates.shift()
    const broken = this.#fates.filter(Boolean).length
    const known = this.#problem?.code === 'source-corrupt'
    if (!known && broken >= CORRUPT_SHARE.broken && this.#state === 'online') {
      const problem = `${broken} of the last ${this.#fates.length} pictures`
      this.enter('online', new JiemuError('source-corrupt', { source, problem }))
    } else if (known && broken === 0) {
      this.enter('online')
    }
  }

  /** A frame is about to be handed on. */
  handedOn(frame: Frame): void {
    const first = !this.#lastFrame || this.#lastFrame.clock !== frame.clock
    this.#lastFrame = { clock: frame.clock, capturedAt: frame.capturedAt }
    if (frame.picture) this.#size = { widthPx: frame.picture.widthPx, heightPx: frame.picture.heightPx }
    if (first || this.#clock.now() - this.#toldAt >= TOLD_EVERY_MS) this.#tell()
  }

  analysed(): void {
    this.#analysed++
  }

  /** So long took decoding of something. */
  spent(decodeMs: number): void {
    this.#decodeMs += decodeMs
  }

  /** Nothing had changed, and no network looked at it. */
  unchanged(): void {
    this.#unchanged++
  }

  /** Frames that came in and are neither analysed, unchanged nor dropped: in the decoder, in the slot, with the consumer. */
  get inFlight(): number {
    const dropped = Object.values(this.#dropped).reduce((sum, count) => sum + count, 0)
    return this.#framesIn - this.#analysed - this.#unchanged - dropped
  }

  /** A clock that is off costs nothing but the time in what the camera records itself: any other problem comes first. */
  #clockProblem(): JiemuError | undefined {
    const { clockSkewMs } = this.#gauges
    if (this.#state !== 'online' || clockSkewMs === null || Math.abs(clockSkewMs) <= CLOCK_OFF_MS) return undefined
    const skew = formatDuration(Math.round(Math.abs(clockSkewMs) / 1_000) * 1_000)
    const direction = clockSkewMs > 0 ? 'fast' : 'slow'
    return new JiemuError('camera-clock-off', { camera: this.#cameraId, skew, direction })
  }

  health(): StreamHealth {
    const problem = this.#problem ?? this.#clockProblem()
    return {
      cameraId: this.#cameraId,
      state: this.#state,
      since: this.#since,
      problem: problem ? describe(problem) : null,
      codec: this.#codec,
      widthPx: this.#size?.widthPx ?? null,
      heightPx: this.#size?.heightPx ?? null,
      clock: this.#lastFrame?.clock ?? null,
      clockSkewMs: this.#gauges.clockSkewMs,
      keyframeIntervalMs: this.#gauges.keyframeIntervalMs,
      mode: this.#gauges.mode,
      fullReason: this.#gauges.fullReason,
      decodeMs: Math.round(this.#decodeMs),
      lastFrameAt: this.#lastFrame?.capturedAt ?? null,
      reconnects: this.#reconnects,
      framesIn: this.#framesIn,
      framesAnalysed: this.#analysed,
      framesUnchanged: this.#unchanged,
      dropped: { ...this.#dropped },
    }
  }

  #tell(): void {
    this.#toldAt = this.#clock.now()
    this.#onHealth(this.health())
  }
}

function describe(problem: JiemuError): { code: ErrorCode; message: string; hint: string } {
  return { code: problem.code, message: problem.message, hint: problem.hint }
}
