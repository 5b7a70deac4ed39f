// What cameras show right now, for whoever looks: asked of the shards only while somebody does.
import type { CameraId } from '../core/ids.ts'
import type { SeenFrame } from '../core/seen-frame.ts'
import type { Clock, EpochMs } from '../core/time.ts'

/** Somebody who looks asks every second or two; whoever has not for so long has gone. */
const WANTED_FOR_MS = 15_000
/** Older is not now. */
const FRESH_MS = 20_000

export interface LiveScenesDeps {
  /** The cameras that somebody looks at: all of them, whenever they are others. */
  watch(cameras: readonly CameraId[]): void
  readonly clock: Clock
}

export class LiveScenes {
  readonly #deps: LiveScenesDeps
  readonly #wantedUntil = new Map<CameraId, EpochMs>()
  readonly #newest = new Map<CameraId, { readonly seen: SeenFrame; readonly heardAt: EpochMs }>()
  #timer: NodeJS.Timeout | undefined

  constructor(deps: LiveScenesDeps) {
    this.#deps = deps
  }

  /** Asks for it from now on, too. @returns null before the camera's shard has answered */
  newest(id: CameraId): SeenFrame | null {
    const now = this.#deps.clock.now()
    const isNew = !this.#wantedUntil.has(id)
    this.#wantedUntil.set(id, now + WANTED_FOR_MS)
    if (isNew) this.#tell()
    this.#timer ??= setInterval(() => this.#forget(), WANTED_FOR_MS / 3).unref()
    const found = this.#newest.get(id)
    return found && now - found.heardAt <= FRESH_MS ? found.seen : null
  }

  heard(seen: SeenFrame): void {
    if (this.#wantedUntil.has(seen.cameraId)) {
      this.#newest.set(seen.cameraId, { seen, heardAt: this.#deps.clock.now() })
    }
  }

  close(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #forget(): void {
    const now = this.#deps.clock.now()
    const gone = [...this.#wantedUntil].filter(([, until]) => until <= now).map(([id]) => id)
    for (const id of gone) {
      this.#wantedUntil.delete(id)
      this.#newest.delete(id)
    }
    if (gone.length > 0) this.#tell()
    if (this.#wantedUntil.size === 0) this.close()
  }

  #tell(): void {
    this.#deps.watch([...this.#wantedUntil.keys()])
  }
}
