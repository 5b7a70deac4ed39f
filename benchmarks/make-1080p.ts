// Makes the clip that costs are measured on: 1080p25 H.264, 4 Mbit/s, a key frame every two seconds, with movement and real noise.
//
// Nine pictures of 640×360 lie side by side, each cut out of a clip at its native resolution: scaling would smooth the sensor's
// noise away, and with it what a decoder works on. For the same reason every picture of a clip is shown once, whatever
// the clip's own rate: a picture shown twice costs a decoder nothing.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Picture } from '../core/frame.ts'
import type { Box } from '../core/geometry.ts'
import type { CameraId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { systemClock } from '../core/time.ts'
import { generateScene } from '../fixtures/generate.ts'
import { WIDTH_PX as SCENE_WIDTH_PX } from '../fixtures/street.ts'
import { openCameraStream } from '../streams/camera-stream.ts'
import { encodeVideo } from '../streams/encode.ts'

/**
 * Thirteen groups of pictures, a prime: where it is shown over and over, looks a few groups apart see all of it in turn. Of twelve,
 * looks 24 s apart saw one moment again and again, and in that every car stood still.
 */
export const CLIP = {
  widthPx: 1920,
  heightPx: 1080,
  fps: 25,
  gopFrames: 50,
  bitRate: 4_000_000,
  frames: 650,
} as const

const JUNCTION = 'junction/junction.mp4'
const KERB = 'clips/kerb-parking.mp4'
const ENTRANCE = 'clips/parking-lot-entrance.mp4'
const YARD = 'clips/yard-pedestrians.avi'

/** Row by row. The kerb (middle left) and the junction (centre) lie where measured-camera.ts has drawn its zones. */
const LAYOUT = [YARD, ENTRANCE, JUNCTION, KERB, JUNCTION, YARD, ENTRANCE, KERB, JUNCTION] as const

/** Below the footage folder: a busy junction, a street with parked cars, a car park, people who cross a yard. */
export const SOURCES: readonly string[] = [...new Set(LAYOUT)]

const TILE = { widthPx: 640, heightPx: 360, perRow: 3, count: LAYOUT.length } as const
const TILE_BYTES = TILE.widthPx * TILE.heightPx * 3
/** Tiles of the same footage show different moments of it. */
const TILE_OFFSET_FRAMES = 40
const SCENE_LAG_FRAMES = 25

export interface Clip {
  readonly path: string
  readonly sha256: string
  readonly madeFrom: 'footage' | 'generated scene'
}

/**
 * Makes `.cache/benchmarks/1080p25.mp4` below `root`, unless it is there.
 * @param footage the folder with `junction` and `clips`; where it is absent the generated scene takes its place
 */
export async function make1080p(root: string, footage = join(root, '../shared/footage')): Promise<Clip> {
  const path = join(root, '.cache/benchmarks/1080p25.mp4')
  const madeFrom = SOURCES.every(source => existsSync(join(footage, source))) ? 'footage' : 'generated scene'
  const mark = JSON.stringify({ ...CLIP, madeFrom, layout: LAYOUT, sceneLag: SCENE_LAG_FRAMES })
  const known = await readFile(`${path}.made-from`, 'utf8').catch(() => '')
  if (known !== mark || !existsSync(path)) {
    await mkdir(dirname(path), { recursive: true })
    const tiles = madeFrom === 'footage' ? footageTiles(footage) : sceneTiles()
    // Two programs may make it at once.
    const part = `${path}.${process.pid}.part.mp4`
    await encodeVideo({ path: part, codec: 'h264', ...CLIP }, sideBySide(tiles))
    await rename(part, path)
    await writeFile(`${path}.made-from`, mark)
  }
  return {
    path,
    madeFrom,
    sha256: createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  }
}

/** Packed RGB of each tile, picture after picture. */
type Tiles = AsyncGenerator<readonly Uint8Array[]>

async function* footageTiles(footage: string): Tiles {
  const players = LAYOUT.map(source => play(join(footage, source)))
  for (const [index, player] of players.entries()) {
    for (let skipped = 0; skipped < index * TILE_OFFSET_FRAMES; skipped++) await player.next()
  }
  for (;;) yield await Promise.all(players.map(async player => (await player.next()).value ?? new Uint8Array()))
}

/** A clip's pictures, over and over. */
async function* play(path: string): AsyncGenerator<Uint8Array> {
  const camera = { id: 'tile' as CameraId, source: { kind: 'file', path }, sampling: { every: 30 } }
  for (;;) {
    const stream = openCameraStream(camera, { pace: 'replay', clock: systemClock, log: silentLog, baseDir: '/' })
    for await (const { picture } of stream.frames()) {
      if (!picture) continue
      const { pixels } = picture.rgb(middleOf(picture), TILE.widthPx, TILE.heightPx)
      picture.release()
      yield pixels
    }
  }
}

/**
 * As large as a tile, so that nothing is scaled. Drawn a quarter of a pixel within, since pictures are cut to whole pixels
 * outwards: whichever way fractions round, it is these.
 */
function middleOf({ widthPx, heightPx }: Pick<Picture, 'widthPx' | 'heightPx'>): Box {
  const x = ((widthPx - TILE.widthPx) / 2 + 0.25) / widthPx
  const y = ((heightPx - TILE.heightPx) / 2 + 0.25) / heightPx
  return { x1: x, y1: y, x2: 1 - x, y2: 1 - y }
}

/** A picture of the generated scene is exactly four tiles; the four after these show what was a while ago, and so on. */
async function* sceneTiles(): Tiles {
  const shown: Uint8Array[] = []
  for await (const scene of generateScene({ fps: CLIP.fps, durationMs: (CLIP.frames * 1_000) / CLIP.fps }).frames) {
    shown.unshift(scene)
    shown.length = Math.min(shown.length, SCENE_LAG_FRAMES * (TILE.count >> 2) + 1)
    yield LAYOUT.map((_, index) => quarter(shown[SCENE_LAG_FRAMES * (index >> 2)] ?? scene, index % 4))
  }
}

function quarter(scene: Uint8Array, index: number): Uint8Array {
  const tile = new Uint8Array(TILE_BYTES)
  const lineBytes = TILE.widthPx * 3
  const corner = (index >> 1) * TILE.heightPx * SCENE_WIDTH_PX * 3 + (index & 1) * lineBytes
  for (let row = 0; row < TILE.heightPx; row++) {
    const from = corner + row * SCENE_WIDTH_PX * 3
    tile.set(scene.subarray(from, from + lineBytes), row * lineBytes)
  }
  return tile
}

async function* sideBySide(tiles: Tiles): AsyncGenerator<Uint8Array> {
  const frame = new Uint8Array(CLIP.widthPx * CLIP.heightPx * 3)
  const lineBytes = TILE.widthPx * 3
  let made = 0
  for await (const row of tiles) {
    for (const [index, tile] of row.entries()) {
      const corner =
        Math.floor(index / TILE.perRow) * TILE.heightPx * CLIP.widthPx * 3 + (index % TILE.perRow) * lineBytes
      for (let line = 0; line < TILE.heightPx; line++) {
        frame.set(tile.subarray(line * lineBytes, (line + 1) * lineBytes), corner + line * CLIP.widthPx * 3)
      }
    }
    yield frame
    if (++made === CLIP.frames) return
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(await make1080p(process.cwd()))
