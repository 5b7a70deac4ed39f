// One video decoder: packets in, FFmpeg frames out, on the calling thread.
import { AVERROR_EAGAIN, AVERROR_EOF, Codec, CodecContext, Frame, type Packet } from 'node-av'
import { JiemuError } from '../core/errors.ts'
import type { Unit } from './source.ts'

export interface Decoded {
  readonly frames: readonly Frame[]
  /** Whether the decoder could make nothing of the packet. */
  readonly refused: boolean
}

/** Frames that lack slices or references, or that the decoder itself marks as corrupt (AV_FRAME_FLAG_CORRUPT). */
const CORRUPT_FLAG = 1
export function isBroken(frame: Frame): boolean {
  return frame.decodeErrorFlags !== 0 || (frame.flags & CORRUPT_FLAG) !== 0
}

export class Decoder {
  readonly #context: CodecContext

  /** @throws JiemuError source-codec-unsupported */
  constructor(format: Extract<Unit, { type: 'format' }>, label: string) {
    const codec = Codec.findDecoder(format.codec.id)
    this.#context = new CodecContext()
    this.#context.allocContext3(codec)
    if (format.codec.parameters) this.#context.parametersToContext(format.codec.parameters)
    // One thread: frame threads would hold back one picture each, and cameras share the cores anyway.
    this.#context.threadCount = 1
    if (!codec || this.#context.open2Sync(codec) < 0) {
      this.#context.freeContext()
      throw new JiemuError('source-codec-unsupported', { source: label, codec: format.codec.name })
    }
  }

  decode(packet: Packet): Decoded {
    const sent = this.#context.sendPacketSync(packet)
    const { frames, status } = this.#receive()
    return { frames, refused: sent < 0 || status < 0 }
  }

  /**
   * Decodes a key frame that no frame follows. A decoder holds a picture back for as many pictures as the stream may
   * reorder; with key frames alone that is seconds. So it is drained after each, and starts afresh with the next.
   */
  decodeAlone(packet: Packet): Decoded {
    const { frames, refused } = this.decode(packet)
    return { frames: [...frames, ...this.drain()], refused }
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
