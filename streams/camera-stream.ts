// One camera's stream as the rest of the house sees it: frames, their fates, and health.
import type { Camera } from '../core/camera.ts'
import { type CrashMarks, noMarks } from '../core/crash-marks.ts'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { Frame } from '../core/frame.ts'
import type { DropReason, StreamHealth } from '../core/health.ts'
import type { Log } from '../core/log.ts'
import { type QuarantineTerm, quarantined } from '../core/quarantine.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { CameraTap } from './camera-tap.ts'
import { CaptureClock } from './capture-clock.ts'
import type { ConnectionPace } from './connection-pace.ts'
import { type FramePath, framesOf } from './frames.ts'
import { HealthBoard } from './health-board.ts'
import { createSource } from './kinds/index.ts'
import { NewestSlot } from './newest-slot.ts'
import type { OpeningLine } from './opening-line.ts'
import { PacketRing } from './packet-ring.ts'
import { pause } from './pause.ts'
import { type LookWish, type RateLimit, samplerFor } from './sampler.ts'
import type { FrameSource, SourceDeps, Unit, Wait } from './source.ts'
import { supervise } from './supervise.ts'

export interface CameraStreamOptions {
  /**
   * `live`: the newest frame wins, supervised for ever. `replay`: nothing is dropped, as fast as the consumer pulls,
   * and the clock is never looked at.
   */
  readonly pace: 'live' | 'replay'
  readonly clock: Clock
  readonly log: Log
  /** Relative paths of footage start here. */
  readonly baseDir: string
  /** Told at every change of state or problem, and every few seconds while frames come. */
  readonly onHealth?: (health: StreamHealth) => void
  /** In a replay: when a frame arrives, told once it has, or that it is lost; at once, if left out. */
  readonly arrival?: ((capturedAt: EpochMs) => Promise<EpochMs | 'lost'>) | undefined
  /** How many of its pictures may be analysed, where the shard cannot do all; never in a replay. */
  readonly limit?: RateLimit | undefined
  /** Whether the process looks at another camera's picture right now; never in a replay. */
  readonly isBusy?: (() => boolean) | undefined
  /** Sees what passes live; closed with the stream. */
  readonly tap?: CameraTap | undefined
  /** Its source is not even opened: it has ended its shard again and again. */
  readonly quarantine?: QuarantineTerm | undefined
  /** Told whose data native code works on. */
  readonly marks?: CrashMarks | undefined
  /** Whose turn it is to connect, among the cameras of a process. */
  readonly connections?: ConnectionPace | undefined
  /** Who of them is opened alone. */
  readonly opening?: OpeningLine | undefined
  /** For tests: how to let time pass, and the jitter's chance. */
  readonly wait?: Wait
  readonly random?: () => number
}

export interface CameraStream {
  /**
   * To be called once. Whoever takes a frame releases its picture and says `analysed`, `unchanged` or `dropped`.
   * Live, it ends when closed and when footage is over or failed (`health()` says why).
   * In a replay it ends with the footage and throws where that fails.
   * @throws JiemuError in a replay only
   */
  frames(): AsyncIterable<Frame>
  /** A frame that was handed out has been analysed. */
  analysed(frame: Frame): void
  /** A frame that was handed out showed nothing new: it was seen, and no network has looked at it. */
  unchanged(frame: Frame): void
  /** A frame that was handed out has not been analysed. */
  dropped(reason: DropReason): void
  health(): StreamHealth
  /** What the rules would like to see next. */
  wish(wish: LookWish): void
  /** Stops reading and waits until everything is freed. */
  close(): Promise<void>
}

const MOST_GROUP_BYTES = 12 * 1_048_576

/**
 * Opens nothing until `frames()` is iterated. A camera whose source cannot be understood is `failed` from the start:
 * the others go on.
 */
export function openCameraStream(
  camera: Pick<Camera, 'id' | 'source' | 'sampling'>,
  options: CameraStreamOptions,
): CameraStream {
  const {
    pace,
    clock,
    log,
    baseDir,
    tap,
    connections,
    opening,
    quarantine,
    marks = noMarks,
    onHealth = () => {},
    wait = pause,
    random = Math.random,
  } = options
  const sampler = samplerFor(camera.sampling)
  const captureClock = new CaptureClock()
  const gauges = {
    get keyframeIntervalMs() {
      return sampler.keyframeIntervalMs
    },
    get mode() {
      return sampler.mode
    },
    get fullReason() {
      return sampler.fullReason
    },
    get clockSkewMs() {
      return captureClock.skewMs === null ? null : Math.round(captureClock.skewMs)
    },
  }
  const still: Clock = { now: () => captureClock.lastAt }
  const seen = pace === 'live' ? clock : still
  const board = new HealthBoard(camera.id, seen, gauges, toldOfFaults(log, onHealth))
  const source = quarantine
    ? quarantined(camera.id, quarantine)
    : openSource(camera, { pace, clock: seen, wait, baseDir })
  const refused = source instanceof JiemuError
  if (refused) board.enter(quarantine ? 'quarantined' : 'failed', source)
  const path: FramePath = {
    cameraId: camera.id,
    label: refused ? '' : source.label,
    sampler,
    captureClock,
    board,
    marks,
    sequence: 0,
    isConnected: pace === 'live' && !refused && source.live,
    group: () => (tap ?? ring).newestGroup(),
    ...(pace === 'live' ? { clock, limit: options.limit, isBusy: options.isBusy } : {}),
  }
  // Where nobody taps the stream, the running group is kept for bursts alone.
  const ring = new PacketRing({ keepMs: 0, maxBytes: MOST_GROUP_BYTES })
  const stop = new AbortController()
  let over: Promise<void> = Promise.resolve()

  async function* live(): AsyncGenerator<Frame> {
    if (source instanceof JiemuError) {
      log.error({ code: source.code, hint: source.hint }, source.message)
      return
    }
    const slot = new NewestSlot<Frame>()
    const giveUp = (frame: Frame, reason: DropReason) => {
      frame.picture?.release()
      board.drop(reason)
    }
    const run: Parameters<typeof supervise>[0]['run'] = async units => {
      for await (const frame of framesOf(path, tapped(units, tap ?? kept(ring)))) {
        if (frame.picture) tap?.picture(frame.picture, frame.receivedAt)
        const replaced = slot.put(frame)
        if (replaced) giveUp(replaced, 'superseded')
      }
    }
    const inLine = opening && ((signal: AbortSignal) => opening.turn(camera.id, signal))
    const supervision = { source, board, clock, wait, log, random, run, connections, inLine }
    over = supervise(supervision, stop.signal).finally(() => slot.close())
    try {
      for (let frame = await slot.take(); frame; frame = await slot.take()) {
        if (stop.signal.aborted) giveUp(frame, 'stopping')
        else yield frame
      }
    } finally {
      stop.abort()
      await over
      const left = await slot.take()
      if (left) giveUp(left, 'stopping')
      tap?.close()
      ring.clear()
    }
  }

  async function* replay(): AsyncGenerator<Frame> {
    if (source instanceof JiemuError) throw source
    try {
      board.enter('online')
      const frames = framesOf(
        path,
        tapped(
          source.read(stop.signal),
          kept(ring, () => 0),
        ),
      )
      yield* options.arrival ? arriving(frames, options.arrival) : frames
      board.enter('ended')
    } catch (error) {
      if (stop.signal.aborted) return
      const problem = toJiemuError(error)
      board.enter('failed', problem)
      throw problem
    } finally {
      ring.clear()
    }
  }

  async function* arriving(
    frames: AsyncIterable<Frame>,
    arrival: NonNullable<CameraStreamOptions['arrival']>,
  ): AsyncGenerator<Frame> {
    for await (const frame of frames) {
      const receivedAt = await arrival(frame.capturedAt)
      if (receivedAt !== 'lost') yield { ...frame, receivedAt }
      else {
        frame.picture?.release()
        board.drop('lost')
      }
    }
  }

  return {
    frames: () => (pace === 'live' ? live() : replay()),
    analysed: () => board.analysed(),
    unchanged: () => board.unchanged(),
    dropped: reason => board.drop(reason),
    health: () => board.health(),
    wish: wish => {
      sampler.wished = wish
    },
    async close() {
      stop.abort()
      await over
    },
  }
}

/**
 * A ring as a tap: a format begins an empty one.
 * @param arrival when a packet came; in a replay, whose clock stands while nothing is handed on, at no time
 */
function kept(
  ring: PacketRing,
  arrival = ({ arrivedAt }: Extract<Unit, { type: 'packet' }>): EpochMs => arrivedAt,
): Pick<CameraTap, 'unit'> {
  return {
    unit: unit => {
      if (unit.type === 'format') ring.clear()
      else if (unit.type === 'packet') ring.put(unit.packet, arrival(unit))
    },
  }
}

async function* tapped(units: AsyncIterable<Unit>, tap: Pick<CameraTap, 'unit'>): AsyncGenerator<Unit> {
  for await (const unit of units) {
    tap.unit(unit)
    yield unit
  }
}

/**
 * Whoever meets a problem logs it. Broken pictures one by one are none, and together they are known to the board only; so is
 * a clock that is off.
 */
function toldOfFaults(log: Log, onHealth: (health: StreamHealth) => void): (health: StreamHealth) => void {
  let known: string | undefined
  return health => {
    const { state, problem } = health
    const fault = state === 'online' ? problem : null
    if (fault && fault.code !== known) log.warn({ code: fault.code, hint: fault.hint }, fault.message)
    known = fault?.code
    onHealth(health)
  }
}

function openSource(camera: Pick<Camera, 'id' | 'source'>, deps: SourceDeps): FrameSource | JiemuError {
  try {
    return createSource(camera, deps)
  } catch (error) {
    return toJiemuError(error)
  }
}
