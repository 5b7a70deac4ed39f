// Compressed packets as fragmented MP4, byte for byte as the camera sent them: no decoder, no encoder.
//
// Everything is synchronous: node-av 6.1.1 calls a write callback at once on the thread that writes (measured: 0.08 ms a
// packet, callbacks included), and what is written has no disk or network behind it. Its free functions may come in one
// order only, see `close`.
import { AV_NOPTS_VALUE } from 'node-av/constants'
import { Dictionary, FFmpegError, FormatContext, IOContext, type Packet, Rational, type Stream } from 'node-av/lib'
import type { VideoFormat } from './video-format.ts'

const ok = FFmpegError.throwIfError
const BUFFER_BYTES = 65_536
/** RTP's own clock for video. */
const TICKS_PER_SECOND = 90_000
const TICK = new Rational(1, TICKS_PER_SECOND)
/** Of the last picture, which no other follows. */
const LAST_PICTURE_TICKS = 3_600
/** A pause of the camera is no reason to show one picture for minutes. */
const LONGEST_PICTURE_TICKS = 10 * TICKS_PER_SECOND

export interface Fragment {
  /** Whether it can be decoded without those before it. */
  readonly key: boolean
  /** A `moof` with its `mdat`. */
  readonly bytes: Uint8Array
}

/** Begins with the key frame that is written first; times count from there. */
export class FragmentedMp4 {
  readonly #format = new FormatContext()
  readonly #io = new IOContext()
  readonly #stream: Stream
  /** Of ours for each of the camera's. */
  readonly #ticksPer: number
  readonly #take: (fragment: Fragment) => void
  #written: Buffer[] = []
  /** The newest packet, its times in ours. */
  #held: Packet | undefined
  /** The first packet's time, in the camera's ticks. */
  #first: bigint | undefined
  #lastDts = -1
  /** Of the packets that are still inside. */
  #keyInside: boolean | undefined
  #endMs = 0
  readonly init: Uint8Array

  /**
   * @param fragmentMs a fragment ends after so much, and before every key frame
   * @throws FFmpegError where the stream cannot be put into MP4
   */
  constructor({ codec, tickMs }: VideoFormat, fragmentMs: number, take: (fragment: Fragment) => void) {
    this.#take = take
    this.#ticksPer = (tickMs * TICKS_PER_SECOND) / 1_000
    const format = this.#format
    ok(format.allocOutputContext2(null, 'mp4', null), 'MP4')
    this.#io.allocContextWithCallbacks(BUFFER_BYTES, 1, null, buffer => {
      this.#written.push(Buffer.from(buffer))
      return buffer.length
    })
    format.pb = this.#io
    try {
      this.#stream = format.newStream(null)
      const { parameters } = codec
      if (!parameters) throw new Error('no codec parameters')
      ok(parameters.copy(this.#stream.codecpar), 'codec parameters')
      this.#stream.codecpar.codecTag = 0
      this.#stream.timeBase = TICK
      using options = Dictionary.fromObject({
        movflags: 'frag_keyframe+empty_moov+default_base_moof',
        frag_duration: String(fragmentMs * 1_000),
      })
      ok(format.writeHeaderSync(options), 'header')
    } catch (thrown) {
      this.#free()
      throw thrown
    }
    this.init = Buffer.concat(this.#written.splice(0))
  }

  /** How long what was written lasts. */
  get durationMs(): number {
    return this.#endMs
  }

  /** The packet stays the caller's. How long a picture lasts is known when the next one comes, so that one is held back. */
  write(packet: Packet): void {
    const own = packet.clone()
    if (!own) return
    this.#stamp(own)
    if (this.#held) this.#put(this.#held, Number(own.dts - this.#held.dts))
    this.#held = own
  }

  /** Gives out what is still inside, and frees everything. */
  finish(): void {
    if (this.#held) this.#put(this.#held, LAST_PICTURE_TICKS)
    this.#held = undefined
    // Flushes the last fragment; the trailer itself is an index that nobody needs.
    this.#format.writeFrameSync(null)
    this.#cut()
    this.#free()
  }

  /** Frees everything, whatever is still inside. */
  close(): void {
    this.#held?.free()
    this.#held = undefined
    this.#free()
  }

  #free(): void {
    // In this order only (measured with node-av 6.1.1): the format frees an I/O context that it still has, and then
    // either call frees it again and the process dies.
    this.#format.pb = null
    this.#io.freeContext()
    this.#format.freeContext()
  }

  /** Decoding times count from the first packet and always rise: cameras send pictures without one, and twice the same. */
  #stamp(packet: Packet): void {
    const given = packet.dts === AV_NOPTS_VALUE ? packet.pts : packet.dts
    const counted = this.#counted(given) ?? this.#lastDts + 1
    const dts = Math.max(counted, this.#lastDts + 1)
    // Presented never before it is decoded; without a time of its own, at once.
    const pts = Math.max(dts, this.#counted(packet.pts) ?? dts)
    this.#lastDts = dts
    packet.dts = BigInt(dts)
    packet.pts = BigInt(pts)
  }

  #counted(ticks: bigint): number | undefined {
    if (ticks === AV_NOPTS_VALUE) return undefined
    this.#first ??= ticks
    return Math.round(Number(ticks - this.#first) * this.#ticksPer)
  }

  #put(packet: Packet, ticks: number): void {
    const duration = Math.min(ticks, LONGEST_PICTURE_TICKS)
    const endMs = ((Number(packet.dts) + duration) * 1_000) / TICKS_PER_SECOND
    const key = packet.isKeyframe
    packet.duration = BigInt(duration)
    packet.streamIndex = this.#stream.index
    packet.rescaleTs(TICK, this.#stream.timeBase)
    const status = this.#format.writeFrameSync(packet)
    packet.free()
    ok(status, 'write')
    // What comes out now ended before this packet.
    this.#cut()
    this.#keyInside ??= key
    this.#endMs = endMs
  }

  #cut(): void {
    const bytes = Buffer.concat(this.#written.splice(0))
    if (bytes.length === 0) return
    this.#take({ key: this.#keyInside ?? false, bytes })
    this.#keyInside = undefined
  }
}
