// Clips of incidents: what the ring still holds of the seconds before, what comes in the seconds after, as fragmented MP4.
import type { Clip } from '../core/live-view.ts'
import type { EpochMs } from '../core/time.ts'
import { FragmentedMp4 } from './fragmented-mp4.ts'
import type { KeptPacket, PacketRing } from './packet-ring.ts'
import type { VideoFormat } from './video-format.ts'

export interface ClipLimits {
  readonly preRollMs: number
  readonly postRollMs: number
  readonly maxBytes: number
}

/** What happens at the same moment on one camera is in the same clip. */
const SAME_MOMENT_MS = 2_000
/** A camera on which cars come and go by the second would record without end. */
const MOST_AT_ONCE = 2
/** Longer than any file needs to be cut into: nobody streams a clip. */
const FRAGMENT_MS = 1_000
/** Where a camera falls silent in the middle, what came until then is the clip. */
const SILENCE_MS = 3_000

interface Recording {
  readonly at: EpochMs
  readonly mp4: FragmentedMp4
  readonly parts: Uint8Array[]
  bytes: number
  readonly clip: Promise<Clip | undefined>
  end(): void
}

export class ClipRecorder {
  readonly #limits: ClipLimits
  readonly #ring: PacketRing
  readonly #running = new Set<Recording>()

  constructor(ring: PacketRing, limits: ClipLimits) {
    this.#ring = ring
    this.#limits = limits
  }

  /**
   * Resolves when the seconds after `at` have come, or could not come any more.
   * @param at when the frame that it is about reached us
   * @returns undefined where there is no video to be had
   */
  record(format: VideoFormat | undefined, at: EpochMs): Promise<Clip | undefined> {
    for (const recording of this.#running) if (Math.abs(recording.at - at) <= SAME_MOMENT_MS) return recording.clip
    if (this.#running.size >= MOST_AT_ONCE) return Promise.resolve(undefined)
    const before = this.#ring.since(at - this.#limits.preRollMs)
    const recording = format && before.length > 0 ? this.#begin(format, at) : undefined
    if (!recording) return Promise.resolve(undefined)
    for (const kept of before) this.#write(recording, kept)
    return recording.clip
  }

  /** A packet has come, and the ring has it. */
  put(kept: Pick<KeptPacket, 'packet' | 'arrivedAt'>): void {
    for (const recording of this.#running) this.#write(recording, kept)
  }

  /** Nothing more will come of this stream: ends what runs. */
  end(): void {
    for (const recording of this.#running) recording.end()
  }

  #begin(format: VideoFormat, at: EpochMs): Recording | undefined {
    const parts: Uint8Array[] = []
    let mp4: FragmentedMp4
    try {
      mp4 = new FragmentedMp4(format, FRAGMENT_MS, ({ bytes }) => parts.push(bytes))
    } catch {
      return undefined
    }
    parts.push(mp4.init)
    let resolve: (clip: Clip | undefined) => void = () => undefined
    const clip = new Promise<Clip | undefined>(done => {
      resolve = done
    })
    const end = () => {
      if (!this.#running.delete(recording)) return
      clearTimeout(late)
      resolve(finished(mp4, parts))
    }
    const late = setTimeout(end, this.#limits.postRollMs + SILENCE_MS)
    const recording: Recording = { at, mp4, parts, bytes: 0, clip, end }
    this.#running.add(recording)
    return recording
  }

  #write(recording: Recording, { packet, arrivedAt }: Pick<KeptPacket, 'packet' | 'arrivedAt'>): void {
    const { at, mp4 } = recording
    recording.bytes += packet.size
    const isFull = recording.bytes > this.#limits.maxBytes
    if (isFull || arrivedAt > at + this.#limits.postRollMs) {
      recording.end()
      return
    }
    try {
      mp4.write(packet)
    } catch {
      recording.end()
    }
  }
}

function finished(mp4: FragmentedMp4, parts: readonly Uint8Array[]): Clip | undefined {
  try {
    mp4.finish()
  } catch {
    mp4.close()
    return undefined
  }
  return mp4.durationMs > 0 ? { mp4: Buffer.concat(parts), durationMs: Math.round(mp4.durationMs) } : undefined
}
