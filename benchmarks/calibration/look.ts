// Shows labelled pictures to a network, as production does, and keeps all that it has a mind to say about them.
import { JiemuError } from '../../core/errors.ts'
import type { Frame, Picture } from '../../core/frame.ts'
import { type Box, type Polygon, WHOLE_FRAME } from '../../core/geometry.ts'
import type { CameraId } from '../../core/ids.ts'
import type { Detection } from '../../core/scene.ts'
import { Scope } from '../../core/scope.ts'
import { planTiles } from '../../detector/conditions/tiles.ts'
import type { CropPlan, Detector } from '../../detector/inference/detector.ts'
import { openOnnxDetector } from '../../detector/inference/kinds/onnx.ts'
import { knownLabels, type Model } from '../../models/manifest.ts'
import { readStill } from '../../streams/still.ts'
import type { LabelledPicture } from './labelled.ts'
import { LEAST_SCORE } from './sweep.ts'

export interface Looked extends LabelledPicture {
  readonly detections: readonly Detection[]
}

/** A picture as a whole, as close up as a bin's zone with its margin is; or in tiles at native resolution, as a road is. */
export type Framing = 'whole' | 'tiles'

export interface LookOptions {
  readonly framing?: Framing
  /** Per class; next to nothing, if left out, and the card's for those that are not named. */
  readonly thresholds?: Readonly<Record<string, number>>
  /** Told after each picture, for a progress bar. */
  readonly onPicture?: (done: number) => void
}

/** @throws JiemuError model-misfit; inference-failed; calibration-data-invalid naming a picture that cannot be decoded */
export async function lookAt(
  pictures: readonly LabelledPicture[],
  model: Model,
  { framing = 'whole', thresholds = lowest(model), onPicture }: LookOptions = {},
): Promise<readonly Looked[]> {
  await using scope = new Scope()
  const opened = await openOnnxDetector(model, { thresholds, threads: 1, batch: 'one' })
  const detector = scope.use(opened, it => it.close())
  const looked: Looked[] = []
  for (const labelled of pictures) {
    const detections = await withPicture(labelled.file, picture => detect(detector, picture, planOf(framing, picture)))
    looked.push({ ...labelled, detections })
    onPicture?.(looked.length)
  }
  return looked
}

function lowest({ card }: Model): Readonly<Record<string, number>> {
  return Object.fromEntries(knownLabels(card).map(label => [label, LEAST_SCORE]))
}

/** @throws JiemuError calibration-data-invalid, file-unreadable, and whatever `use` throws */
export async function withPicture<T>(file: string, use: (picture: Picture) => Promise<T>): Promise<T> {
  const picture = await readStill(file).catch(error => {
    if (!(error instanceof JiemuError) || error.code !== 'source-corrupt') throw error
    throw new JiemuError('calibration-data-invalid', { file, problem: 'it cannot be decoded' }, error)
  })
  try {
    return await use(picture)
  } finally {
    picture.release()
  }
}

/** A picture of no camera. */
export function detect(detector: Detector, picture: Picture, plan: CropPlan): Promise<readonly Detection[]> {
  const still: Frame = {
    cameraId: 'still' as CameraId,
    sequence: 0,
    capturedAt: 0,
    clock: 'media',
    receivedAt: 0,
    keyframe: true,
    density: 'keyframes',
    picture,
  }
  return detector.detect(still, plan)
}

function planOf(framing: Framing, picture: Picture): readonly Box[] {
  return framing === 'whole' ? [WHOLE_FRAME] : planTiles(corners(WHOLE_FRAME), picture, 'place')
}

export function corners({ x1, y1, x2, y2 }: Box): Polygon {
  return [
    { x: x1, y: y1 },
    { x: x2, y: y1 },
    { x: x2, y: y2 },
    { x: x1, y: y2 },
  ]
}
