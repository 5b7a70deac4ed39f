// Units to frames: admit, decode, stamp, sample. One pass over one attempt of a source.
import { AV_NOPTS_VALUE, AV_PKT_FLAG_DISCARD } from 'node-av/constants'
import type { Packet, Frame as VideoFrame } from 'node-av/lib'
import type { CrashMarks } from '../core/crash-marks.ts'
import { JiemuError } from '../core/errors.ts'
import { shardFailpoint } from '../core/failpoint.ts'
import type { Frame, Picture } from '../core/frame.ts'
import type { CameraId } from '../core/ids.ts'
import { type Clock, type EpochMs, stopwatch } from '../core/time.ts'
import type { CaptureClock, Stamp } from './capture-clock.ts'
import { type Decoded, Decoder, isBroken } from './decoder.ts'
import type { HealthBoard } from './health-board.ts'
import { stampMs } from './native.ts'
import type { KeptPacket } from './packet-ring.ts'
import { pictureOf } from './picture.ts'
import { DENSE_INTERVAL_MS, KEYLESS_MS, type RateLimit, type Sampler } from './sampler.ts'
import type { Unit } from './source.ts'

export interface FramePath {
  readonly cameraId: CameraId
  readonly label: string
  readonly sampler: Sampler
  readonly captureClock: CaptureClock
  readonly board: HealthBoard
  readonly marks: CrashMarks
  /** Says when footage was received; absent in a replay, where that is when it was taken. */
  readonly clock?: Clock
  /** Where the shard has more to do than it can: how many of its pictures this camera may have analysed. */
  readonly limit?: RateLimit | undefined
  /** Whether its source is a connection, which is made anew where no key frame comes; footage is joined in its middle. */
  readonly isConnected: boolean
  /** Whether another camera's picture is being looked at right now; in a replay nobody waits for anybody. */
  readonly isBusy?: (() => boolean) | undefined
  /** The packets of the running group, from its key frame to the newest: for joining in its middle. */
  readonly group?: () => readonly Pick<KeptPacket, 'packet'>[]
  /** The next frame's number; the path outlives its attempts. */
  sequence: number
}

type Format = Extract<Unit, { type: 'format' }>
type PacketUnit = Extract<Unit, { type: 'packet' }>

/** More packets than this inside a decoder are not delay but loss (H.264 and H.265 reorder at most 16). */
const MAX_DELAY_PICTURES = 32

/**
 * The frames worth analysing of `units`. Whoever takes one owns its picture; every other frame is counted and freed.
 * @throws JiemuError source-codec-unsupported, source-keyless, or whatever `units` throws
 */
export async function* framesOf(path: FramePath, units: AsyncIterable<Unit>): AsyncGenerator<Frame> {
  let segment: Segment | undefined
  const { marks, cameraId } = path
  path.captureClock.restart()
  marks.opens(cameraId)
  shardFailpoint('shard:open', cameraId)
  try {
    for await (const unit of units) {
      if (unit.type === 'recorded') {
        yield* recorded(path, unit)
      } else if (unit.type === 'packet') {
        if (segment) yield* segment.feed(unit)
      } else {
        if (segment) yield* segment.end()
        marks.opened(cameraId)
        segment = new Segment(path, unit)
      }
    }
    if (segment) yield* segment.end()
  } finally {
    marks.opened(cameraId)
    segment?.close()
  }
}

function* recorded(path: FramePath, unit: Extract<Unit, { type: 'recorded' }>): Generator<Frame> {
  path.board.frameIn()
  const stamp = path.captureClock.stampFootage(unit.at)
  if (!path.sampler.take({ key: true, capturedAt: stamp.capturedAt })) {
    path.board.drop('not-sampled')
    return
  }
  yield handOn(path, stamp, path.clock?.now() ?? stamp.capturedAt, true, { recorded: unit.detections })
}

function handOn(
  path: FramePath,
  stamp: Stamp,
  receivedAt: EpochMs,
  keyframe: boolean,
  content: Pick<Frame, 'picture' | 'recorded'>,
): Frame {
  const { cameraId, sampler, limit } = path
  // What is held to a lower rate than a tracker can follow is no longer dense, however it was configured.
  const isThinned = sampler.mode === 'full' && (limit?.everyMs ?? 0) > DENSE_INTERVAL_MS
  const frame: Frame = {
    cameraId,
    sequence: path.sequence++,
    ...stamp,
    receivedAt,
    ...(path.clock && { decodedAt: path.clock.now() }),
    keyframe,
    density: isThinned ? 'keyframes' : sampler.density,
    ...content,
  }
  path.board.handedOn(frame)
  return frame
}

/**
 * More packets than this are not decoded in one go to join a group: 45 ms of 1080p, in which the shard's other cameras wait.
 * Wishes come right after a key frame was looked at, when its group has but a few; else the next one is awaited.
 */
const MOST_TO_JOIN = 12
/** Footage that waited longer for the thread came while others had it. What a camera sends has no due time that would tell. */
const HELD_UP_MS = 40

/** One stretch of video with one decoder. */
class Segment {
  readonly #path: FramePath
  readonly #format: Format
  readonly #decoder: Decoder
  #inDecoder = 0
  /** Time stamps of pictures that were accounted for when they came, and are decoded only because others refer to them. */
  readonly #known = new Set<bigint>()
  #firstMs: number | undefined
  #arrivedAt: EpochMs = 0
  #closed = false

  constructor(path: FramePath, format: Format) {
    this.#path = path
    this.#format = format
    this.#decoder = path.marks.during(path.cameraId, () => new Decoder(format, path.label))
    path.board.codecIs(format.codec.name)
    path.sampler.restart()
  }

  *feed({ packet, arrivedAt, senderAt }: PacketUnit): Generator<Frame> {
    const { board, sampler, captureClock } = this.#path
    const presentedMs = stampMs(packet.pts, this.#format.tickMs)
    const decodedMs = stampMs(packet.dts, this.#format.tickMs) ?? presentedMs
    this.#firstMs ??= presentedMs ?? decodedMs
    this.#arrivedAt = arrivedAt
    if (this.#format.startsAt === undefined) {
      captureClock.observe({
        arrivedAt,
        ...(presentedMs === undefined ? {} : { mediaMs: presentedMs }),
        ...(senderAt === undefined ? {} : { senderAt }),
      })
    }
    board.frameIn()
    const before = this.#before(packet)
    const admission = sampler.admit({
      ...{ key: packet.isKeyframe, mediaMs: decodedMs, joinable: before.length > 0 },
      renewable: this.#path.isConnected,
      busy: this.#isPlaceTaken(arrivedAt),
    })
    if (admission === 'skip' || admission === 'spare' || admission === 'renew') {
      board.drop(admission === 'spare' ? 'spared' : 'not-sampled')
      if (admission !== 'renew') return
      throw new JiemuError('source-keyless', { source: this.#path.label, seconds: KEYLESS_MS / 1_000 })
    }
    // Nothing refers to it: what is not decoded has cost its reading only.
    if (admission === 'alone' && !this.#isAdmitted(decodedMs)) {
      board.drop('shed')
      return
    }
    // An edit list may cut pictures off that others refer to: they are decoded, and never come out.
    if (packet.hasFlags(AV_PKT_FLAG_DISCARD)) board.drop('not-sampled')
    else this.#inDecoder++
    if (admission === 'join') yield* this.#join(before)
    const decoded = this.#decode(packet, admission === 'alone')
    if (admission === 'alone') sampler.lone(decoded.frames.some(frame => !isBroken(frame)))
    yield* this.#sort(decoded)
    if (admission === 'alone') this.#writeOff(this.#inDecoder)
    else if (this.#inDecoder > MAX_DELAY_PICTURES) this.#writeOff(this.#inDecoder - MAX_DELAY_PICTURES)
  }

  /** Hands on what is still inside the decoder, and closes it. */
  *end(): Generator<Frame> {
    yield* this.#sort({ frames: this.#marked(() => this.#decoder.drain()), refused: false })
    this.#writeOff(this.#inDecoder)
    this.close()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#marked(() => this.#decoder.close())
    this.#path.board.drop('stopping', this.#inDecoder)
  }

  /** What of the running group came before this packet, its key frame first; none where it cannot be joined. */
  #before(packet: Packet): readonly Packet[] {
    const { sampler, group, isConnected } = this.#path
    if (!group || packet.isKeyframe || !sampler.wantsGroup) return []
    const packets = group().map(kept => kept.packet)
    const before = packets.slice(0, -1)
    const isWhole = before[0]?.isKeyframe && packets.at(-1)?.pts === packet.pts
    const areTimed = before.every(({ pts }) => pts !== AV_NOPTS_VALUE)
    // Footage whose key frames are far apart is joined however late it is, once, though others wait meanwhile.
    const most = sampler.mode === 'full' && !isConnected ? Number.POSITIVE_INFINITY : MOST_TO_JOIN
    return isWhole && areTimed && before.length <= most ? before : []
  }

  *#join(before: readonly Packet[]): Generator<Frame> {
    for (const packet of before) {
      this.#known.add(packet.pts)
      yield* this.#sort(this.#timed(() => this.#decoder.decode(packet)))
    }
  }

  #timed(decode: () => Decoded): Decoded {
    const spentMs = stopwatch()
    const decoded = this.#marked(() => {
      shardFailpoint('shard:decode', this.#path.cameraId)
      return decode()
    })
    this.#path.board.spent(spentMs())
    return decoded
  }

  #decode(packet: Packet, alone: boolean): Decoded {
    const decoded = this.#timed(() => (alone ? this.#decoder.decodeAlone(packet) : this.#decoder.decode(packet)))
    if (decoded.refused && this.#inDecoder > 0) this.#writeOff(1)
    return decoded
  }

  #marked<T>(work: () => T): T {
    return this.#path.marks.during(this.#path.cameraId, work)
  }

  /** Counts pictures that will never come out. */
  #writeOff(count: number): void {
    if (count <= 0) return
    this.#inDecoder -= count
    this.#path.board.drop('undecodable', count)
    this.#path.board.decoded(false, this.#path.label)
  }

  *#sort({ frames }: Decoded): Generator<Frame> {
    const waiting = [...frames]
    try {
      for (let frame = waiting.shift(); frame; frame = waiting.shift()) {
        const handed = this.#judge(frame)
        if (handed) yield handed
      }
    } finally {
      for (const frame of waiting) frame.free()
    }
  }

  #judge(video: VideoFrame): Frame | undefined {
    const { board, sampler, label } = this.#path
    if (this.#known.delete(video.pts)) {
      video.free()
      return undefined
    }
    if (this.#inDecoder > 0) this.#inDecoder--
    else board.frameIn()
    const broken = isBroken(video)
    board.decoded(!broken, label)
    const keyframe = video.keyFrame === 1
    const stamp = this.#stamp(video)
    const taken = !broken && sampler.take({ key: keyframe, capturedAt: stamp.capturedAt })
    // Of a burst nothing is left out, and of a lone key frame it was decided before it was decoded.
    const mediaMs = stampMs(video.bestEffortTimestamp, this.#format.tickMs)
    const shed = taken && sampler.mode === 'full' && !this.#isAdmitted(mediaMs)
    if (taken && !shed) {
      const receivedAt = this.#path.clock ? this.#arrivedAt : stamp.capturedAt
      return handOn(this.#path, stamp, receivedAt, keyframe, { picture: marked(pictureOf(video), this.#path) })
    }
    board.drop(broken ? 'undecodable' : shed ? 'shed' : 'not-sampled')
    video.free()
    return undefined
  }

  /** Whether others have their turn, or had it until now, so that this packet waited: its place in the round is taken. */
  #isPlaceTaken(arrivedAt: EpochMs): boolean {
    const { clock, isBusy } = this.#path
    return (isBusy?.() ?? false) || (clock !== undefined && clock.now() - arrivedAt > HELD_UP_MS)
  }

  /** Without a time stamp it is when the packet arrived that counts. */
  #isAdmitted(mediaMs: number | undefined): boolean {
    return this.#path.limit?.admits(mediaMs ?? this.#arrivedAt) ?? true
  }

  #stamp(video: VideoFrame): Stamp {
    const { captureClock } = this.#path
    const mediaMs = stampMs(video.bestEffortTimestamp, this.#format.tickMs)
    if (this.#format.startsAt === undefined) return captureClock.stamp(mediaMs, this.#arrivedAt)
    return captureClock.stampFootage(this.#format.startsAt + (mediaMs ?? 0) - (this.#firstMs ?? 0))
  }
}

/** Whoever scales a picture does so in native code too. */
function marked(picture: Picture, { marks, cameraId }: FramePath): Picture {
  const { widthPx, heightPx } = picture
  return {
    ...{ widthPx, heightPx },
    letterbox: (...given) => marks.during(cameraId, () => picture.letterbox(...given)),
    rgb: (...given) => marks.during(cameraId, () => picture.rgb(...given)),
    release: () => picture.release(),
  }
}
