// The measured clip as a camera's second, smaller stream shows it: the same scene in 640×360, with as many pictures and key frames.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { WHOLE_FRAME } from '../core/geometry.ts'
import type { CameraId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { systemClock } from '../core/time.ts'
import { openCameraStream } from '../streams/camera-stream.ts'
import { encodeVideo } from '../streams/encode.ts'
import { CLIP, type Clip } from './make-1080p.ts'

export const SUB_STREAM = { ...CLIP, widthPx: 640, heightPx: 360, bitRate: 512_000 } as const

/** Made beside the clip, unless it is there. */
export async function makeSubStream({ path: from, sha256, madeFrom }: Clip): Promise<Clip> {
  const { widthPx, heightPx, bitRate } = SUB_STREAM
  const path = join(dirname(from), `${widthPx}x${heightPx}-${bitRate}-of-${sha256.slice(0, 8)}.mp4`)
  if (!existsSync(path)) {
    // Two programs may make it at once.
    const part = `${path}.${process.pid}.part.mp4`
    await encodeVideo({ path: part, codec: 'h264', ...SUB_STREAM }, smaller(from))
    await rename(part, path)
  }
  const bytes = await readFile(path)
  return { path, madeFrom, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** Every picture of the clip, packed RGB. */
async function* smaller(path: string): AsyncGenerator<Uint8Array> {
  const camera = { id: 'clip' as CameraId, source: { kind: 'file', path }, sampling: { every: CLIP.fps } }
  const stream = openCameraStream(camera, { pace: 'replay', clock: systemClock, log: silentLog, baseDir: '/' })
  for await (const { picture } of stream.frames()) {
    if (!picture) continue
    const { pixels } = picture.rgb(WHOLE_FRAME, SUB_STREAM.widthPx, SUB_STREAM.heightPx)
    picture.release()
    yield pixels
  }
}
