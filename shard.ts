// The child's composition root: a shard owns its cameras from the socket to the observation, in one thread of control.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { CrashMarks } from './core/crash-marks.ts'
import { JiemuError, toJiemuError } from './core/errors.ts'
import type { CameraId } from './core/ids.ts'
import type { LiveShow, MediaCounts } from './core/live-view.ts'
import type { Log } from './core/log.ts'
import type { Observation } from './core/observation.ts'
import type { Scene } from './core/scene.ts'
import { Scope } from './core/scope.ts'
import type { FromShard, ToShard } from './core/shard-contract.ts'
import { type Clock, systemClock } from './core/time.ts'
import { type FrameTrace, type LookedFor, type Spans, since, spansOf } from './core/trace.ts'
import { mediaTally } from './streams/camera-tap.ts'
import { ConnectionPace } from './streams/connection-pace.ts'
import { OpeningLine } from './streams/opening-line.ts'
import { CameraSet } from './watch/camera-set.ts'
import type { WatchDeps } from './watch/camera-watch.ts'
import { type Networks, openDetectors } from './watch/detectors.ts'

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
  readonly thrifty?: boolean
  readonly attentiveShare?: number
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
  const looksMs: LookTimes = { objects: [], conditions: [] }
  const onTrace = (trace: FrameTrace, only: Scene['only']) => {
    const passedMs = only ? looksMs.conditions : looksMs.objects
    if (passedMs.length === MOST_SPANS) passedMs.shift()
    passedMs.push(since(trace.receivedAt, trace.ruledAt))
    if (only) return
    if (spans.length === MOST_SPANS) spans.shift()
    spans.push(spansOf(trace))
  }
  const { baseDir, thrifty = true, attentiveShare } = settings
  const tally = mediaTally()
  const media = settings.media && { ...settings.media, tally, show: showing(channel) }
  const opening = new OpeningLine()
  const cameras = scope.use(
    new CameraSet({
      ...{ pace: 'live', detectors, baseDir, clock, log, emit, onTrace, marks, thrifty, attentiveShare },
      ...{ connections: new ConnectionPace(), opening },
      ...(media && { media }),
    }),
    close,
  )
  const timers = [
    setInterval(() => unacknowledged.repeat(), REPEAT_MS),
    setInterval(() => cameras.report(), REPORT_MS),
    reportUsage(channel, { spans, looksMs }, cameras, tally),
  ]
  scope.defer(() => timers.forEach(clearInterval))
  channel.receive(message => {
    if (message.type === 'cameras') {
      opening.suspect(message.suspects)
      cameras.become(message.cameras, id => ({
        ...{ rules: message.snapshots[id], reference: message.references[id], quarantine: message.quarantine[id] },
      }))
    } else if (message.type === 'looks') cameras.look(message.looks)
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

type LookTimes = Readonly<Record<LookedFor, number[]>>

function reportUsage(
  channel: ShardChannel,
  { spans, looksMs }: { readonly spans: Spans[]; readonly looksMs: LookTimes },
  cameras: CameraSet,
  media: MediaCounts,
): NodeJS.Timeout {
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
      admission: cameras.admission.usage,
      spans: spans.splice(0),
      looksMs: { objects: looksMs.objects.splice(0), conditions: looksMs.conditions.splice(0) },
    })
    loop.reset()
  }, REPORT_MS)
}
