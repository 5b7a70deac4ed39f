// Compressed packets as fragmented MP4, byte for byte as the camera sent them: no decoder, no encoder.
import {
  type CodecParameters,
  Dictionary,
  FFmpegError,
  FormatContext,
  IOContext,
  type Packet,
  Rational,
  type Stream,
} from 'node-av'

const ok = FFmpegError.throwIfError

/** One fragment per picture: a viewer is never further behind than that. */
export class FragmentedMp4 {
  readonly #format: FormatContext
  readonly #stream: Stream
  readonly #io: IOContext
  readonly #from: Rational
  #firstDts: bigint | undefined

  private constructor(format: FormatContext, io: IOContext, stream: Stream, from: Rational) {
    this.#format = format
    this.#io = io
    this.#stream = stream
    this.#from = from
  }

  /** @param tickMs milliseconds for each unit of the packets' time stamps */
  static async open(codec: CodecParameters, tickMs: number, take: (bytes: Buffer) => void): Promise<FragmentedMp4> {
    const format = new FormatContext()
    ok(format.allocOutputContext2(null, 'mp4', null), 'MP4')
    const io = new IOContext()
    io.allocContextWithCallbacks(65_536, 1, null, buffer => {
      take(Buffer.from(buffer))
      return buffer.length
    })
    format.pb = io
    const stream = format.newStream(null)
    ok(codec.copy(stream.codecpar), 'codec parameters')
    stream.codecpar.codecTag = 0
    const from = new Rational(Math.round(tickMs * 90), 90_000)
    stream.timeBase = from
    using options = Dictionary.fromObject({ movflags: 'empty_moov+default_base_moof+frag_every_frame' })
    ok(await format.writeHeader(options), 'header')
    return new FragmentedMp4(format, io, stream, from)
  }

  /** Changes the packet's time stamps. */
  async write(packet: Packet): Promise<void> {
    this.#firstDts ??= packet.dts
    packet.streamIndex = this.#stream.index
    packet.dts -= this.#firstDts
    packet.pts -= this.#firstDts
    packet.rescaleTs(this.#from, this.#stream.timeBase)
    ok(await this.#format.interleavedWriteFrame(packet), 'write')
  }

  async close(): Promise<void> {
    await this.#format.writeTrailer()
    // In this order only (measured with node-av 6.1.1): the format frees an I/O context that it still has, and then
    // either call frees it again and the process dies.
    this.#format.pb = null
    this.#io.freeContext()
    this.#format.freeContext()
  }
}
