// When a picture was taken: the sender's clock gives the spacing, our clock keeps it honest (docs/1-architecture.md).
import type { CaptureClock as ClockSource } from '../core/frame.ts'
import type { EpochMs } from '../core/time.ts'
import { SlidingMinimum } from './sliding-minimum.ts'

/** Beyond this the sender's absolute time is not believed: local time, time since boot, or drift. */
const BELIEVED_SKEW_MS = 2_000
/** Long enough that some packet of it met an idle network, short enough to follow a drifting camera. */
const WINDOW_MS = 60_000
/** A sender that steps its own clock (NTP at last) makes what was learnt about it void. */
const STEP_MS = 1_000
/** After a change of source, time runs at most a tenth faster or slower until both agree. */
const SLEW = 0.1

export interface Stamp {
  readonly capturedAt: EpochMs
  readonly clock: ClockSource
}

/**
 * One per camera, kept across reconnects. `observe` every packet in the order of arrival, `stamp` the pictures that are
 * handed on. All times in ms; media time is the stream's own, from any origin.
 */
export class CaptureClock {
  #minimum = new SlidingMinimum(WINDOW_MS)
  /** Sender time − media time, of the latest packet that carried both. */
  #senderOffsetMs: number | undefined
  #last: { readonly clock: ClockSource; readonly capturedAt: EpochMs; readonly arrivedAt: EpochMs } | undefined
  /** What is still to be slewed away. */
  #slewMs = 0
  /** Added to footage that begins again, so that its time goes on. */
  #footageShiftMs = 0
  #footageRestarted = false

  /** Another connection: media time and the network path begin anew, what was handed out stays. */
  restart(): void {
    this.#minimum = new SlidingMinimum(WINDOW_MS)
    this.#senderOffsetMs = undefined
    this.#footageRestarted = true
  }

  observe(packet: { readonly arrivedAt: EpochMs; readonly mediaMs?: number; readonly senderAt?: EpochMs }): void {
    const { arrivedAt, mediaMs, senderAt } = packet
    if (senderAt === undefined || mediaMs === undefined) return
    const offsetMs = senderAt - mediaMs
    if (this.#senderOffsetMs !== undefined && Math.abs(offsetMs - this.#senderOffsetMs) > STEP_MS) {
      this.#minimum = new SlidingMinimum(WINDOW_MS)
    }
    this.#senderOffsetMs = offsetMs
    this.#minimum.add(arrivedAt, arrivedAt - senderAt)
  }

  /** What was handed out last; 0 before anything was. */
  get lastAt(): EpochMs {
    return this.#last?.capturedAt ?? 0
  }

  /** The camera's clock minus ours, network delay included; null where the camera reports none. */
  get skewMs(): number | null {
    const least = this.#minimum.value
    return least === undefined ? null : -least
  }

  /** @param mediaMs of the picture, on the same scale as in `observe`; undefined where it has no time stamp */
  stamp(mediaMs: number | undefined, arrivedAt: EpochMs): Stamp {
    const { at, clock } = this.#judge(mediaMs, arrivedAt)
    const last = this.#last
    if (last && last.clock !== 'media') {
      const elapsedMs = Math.max(0, arrivedAt - last.arrivedAt)
      if (last.clock !== clock) {
        // Go on from where the old source had come to, and let the difference fade.
        this.#slewMs = last.capturedAt + elapsedMs - at
      } else {
        const fadedMs = Math.max(0, Math.abs(this.#slewMs) - elapsedMs * SLEW)
        this.#slewMs = Math.sign(this.#slewMs) * fadedMs
      }
    }
    return this.#handOut(at + this.#slewMs, clock, arrivedAt)
  }

  /** For footage: `at` is its start plus the position in it. */
  stampFootage(at: EpochMs): Stamp {
    if (this.#footageRestarted) {
      this.#footageRestarted = false
      this.#footageShiftMs = this.#last && at <= this.#last.capturedAt ? this.#last.capturedAt + 1 - at : 0
    }
    return this.#handOut(at + this.#footageShiftMs, 'media', at)
  }

  #judge(mediaMs: number | undefined, arrivedAt: EpochMs): { readonly at: number; readonly clock: ClockSource } {
    const least = this.#minimum.value
    if (mediaMs === undefined || least === undefined || this.#senderOffsetMs === undefined) {
      return { at: arrivedAt, clock: 'arrival' }
    }
    const senderAt = mediaMs + this.#senderOffsetMs
    return Math.abs(least) <= BELIEVED_SKEW_MS
      ? { at: senderAt, clock: 'sender' }
      : { at: senderAt + least, clock: 'corrected' }
  }

  /** Whole milliseconds that rise with every picture. */
  #handOut(at: number, clock: ClockSource, arrivedAt: EpochMs): Stamp {
    const capturedAt = Math.max(Math.round(at), (this.#last?.capturedAt ?? Number.NEGATIVE_INFINITY) + 1)
    this.#last = { clock, capturedAt, arrivedAt }
    return { capturedAt, clock }
  }
}
