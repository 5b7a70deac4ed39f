// Live changes: whoever listens is told that a record is another, and reads it where it wants to know how.
import type { Change } from '../api/ports.ts'
import type { Log } from '../core/log.ts'

/** Tells everybody who listens that a record has changed; one listener's failure is not another's. */
export class Changes {
  readonly #listeners = new Set<(change: Change) => void>()
  readonly #log: Log

  constructor(log: Log) {
    this.#log = log
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  publish(change: Change): void {
    for (const listener of this.#listeners) {
      try {
        listener(change)
      } catch (error) {
        this.#log.error({ err: error }, 'a listener of changes failed')
      }
    }
  }
}
