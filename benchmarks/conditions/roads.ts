// Roads to plant litter on: single frames of three cameras, with where their carriageway is and what drives on it.
import { join } from 'node:path'
import type { Zone } from '../../core/camera.ts'
import type { RgbImage } from '../../core/frame.ts'
import { type Box, type Polygon, WHOLE_FRAME } from '../../core/geometry.ts'
import type { CameraId, PlaceId, ZoneId } from '../../core/ids.ts'
import { planCrops } from '../../detector/inference/crops.ts'
import type { Detector } from '../../detector/inference/detector.ts'
import { readTruth } from '../truth.ts'
import { eachFrame, sparsely } from './streets.ts'

export interface Road {
  readonly camera: string
  /** Counts the frames taken of this camera. */
  readonly index: number
  readonly image: RgbImage
  readonly zone: Zone
  /** People and vehicles: nobody plants litter under them. */
  readonly taken: readonly Box[]
}

export const JAMCAMS = ['jamcam-09747', 'jamcam-09801'] as const
const KERB = 'kerb-parking'
export const ROAD_CAMERAS = [...JAMCAMS, KERB] as const
/** The road between the two kerbs, by eye. */
const KERB_ROAD: Polygon = [
  { x: 0, y: 0.45 },
  { x: 0.48, y: 0.3 },
  { x: 0.78, y: 0.2 },
  { x: 0.97, y: 0.35 },
  { x: 0.72, y: 0.62 },
  { x: 0, y: 0.6 },
]
/** One frame of each clip of a day; as many of the minute of kerb-parking as differ. */
const APART_MS = { clips: 60_000, file: 5_000 }

export function roadZone(camera: string, polygon: Polygon, options: Zone['options'] = {}): Zone {
  return {
    id: 'road' as ZoneId,
    name: 'road',
    cameraId: camera as CameraId,
    version: 1,
    rule: 'dirty-road',
    polygon,
    options,
    placeId: `${camera}/road` as PlaceId,
  }
}

/** @param wanted which of a camera's frames to take, by their index */
export async function roads(
  footage: string,
  camera: (typeof ROAD_CAMERAS)[number],
  objects: Detector,
  wanted: (index: number) => boolean,
): Promise<readonly Road[]> {
  const truth = await readTruth(join(footage, 'truth', `${camera}.json`))
  const [carriageway] = truth.camera.zones
  const polygon = camera === KERB ? KERB_ROAD : (carriageway?.polygon ?? [])
  const zone = roadZone(camera, polygon)
  const far = sparsely(camera === KERB ? APART_MS.file : APART_MS.clips)
  let count = 0
  const { kind, path } = truth.camera.source
  return eachFrame({ kind, path: String(path) }, async frame => {
    if (!far(frame.capturedAt)) return undefined
    const index = count++
    if (!wanted(index)) return undefined
    const detections = await objects.detect(frame, planCrops([zone], frame.picture))
    return { camera, index, zone, image: frame.picture.rgb(WHOLE_FRAME), taken: detections.map(({ box }) => box) }
  })
}
