// Which packets are worth decoding, and which decoded pictures are worth analysing.
import type { Sampling } from '../core/camera.ts'
import type { Frame } from '../core/frame.ts'
import type { SamplingMode, StreamHealth } from '../core/health.ts'

/** What the rules would like to see next. */
export interface LookWish {
  /** Dense: a burst, for as long as it is so. Every picture is decoded, and up to four a second are handed on. */
  readonly density: Frame['density']
  /** How far apart pictures may be otherwise, as things stand; left out: every key frame, or two seconds where all is decoded. */
  readonly everyMs?: number
  /** Every key frame, whether needed or not. */
  readonly thorough?: boolean
}

/**
 * What to do with a packet: leave it; leave a key frame that no rule needs yet; decode a key frame that nothing follows; decode
 * it among its neighbours; or join these in the middle of a group, whose packets so far are decoded first. `renew`: no key
 * frame comes from which pictures could be decoded, and a new connection may begin with one.
 */
export type Admission = 'skip' | 'spare' | 'alone' | 'decode' | 'join' | 'renew'

export interface Sampler {
  /** Of the pictures that are handed on at present. */
  readonly density: Frame['density']
  readonly mode: SamplingMode
  readonly fullReason: StreamHealth['fullReason']
  /** The distance of the last two key frames; null before there are two. */
  readonly keyframeIntervalMs: number | null
  /** Whether it would join the running group, were its packets at hand. */
  readonly wantsGroup: boolean
  wished: LookWish
  /**
   * @param mediaMs the packet's place in decoding order; undefined where it has no time stamp
   * @param joinable whether the packets of its group are at hand
   * @param renewable whether its source can be asked for its beginning again
   * @param busy whether another camera's picture is being looked at: then a look that may wait for the next key frame does
   */
  admit(packet: {
    readonly key: boolean
    readonly mediaMs: number | undefined
    readonly joinable?: boolean
    readonly renewable?: boolean
    readonly busy?: boolean
  }): Admission
  /** Whether a decoded picture is handed on. */
  take(picture: { readonly key: boolean; readonly capturedAt: number }): boolean
  /** Told whether a key frame that was decoded alone gave a picture. */
  lone(gave: boolean): void
  /** Another connection or file: a decoder begins, and with it a group of pictures. */
  restart(): void
}

/** A camera's share of what its shard can do, where that is not enough for all. */
export interface RateLimit {
  /** Asked for every picture that would be analysed next. @param mediaMs its place in its stream */
  admits(mediaMs: number): boolean
  /** The distance that its pictures are held to at present; null where none is left out. */
  readonly everyMs: number | null
}

/** Key frames further apart than this would leave the rules blind in between: such streams are decoded in full. */
const MAX_KEYFRAME_GAP_MS = 4_000
/** How far a look may be put off where others are being looked at, as a share of the distance that the rules allow. */
const PUT_OFF = 1.5
/** How often pictures are handed on where everything is decoded, and nobody says how often they are needed. */
const FULL_INTERVAL_MS = 2_000
/** Before anything is known of the rules. */
const USUAL_WISH: LookWish = { density: 'keyframes' }
/** A stream without any key frame (intra refresh) is decoded from wherever it is. */
const MAX_WAIT_FOR_KEYFRAME_MS = 10_000
/** One without another key frame for so long is asked for its beginning again. */
export const KEYLESS_MS = 20_000
/** From four pictures a second on a tracker can follow what walks or drives. */
export const DENSE_INTERVAL_MS = 250
/**
 * Smart codecs mark where a picture begins to be refreshed stripe by stripe as a key frame (a recovery point): decoded
 * alone it gives none. After so many the stream is decoded in full, and tried again after a while: it may have been lost
 * packets. Likewise one that was asked for its beginning again: where little moves, the next key frame may be a minute away.
 */
const MOST_EMPTY = 2
const TRY_AGAIN_MS = 600_000

export function samplerFor(sampling: Sampling): Sampler {
  return sampling === 'keyframes' ? new KeyframeSampler() : new RateSampler(1000 / sampling.every)
}

/** The spacing of key frames, and whether one has been seen at all. */
class KeyframeGauge {
  lastMs: number | undefined
  #firstMs: number | undefined
  seen = false
  intervalMs: number | null = null

  /** @returns ms since the last key frame; 0 for a key frame itself and where there is no time stamp */
  measure(key: boolean, mediaMs: number | undefined): number {
    this.#firstMs ??= mediaMs
    const sinceMs = mediaMs === undefined ? 0 : mediaMs - (this.lastMs ?? this.#firstMs ?? mediaMs)
    if (!key) return sinceMs
    if (this.seen && sinceMs > 0) this.intervalMs = Math.round(sinceMs)
    this.seen = true
    this.lastMs = mediaMs
    return 0
  }

  restart(): void {
    this.seen = false
    this.lastMs = undefined
    this.#firstMs = undefined
  }
}

/** Hands on pictures at a rate, on a grid, so that 10 a second of 25 are 10 and not 8. */
class Pace {
  readonly #intervalOf: () => number
  #due = Number.NEGATIVE_INFINITY
  #last = Number.NEGATIVE_INFINITY

  constructor(intervalOf: () => number) {
    this.#intervalOf = intervalOf
  }

  take(capturedAt: number): boolean {
    // Time stamps are whole milliseconds: half a one may be missing.
    const intervalMs = this.#intervalOf()
    this.#due = Math.min(this.#due, this.#last + intervalMs)
    if (capturedAt < this.#due - 0.5) return false
    const next = this.#due + intervalMs
    this.#due = next > capturedAt ? next : capturedAt + intervalMs
    this.#last = capturedAt
    return true
  }
}

/** Decodes everything, hands on `every` so many ms. */
class RateSampler implements Sampler {
  readonly mode = 'full'
  readonly fullReason = 'configured'
  readonly density: Frame['density']
  readonly wantsGroup = false
  readonly #gauge = new KeyframeGauge()
  readonly #pace: Pace
  wished = USUAL_WISH

  constructor(intervalMs: number) {
    this.#pace = new Pace(() => intervalMs)
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

  /** It decodes none alone. */
  lone(): void {}

  restart(): void {
    this.#gauge.restart()
  }
}

/**
 * Decodes key frames only, until a gap shows that they are too far apart. From the next one on everything is decoded then: a
 * picture in the middle of a group needs all those before it, and decoding every first group in full, to know, took
 * 8.5 s of CPU where thirty cameras came together.
 *
 *   alone ──gap above 4 s, or key frames that give no picture──► inFull ──key frames close again──► alone
 *
 * Where no next one comes, the group is joined if it is at hand, as in a file, or a new connection asked for: it begins with
 * one, and is decoded in full from there for ten minutes at least. A burst joins the group that runs, and ends where it is told to.
 */
class KeyframeSampler implements Sampler {
  readonly #gauge = new KeyframeGauge()
  readonly #pace = new Pace(() => this.wished.everyMs ?? FULL_INTERVAL_MS)
  #burst: Pace | undefined
  #phase: 'alone' | 'inFull' = 'alone'
  /** Where that was found: key frames too far apart, or empty. */
  #fullFromMs: number | undefined
  /** Whether the running group has been decoded from its key frame on. */
  #whole = false
  /** Key frames in a row that gave no picture, and since when none is expected to. */
  #empty = 0
  #emptySinceMs: number | undefined
  /** Its beginning was asked for again; and where that was, once it has come. */
  #renewed = false
  #renewedMs: number | undefined
  /** Of the last key frame that was not left out. */
  #lookedMs: number | undefined
  wished = USUAL_WISH

  get density(): Frame['density'] {
    return this.#burst ? 'dense' : 'keyframes'
  }

  get mode(): SamplingMode {
    if (this.#burst) return 'attentive'
    return this.#phase === 'inFull' ? 'full' : 'economy'
  }

  get fullReason(): StreamHealth['fullReason'] {
    if (this.#phase !== 'inFull') return null
    return this.#emptySinceMs !== undefined || !this.#gauge.seen ? 'no-key-frames' : 'long-gaps'
  }

  get wantsGroup(): boolean {
    return this.#phase === 'inFull' ? !this.#whole : !this.#burst && this.wished.density === 'dense'
  }

  get keyframeIntervalMs(): number | null {
    return this.#gauge.intervalMs
  }

  admit(packet: Parameters<Sampler['admit']>[0]): Admission {
    const { key, mediaMs, joinable = false, busy = false } = packet
    const again = key && this.#gauge.seen
    const sinceKeyMs = this.#gauge.measure(key, mediaMs)
    if (again && mediaMs !== undefined) this.#settle(mediaMs)
    else if (this.#phase === 'alone' && !this.#burst && sinceKeyMs > MAX_KEYFRAME_GAP_MS) this.#enterFull(mediaMs)
    const wanted = this.wished.density === 'dense'
    if (!wanted) this.#burst = undefined
    if (this.#phase === 'alone' && !this.#burst) {
      if (!wanted || !(key || joinable)) return key ? this.#alone(mediaMs, busy) : 'skip'
      this.#burst = new Pace(() => DENSE_INTERVAL_MS)
      this.#lookedMs = mediaMs
      return key ? 'decode' : 'join'
    }
    if (key) this.#lookedMs = mediaMs
    if (this.#phase === 'inFull' && !this.#whole) {
      const begun = this.#begin(packet, sinceKeyMs)
      if (begun !== 'decode') return begun
    }
    if (wanted) this.#burst ??= new Pace(() => DENSE_INTERVAL_MS)
    return 'decode'
  }

  /** Whether decoding in full begins with this packet, or what else is done about it. */
  #begin({ key, mediaMs, joinable, renewable }: Parameters<Sampler['admit']>[0], sinceKeyMs: number): Admission {
    if (key && this.#renewed) {
      this.#renewed = false
      this.#renewedMs = mediaMs
    }
    const hasNone = !this.#gauge.seen && sinceKeyMs > MAX_WAIT_FOR_KEYFRAME_MS
    // Not since the key frame: the clock of the pictures may have jumped.
    const waitedMs = (mediaMs ?? 0) - (this.#fullFromMs ?? mediaMs ?? 0)
    const isLate = this.#gauge.seen && waitedMs > KEYLESS_MS - MAX_KEYFRAME_GAP_MS
    if (!key && !joinable && isLate && renewable) {
      this.#renewed = true
      return 'renew'
    }
    this.#whole = key || joinable === true || hasNone || isLate
    if (!this.#whole) return 'skip'
    return joinable ? 'join' : 'decode'
  }

  take({ key, capturedAt }: Parameters<Sampler['take']>[0]): boolean {
    if (this.#burst) return this.#burst.take(capturedAt)
    if (this.#phase === 'inFull') return this.#pace.take(capturedAt)
    if (key) this.#pace.take(capturedAt)
    return key
  }

  /** The key frame nearest to when the rules need one is looked at; a later one, where others have their turn. */
  #alone(mediaMs: number | undefined, busy: boolean): Admission {
    const sinceMs = mediaMs !== undefined && this.#lookedMs !== undefined ? mediaMs - this.#lookedMs : 0
    const nextMs = sinceMs + (this.#gauge.intervalMs ?? 0) / 2
    const { everyMs = 0, thorough = false } = this.wished
    // A clock that was set back says nothing.
    if (!thorough && sinceMs > 0 && nextMs < everyMs * (busy ? PUT_OFF : 1)) return 'spare'
    this.#lookedMs = mediaMs
    return 'alone'
  }

  lone(gave: boolean): void {
    this.#empty = gave ? 0 : this.#empty + 1
    if (this.#empty < MOST_EMPTY) return
    this.#empty = 0
    this.#emptySinceMs = this.#gauge.lastMs ?? 0
    this.#enterFull(this.#gauge.lastMs)
  }

  restart(): void {
    this.#gauge.restart()
    this.#burst = undefined
    this.#emptySinceMs = undefined
    this.#renewedMs = undefined
    this.#fullFromMs = undefined
    this.#lookedMs = undefined
    // What had long groups will have them again; the next key frames tell if not.
    this.#whole = false
  }

  #enterFull(mediaMs: number | undefined): void {
    this.#phase = 'inFull'
    this.#fullFromMs = mediaMs
    this.#whole = false
  }

  /** What the distance of two key frames says. */
  #settle(mediaMs: number): void {
    const distrustedMs = this.#emptySinceMs ?? this.#renewedMs
    if (distrustedMs !== undefined && mediaMs - distrustedMs < TRY_AGAIN_MS) return
    this.#emptySinceMs = undefined
    this.#renewedMs = undefined
    const isLong = (this.#gauge.intervalMs ?? 0) > MAX_KEYFRAME_GAP_MS
    if (!isLong) this.#phase = 'alone'
    else if (this.#phase === 'alone') this.#enterFull(mediaMs)
  }
}
