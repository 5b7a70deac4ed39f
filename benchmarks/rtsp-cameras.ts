// A camera of 1080p25 to measure on: the clip of make-1080p.ts, some minutes of it, as files or from a real RTSP server.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { JiemuError } from '../core/errors.ts'
import type { Scope } from '../core/scope.ts'
import { CLIP, type Clip, make1080p } from './make-1080p.ts'
import { ROOT } from './provenance.ts'
import { type Piece, remux } from './remux.ts'

/** Debian's own Python is the one that sees `python3-gi`. */
const PYTHON = '/usr/bin/python3'
const LENGTH_MS = (CLIP.frames / CLIP.fps) * 1_000
/** From one key frame of the clip to the next. */
const GOP_MS = (CLIP.gopFrames / CLIP.fps) * 1_000

export interface LongClip extends Clip {
  readonly lengthMs: number
}

/** The clip over and over, without a seam in its time stamps; made once for each length. */
export async function longClip(minutes: number): Promise<LongClip> {
  const clip = await make1080p(ROOT)
  const rounds = Math.ceil((minutes * 60_000) / LENGTH_MS)
  const path = await madeOnce(clip, `${rounds}`, over(clip, rounds))
  return { ...clip, path, lengthMs: rounds * LENGTH_MS }
}

const over = (clip: Clip, rounds: number) => Array.from({ length: rounds }, () => piece(clip, LENGTH_MS))
const piece = (clip: Clip, lengthMs: number): Piece => ({ input: clip.path, fromMs: 0, lengthMs })

export interface Media {
  readonly path: string
  readonly seconds: number
}

/** The first seconds of the clip, in whole groups of pictures: the whole clip, where it is no longer than that. */
export async function cutClip(clip: Clip, seconds: number): Promise<Media> {
  const lengthMs = Math.min(LENGTH_MS, Math.max(1, Math.ceil((seconds * 1_000) / GOP_MS)) * GOP_MS)
  const path = lengthMs < LENGTH_MS ? await madeOnce(clip, `first-${lengthMs}ms`, [piece(clip, lengthMs)]) : clip.path
  return { path, seconds: lengthMs / 1_000 }
}

/** @returns where the pieces lie as one file, beside the clip */
async function madeOnce(clip: Clip, name: string, pieces: readonly Piece[]): Promise<string> {
  const path = join(dirname(clip.path), `1080p25-${clip.sha256.slice(0, 8)}-${name}.mp4`)
  if (existsSync(path)) return path
  // Two programs may make it at once.
  const part = `${path}.${process.pid}.part.mp4`
  await remux(part, pieces)
  await rename(part, path)
  return path
}

export interface StaggeredFile {
  readonly path: string
  /** Its first group of pictures is cut short, so that the key frames after it come when those of no other file do. */
  readonly firstGroupFrames: number
}

/** The clip over and over in several files: where all of them begin together, their key frames are spread over a group of pictures. */
export async function staggeredFiles(minutes: number, count = 10): Promise<readonly StaggeredFile[]> {
  const clip = await make1080p(ROOT)
  const rounds = Math.ceil((minutes * 60_000) / LENGTH_MS)
  const files: StaggeredFile[] = []
  for (let index = 0; index < count; index += 1) {
    const frames = Math.round((CLIP.gopFrames * index) / count)
    const first = frames > 0 ? [piece(clip, (frames / CLIP.fps) * 1_000)] : []
    const path = await madeOnce(clip, `${rounds}-after-${frames}`, [...first, ...over(clip, rounds)])
    files.push({ path, firstGroupFrames: frames || CLIP.gopFrames })
  }
  return files
}

export interface Feeder {
  /** One for each camera. */
  readonly urls: readonly string[]
  /** Of the server, so that its cost can be told apart. */
  readonly pid: number
}

/**
 * Serves a file under as many names as there are to be cameras; each begins with its first viewer.
 * @param staggered whether the cameras' key frames are spread evenly over a group of pictures, as those of cameras that
 * know nothing of each other are; otherwise viewers that come together see them together
 * @throws JiemuError request-invalid where the server cannot start: it needs the Debian packages that .ci/run installs
 */
export async function serveRtsp(scope: Scope, path: string, cameras: number, staggered = false): Promise<Feeder> {
  const names = Array.from({ length: cameras }, (_, index) => `camera-${index + 1}`)
  const lateMs = (index: number) => (staggered ? Math.round((index / cameras) * GOP_MS) : 0)
  const script = join(ROOT, 'tests/support/rtsp-server.py')
  const media = names.map((name, index) => `${name}=late:${lateMs(index)}:${path}`)
  const server = spawn(PYTHON, [script, '0', '-', ...media], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(server, 'exit')
  scope.defer(async () => {
    server.kill('SIGKILL')
    await ended
  })
  const [port] = (await Promise.race([
    once(createInterface({ input: server.stdout }), 'line'),
    ended.then(([code]) => {
      const problem = `the RTSP server ended with ${code}: it needs the Debian packages that .ci/run installs`
      throw new JiemuError('request-invalid', { problem })
    }),
  ])) as [string]
  return { urls: names.map(name => `rtsp://127.0.0.1:${port}/${name}`), pid: server.pid ?? 0 }
}

/** An address of RTSP, or whatever a cameras file can name. */
export type Source = string | { readonly kind: string; readonly [option: string]: unknown }

/**
 * A camera on the clip as an entry of a cameras file. It looks where the clip's nine pictures show three cars at a kerb
 * (middle left) and the paved yard that people cross (middle right).
 */
export function cameraEntry(id: string, source: Source, parkingOptions: object = {}) {
  return {
    id,
    name: id,
    street: 'measured',
    grid: 'measured',
    source: typeof source === 'string' ? { kind: 'rtsp', url: source } : source,
    zones: [
      { id: 'kerb', rule: 'illegal-parking', options: parkingOptions, polygon: KERB },
      { id: 'pavement', rule: 'crowding', polygon: PAVEMENT },
    ],
  }
}

/** The same camera with every rule there is, as they come: two places more, whose condition is looked at. */
export function everyRuleEntry(id: string, source: Source) {
  const entry = cameraEntry(id, source)
  return {
    ...entry,
    zones: [
      ...entry.zones,
      { id: 'bin', rule: 'overflowing-bin', polygon: BIN },
      { id: 'road', rule: 'dirty-road', polygon: ROAD },
    ],
  }
}

const KERB = [
  [0.0, 0.56],
  [0.067, 0.587],
  [0.167, 0.6],
  [0.253, 0.6],
  [0.253, 0.64],
  [0.1, 0.64],
  [0.0, 0.607],
]
const PAVEMENT = [
  [0.79, 0.43],
  [0.92, 0.43],
  [0.95, 0.57],
  [0.87, 0.54],
  [0.79, 0.5],
]
/** A stone of a bin's size at the edge of the yard's lawn: two tiles. */
const BIN = [
  [0.712, 0.455],
  [0.745, 0.455],
  [0.745, 0.51],
  [0.712, 0.51],
]
/** The way past the bays of the car park (bottom left): six tiles. */
const ROAD = [
  [0.06, 0.8],
  [0.27, 0.8],
  [0.32, 0.95],
  [0.02, 0.95],
]
