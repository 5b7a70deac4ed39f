// One video decoder: packets in, FFmpeg frames out, on the calling thread.
import { AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants'
import { Codec, CodecContext, FFmpegError, Frame, type Packet } from 'node-av/lib'
import { JiemuError } from '../core/errors.ts'
import type { Unit } from './source.ts'

export interface Decoded {
  readonly frames: readonly Frame[]
  /** Whether the decoder could make nothing of the packet. */
  readonly refused: boolean
}

/** Twice a picture of 8K: a parameter set that lies (or a bomb) would otherwise take gigabytes with the first picture. */
const MAX_PIXELS = 2n * 7_680n * 4_320n

/** Frames that lack slices or references, or that the decoder itself marks as corrupt (AV_FRAME_FLAG_CORRUPT). */
const CORRUPT_FLAG = 1
export function isBroken(frame: Frame): boolean {
  return frame.decodeErrorFlags !== 0 || (frame.flags & CORRUPT_FLAG) !== 0
}

type Format = Extract<Unit, { type: 'format' }>

/** Options of FFmpeg's decoder by its own names, beside what every decoder here has; for measuring. */
export type Tuning = Readonly<Record<string, string>>

export class Decoder {
  readonly #format: Format
  readonly #label: string
  readonly #tuning: Tuning
  #context: CodecContext
  /** Whether it has decoded pictures that refer to others since it was opened. */
  #decodedGroups = false

  /** @throws JiemuError source-codec-unsupported */
  constructor(format: Format, label: string, tuning: Tuning = {}) {
    this.#format = format
    this.#label = label
    this.#tuning = tuning
    this.#context = open(format, label, tuning)
  }

  decode(packet: Packet): Decoded {
    this.#decodedGroups = true
    return this.#decode(packet)
  }

  #decode(packet: Packet): Decoded {
    const sent = this.#context.sendPacketSync(packet)
    const { frames, status } = this.#receive()
    return { frames, refused: sent < 0 || status < 0 }
  }

  /**
   * Decodes a key frame that no frame follows. A decoder holds a picture back for as many pictures as the stream may
   * reorder; with key frames alone that is seconds. So it is drained after each, and starts afresh with the next.
   */
  decodeAlone(packet: Packet): Decoded {
    const left = this.#decodedGroups ? this.#openAnew() : []
    const { frames, refused } = this.#decode(packet)
    return { frames: [...left, ...frames, ...this.drain()], refused }
  }

  /** A decoder keeps the memory of as many pictures as it once needed at a time: 20 MB of 1080p, for every camera. */
  #openAnew(): readonly Frame[] {
    const left = this.drain()
    this.#context.freeContext()
    this.#context = open(this.#format, this.#label, this.#tuning)
    this.#decodedGroups = false
    return left
  }

  /** What is still inside, at the end of a stream; the decoder can go on with a key frame afterwards. */
  drain(): readonly Frame[] {
    this.#context.sendPacketSync(null)
    const { frames } = this.#receive()
    this.#context.flushBuffers()
    return frames
  }

  close(): void {
    this.#context.freeContext()
  }

  #receive(): { readonly frames: readonly Frame[]; readonly status: number } {
    const frames: Frame[] = []
    for (;;) {
      const frame = new Frame()
      frame.alloc()
      const status = this.#context.receiveFrameSync(frame)
      if (status === 0) {
        frames.push(frame)
        continue
      }
      frame.free()
      return { frames, status: status === AVERROR_EAGAIN || status === AVERROR_EOF ? 0 : status }
    }
  }
}

/** @throws JiemuError source-codec-unsupported */
function open({ codec: { id, name, parameters } }: Format, label: string, tuning: Tuning): CodecContext {
  const codec = Codec.findDecoder(id)
  const context = new CodecContext()
  context.allocContext3(codec)
  if (parameters) context.parametersToContext(parameters)
  // One thread: frame threads would hold back one picture each, and cameras share the cores anyway. Of FFmpeg's short cuts for a
  // key frame of 1080p (benchmarks/results/key-frames.json) only skip_loop_filter=all saves anything, 1.8 ms of 20.6, and it
  // changes every picture; what that does to events was not tried; flags2=fast and slice threads save nothing.
  context.threadCount = 1
  context.setOption('max_pixels', MAX_PIXELS)
  for (const [option, value] of Object.entries(tuning))
    FFmpegError.throwIfError(context.setOption(option, value), option)
  if (!codec || context.open2Sync(codec) < 0) {
    context.freeContext()
    throw new JiemuError('source-codec-unsupported', { source: label, codec: name })
  }
  return context
}
