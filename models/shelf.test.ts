// What somebody points at is read only where it is a plain file, and what is kept comes in whole and goes again.
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tinyOf } from '../tests/support/tiny-families.ts'
import { adopt } from './adopt.ts'
import { loadModel, MODELS_DIRECTORY, type Model, readManifest } from './manifest.ts'
import { dropModel, keepModel, nameFrom, readNetwork } from './shelf.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jiemu-shelf-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('a file that somebody points at', () => {
  const at = (name: string) => join(folder, name)

  test('is read as it is', async () => {
    await writeFile(at('theirs.onnx'), 'bytes')
    expect(Buffer.from(await readNetwork(at('theirs.onnx'))).toString()).toBe('bytes')
  })

  test.each([
    ['a link', () => symlink(at('theirs.onnx'), at('it')), 'it is a link'],
    ['a folder', () => mkdir(at('it')), 'it is no file'],
    ['a pipe, which is not waited for', async () => void execFileSync('mkfifo', [at('it')]), 'it is no file'],
    ['nothing in it', () => writeFile(at('it'), ''), 'it is empty'],
    ['far too much', () => writeFile(at('it'), '').then(() => truncate(at('it'), 2 ** 30)), 'it has 1024 MiB'],
  ])('%s: refused', async (_, make, problem) => {
    await writeFile(at('theirs.onnx'), 'bytes')
    await make()
    await expect(readNetwork(at('it'))).rejects.toMatchObject({
      code: 'model-refused',
      detail: { problem: expect.stringContaining(problem) },
    })
  })

  test('that is not there is named', async () => {
    await expect(readNetwork(at('it'))).rejects.toMatchObject({
      code: 'file-unreadable',
      detail: { problem: 'ENOENT' },
    })
  })
})

test.each([
  ['best.onnx', 'best'],
  ['/tmp/Our Bins (v2).ONNX', 'our-bins-v2'],
  ['../../etc/passwd', 'passwd'],
  ['垃圾桶.onnx', ''],
])('%s is called "%s"', (file, name) => {
  expect(nameFrom(file)).toBe(name)
})

describe('the folder', () => {
  let model: Model
  beforeEach(async () => {
    const wishes = { name: 'theirs', family: 'classifier', classes: ['bin', 'bin-overflow'], licence: '' } as const
    model = await adopt(tinyOf('classifier'), 'theirs.onnx', wishes, ['bin', 'bin-overflow'])
  })

  test('is made with the first network, and found after the shipped ones', async () => {
    const shelf = join(folder, 'models')
    expect(await readManifest(shelf)).toEqual([])
    await keepModel(shelf, model)
    expect((await readdir(shelf)).sort()).toEqual(['manifest.json', 'theirs.onnx'])
    const directories = [MODELS_DIRECTORY, shelf]
    const { card, bytes } = await loadModel('theirs', { directories })
    expect(card).toEqual(model.card)
    expect(Uint8Array.from(bytes)).toEqual(Uint8Array.from(model.bytes))
    expect((await loadModel('street-objects', { directories })).card.name).toBe('street-objects')
  })

  test('does not take a second network of the same name', async () => {
    await keepModel(folder, model)
    await expect(keepModel(folder, model)).rejects.toMatchObject({ code: 'model-refused' })
  })

  test('gives a network up, file and card', async () => {
    await keepModel(folder, model)
    await dropModel(folder, 'theirs')
    expect(await readdir(folder)).toEqual(['manifest.json'])
    await expect(loadModel('theirs', { directories: [folder] })).rejects.toMatchObject({ code: 'model-unknown' })
    await expect(dropModel(folder, 'theirs')).rejects.toMatchObject({ code: 'not-found' })
  })

  test('that was tampered with gives nothing from outside it', async () => {
    const cards = JSON.stringify({ version: 1, models: [{ ...model.card, file: '../../secret.onnx' }] })
    await writeFile(join(folder, 'manifest.json'), cards)
    await expect(loadModel('theirs', { directories: [folder] })).rejects.toMatchObject({ code: 'options-invalid' })
    await expect(dropModel(folder, 'theirs')).rejects.toMatchObject({ code: 'options-invalid' })
  })
})
