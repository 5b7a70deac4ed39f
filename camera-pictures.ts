// Pictures of a camera that belong to no incident: one small one a minute beside the log, and a larger one while somebody looks.
import type { Frame } from './core/frame.ts'
import { moveBox } from './core/geometry.ts'
import type { CameraId } from './core/ids.ts'
import type { Scene } from './core/scene.ts'
import type { SeenFrame } from './core/seen-frame.ts'
import type { FromShard } from './core/shard-contract.ts'
import type { EpochMs } from './core/time.ts'
import type { Detector } from './detector/inference/detector.ts'
import { seeAll } from './detector/inference/see-all.ts'
import { thumbnail } from './streams/snapshot.ts'

const THUMBNAIL_EVERY_MS = 60_000
const THUMBNAIL_PX = 320
/** Enough to draw a zone on, and a tenth of the bytes of a whole frame. */
const LOOK_PX = 1_280
/** Of what is found anywhere only what is as sure as a rule would want it: `seeAll` would rather see too much. */
const LEAST_SCORE = 0.25
const NO_DRIFT = { x: 0, y: 0 }

/** @param detector of people and vehicles */
export class CameraPictures {
  readonly #cameraId: CameraId
  readonly #detector: Detector
  #thumbnailAt: EpochMs = Number.NEGATIVE_INFINITY
  /** Whether somebody looks at this camera now. */
  watched = false

  constructor(cameraId: CameraId, detector: Detector) {
    this.#cameraId = cameraId
    this.#detector = detector
  }

  /** What main is told of a frame whose picture still lives. @throws JiemuError inference-failed */
  async *of(frame: Frame, scene: Scene): AsyncGenerator<Extract<FromShard, { type: 'thumbnail' | 'seen' }>> {
    const { picture } = frame
    if (!picture) return
    if (scene.at - this.#thumbnailAt >= THUMBNAIL_EVERY_MS) {
      this.#thumbnailAt = scene.at
      const jpeg = await thumbnail(picture, Math.min(THUMBNAIL_PX, picture.widthPx))
      yield { type: 'thumbnail', cameraId: this.#cameraId, at: scene.at, jpeg }
    }
    if (this.watched) yield { type: 'seen', seen: await this.#seen(frame, picture, scene) }
  }

  async #seen(frame: Frame, picture: NonNullable<Frame['picture']>, scene: Scene): Promise<SeenFrame> {
    const drift = scene.drift ?? NO_DRIFT
    const back = { x: -drift.x, y: -drift.y }
    const everywhere = await seeAll(this.#detector, frame)
    return {
      cameraId: this.#cameraId,
      at: scene.at,
      view: scene.view,
      widthPx: picture.widthPx,
      heightPx: picture.heightPx,
      drift,
      objects: scene.objects.map(({ label, score, box }) => ({ label, score, box })),
      everywhere:
        everywhere
          ?.filter(({ score }) => score >= LEAST_SCORE)
          .map(found => ({ ...found, box: moveBox(found.box, back) })) ?? null,
      jpeg: await thumbnail(picture, Math.min(LOOK_PX, picture.widthPx)),
    }
  }
}
