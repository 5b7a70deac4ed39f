// Crops of real streets as the networks are shown them: what the ranges of an int8 network are chosen on.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Picture } from '../../core/frame.ts'
import { type Box, WHOLE_FRAME } from '../../core/geometry.ts'
import type { CameraId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { systemClock } from '../../core/time.ts'
import { planTiles } from '../../detector/conditions/tiles.ts'
import { planCrops } from '../../detector/inference/crops.ts'
import { fitCrop, SLACK_BYTES, sizeFor } from '../../detector/inference/fit-crop.ts'
import { inputSize } from '../../models/input.ts'
import type { ModelInput } from '../../models/manifest.ts'
import type { CalibrationPicture } from '../../models/rewrite/calibrate.ts'
import { openCameraStream } from '../../streams/camera-stream.ts'
import { halfOf } from './labelled.ts'
import { corners, withPicture } from './look.ts'

const CLIPS = [
  'clips/kerb-parking.mp4',
  'clips/yard-pedestrians.avi',
  'clips/parking-lot-entrance.mp4',
  'clips/empty-lot-cars.mp4',
  'junction/junction.mp4',
] as const
/** Folders of short clips: one picture of every so manieth. */
const DAYS = ['jamcam-2017/09747', 'jamcam-2017/09801'] as const
const EVERY_CLIP = 12
const PER_CLIP = 5
const EVERY_BIN = 3

/** What was shown, below the footage folder. */
export const CALIBRATED_ON: readonly string[] = [...CLIPS, ...DAYS, 'bins']

/** People and vehicles: whole pictures, and their tiles near native resolution. */
export async function streetCrops(footage: string, input: ModelInput): Promise<readonly CalibrationPicture[]> {
  const everywhere = [{ polygon: corners(WHOLE_FRAME) }]
  return fromVideos(footage, input, picture => [WHOLE_FRAME, ...planCrops(everywhere, picture)])
}

/** Bins of the half that thresholds are chosen on, and tiles of streets. */
export async function conditionCrops(footage: string, input: ModelInput): Promise<readonly CalibrationPicture[]> {
  const crops: CalibrationPicture[] = []
  const folder = join(footage, 'bins/images')
  const names = (await readdir(folder)).filter(name => halfOf(name) === 'choose').sort()
  for (const name of names.filter((_, index) => index % EVERY_BIN === 0)) {
    crops.push(await withPicture(join(folder, name), async picture => cropOf(picture, WHOLE_FRAME, input)))
  }
  const road = (picture: Picture) => planTiles(corners(WHOLE_FRAME), picture, 'pieces').slice(0, 2)
  return [...crops, ...(await fromVideos(footage, input, road))]
}

async function fromVideos(
  footage: string,
  input: ModelInput,
  plan: (picture: Picture) => readonly Box[],
): Promise<readonly CalibrationPicture[]> {
  const crops: CalibrationPicture[] = []
  const days = await Promise.all(
    DAYS.map(async day => {
      const names = (await readdir(join(footage, day))).filter(name => name.endsWith('.mp4')).sort()
      return names.filter((_, index) => index % EVERY_CLIP === 0).map(name => join(day, name))
    }),
  )
  for (const [clips, most] of [[CLIPS, PER_CLIP] as const, [days.flat(), 1] as const]) {
    for (const clip of clips) {
      for await (const picture of picturesOf(join(footage, clip), most)) {
        for (const crop of plan(picture)) crops.push(cropOf(picture, crop, input))
      }
    }
  }
  return crops
}

/** The first of every three seconds, so many at most. */
async function* picturesOf(path: string, most: number): AsyncGenerator<Picture> {
  const camera = { id: 'calibration' as CameraId, source: { kind: 'file', path }, sampling: { every: 1 / 3 } }
  const stream = openCameraStream(camera, { pace: 'replay', clock: systemClock, log: silentLog, baseDir: '/' })
  let shown = 0
  for await (const { picture } of stream.frames()) {
    if (!picture) continue
    try {
      yield picture
    } finally {
      picture.release()
    }
    if (++shown === most) break
  }
}

function cropOf(picture: Picture, crop: Box, input: ModelInput): CalibrationPicture {
  const full = inputSize(input)
  const size = sizeFor(picture, crop, input)
  const room = new Uint8Array(full.widthPx * full.heightPx * 3 + SLACK_BYTES)
  fitCrop(picture, crop, input, room, size)
  return { ...size, pixels: room.slice(0, size.widthPx * size.heightPx * 3) }
}
