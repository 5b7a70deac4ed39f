// A camera's scenes on their way to the detection log: in batches, since every message costs main something.
import type { CameraId } from '../core/ids.ts'
import { encodeScene, type Scene } from '../core/scene.ts'
import type { FromShard } from '../core/shard-contract.ts'
import type { EpochMs } from '../core/time.ts'

/** So many, or this old. */
const MOST_SCENES = 16
const MOST_MS = 10_000

export class SceneBatch {
  readonly #cameraId: CameraId
  readonly #emit: (message: FromShard) => unknown
  #lines: { at: EpochMs; line: string }[] = []

  constructor(cameraId: CameraId, emit: (message: FromShard) => unknown) {
    this.#cameraId = cameraId
    this.#emit = emit
  }

  async add(scene: Scene): Promise<void> {
    this.#lines.push({ at: scene.at, line: encodeScene(scene) })
    const [oldest] = this.#lines
    if (this.#lines.length >= MOST_SCENES || (oldest && scene.at - oldest.at >= MOST_MS)) await this.flush()
  }

  async flush(): Promise<void> {
    if (this.#lines.length === 0) return
    const lines = this.#lines
    this.#lines = []
    await this.#emit({ type: 'scenes', cameraId: this.#cameraId, lines })
  }
}
