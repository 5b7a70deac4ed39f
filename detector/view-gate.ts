// Whether a camera's frame can be judged, and how far it lies from the view for which its zones were drawn.
import type { Camera } from '../core/camera.ts'
import { JiemuError } from '../core/errors.ts'
import type { Picture } from '../core/frame.ts'
import type { Point } from '../core/geometry.ts'
import type { SightHealth } from '../core/health.ts'
import { contentId } from '../core/ids.ts'
import type { ReferenceView } from '../core/reference-view.ts'
import type { View } from '../core/scene.ts'
import type { EpochMs } from '../core/time.ts'
import { Alignment } from './alignment.ts'
import { Focus } from './focus.ts'
import { FrozenWatch } from './frozen.ts'
import { isCovered, lightOf } from './quality.ts'
import { featuresOf, thumbnailOf } from './reference-view.ts'
import { sharpnessOf } from './sharpness.ts'

export interface Judgement {
  readonly view: View
  /** How far the frame lies from the anchor, in fractions of the frame; undefined where it lies on it. */
  readonly drift: Point | undefined
}

/** What the gate needs of a picture. */
export type Shown = Pick<Picture, 'widthPx' | 'heightPx' | 'rgb'>

type Watched = Pick<Camera, 'id' | 'zones' | 'viewWord'>

/** Between two frames further apart than this the stream was away, which is no matter of sight. */
const LONGEST_STEP_MS = 60_000

/**
 * Names what a reference view is taken for: the zones as they are drawn, and the last wish of a person for a new one. Two
 * parts, so that it can be seen which of them has changed.
 */
export function referenceKey({ zones, viewWord }: Pick<Camera, 'zones' | 'viewWord'>): string {
  const drawn = zones.map(({ id, version, polygon }) => [id, version, polygon.map(({ x, y }) => [x, y])])
  return `${contentId(JSON.stringify(drawn))}.${viewWord.renewals}`
}

/** Judges one camera's frames, in their order; the same frames at the same times are judged the same again. */
export class ViewGate {
  readonly #alignment: Alignment
  readonly #focus = new Focus()
  readonly #frozen = new FrozenWatch()
  readonly #blindMs: Partial<Record<Exclude<View, 'clear'>, number>> = {}
  readonly #cameraId: Camera['id']
  #view: View = 'clear'
  #since: EpochMs | undefined
  #judgedAt: EpochMs | undefined
  #problem: JiemuError | undefined

  /** @param restored what the gate before this one kept; one of other zones or another wish is used no more */
  constructor(camera: Watched, restored?: ReferenceView) {
    this.#cameraId = camera.id
    this.#alignment = new Alignment(camera.id, referenceKey(camera), camera.viewWord, restored)
  }

  judge(picture: Shown, at: EpochMs): Judgement {
    const view = this.#viewOf(picture, at)
    this.#note(view, at)
    return { view, drift: view === 'clear' ? this.#alignment.drift : undefined }
  }

  /** To be kept and handed to the next gate; plain JSON. */
  get reference(): ReferenceView | undefined {
    return this.#alignment.reference
  }

  /** Rises with every change of `reference` that is worth storing. */
  get revision(): number {
    return this.#alignment.revision
  }

  /** camera-resized, while the frames have another shape than the reference. */
  get problem(): JiemuError | undefined {
    return this.#problem
  }

  sight(): SightHealth {
    return {
      view: this.#view,
      since: this.#since ?? 0,
      alignment: this.#alignment.state,
      drift: this.#alignment.drift ?? { x: 0, y: 0 },
      pending: this.#alignment.pending,
      blindMs: { ...this.#blindMs },
    }
  }

  #viewOf(picture: Shown, at: EpochMs): View {
    const { widthPx, heightPx } = picture
    const frame = this.#alignment.reference?.frame
    const resized = frame !== undefined && isReshaped(frame, picture)
    const problem = () =>
      new JiemuError('camera-resized', {
        camera: this.#cameraId,
        before: `${frame?.widthPx}×${frame?.heightPx}`,
        now: `${widthPx}×${heightPx}`,
      })
    this.#problem = resized ? (this.#problem ?? problem()) : undefined
    if (resized) {
      this.#alignment.lost(at)
      return 'moved'
    }
    const luma = thumbnailOf(picture)
    const light = lightOf(luma)
    const frozen = this.#frozen.isFrozen(luma, at)
    if (light.view !== 'clear') return light.view
    if (frozen) return 'frozen'
    const features = featuresOf(luma)
    if (isCovered(features.structure, this.#alignment.structure)) return 'covered'
    const sharpness = sharpnessOf(picture, light.spread)
    const look = { luma, sharpness, features, frame: picture, at }
    const trusted = this.#alignment.follow(look)
    if (this.#alignment.state === 'moved') return 'moved'
    const focus = this.#focus.judge(sharpness, this.#alignment.sharpness, at)
    if (focus !== 'clear') return focus
    this.#alignment.keep(look)
    return trusted ? 'clear' : 'moved'
  }

  #note(view: View, at: EpochMs): void {
    const stepMs = Math.max(0, at - (this.#judgedAt ?? at))
    if (this.#view !== 'clear' && stepMs <= LONGEST_STEP_MS) {
      this.#blindMs[this.#view] = (this.#blindMs[this.#view] ?? 0) + stepMs
    }
    if (view !== this.#view || this.#since === undefined) this.#since = at
    this.#view = view
    this.#judgedAt = at
  }
}

/** Sides that a camera rounds to whole macroblocks may differ by as much. */
const SHAPE_TOLERANCE = 0.02

function isReshaped(before: { readonly widthPx: number; readonly heightPx: number }, now: Shown): boolean {
  const ratio = (before.widthPx * now.heightPx) / (before.heightPx * now.widthPx)
  return Math.abs(ratio - 1) > SHAPE_TOLERANCE
}
