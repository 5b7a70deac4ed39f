// Whether a camera sends the same picture again and again: packets flow, but nothing is seen any more.
import type { EpochMs } from '../core/time.ts'

/** Two equal frames are nothing: an encoder repeats one where a picture is late. */
const LEAST_FRAMES = 3
const LEAST_MS = 10_000

/** Compares small pictures: of a living sensor no two are equal, since its noise does not average out to nothing. */
export class FrozenWatch {
  #last: Uint8Array | undefined
  #since: EpochMs = 0
  #frames = 0

  isFrozen(luma: Uint8Array, at: EpochMs): boolean {
    const same = this.#last !== undefined && Buffer.compare(this.#last, luma) === 0
    if (!same) {
      this.#last = luma
      this.#since = at
      this.#frames = 0
    }
    this.#frames++
    return this.#frames >= LEAST_FRAMES && at - this.#since >= LEAST_MS
  }
}
