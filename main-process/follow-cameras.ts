// Follows the store's cameras: hands them on at the start and after every change, and says why where they cannot be read.
import type { Camera } from '../core/camera.ts'
import { type JiemuError, toJiemuError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'

export interface FollowDeps {
  /** Rises with every change of the cameras. */
  revision(): Promise<number>
  cameras(): Promise<readonly Camera[]>
  /** Called with the whole set. */
  take(cameras: readonly Camera[]): void
  readonly log: Log
}

/** A running shard takes a change of the cameras within 2 s. */
const POLL_MS = 1_000

export class CameraFollower {
  readonly #deps: FollowDeps
  #known = -1
  #busy = false
  #problem: JiemuError | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(deps: FollowDeps) {
    this.#deps = deps
  }

  /** Resolves once they were read for the first time, or could not be. */
  async start(): Promise<void> {
    await this.look()
    this.#timer = setInterval(() => void this.look(), POLL_MS)
  }

  /** Why the cameras stay as they were, or stay away: the database does not answer, or a password does not open. */
  problem(): JiemuError | null {
    return this.#problem
  }

  async look(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    try {
      const revision = await this.#deps.revision()
      if (revision !== this.#known) this.#deps.take(await this.#deps.cameras())
      this.#known = revision
      this.#problem = null
    } catch (thrown) {
      const error = toJiemuError(thrown)
      // Said once, not every second.
      if (error.message !== this.#problem?.message) this.#deps.log.error({ code: error.code }, error.message)
      this.#problem = error
    } finally {
      this.#busy = false
    }
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
