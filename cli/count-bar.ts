// A progress bar on the terminal that counts up to a total.
import { SingleBar } from 'cli-progress'

/** A pipe gets no bar: whoever reads it wants lines. */
export class CountBar {
  readonly #bar: SingleBar
  #started = false

  constructor(unit: string) {
    const format = `{bar} {percentage} % | {value} of {total} ${unit}`
    this.#bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true })
  }

  show(done: number, total: number): void {
    if (!process.stderr.isTTY) return
    if (!this.#started) this.#bar.start(total, 0)
    this.#started = true
    this.#bar.setTotal(total)
    this.#bar.update(done)
  }

  stop(): void {
    if (this.#started) this.#bar.stop()
    this.#started = false
  }
}
