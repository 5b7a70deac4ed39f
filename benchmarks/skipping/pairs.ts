// How much two pictures of one place differ where the network finds the same in both, and where it does not.
import type { CameraEntry } from '../../core/camera.ts'
import { iou } from '../../core/geometry.ts'
import type { CameraId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import type { Detection } from '../../core/scene.ts'
import { ManualClock } from '../../core/time.ts'
import { changeBetween, type Glimpse, glimpseOf, toleranceOf } from '../../detector/change.ts'
import { planCrops } from '../../detector/inference/crops.ts'
import type { Detector } from '../../detector/inference/detector.ts'
import { openCameraStream } from '../../streams/camera-stream.ts'

export interface Pair {
  readonly largest: number
  readonly noise: number
  /** Whether it would be taken for unchanged. */
  readonly tolerated: boolean
  /** Whether something that the network is sure of is found in one of both only. */
  readonly differs: boolean
}

/** Pictures of clips that were cut apart are no pair. */
const APART_MS = 10_000
/** What is found less surely comes and goes by itself. */
const SURE = 0.4
const SAME_IOU = 0.5

/** @returns every pair of neighbouring pictures, at one a second */
export async function pairsOf(entry: CameraEntry, detector: Detector): Promise<readonly Pair[]> {
  const camera = { id: entry.id as CameraId, source: entry.source, sampling: { every: 1 } }
  const stream = openCameraStream(camera, {
    ...{ pace: 'replay', clock: new ManualClock(0), log: silentLog, baseDir: process.cwd() },
  })
  const pairs: Pair[] = []
  let before: { glimpses: readonly Glimpse[]; found: readonly Detection[]; at: number } | undefined
  for await (const frame of stream.frames()) {
    const { picture, capturedAt: at } = frame
    if (!picture) continue
    const crops = planCrops(entry.zones, picture)
    const glimpses = crops.map(crop => glimpseOf(picture, crop))
    const found = await detector.detect(frame, crops)
    picture.release()
    if (before && at - before.at < APART_MS) pairs.push(pairOf(before, { glimpses, found }))
    before = { glimpses, found, at }
  }
  return pairs
}

type Seen = { readonly glimpses: readonly Glimpse[]; readonly found: readonly Detection[] }

function pairOf(before: Seen, now: Seen): Pair {
  const changes = before.glimpses.flatMap((glimpse, index) => {
    const other = now.glimpses[index]
    return other ? [changeBetween(glimpse, other)] : []
  })
  return {
    largest: Math.max(...changes.map(({ largest }) => largest)),
    noise: Math.max(...changes.map(({ noise }) => noise)),
    tolerated: changes.every(change => !change.identical && change.largest <= toleranceOf(change)),
    differs: isMissing(before.found, now.found) || isMissing(now.found, before.found),
  }
}

const isMissing = (those: readonly Detection[], others: readonly Detection[]) =>
  those.some(
    ({ score, label, box }) =>
      score >= SURE && !others.some(other => other.label === label && iou(other.box, box) >= SAME_IOU),
  )
