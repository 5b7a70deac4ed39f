// Opens one input with FFmpeg and gives the packets of its video stream: what rtsp, file and clips have in common.
import {
  AV_NOPTS_VALUE,
  AV_PKT_DATA_PRFT,
  AVDISCARD_ALL,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AVMEDIA_TYPE_VIDEO,
  AVSEEK_FLAG_BACKWARD,
} from 'node-av/constants'
import { avGetCodecName, Codec, Dictionary, FormatContext, Packet, type Stream } from 'node-av/lib'
import { JiemuError } from '../core/errors.ts'
import { Scope } from '../core/scope.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import { sourceError, stampMs } from './native.ts'
import type { Unit } from './source.ts'

export interface Input {
  readonly url: string
  readonly label: string
  readonly live: boolean
  /** FFmpeg's options; they must hold a `protocol_whitelist`. */
  readonly options: Readonly<Record<string, string>> & { readonly protocol_whitelist: string }
  readonly startsAt?: EpochMs
  /**
   * Reads on this thread: of a file in memory that costs less than asking another to. For whoever waits between packets: else
   * nothing else would have its turn.
   */
  readonly inPlace?: boolean
  /**
   * Begins again at its end, with time stamps that go on: what reads it notices no end. To open it anew takes 40 ms of CPU time,
   * and begins with a new decoder; fifty recordings that end together held up a shard for seconds. Ends after all where it
   * has no time stamps, or cannot be searched.
   */
  readonly loops?: boolean
}

/**
 * Reads to the end of the file, or for ever. Everything is freed when the generator returns, after a pending read did.
 * @returns how long the video lasts, in ms, the last picture's own duration included
 * @throws JiemuError source-…; `signal.reason` when aborted
 */
export async function* readVideo(
  input: Input,
  clock: Clock | undefined,
  signal: AbortSignal,
): AsyncGenerator<Unit, number> {
  await using scope = new Scope()
  const context = scope.use(new FormatContext(), it => it.closeInput())
  const interrupt = () => context.interrupt()
  signal.addEventListener('abort', interrupt, { once: true })
  scope.defer(() => signal.removeEventListener('abort', interrupt))

  const stream = await openVideo(context, input, signal)
  const { num, den } = stream.timeBase
  const tickMs = (1000 * num) / den
  const rate = stream.avgFrameRate.num > 0 ? stream.avgFrameRate : stream.rFrameRate
  const pictureMs = rate.num > 0 ? (1000 * rate.den) / rate.num : 40
  yield {
    type: 'format',
    codec: codecOf(stream, input.label),
    tickMs,
    ...(input.startsAt === undefined ? {} : { startsAt: input.startsAt }),
  }

  const packet = scope.use(new Packet(), it => it.free())
  packet.alloc()
  const passes = new Passes(tickMs)
  // Elementary streams (.h264) carry no time: their pictures are counted.
  let untimed = 0
  for (;;) {
    const status = input.inPlace ? context.readFrameSync(packet) : await context.readFrame(packet)
    signal.throwIfAborted()
    if (status === AVERROR_EOF && !input.live) {
      const firstTick = passes.end()
      if (input.loops && firstTick !== undefined && untimed === 0 && rewind(context, stream, firstTick)) continue
      return passes.lengthMs
    }
    if (status === AVERROR_EAGAIN) continue
    if (status < 0) throw sourceError(status, input.label, 'reading', input.live)
    if (packet.streamIndex === stream.index) {
      if (!input.live && packet.pts === AV_NOPTS_VALUE && packet.dts === AV_NOPTS_VALUE) {
        packet.dts = BigInt(Math.round((untimed++ * pictureMs) / tickMs))
      }
      passes.take(packet)
      const senderAt = senderTime(packet)
      yield {
        type: 'packet',
        packet,
        arrivedAt: clock?.now() ?? 0,
        ...(senderAt === undefined ? {} : { senderAt }),
      }
    }
    packet.unref()
  }
}

/** The time of a recording that is read over and over: each pass begins where the one before ended. */
class Passes {
  readonly #tickMs: number
  #first: { readonly ms: number; readonly tick: bigint } | undefined
  #endMs = 0
  /** Ticks of all passes that are over, and what the running one is moved by. */
  #before = 0n
  #shift = 0n
  #isEmpty = true

  constructor(tickMs: number) {
    this.#tickMs = tickMs
  }

  /** Moves the packet's time behind that of the passes before. */
  take(packet: Packet): void {
    const ms = stampMs(packet.pts, this.#tickMs) ?? stampMs(packet.dts, this.#tickMs)
    if (ms === undefined) return
    const tick = packet.dts === AV_NOPTS_VALUE ? packet.pts : packet.dts
    this.#first ??= { ms, tick }
    // Where the search ended at a later key frame than the first, there is no hole for that.
    if (this.#isEmpty) this.#shift = this.#before + this.#first.tick - tick
    this.#isEmpty = false
    this.#endMs = Math.max(this.#endMs, ms + Number(packet.duration) * this.#tickMs)
    if (packet.pts !== AV_NOPTS_VALUE) packet.pts += this.#shift
    if (packet.dts !== AV_NOPTS_VALUE) packet.dts += this.#shift
  }

  /** A pass is over. @returns where the next one begins; undefined where this one gave nothing, or took no time */
  end(): bigint | undefined {
    const ticks = BigInt(Math.round((this.#endMs - (this.#first?.ms ?? 0)) / this.#tickMs))
    if (this.#isEmpty || ticks <= 0n) return undefined
    this.#isEmpty = true
    this.#before += ticks
    return this.#first?.tick
  }

  /** Of all passes that are over. */
  get lengthMs(): number {
    return Number(this.#before) * this.#tickMs
  }
}

/** @returns whether it begins again */
function rewind(context: FormatContext, stream: Stream, firstTick: bigint): boolean {
  return context.seekFrameSync(stream.index, firstTick, AVSEEK_FLAG_BACKWARD) >= 0
}

async function openVideo(context: FormatContext, input: Input, signal: AbortSignal): Promise<Stream> {
  using options = Dictionary.fromObject(input.options)
  const opened = await context.openInput(input.url, null, options)
  signal.throwIfAborted()
  if (opened < 0) throw sourceError(opened, input.label, 'opening', input.live)
  const found = await context.findStreamInfo()
  signal.throwIfAborted()
  if (found < 0) throw sourceError(found, input.label, 'opening', input.live)
  const index = context.findBestStream(AVMEDIA_TYPE_VIDEO)
  const stream = context.streams[index]
  if (!stream) throw new JiemuError('source-not-video', { source: input.label })
  // Audio and the rest are thrown away by the demuxer, before they cost anything.
  for (const other of context.streams) if (other.index !== stream.index) other.discard = AVDISCARD_ALL
  return stream
}

function codecOf(stream: Stream, label: string) {
  const parameters = stream.codecpar
  const name = avGetCodecName(parameters.codecId) ?? 'unknown'
  if (!Codec.findDecoder(parameters.codecId))
    throw new JiemuError('source-codec-unsupported', { source: label, codec: name })
  return { id: parameters.codecId, name, parameters }
}

/** The producer reference time that FFmpeg derives from RTCP sender reports: microseconds since 1970, first 8 bytes. */
function senderTime(packet: Packet): EpochMs | undefined {
  const reference = packet.getSideData(AV_PKT_DATA_PRFT)
  return reference ? Number(reference.readBigInt64LE(0)) / 1000 : undefined
}
