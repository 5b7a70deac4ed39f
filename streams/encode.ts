// Writes RGB pictures as an H.264 or H.265 clip: for the generated scene and for the tests' tiny clips.
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUV420P,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AVFMT_GLOBALHEADER,
  FF_ENCODER_LIBX264,
  FF_ENCODER_LIBX265,
  SWS_BICUBIC,
} from 'node-av/constants'
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  Frame,
  Packet,
  Rational,
  SoftwareScaleContext,
  type Stream,
} from 'node-av/lib'
import { Scope } from '../core/scope.ts'
// FFmpeg's log is silenced there.
import './native.ts'

export interface EncodeOptions {
  /** `.mp4` or `.mkv`; what is there is written over. */
  readonly path: string
  /** Even, as 4:2:0 needs it. */
  readonly widthPx: number
  readonly heightPx: number
  readonly fps: number
  /** Frames from one key frame to the next; exact, since scene cuts set none of their own. */
  readonly gopFrames: number
  /** Bits per second; constant quality where it is left out. */
  readonly bitRate?: number
  readonly codec: 'h264' | 'hevc'
  /** H.264 without key frames but the first: stripes are refreshed one after the other, as smart codecs do. */
  readonly intraRefresh?: boolean
  /** When a picture is shown, in pictures of the constant rate: rises with `index`. The index itself, if left out. */
  readonly timeOf?: (index: number) => number
}

const ok = FFmpegError.throwIfError

/**
 * Encodes packed RGB pictures (`widthPx * heightPx * 3` bytes each) at a constant rate, if not told otherwise, without B-frames, so that
 * packets leave in the order of their time, as from a camera.
 * @throws FFmpegError where FFmpeg refuses, RangeError where a picture has another size
 */
export async function encodeVideo(options: EncodeOptions, frames: AsyncIterable<Uint8Array>): Promise<void> {
  const { widthPx, heightPx } = options
  await using scope = new Scope()
  const output = scope.use(new FormatContext(), it => it.freeContext())
  ok(output.allocOutputContext2(null, null, options.path), 'output format')
  const encoder = scope.use(await openEncoder(options, output), it => it.freeContext())
  const stream = output.newStream(null)
  stream.timeBase = encoder.timeBase
  ok(stream.codecpar.fromContext(encoder), 'codec parameters')
  ok(await output.openOutput(), 'open output')
  scope.defer(() => output.closeOutput())
  ok(await output.writeHeader(), 'header')

  const scaler = scope.use(new SoftwareScaleContext(), it => it.freeContext())
  scaler.getContext(widthPx, heightPx, AV_PIX_FMT_RGB24, widthPx, heightPx, AV_PIX_FMT_YUV420P, SWS_BICUBIC)
  const frame = scope.use(new Frame(), it => it.free())
  frame.alloc()
  frame.format = AV_PIX_FMT_YUV420P
  frame.width = widthPx
  frame.height = heightPx
  ok(frame.getBuffer(), 'frame buffer')

  let index = 0
  for await (const rgb of frames) {
    if (rgb.length !== widthPx * heightPx * 3) {
      throw new RangeError(`a picture of ${rgb.length} bytes is not ${widthPx}×${heightPx} RGB`)
    }
    ok(frame.makeWritable(), 'frame buffer')
    const source = Buffer.from(rgb.buffer, rgb.byteOffset, rgb.length)
    ok(scaler.scaleSync([source], [widthPx * 3], 0, heightPx, frame.data ?? [], frame.linesize), 'RGB to YUV')
    frame.pts = BigInt(options.timeOf?.(index) ?? index)
    index++
    await encode(encoder, frame, output, stream)
  }
  await encode(encoder, null, output, stream)
  ok(await output.writeTrailer(), 'trailer')
}

async function openEncoder(options: EncodeOptions, output: FormatContext): Promise<CodecContext> {
  const codec = Codec.findEncoderByName(options.codec === 'h264' ? FF_ENCODER_LIBX264 : FF_ENCODER_LIBX265)
  const encoder = new CodecContext()
  encoder.allocContext3(codec)
  encoder.width = options.widthPx
  encoder.height = options.heightPx
  encoder.pixelFormat = AV_PIX_FMT_YUV420P
  // Rates such as 12.5 are kept exactly down to a thousandth.
  encoder.timeBase = new Rational(1000, Math.round(options.fps * 1000))
  encoder.framerate = new Rational(Math.round(options.fps * 1000), 1000)
  encoder.gopSize = options.gopFrames
  encoder.maxBFrames = 0
  // One thread: the same pictures give the same bytes on every machine.
  encoder.threadCount = 1
  if (options.bitRate) encoder.bitRate = BigInt(options.bitRate)
  if (output.oformat?.hasFlags(AVFMT_GLOBALHEADER)) encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
  const gop = `keyint=${options.gopFrames}:min-keyint=${options.gopFrames}:scenecut=0`
  const dictionary = Dictionary.fromObject(
    options.codec === 'h264'
      ? { preset: 'veryfast', 'x264-params': options.intraRefresh ? `${gop}:intra-refresh=1` : gop }
      : { preset: 'ultrafast', 'x265-params': `${gop}:bframes=0:open-gop=0:pools=none:frame-threads=1:log-level=none` },
  )
  try {
    ok(await encoder.open2(codec, dictionary), `encoder ${options.codec}`)
  } catch (error) {
    encoder.freeContext()
    throw error
  } finally {
    dictionary.free()
  }
  return encoder
}

/** Hands one frame (or the end) to the encoder and writes what comes out. */
async function encode(encoder: CodecContext, frame: Frame | null, output: FormatContext, stream: Stream) {
  ok(await encoder.sendFrame(frame), 'encode')
  const packet = new Packet()
  packet.alloc()
  try {
    for (;;) {
      const got = await encoder.receivePacket(packet)
      if (got === AVERROR_EAGAIN || got === AVERROR_EOF) return
      ok(got, 'encode')
      packet.streamIndex = stream.index
      packet.duration = 1n
      packet.rescaleTs(encoder.timeBase, stream.timeBase)
      ok(await output.interleavedWriteFrame(packet), 'write')
    }
  } finally {
    packet.free()
  }
}
