// One camera live: its packets put into fragmented MP4 while somebody watches, or stills where browsers cannot play them.
import type { Picture } from '../core/frame.ts'
import type { LiveShow, LiveWish, StillsReason } from '../core/live-view.ts'
import type { EpochMs } from '../core/time.ts'
import { Decoder, isBroken } from './decoder.ts'
import { FragmentedMp4 } from './fragmented-mp4.ts'
import type { KeptPacket, PacketRing } from './packet-ring.ts'
import { pictureOf } from './picture.ts'
import { thumbnail } from './snapshot.ts'
import type { VideoFormat } from './video-format.ts'

/** @returns whether it was taken: main may be behind, and nothing waits for it here without end */
export type Show = (show: LiveShow) => boolean

/** Five fragments a second: a viewer is that much behind, and fifty viewers cost 250 messages a second instead of 1,250. */
const FRAGMENT_MS = 200
/** Stills come as the sampled pictures do, but not faster. */
const STILL_EVERY_MS = 1_800
const STILL_WIDTH_PX = 1_280
const NOTHING: Pick<LiveWish, 'video' | 'stills'> = { video: false, stills: false }

export class LiveView {
  readonly #ring: PacketRing
  readonly #show: Show
  #wish = NOTHING
  #format: VideoFormat | undefined
  #mp4: FragmentedMp4 | undefined
  /** Undefined while video is shown, or nothing is. */
  #stills: StillsReason | undefined
  #waitsForKey = true
  #lastStillAt = Number.NEGATIVE_INFINITY
  #encoding = false
  /** Fragments that main had no room for. */
  dropped = 0

  constructor(ring: PacketRing, show: Show) {
    this.#ring = ring
    this.#show = show
  }

  /** The stream begins, or another one. */
  begin(format: VideoFormat): void {
    this.#format = format
    this.#stop()
    if (this.#wish.video) this.#start()
  }

  /** What is wanted from now on; the same again changes nothing. */
  watch(wish: Pick<LiveWish, 'video' | 'stills'>): void {
    const before = this.#wish
    this.#wish = wish
    if (wish.video && !before.video) this.#start()
    else if (!wish.video && before.video) this.#stop()
    if (wish.stills && !before.stills) void this.#newestStill()
  }

  /** A packet has come, and the ring has it. */
  put({ packet }: Pick<KeptPacket, 'packet'>): void {
    this.#write(packet)
  }

  /** A sampled picture, which lives until this returns. */
  picture(picture: Picture, at: EpochMs): void {
    const isWanted = this.#wish.stills || (this.#wish.video && this.#stills !== undefined)
    // Footage that starts over goes back in time.
    const sinceMs = Math.abs(at - this.#lastStillAt)
    if (isWanted && sinceMs >= STILL_EVERY_MS) void this.#still(picture, at)
  }

  close(): void {
    this.#wish = NOTHING
    this.#stop()
  }

  #start(): void {
    const format = this.#format
    if (!format || this.#mp4) return
    const why = whyNoVideo(format)
    if (why) {
      this.#showStills(why, format)
      return
    }
    try {
      this.#mp4 = new FragmentedMp4(format, FRAGMENT_MS, fragment => this.#fragment(fragment))
    } catch {
      this.#showStills('not-muxed', format)
      return
    }
    const { init } = this.#mp4
    this.#stills = undefined
    this.#waitsForKey = true
    this.#show({ as: 'video', codec: codecString(init), init })
    // The first picture is there at once, instead of with the next key frame.
    for (const { packet } of this.#ring.newestGroup()) this.#write(packet)
  }

  #showStills(why: StillsReason, { codec }: VideoFormat): void {
    this.#stills = why
    this.#show({ as: 'stills', why, codec: codec.name })
    void this.#newestStill()
  }

  #stop(): void {
    this.#mp4?.close()
    this.#mp4 = undefined
    this.#stills = undefined
  }

  #write(packet: KeptPacket['packet']): void {
    if (!this.#mp4) return
    try {
      if (this.#waitsForKey && !packet.isKeyframe) return
      this.#waitsForKey = false
      this.#mp4.write(packet)
    } catch {
      // Nothing that a viewer could do about it: they see stills until the stream begins anew.
      this.#stop()
      if (this.#format) this.#showStills('not-muxed', this.#format)
    }
  }

  #skipping = false
  #fragment({ key, bytes }: { readonly key: boolean; readonly bytes: Uint8Array }): void {
    if (this.#skipping && !key) {
      this.dropped++
      return
    }
    this.#skipping = !this.#show({ as: 'fragment', key, bytes })
    if (this.#skipping) this.dropped++
  }

  /** The newest key frame, decoded for this alone: whoever begins to look need not wait for the next one. */
  async #newestStill(): Promise<void> {
    const format = this.#format
    const [newest] = this.#ring.newestGroup()
    if (!format || !newest) return
    const picture = decoded(format, newest.packet)
    if (!picture) return
    try {
      await this.#still(picture, newest.arrivedAt)
    } finally {
      picture.release()
    }
  }

  async #still(picture: Picture, at: EpochMs): Promise<void> {
    if (this.#encoding) return
    this.#encoding = true
    this.#lastStillAt = at
    try {
      const jpeg = await thumbnail(picture, Math.min(STILL_WIDTH_PX, picture.widthPx))
      this.#show({ as: 'still', at, jpeg })
    } catch {
      // The next picture is another chance.
    } finally {
      this.#encoding = false
    }
  }
}

/** Every browser plays H.264 in MP4; H.265 only some on some machines, older codecs none. */
function whyNoVideo({ codec }: VideoFormat): StillsReason | undefined {
  if (codec.name === 'mjpeg' || codec.name === 'png') return 'pictures'
  return codec.name === 'h264' ? undefined : 'codec'
}

/** RFC 6381: profile, constraints and level, as the stream's own description has them. */
function codecString(init: Uint8Array): string {
  const bytes = Buffer.from(init.buffer, init.byteOffset, init.byteLength)
  const at = bytes.indexOf('avcC')
  return at < 0 ? 'avc1.640028' : `avc1.${bytes.toString('hex', at + 5, at + 8)}`
}

function decoded(format: VideoFormat, packet: KeptPacket['packet']): Picture | undefined {
  const decoder = new Decoder({ type: 'format', codec: format.codec, tickMs: format.tickMs }, 'the newest picture')
  try {
    const [first, ...others] = decoder.decodeAlone(packet).frames
    for (const other of others) other.free()
    if (first && !isBroken(first)) return pictureOf(first)
    first?.free()
    return undefined
  } finally {
    decoder.close()
  }
}
