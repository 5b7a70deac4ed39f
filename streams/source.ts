// The port of a source: its author writes only "open, then give units until the end or a failure".
// Retry, stall detection and stopping are written once, in supervise.ts.
import type { AVCodecID } from 'node-av/constants'
import type { CodecParameters, Packet } from 'node-av/lib'
import type { Detection } from '../core/scene.ts'
import type { Clock, EpochMs } from '../core/time.ts'

/** What a source gives, in the order of the stream. */
export type Unit =
  /** A stream or file begins: what follows needs a decoder of its own. */
  | {
      readonly type: 'format'
      readonly codec: { readonly id: AVCodecID; readonly name: string; readonly parameters?: CodecParameters }
      /** Milliseconds for each unit of the packets' time stamps. */
      readonly tickMs: number
      /** When the first picture of footage was taken; absent for a camera, whose clock is estimated. */
      readonly startsAt?: EpochMs
    }
  /** The packet is the source's: whoever wants it beyond the next unit makes a reference. */
  | {
      readonly type: 'packet'
      readonly packet: Packet
      readonly arrivedAt: EpochMs
      /** The sender's own time of this packet, from its RTCP reports. */
      readonly senderAt?: EpochMs
    }
  /** A frame that was looked at when it was recorded: no pixels. */
  | { readonly type: 'recorded'; readonly at: EpochMs; readonly detections: readonly Detection[] }

export interface FrameSource {
  /** Names the source in errors: path or address, never with a password. */
  readonly label: string
  /** A camera never ends: it is connected again for ever and watched for stalls. Footage ends or fails. */
  readonly live: boolean
  /**
   * One attempt, from opening to the end. Aborting `signal` makes a pending read return, of a dead camera within 5 s.
   * @throws JiemuError source-…
   */
  read(signal: AbortSignal): AsyncIterable<Unit>
}

export type Wait = (durationMs: number, signal: AbortSignal) => Promise<void>

export interface SourceDeps {
  /** `replay`: as fast as the consumer, once, without a look at the clock. */
  readonly pace: 'live' | 'replay'
  readonly clock: Clock
  /** Resolves after the time, or at once when aborted; never rejects. */
  readonly wait: Wait
  /** Relative paths start here. */
  readonly baseDir: string
}
