// The folder of added networks: files come in whole or not at all, and what is asked for by name stays in the folder.
import { constants } from 'node:fs'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { JiemuError } from '../core/errors.ts'
import { type Model, type ModelCard, readManifest, writeManifest } from './manifest.ts'

/** Eight times what a network that keeps up on a CPU weighs. */
const LARGEST_BYTES = 512 * 1024 * 1024

/**
 * Reads a network that somebody points at: a file, and nothing that stands for one.
 * @throws JiemuError model-refused, file-unreadable
 */
export async function readNetwork(file: string): Promise<Uint8Array> {
  const refuse = (problem: string) => new JiemuError('model-refused', { file, problem })
  // A link is not followed and a pipe not waited for; what was measured is what is read.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  const handle = await open(file, flags).catch(error => {
    if (error.code === 'ELOOP') throw refuse('it is a link; name the file itself')
    throw new JiemuError('file-unreadable', { file, problem: error.code ?? 'unknown' }, error)
  })
  try {
    const { size, ...stats } = await handle.stat().then(it => ({ size: it.size, isFile: it.isFile() }))
    if (!stats.isFile) throw refuse('it is no file')
    if (size === 0) throw refuse('it is empty')
    if (size > LARGEST_BYTES)
      throw refuse(`it has ${Math.round(size / 2 ** 20)} MiB, more than ${LARGEST_BYTES / 2 ** 20}`)
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

/** A name for a network from the name of its file: `Best (v2).onnx` becomes `best-v2`. */
export function nameFrom(file: string): string {
  const plain = basename(file).replace(/\.onnx$/i, '')
  return plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64)
}

/**
 * Puts a network and its card into the folder, which is made where it is missing.
 * @throws JiemuError model-refused where its name is taken
 */
export async function keepModel(directory: string, { card, bytes }: Model): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const models = await readManifest(directory)
  if (models.some(({ name }) => name === card.name)) {
    const problem = `there is a network "${card.name}" already; remove it first, or give this one another --name`
    throw new JiemuError('model-refused', { file: card.file, problem })
  }
  const file = join(directory, card.file)
  const temporary = `${file}.${process.pid}.tmp`
  try {
    await writeFile(temporary, bytes, { flag: 'wx', mode: 0o600 })
    await rename(temporary, file)
  } finally {
    await rm(temporary, { force: true })
  }
  // The card comes last: until it stands there, nobody knows of the file.
  await writeManifest(directory, [...models, card])
}

/** @throws JiemuError not-found */
export async function dropModel(directory: string, name: string): Promise<ModelCard> {
  const models = await readManifest(directory)
  const card = models.find(entry => entry.name === name)
  if (!card) throw new JiemuError('not-found', { what: 'added network', id: name })
  await writeManifest(
    directory,
    models.filter(entry => entry !== card),
  )
  await rm(join(directory, card.file), { force: true })
  return card
}
