// Taps a camera's packets on their way to the decoder: the ring that clips and live view are made of.
import type { Picture } from '../core/frame.ts'
import type { Clip, LiveWish } from '../core/live-view.ts'
import type { EpochMs } from '../core/time.ts'
import { type ClipLimits, ClipRecorder } from './clip-recorder.ts'
import { LiveView, type Show } from './live-view.ts'
import { PacketRing } from './packet-ring.ts'
import type { Unit } from './source.ts'
import { keepFormat, type VideoFormat } from './video-format.ts'

export interface TapOptions {
  readonly clips: Pick<ClipLimits, 'preRollMs' | 'postRollMs'>
  readonly ringBytes: number
  readonly show: Show
}

/** A rule fires some time after its frame has come: what was looked at, waited for its turn. */
const ANALYSIS_MS = 2_000

export class CameraTap {
  readonly #ring: PacketRing
  readonly #recorder: ClipRecorder
  readonly #live: LiveView
  #format: VideoFormat | undefined

  constructor({ clips, ringBytes, show }: TapOptions) {
    this.#ring = new PacketRing({ keepMs: clips.preRollMs + ANALYSIS_MS, maxBytes: ringBytes })
    this.#recorder = new ClipRecorder(this.#ring, { ...clips, maxBytes: 2 * ringBytes })
    this.#live = new LiveView(this.#ring, show)
  }

  /** Sees every unit before it is decoded. */
  unit(unit: Unit): void {
    if (unit.type === 'format') this.#begin(keepFormat(unit))
    else if (unit.type === 'packet') {
      this.#ring.put(unit.packet, unit.arrivedAt)
      this.#recorder.put(unit)
      this.#live.put(unit)
    }
  }

  /** A sampled picture, which lives until this returns. */
  picture(picture: Picture, at: EpochMs): void {
    this.#live.picture(picture, at)
  }

  watch(wish: Pick<LiveWish, 'video' | 'stills'>): void {
    this.#live.watch(wish)
  }

  /** @param at when the frame that it is about reached us. @returns undefined where there is no video to be had */
  clip(at: EpochMs): Promise<Clip | undefined> {
    return this.#recorder.record(this.#format, at)
  }

  close(): void {
    this.#recorder.end()
    this.#live.close()
    this.#ring.clear()
    this.#format?.free()
    this.#format = undefined
  }

  /** Packets of two streams do not fit into one file: what came before is over. */
  #begin(format: VideoFormat): void {
    this.#recorder.end()
    this.#ring.clear()
    this.#live.begin(format)
    this.#format?.free()
    this.#format = format
  }
}
