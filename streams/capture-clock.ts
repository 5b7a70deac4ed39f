// When a picture was taken: the sender's clock gives the spacing, our clock keeps it honest (docs/1-architecture.md).
import type { CaptureClock as ClockSource } from '../core/frame.ts'
import type { EpochMs } from '../core/time.ts'
import { SlidingMinimum } from './sliding-minimum.ts'

/**
 * Between these, by the least delay seen, the sender's absolute time is believed; beyond them it is local time, time since
 * boot, or drift. What is ahead of its own arrival is wrong by at least as much; two synchronised clocks differ by less.
 * Whoever has lost our belief must come well within, or a clock that drifts across the limit would change sides for ever.
 */
const BELIEVED = { aheadMs: 100, delayMs: 2_000 }
const BELIEVED_AGAIN = { aheadMs: 20, delayMs: 1_500 }
/** What is older on arrival is a step of the sender's clock: a connection that lets so much wait has stalled before. */
const OLDEST_MS = 12_000
/** A clock that is off by more is worth a word to whoever looks after the camera. */
export const CLOCK_OFF_MS = 2_000
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
  #believed = true
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
    this.#forget()
    this.#senderOffsetMs = undefined
    this.#footageRestarted = true
  }

  observe(packet: { readonly arrivedAt: EpochMs; readonly mediaMs?: number; readonly senderAt?: EpochMs }): void {
    const { arrivedAt, mediaMs, senderAt } = packet
    if (senderAt === undefined || mediaMs === undefined) return
    const offsetMs = senderAt - mediaMs
    const delayMs = arrivedAt - senderAt
    const stepped = this.#senderOffsetMs !== undefined && Math.abs(offsetMs - this.#senderOffsetMs) > STEP_MS
    // Media time may step with the sender's: then their offset says nothing of it.
    if (stepped || delayMs - (this.#minimum.value ?? delayMs) > OLDEST_MS) this.#forget()
    this.#senderOffsetMs = offsetMs
    this.#minimum.add(arrivedAt, delayMs)
    this.#believed = isWithin(this.#minimum.value ?? delayMs, this.#believed ? BELIEVED : BELIEVED_AGAIN)
  }

  #forget(): void {
    this.#minimum = new SlidingMinimum(WINDOW_MS)
    this.#believed = true
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
    // Whatever the sender says: nothing was taken after it arrived, nor long before.
    const sane = Math.min(arrivedAt, Math.max(arrivedAt - OLDEST_MS, at + this.#slewMs))
    return this.#handOut(sane, clock, arrivedAt)
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
    return this.#believed ? { at: senderAt, clock: 'sender' } : { at: senderAt + least, clock: 'corrected' }
  }

  /** Whole milliseconds that rise with every picture. */
  #handOut(at: number, clock: ClockSource, arrivedAt: EpochMs): Stamp {
    const capturedAt = Math.max(Math.round(at), (this.#last?.capturedAt ?? Number.NEGATIVE_INFINITY) + 1)
    this.#last = { clock, capturedAt, arrivedAt }
    return { capturedAt, clock }
  }
}

function isWithin(leastMs: number, { aheadMs, delayMs }: typeof BELIEVED): boolean {
  return leastMs >= -aheadMs && leastMs <= delayMs
}
