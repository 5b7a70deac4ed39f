// Taps a camera's packets on their way to the decoder: the ring that clips and live view are made of.
import type { Picture } from '../core/frame.ts'
import type { Clip, LiveWish, MediaCounts } from '../core/live-view.ts'
import type { EpochMs } from '../core/time.ts'
import { type ClipLimits, ClipRecorder } from './clip-recorder.ts'
import { LiveView, type Show } from './live-view.ts'
import { type KeptPacket, PacketRing } from './packet-ring.ts'
import type { Unit } from './source.ts'
import { keepFormat, type VideoFormat } from './video-format.ts'

export interface TapOptions {
  readonly clips: Pick<ClipLimits, 'preRollMs' | 'postRollMs'>
  readonly ringBytes: number
  readonly show: Show
  /** Shared by the cameras of a shard, which all count on it. */
  readonly tally: MediaTally
}

export type MediaTally = { -readonly [Count in keyof MediaCounts]: MediaCounts[Count] }

export function mediaTally(): MediaTally {
  return { ringBytes: 0, ringDropped: 0, clips: 0, clipsMissing: 0, liveDropped: 0 }
}

/** A rule fires some time after its frame has come: what was looked at, waited for its turn. */
const ANALYSIS_MS = 2_000

export class CameraTap {
  readonly #ring: PacketRing
  readonly #recorder: ClipRecorder
  readonly #live: LiveView
  readonly #tally: MediaTally
  #format: VideoFormat | undefined
  /** What of this camera is in the tally already. */
  #told = { bytes: 0, dropped: 0, live: 0 }

  constructor({ clips, ringBytes, show, tally }: TapOptions) {
    this.#tally = tally
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
      this.#count()
    }
  }

  /** The newest key frame and what came after it. */
  newestGroup(): readonly KeptPacket[] {
    return this.#ring.newestGroup()
  }

  /** A sampled picture, which lives until this returns. */
  picture(picture: Picture, at: EpochMs): void {
    this.#live.picture(picture, at)
  }

  watch(wish: Pick<LiveWish, 'video' | 'stills'>): void {
    this.#live.watch(wish)
  }

  /** @param at when the frame that it is about reached us. @returns undefined where there is no video to be had */
  async clip(at: EpochMs): Promise<Clip | undefined> {
    const clip = await this.#recorder.record(this.#format, at)
    this.#tally[clip ? 'clips' : 'clipsMissing']++
    return clip
  }

  close(): void {
    this.#recorder.end()
    this.#live.close()
    this.#ring.clear()
    this.#count()
    this.#format?.free()
    this.#format = undefined
  }

  #count(): void {
    const { bytes, dropped } = this.#ring
    const now = { bytes, dropped: dropped.beforeKey + dropped.tooLarge, live: this.#live.dropped }
    this.#tally.ringBytes += now.bytes - this.#told.bytes
    this.#tally.ringDropped += now.dropped - this.#told.dropped
    this.#tally.liveDropped += now.live - this.#told.live
    this.#told = now
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
