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
  /** People, vehicles and street furniture: nobody plants litter under them. */
  readonly taken: readonly Box[]
}

export const JAMCAMS = ['jamcam-09747', 'jamcam-09801'] as const
const KERB = 'kerb-parking'
export const ROAD_CAMERAS = [...JAMCAMS, KERB] as const
export type RoadCamera = (typeof ROAD_CAMERAS)[number]

/**
 * The carriageways, drawn by eye as somebody would who sets up a road to be watched for litter. What the truth files call so
 * was drawn for parked vehicles: of jamcam-09801 it takes in hedges, house fronts and hoardings.
 */
const CARRIAGEWAYS: Readonly<Record<RoadCamera, readonly (readonly [number, number])[]>> = {
  'jamcam-09747': [
    [0.02, 0.56],
    [0.26, 0.45],
    [0.85, 0.45],
    [0.83, 0.9],
    [0.1, 0.9],
    [0.12, 0.75],
    [0.02, 0.66],
  ],
  'jamcam-09801': [
    [0.33, 0.5],
    [0.53, 0.49],
    [0.66, 0.65],
    [0.95, 0.72],
    [0.97, 0.88],
    [0.85, 0.91],
    [0.18, 0.91],
    [0.27, 0.7],
  ],
  'kerb-parking': [
    [0, 0.45],
    [0.48, 0.3],
    [0.76, 0.2],
    [0.79, 0.29],
    [0.66, 0.32],
    [0.65, 0.6],
    [0, 0.6],
  ],
}

/** What stands before them: signals, posts and bollards. Nobody plants litter in the air. */
const FURNITURE: Readonly<Record<RoadCamera, readonly Box[]>> = {
  'jamcam-09747': [
    { x1: 0.25, y1: 0.5, x2: 0.32, y2: 0.82 },
    { x1: 0.34, y1: 0.64, x2: 0.37, y2: 0.74 },
    { x1: 0.1, y1: 0.6, x2: 0.17, y2: 0.78 },
  ],
  'jamcam-09801': [
    { x1: 0.44, y1: 0.65, x2: 0.49, y2: 0.86 },
    { x1: 0.51, y1: 0.55, x2: 0.58, y2: 0.82 },
    { x1: 0.78, y1: 0.77, x2: 0.82, y2: 0.91 },
    { x1: 0.68, y1: 0.54, x2: 0.82, y2: 0.72 },
  ],
  'kerb-parking': [],
}
/** One frame of each clip of a day; as many of the minute of kerb-parking as differ. */
const APART_MS = { clips: 60_000, file: 5_000 }

export const carriageway = (camera: RoadCamera): Zone =>
  roadZone(
    camera,
    CARRIAGEWAYS[camera].map(([x, y]) => ({ x, y })),
  )

/** A zone of a road, with the rule's defaults. */
export function roadZone(camera: string, polygon: Polygon): Zone {
  return {
    id: 'road' as ZoneId,
    name: 'road',
    cameraId: camera as CameraId,
    version: 1,
    rule: 'dirty-road',
    polygon,
    options: {},
    placeId: `${camera}/road` as PlaceId,
  }
}

/** @param wanted which of a camera's frames to take, by their index */
export async function roads(
  footage: string,
  camera: RoadCamera,
  objects: Detector,
  wanted: (index: number) => boolean,
): Promise<readonly Road[]> {
  const truth = await readTruth(join(footage, 'truth', `${camera}.json`))
  const zone = carriageway(camera)
  const far = sparsely(camera === KERB ? APART_MS.file : APART_MS.clips)
  let count = 0
  const { kind, path } = truth.camera.source
  return eachFrame({ kind, path: String(path) }, async frame => {
    if (!far(frame.capturedAt)) return undefined
    const index = count++
    if (!wanted(index)) return undefined
    const detections = await objects.detect(frame, planCrops([zone], frame.picture))
    return {
      camera,
      index,
      zone,
      image: frame.picture.rgb(WHOLE_FRAME),
      taken: [...FURNITURE[camera], ...detections.map(({ box }) => box)],
    }
  })
}
