// Litter planted on roads: what the production sampler finds of it, by its size in pixels.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Frame, RgbImage } from '../../core/frame.ts'
import { type Box, contains, coverage, intersectionArea } from '../../core/geometry.ts'
import { ConditionSampler } from '../../detector/conditions/sampler.ts'
import type { Detector } from '../../detector/inference/detector.ts'
import { seededRandom } from '../../fixtures/random.ts'
import { writeStill } from '../../fixtures/still-file.ts'
import { readStill } from '../../streams/still.ts'
import { copyOf, gainFor, layOn } from './canvas.ts'
import { type Cutting, cut } from './cuttings.ts'
import type { Road } from './roads.ts'

/** Sizes are the side of a square of the same area. */
const SIZES_PX = [
  [12, 16],
  [16, 24],
  [24, 32],
  [32, 48],
  [48, 64],
] as const

interface Plant {
  readonly box: Box
  readonly sizePx: number
}

export interface Planted {
  readonly road: Road
  readonly image: RgbImage
  readonly plants: readonly Plant[]
}

/** One plant of each size on each road, where there is room beside vehicles and other plants. */
export async function plant(
  allRoads: readonly Road[],
  litter: readonly Cutting[],
  seed: number,
): Promise<readonly Planted[]> {
  const random = seededRandom(seed)
  const planted: Planted[] = []
  let turn = Math.floor(random() * litter.length)
  for (const road of allRoads) {
    const image = copyOf(road.image)
    const plants: Plant[] = []
    for (const [least, most] of SIZES_PX) {
      // One after the other, so that each is planted about as often.
      const cutting = litter[turn++ % litter.length]
      if (!cutting) continue
      const sizePx = least + random() * (most - least)
      const scale = sizePx / Math.sqrt(cutting.widthPx * cutting.heightPx)
      const widthPx = Math.round(cutting.widthPx * scale)
      const heightPx = Math.round(cutting.heightPx * scale)
      const box = freePlace(road, plants, widthPx, heightPx, random)
      if (!box) continue
      const piece = await cut(cutting, widthPx, heightPx)
      const corner = { leftPx: Math.round(box.x1 * image.widthPx), topPx: Math.round(box.y1 * image.heightPx) }
      layOn(image, piece, corner, gainFor(piece, road.image, corner))
      plants.push({ box, sizePx })
    }
    planted.push({ road, image, plants })
  }
  return planted
}

const TRIES = 200

function freePlace(
  { image, zone, taken }: Road,
  others: readonly Plant[],
  widthPx: number,
  heightPx: number,
  random: () => number,
): Box | undefined {
  const width = widthPx / image.widthPx
  const height = heightPx / image.heightPx
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const x1 = Math.round(random() * (image.widthPx - widthPx)) / image.widthPx
    const y1 = Math.round(random() * (image.heightPx - heightPx)) / image.heightPx
    const box = { x1, y1, x2: x1 + width, y2: y1 + height }
    const corners = [
      { x: box.x1, y: box.y1 },
      { x: box.x2, y: box.y1 },
      { x: box.x1, y: box.y2 },
      { x: box.x2, y: box.y2 },
    ]
    const around = { x1: x1 - width / 4, y1: y1 - height / 4, x2: box.x2 + width / 4, y2: box.y2 + height / 4 }
    const blocked = [...taken, ...others.map(other => other.box)].some(there => intersectionArea(around, there) > 0)
    if (!blocked && corners.every(corner => contains(zone.polygon, corner))) return box
  }
  return undefined
}

/** A plant, and the best score with which litter was found in its place; 0 where it was overlooked. */
export interface Found extends Plant {
  readonly camera: string
  readonly score: number
}

/** Of the litter box, so much must lie on the plant: of a heap one may find a part, but not the kerb beside it. */
const ON_PLANT = 0.5

/** @param conditions the condition network, with a threshold of litter far below what is asked */
export async function search(planted: readonly Planted[], conditions: Detector): Promise<readonly Found[]> {
  const folder = await mkdtemp(join(tmpdir(), 'jiemu-litter-'))
  try {
    const found: Found[] = []
    for (const { road, image, plants } of planted) {
      const file = join(folder, `${road.camera}-${road.index}.png`)
      await writeStill(file, image)
      const boxes = await sampleStill(file, road, conditions)
      for (const one of plants) {
        const scores = boxes.filter(({ box }) => coverage(box, one.box) >= ON_PLANT).map(({ score }) => score)
        found.push({ ...one, camera: road.camera, score: Math.max(0, ...scores) })
      }
    }
    return found
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The litter that one sample of the road's zone finds. */
async function sampleStill(file: string, { zone }: Road, conditions: Detector) {
  const picture = await readStill(file)
  const problems: Error[] = []
  const sampler = new ConditionSampler([{ zone, everyMs: 60_000, detail: 'pieces' }], {
    detector: conditions,
    onFailure: (_, error) => problems.push(error),
  })
  try {
    const frame: Frame = {
      ...{ cameraId: zone.cameraId, sequence: 0, capturedAt: 0, receivedAt: 0, keyframe: true, picture },
      clock: 'media',
      density: 'keyframes',
    }
    const [sample] = await sampler.sample(frame, [zone])
    if (problems[0]) throw problems[0]
    return (sample?.detections ?? []).filter(({ label }) => label === 'litter')
  } finally {
    picture.release()
  }
}

interface Recall {
  readonly sizesPx: string
  readonly plants: number
  readonly found: number
  readonly recall: number | null
}

export function recallBySize(found: readonly Found[], threshold: number): readonly Recall[] {
  return [...SIZES_PX, [24, 64] as const].map(([least, most]) => {
    const ours = found.filter(({ sizePx }) => sizePx >= least && sizePx < most)
    const hits = ours.filter(({ score }) => score >= threshold).length
    return {
      sizesPx: `${least}–${most}`,
      plants: ours.length,
      found: hits,
      recall: ours.length > 0 ? hits / ours.length : null,
    }
  })
}

/** Pieces that a city should see. */
export const WANTED_PX = 24

/** The highest hundredth at which so large a share of the plants from 24 px upwards is found; null where none does. */
export function thresholdFor(found: readonly Found[], share: number): number | null {
  const large = found.filter(({ sizePx }) => sizePx >= WANTED_PX)
  for (let hundredths = 99; hundredths >= 1; hundredths--) {
    const hits = large.filter(({ score }) => score >= hundredths / 100).length
    if (large.length > 0 && hits / large.length >= share) return hundredths / 100
  }
  return null
}
