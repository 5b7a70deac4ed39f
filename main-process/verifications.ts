// Who asks the cameras to look again: level-triggered from the database, so that no restart of anybody loses a question.
import { toJiemuError } from '../core/errors.ts'
import type { LookAnswer, LookRequest } from '../core/fresh-look.ts'
import type { Log } from '../core/log.ts'

export interface VerificationsDeps {
  /** All looks that are owed an answer, by the database. */
  owed(): Promise<readonly LookRequest[]>
  /** Asks the shards for these, and for no others. */
  ask(looks: readonly LookRequest[]): void
  /** Takes an answer in. Safe to repeat. */
  takeIn(answer: LookAnswer): Promise<unknown>
  readonly log: Log
}

/** A shard that has lost the question, or main an answer, hears of it again after so long. */
const AGAIN_MS = 10_000

export class Verifications {
  readonly #deps: VerificationsDeps
  #timer: NodeJS.Timeout | undefined
  #refreshing: Promise<void> | undefined
  #again = false
  #owed = 0

  constructor(deps: VerificationsDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#timer = setInterval(() => this.refresh(), AGAIN_MS)
    this.refresh()
  }

  /** Asks for what is owed now; several calls at once are one, and one more after it. */
  refresh(): void {
    if (this.#refreshing) {
      this.#again = true
      return
    }
    this.#refreshing = this.#refresh().finally(() => {
      this.#refreshing = undefined
      if (this.#again && this.#timer) {
        this.#again = false
        this.refresh()
      }
    })
  }

  /** @throws JiemuError database-unavailable: it is asked again, and answered again */
  async takeIn(answer: LookAnswer): Promise<void> {
    await this.#deps.takeIn(answer)
    this.refresh()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#timer = undefined
    await this.#refreshing
  }

  async #refresh(): Promise<void> {
    try {
      const looks = await this.#deps.owed()
      if (looks.length > 0 || this.#owed > 0) this.#deps.ask(looks)
      this.#owed = looks.length
    } catch (thrown) {
      const { code, message } = toJiemuError(thrown)
      this.#deps.log.warn({ code }, message)
    }
  }
}
