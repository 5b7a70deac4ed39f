// The smallest value of the last so many milliseconds, in constant time per value (a monotonic queue).
import type { EpochMs } from '../core/time.ts'

export class SlidingMinimum {
  readonly #windowMs: number
  /** Values rise from front to back: whatever is older and larger than a newcomer can never be the minimum again. */
  #queue: { readonly at: EpochMs; readonly value: number }[] = []

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  add(at: EpochMs, value: number): void {
    while (this.#queue.length > 0 && (this.#queue.at(-1)?.value ?? 0) >= value) this.#queue.pop()
    this.#queue.push({ at, value })
    while ((this.#queue[0]?.at ?? at) < at - this.#windowMs) this.#queue.shift()
  }

  get value(): number | undefined {
    return this.#queue[0]?.value
  }
}
