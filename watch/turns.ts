// Whose pictures are being looked at in a process: what can wait is done when nobody's is.

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

  /** Resolves once no picture is being looked at, or after so long. */
  async idle(mostMs: number): Promise<void> {
    if (!this.isBusy) return
    await new Promise<void>(resolve => {
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
