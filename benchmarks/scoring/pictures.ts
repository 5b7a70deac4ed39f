// The folder of pictures beside a scored run's result: JPEGs that are called by their content.
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toJiemuError } from '../../core/errors.ts'

/** JPEGs by their name. */
export type Pictures = ReadonlyMap<string, Uint8Array>

/** "score.json" has "score.pictures", which git ignores among the committed results. */
export function picturesFolder(resultFile: string): string {
  return `${resultFile.replace(/\.json$/, '')}.pictures`
}

export function pictureName(jpeg: Uint8Array): string {
  return `${createHash('sha256').update(jpeg).digest('hex').slice(0, 16)}.jpg`
}

/** Whoever measures anew leaves no picture of the run before. @throws JiemuError file-unwritable */
export async function emptyPictures(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(error => {
    throw toJiemuError(error, 'file-unwritable', { file: folder })
  })
}

/** @throws JiemuError file-unwritable */
export async function writePictures(folder: string, pictures: Pictures): Promise<void> {
  try {
    if (pictures.size > 0) await mkdir(folder, { recursive: true })
    for (const [name, jpeg] of pictures) await writeFile(join(folder, name), jpeg)
  } catch (error) {
    throw toJiemuError(error, 'file-unwritable', { file: folder })
  }
}

/** Those that are there and are what they are called; a result is often read where its pictures are not. */
export async function readPictures(folder: string, names: readonly string[]): Promise<Pictures> {
  const pictures = new Map<string, Uint8Array>()
  for (const name of new Set(names)) {
    const jpeg = await readFile(join(folder, name)).catch(() => undefined)
    if (jpeg && pictureName(jpeg) === name) pictures.set(name, jpeg)
  }
  return pictures
}
