// Whose pictures are being looked at in a process: what can wait is done when nobody's is.
import { stopwatch } from '../core/time.ts'

/** One per shard; cameras share one core, and whoever comes while another is looked at waits for it. */
export class Turns {
  #pictures = 0
  readonly #waiting = new Set<() => void>()

  /** A picture is taken up. @returns to be called once its rules have been told */
  begin(): () => void {
    this.#pictures++
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      this.#pictures--
      if (this.#pictures === 0) for (const go of [...this.#waiting]) go()
    }
  }

  get isBusy(): boolean {
    return this.#pictures > 0
  }

  /**
   * For work in several steps that may wait, but not for ever.
   * @returns to be called before each step: resolves once no picture is being looked at, or all of them have waited so long
   */
  patience(mostMs: number): () => Promise<void> {
    let leftMs = mostMs
    return async () => {
      if (!this.isBusy || leftMs <= 0) return
      const waitedMs = stopwatch()
      await this.#idle(leftMs)
      leftMs -= waitedMs()
    }
  }

  #idle(mostMs: number): Promise<void> {
    return new Promise<void>(resolve => {
      const go = () => {
        clearTimeout(timer)
        this.#waiting.delete(go)
        resolve()
      }
      const timer = setTimeout(go, mostMs)
      this.#waiting.add(go)
    })
  }
}
