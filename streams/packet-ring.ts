// The last seconds of a camera's compressed video, as it came: bounded by seconds and by bytes, and it begins with a key frame.
import type { Packet } from 'node-av/lib'
import type { EpochMs } from '../core/time.ts'

export interface KeptPacket {
  /** The ring's own: whoever wants it beyond the present call makes a reference. */
  readonly packet: Packet
  readonly arrivedAt: EpochMs
  readonly key: boolean
  readonly bytes: number
}

export interface RingLimits {
  /** At least so much is kept, and at most one group of pictures more, as long as the bytes allow it. */
  readonly keepMs: number
  readonly maxBytes: number
}

/** A group that lasts longer than this is no pre-roll that anybody can use: smart codecs stretch them to minutes. */
const LONGEST_GROUP_MS = 30_000

/**
 * Groups of pictures go as a whole, oldest first: what is left can always be decoded from its first packet on.
 *
 *   K····K····K····K··
 *   └ goes ┘└─ kept: ≥ keepMs, ≤ maxBytes ─┘
 */
export class PacketRing {
  readonly #limits: RingLimits
  #kept: KeptPacket[] = []
  #bytes = 0
  /** `beforeKey`: came while nothing could be decoded from it · `tooLarge`: of a group that is larger than the whole ring. */
  readonly dropped = { beforeKey: 0, tooLarge: 0 }

  constructor(limits: RingLimits) {
    this.#limits = limits
  }

  get bytes(): number {
    return this.#bytes
  }

  get packets(): readonly KeptPacket[] {
    return this.#kept
  }

  /** Keeps a reference to the packet. */
  put(packet: Packet, arrivedAt: EpochMs): void {
    const key = packet.isKeyframe
    if (!key && this.#kept.length === 0) {
      this.dropped.beforeKey++
      return
    }
    const own = packet.clone()
    if (!own) return
    this.#kept.push({ packet: own, arrivedAt, key, bytes: packet.size })
    this.#bytes += packet.size
    this.#evict(arrivedAt)
  }

  /** From the last key frame at or before `at` on; from the oldest where there is none so old. */
  since(at: EpochMs): readonly KeptPacket[] {
    const from = this.#kept.findLastIndex(({ key, arrivedAt }) => key && arrivedAt <= at)
    return this.#kept.slice(Math.max(0, from))
  }

  /** The newest key frame and what came after it. */
  newestGroup(): readonly KeptPacket[] {
    return this.since(Number.POSITIVE_INFINITY)
  }

  clear(): void {
    this.#release(this.#kept.length)
  }

  #evict(now: EpochMs): void {
    for (;;) {
      const second = this.#kept.findIndex(({ key }, index) => key && index > 0)
      const next = this.#kept[second]
      if (!next) break
      const isCovered = next.arrivedAt <= now - this.#limits.keepMs
      if (!isCovered && this.#bytes <= this.#limits.maxBytes) return
      this.#release(second)
    }
    const [first] = this.#kept
    if (!first) return
    if (this.#bytes > this.#limits.maxBytes || now - first.arrivedAt > LONGEST_GROUP_MS) {
      this.dropped.tooLarge += this.#kept.length
      this.clear()
    }
  }

  #release(count: number): void {
    for (const { packet, bytes } of this.#kept.splice(0, count)) {
      this.#bytes -= bytes
      packet.free()
    }
  }
}
