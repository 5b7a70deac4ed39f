// What is loaded is what was released: cards, hashes, and refusals.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  knownLabels,
  labelsOf,
  loadModel,
  MODELS_DIRECTORY,
  type ModelCard,
  readManifest,
  writeManifest,
} from './manifest.ts'

test('the manifest repeats each card word for word and adds the hash', async () => {
  for (const { sha256, ...entry } of await readManifest()) {
    expect(sha256).toHaveLength(64)
    expect(entry).toEqual(JSON.parse(await readFile(join(MODELS_DIRECTORY, `${entry.name}.json`), 'utf8')))
  }
})

test('every network that lies here is in the manifest, and intact', async () => {
  const cards = await readManifest()
  const files = (await readdir(MODELS_DIRECTORY)).filter(name => name.endsWith('.onnx'))
  expect(cards.map(card => card.file).sort()).toEqual(files.sort())
  for (const card of cards) expect((await loadModel(card.name)).card).toEqual(card)
})

test('classes go by our names: as they are, mapped, or dropped', () => {
  const classes = ['overflow', 'full', 'toString']
  expect(labelsOf({ classes })).toEqual(classes)
  const classMap = { overflow: 'bin-overflow', full: 'bin-overflow' }
  expect(labelsOf({ classes, classMap })).toEqual(['bin-overflow', 'bin-overflow', undefined])
  expect(knownLabels({ classes, classMap })).toEqual(['bin-overflow'])
})

test('every class has a threshold', async () => {
  for (const card of await readManifest()) expect(Object.keys(card.suggestedThresholds)).toEqual(card.classes)
})

test('a model that the manifest does not name is refused', async () => {
  await expect(loadModel('street-dreams')).rejects.toMatchObject({ code: 'model-unknown' })
})

describe('in a folder of its own', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'jiemu-models-'))
    const [shipped] = await readManifest()
    if (shipped) await writeManifest(directory, [{ ...shipped, name: 'ours', file: 'ours.onnx' }])
  })
  afterEach(() => rm(directory, { recursive: true }))

  test('a missing file is named', async () => {
    await expect(loadModel('ours', { directories: [directory] })).rejects.toMatchObject({
      code: 'model-missing',
      detail: { file: join(directory, 'ours.onnx') },
    })
  })

  test('no network stands in for a shipped one', async () => {
    const [ours] = await readManifest(directory)
    if (ours) await writeManifest(directory, [{ ...ours, name: 'street-objects' }])
    expect((await loadModel('street-objects', { directories: [directory] })).card.file).toBe('street-objects.onnx')
  })

  test('one altered byte is noticed', async () => {
    const bytes = await readFile(join(MODELS_DIRECTORY, 'street-objects.onnx'))
    bytes.writeUInt8(bytes.readUInt8(1_000_000) ^ 1, 1_000_000)
    await writeFile(join(directory, 'ours.onnx'), bytes)
    await expect(loadModel('ours', { directories: [directory] })).rejects.toMatchObject({
      code: 'model-altered',
    })
  })

  test('a manifest is replaced as a whole, and never by one that could not be read again', async () => {
    const before = await readManifest(directory)
    await expect(writeManifest(directory, [{ ...before[0], nmsIou: 2 } as ModelCard])).rejects.toMatchObject({
      code: 'options-invalid',
    })
    expect(await readManifest(directory)).toEqual(before)
    expect(await readdir(directory)).toEqual(['manifest.json'])
  })

  test('a manifest that is no JSON, or says something unheard of, is an error with the file’s name', async () => {
    const file = join(directory, 'manifest.json')
    await writeFile(file, '{')
    await expect(readManifest(directory)).rejects.toMatchObject({ code: 'file-unreadable', detail: { file } })
    await writeFile(file, '{"version": 2, "models": []}')
    await expect(readManifest(directory)).rejects.toMatchObject({ code: 'options-invalid' })
  })
})
