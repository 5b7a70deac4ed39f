// Pictures of a camera: of its incidents, one small one a minute beside the log, and a larger one while somebody looks.
import type { Camera } from '../core/camera.ts'
import { type JiemuError, toJiemuError } from '../core/errors.ts'
import type { Frame } from '../core/frame.ts'
import { moveBox, movePolygon, type Point } from '../core/geometry.ts'
import type { PictureRequest } from '../core/observation.ts'
import type { Detection, Scene } from '../core/scene.ts'
import type { SeenFrame } from '../core/seen-frame.ts'
import type { FromShard } from '../core/shard-contract.ts'
import type { EpochMs } from '../core/time.ts'
import type { Detector } from '../detector/inference/detector.ts'
import { seeAll } from '../detector/inference/see-all.ts'
import { takeSnapshots, thumbnail } from '../streams/snapshot.ts'

const THUMBNAIL_EVERY_MS = 60_000
const THUMBNAIL_PX = 320
/** Enough to draw a zone on, and a tenth of the bytes of a whole frame. */
const LOOK_PX = 1_280
/** Of what is found anywhere only what is as sure as a rule would want it: `seeAll` would rather see too much. */
const LEAST_SCORE = 0.25
const NO_DRIFT = { x: 0, y: 0 }

type Pictures = Extract<FromShard, { type: 'pictures' }>

/** @param detector of people and vehicles */
export class CameraPictures {
  readonly #camera: Camera
  readonly #detector: Detector
  readonly #onFailure: (error: JiemuError) => void
  #thumbnailAt: EpochMs = Number.NEGATIVE_INFINITY
  /** What was made of the latest frame: where several things begin in one, it is the same for all of them. */
  #made:
    | { readonly frame: Frame; readonly clean: Uint8Array; readonly inFrame: readonly Detection[] | undefined }
    | undefined
  /** Whether somebody looks at this camera now. */
  watched = false

  constructor(camera: Camera, detector: Detector, onFailure: (error: JiemuError) => void) {
    this.#camera = camera
    this.#onFailure = onFailure
    this.#detector = detector
  }

  /** What main is told of a frame whose picture still lives. @throws JiemuError inference-failed */
  async *of(frame: Frame, scene: Scene): AsyncGenerator<Extract<FromShard, { type: 'thumbnail' | 'seen' }>> {
    const { picture } = frame
    if (!picture) return
    // All that its rules asked for has been made: its picture may go.
    this.#made = undefined
    if (scene.at - this.#thumbnailAt >= THUMBNAIL_EVERY_MS) {
      this.#thumbnailAt = scene.at
      const jpeg = await thumbnail(picture, Math.min(THUMBNAIL_PX, picture.widthPx))
      yield { type: 'thumbnail', cameraId: this.#camera.id, at: scene.at, jpeg }
    }
    if (this.watched) yield { type: 'seen', seen: await this.#seen(frame, picture, scene) }
  }

  /** @returns undefined where the frame has no pixels. @throws JiemuError where they cannot be made into pictures */
  async ofIncident(request: PictureRequest, frame: Frame, drift: Point = NO_DRIFT): Promise<Pictures | undefined> {
    const { picture } = frame
    if (!picture) return undefined
    const { id, name, generated, zones } = this.#camera
    const zone = zones.find(one => one.id === request.zoneId)
    const made = this.#made?.frame === frame ? this.#made : undefined
    const snapshots = await takeSnapshots(picture, {
      cameraName: name,
      capturedAt: request.at,
      caption: request.caption,
      zone: movePolygon(zone?.polygon ?? [], drift),
      boxes: request.boxes.map(box => moveBox(box, drift)),
      generated,
      clean: made?.clean,
    })
    const inFrame = made ? made.inFrame : await this.#inFrame(frame)
    const [first] = snapshots
    this.#made = first && { frame, clean: first.jpeg, inFrame }
    return { type: 'pictures', cameraId: id, request, snapshots, ...(inFrame && { inFrame }) }
  }

  /** Without them a picture stays in the house, which is no reason to lose it. */
  async #inFrame(frame: Frame): Promise<readonly Detection[] | undefined> {
    try {
      return await seeAll(this.#detector, frame)
    } catch (thrown) {
      this.#onFailure(toJiemuError(thrown))
      return undefined
    }
  }

  async #seen(frame: Frame, picture: NonNullable<Frame['picture']>, scene: Scene): Promise<SeenFrame> {
    const drift = scene.drift ?? NO_DRIFT
    const back = { x: -drift.x, y: -drift.y }
    const everywhere = await seeAll(this.#detector, frame)
    return {
      cameraId: this.#camera.id,
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
