// The generated scene where a test needs it: drawn once per checkout, which takes twelve seconds of a core, and then copied.
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type WrittenScene, writeScene } from '../../fixtures/generate.ts'

const CACHE = join(import.meta.dirname, '../../node_modules/.cache')
/** Those that `writeScene` leaves; the last says what they were made from. */
const FILES = ['demo.mp4', 'demo.json', 'demo.made-from']

/** As `writeScene` with its default options. */
export const sceneIn = (folder: string): Promise<WrittenScene> => withScene('sources', folder, () => writeScene(folder))

/**
 * Lays the scene into the folder before somebody draws it there, who looks whether it is the right one; and keeps what was drawn.
 * @param by its mark differs: compiled code is other code
 */
export async function withScene<T>(by: 'sources' | 'program', folder: string, draw: () => Promise<T>): Promise<T> {
  const kept = join(CACHE, `jiemu-scene-of-${by}`)
  if (existsSync(kept)) await cp(kept, folder, { recursive: true })
  const drawn = await draw()
  const [mark, keptMark] = await Promise.all([folder, kept].map(markIn))
  if (mark !== keptMark) await keep(folder, kept)
  return drawn
}

const markIn = (folder: string) => readFile(join(folder, 'demo.made-from'), 'utf8').catch(() => '')

/** Of two test files that get here at once, the first to finish wins. */
async function keep(folder: string, kept: string): Promise<void> {
  // On a fresh clone nothing else has been kept yet.
  await mkdir(CACHE, { recursive: true })
  const own = await mkdtemp(join(CACHE, 'jiemu-'))
  for (const name of FILES) await cp(join(folder, name), join(own, name))
  await rm(kept, { recursive: true, force: true })
  await rename(own, kept).catch(() => rm(own, { recursive: true, force: true }))
}
