// Which packets are worth decoding, and which decoded pictures are worth analysing.
import type { Sampling } from '../core/camera.ts'
import type { Frame } from '../core/frame.ts'

/** What the rules would like to see next; a rule's own wish fits in here. */
export interface DensityWish {
  readonly density: Frame['density']
}

/**
 * What to do with a packet: leave it; decode it as a key frame that nothing follows; or decode it among its neighbours.
 */
export type Admission = 'skip' | 'alone' | 'decode'

export interface Sampler {
  readonly density: Frame['density']
  /** The distance of the last two key frames; null before there are two. */
  readonly keyframeIntervalMs: number | null
  /** Carried for the bursts of attentive sampling, which no sampler makes yet. */
  wished: DensityWish
  /** @param mediaMs the packet's place in decoding order; undefined where it has no time stamp */
  admit(packet: { readonly key: boolean; readonly mediaMs: number | undefined }): Admission
  /** Whether a decoded picture is handed on. */
  take(picture: { readonly key: boolean; readonly capturedAt: number }): boolean
  /** Another connection or file: a decoder begins, and with it a group of pictures. */
  restart(): void
}

/** Key frames further apart than this would leave the rules blind in between: such streams are decoded in full. */
const MAX_KEYFRAME_GAP_MS = 4_000
/** How often pictures are then handed on. */
const FULL_INTERVAL_MS = 2_000
/** A stream without any key frame (intra refresh) is decoded from wherever it is. */
const MAX_WAIT_FOR_KEYFRAME_MS = 10_000
/** From four pictures a second on a tracker can follow what walks or drives. */
const DENSE_INTERVAL_MS = 250

export function samplerFor(sampling: Sampling): Sampler {
  return sampling === 'keyframes' ? new KeyframeSampler() : new RateSampler(1000 / sampling.every)
}

/** The spacing of key frames, and whether one has been seen at all. */
class KeyframeGauge {
  #lastMs: number | undefined
  #firstMs: number | undefined
  seen = false
  intervalMs: number | null = null

  /** @returns ms since the last key frame; 0 for a key frame itself and where there is no time stamp */
  measure(key: boolean, mediaMs: number | undefined): number {
    this.#firstMs ??= mediaMs
    const sinceMs = mediaMs === undefined ? 0 : mediaMs - (this.#lastMs ?? this.#firstMs ?? mediaMs)
    if (!key) return sinceMs
    if (this.seen && sinceMs > 0) this.intervalMs = Math.round(sinceMs)
    this.seen = true
    this.#lastMs = mediaMs
    return 0
  }

  restart(): void {
    this.seen = false
    this.#lastMs = undefined
    this.#firstMs = undefined
  }
}

/** Hands on pictures at a rate, on a grid, so that 10 a second of 25 are 10 and not 8. */
class Pace {
  readonly #intervalMs: number
  #due = Number.NEGATIVE_INFINITY

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs
  }

  take(capturedAt: number): boolean {
    // Time stamps are whole milliseconds: half a one may be missing.
    if (capturedAt < this.#due - 0.5) return false
    const next = this.#due + this.#intervalMs
    this.#due = next > capturedAt ? next : capturedAt + this.#intervalMs
    return true
  }
}

/** Decodes everything, hands on `every` so many ms. */
class RateSampler implements Sampler {
  readonly density: Frame['density']
  readonly #gauge = new KeyframeGauge()
  readonly #pace: Pace
  wished: DensityWish = { density: 'keyframes' }

  constructor(intervalMs: number) {
    this.#pace = new Pace(intervalMs)
    this.density = intervalMs <= DENSE_INTERVAL_MS ? 'dense' : 'keyframes'
  }

  get keyframeIntervalMs(): number | null {
    return this.#gauge.intervalMs
  }

  admit({ key, mediaMs }: Parameters<Sampler['admit']>[0]): Admission {
    const waitedMs = this.#gauge.measure(key, mediaMs)
    return this.#gauge.seen || waitedMs > MAX_WAIT_FOR_KEYFRAME_MS ? 'decode' : 'skip'
  }

  take({ capturedAt }: Parameters<Sampler['take']>[0]): boolean {
    return this.#pace.take(capturedAt)
  }

  restart(): void {
    this.#gauge.restart()
  }
}

/**
 * Decodes key frames only. The first group of pictures of a connection is decoded in full, until a second key frame
 * shows how far apart they are: a picture in the middle of a long group needs all those before it.
 *
 *   learning ──key frame within 4 s──► alone ◄─┐ key frames close again
 *      │                                 │     │
 *      └─────── gap above 4 s ──────► inFull ◄─┘ next key frame after a gap above 4 s
 */
class KeyframeSampler implements Sampler {
  readonly density = 'keyframes'
  readonly #gauge = new KeyframeGauge()
  readonly #pace = new Pace(FULL_INTERVAL_MS)
  #phase: 'learning' | 'alone' | 'inFull' = 'learning'
  wished: DensityWish = { density: 'keyframes' }

  get keyframeIntervalMs(): number | null {
    return this.#gauge.intervalMs
  }

  admit({ key, mediaMs }: Parameters<Sampler['admit']>[0]): Admission {
    const again = key && this.#gauge.seen
    const sinceKeyMs = this.#gauge.measure(key, mediaMs)
    if (again && mediaMs !== undefined) {
      this.#phase = (this.#gauge.intervalMs ?? 0) > MAX_KEYFRAME_GAP_MS ? 'inFull' : 'alone'
    } else if (this.#phase === 'learning' && sinceKeyMs > MAX_KEYFRAME_GAP_MS) {
      this.#phase = 'inFull'
    }
    if (this.#phase === 'alone') return key ? 'alone' : 'skip'
    return this.#gauge.seen || sinceKeyMs > MAX_WAIT_FOR_KEYFRAME_MS ? 'decode' : 'skip'
  }

  take({ key, capturedAt }: Parameters<Sampler['take']>[0]): boolean {
    if (this.#phase === 'inFull') return this.#pace.take(capturedAt)
    if (key) this.#pace.take(capturedAt)
    return key
  }

  restart(): void {
    this.#gauge.restart()
    // What had long groups will have them again; the next key frames tell if not.
    if (this.#phase === 'alone') this.#phase = 'learning'
  }
}
