// Recordings of 1080p25 to measure on: the clip of make-1080p.ts over and over, cut short, or with staggered key frames.
import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CLIP, type Clip, make1080p } from './make-1080p.ts'
import { ROOT } from './provenance.ts'
import { type Piece, remux } from './remux.ts'

const LENGTH_MS = (CLIP.frames / CLIP.fps) * 1_000
/** From one key frame of the clip to the next. */
export const GOP_MS = (CLIP.gopFrames / CLIP.fps) * 1_000

export interface LongClip extends Clip {
  readonly lengthMs: number
}

/** The clip over and over, without a seam in its time stamps; made once for each length. */
export async function longClip(minutes: number, given?: Clip): Promise<LongClip> {
  const clip = given ?? (await make1080p(ROOT))
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
  const path = join(dirname(clip.path), `${basename(clip.path, '.mp4')}-${clip.sha256.slice(0, 8)}-${name}.mp4`)
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
export async function staggeredFiles(minutes: number, clip: Clip, count = 10): Promise<readonly StaggeredFile[]> {
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
