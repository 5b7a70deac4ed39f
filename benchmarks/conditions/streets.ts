// Streets to put bins and litter on: single frames of the footage, and the drawn street.
import { join } from 'node:path'
import type { Frame, RgbImage } from '../../core/frame.ts'
import { type Box, WHOLE_FRAME } from '../../core/geometry.ts'
import type { CameraId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { type EpochMs, ManualClock } from '../../core/time.ts'
import { HEIGHT_PX, renderStreet, WIDTH_PX } from '../../fixtures/street.ts'
import { openCameraStream } from '../../streams/camera-stream.ts'

/** What `take` makes of each key frame of some footage; undefined leaves a frame out. */
export async function eachFrame<T>(
  source: { readonly kind: string; readonly path: string },
  take: (frame: Frame & { readonly picture: NonNullable<Frame['picture']> }) => Promise<T | undefined> | T | undefined,
): Promise<readonly T[]> {
  const stream = openCameraStream(
    { id: 'footage' as CameraId, source, sampling: 'keyframes' },
    { pace: 'replay', clock: new ManualClock(0), log: silentLog, baseDir: process.cwd() },
  )
  const taken: T[] = []
  for await (const frame of stream.frames()) {
    const { picture } = frame
    try {
      const kept = picture && (await take({ ...frame, picture }))
      if (kept !== undefined) taken.push(kept)
    } finally {
      picture?.release()
      stream.analysed(frame)
    }
  }
  await stream.close()
  return taken
}

/** Frames that are at least so far apart. */
export function sparsely(everyMs: number): (at: EpochMs) => boolean {
  let next = Number.NEGATIVE_INFINITY
  return at => {
    if (at < next) return false
    next = at + everyMs
    return true
  }
}

/** A street that stays as it is for a whole sequence, as a 720p camera shows it. */
export interface Street {
  readonly name: string
  /** Where a bin's foot may stand. */
  readonly ground: Box
  readonly image: RgbImage
}

export const STREET_SIZE = { widthPx: WIDTH_PX, heightPx: HEIGHT_PX }

interface Clip {
  readonly file: string
  /** The part of its height that makes 16:9 of it. */
  readonly rows?: { readonly y1: number; readonly y2: number }
  readonly ground: Box
}

/** Road and pavement as free of cars as these clips have it; enlarged by 1.7 (parking lot, yard) and 2. */
const CLIPS: Readonly<Record<string, Clip>> = {
  'kerb-parking': { file: 'clips/kerb-parking.mp4', ground: { x1: 0.2, y1: 0.52, x2: 0.6, y2: 0.6 } },
  'parking-lot': { file: 'clips/parking-lot-entrance.mp4', ground: { x1: 0.45, y1: 0.4, x2: 0.95, y2: 0.95 } },
  yard: {
    file: 'clips/yard-pedestrians.avi',
    rows: { y1: 0.25, y2: 1 },
    ground: { x1: 0.05, y1: 0.55, x2: 0.5, y2: 0.95 },
  },
  junction: { file: 'junction/junction.mp4', ground: { x1: 0.74, y1: 0.82, x2: 0.84, y2: 0.97 } },
}
const PAVEMENT: Box = { x1: 0.1, y1: 0.53, x2: 0.9, y2: 0.62 }

export async function streets(footage: string): Promise<readonly Street[]> {
  const { widthPx, heightPx } = STREET_SIZE
  const real = await Promise.all(
    Object.entries(CLIPS).map(async ([name, { file, rows, ground }]) => {
      const first = sparsely(Number.POSITIVE_INFINITY)
      const [image] = await eachFrame({ kind: 'file', path: join(footage, file) }, ({ capturedAt, picture }) =>
        first(capturedAt) ? picture.rgb({ ...WHOLE_FRAME, ...rows }, widthPx, heightPx) : undefined,
      )
      if (!image) throw new Error(`no picture in ${file}`)
      return { name, ground, image }
    }),
  )
  const drawn = { widthPx, heightPx, pixels: new Uint8Array(await renderStreet()) }
  return [...real, { name: 'drawn-street', ground: PAVEMENT, image: drawn }]
}
