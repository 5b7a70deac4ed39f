// `jiemu models` from the file that somebody brings to the network that the settings can name, and back.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { loadModel, modelDirectories } from '../models/manifest.ts'
import { TINY, type TinyName, tinyOf } from '../tests/support/tiny-families.ts'
import { type AddOptions, addModel, listModels, removeModel } from './models.ts'

let dataDir: string
let said: string[]
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'jiemu-models-'))
  said = []
  vi.spyOn(console, 'log').mockImplementation(line => void said.push(line))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(dataDir, { recursive: true, force: true })
})

const NAMES = Object.keys(TINY) as TinyName[]
const familyOf = (name: TinyName) => name.split(/[ ,]/)[0] as AddOptions['family']

function bring(name: TinyName): string {
  const file = join(dataDir, 'Their Network.onnx')
  writeFileSync(file, tinyOf(name))
  return file
}
const add = (name: TinyName, options: Partial<AddOptions> = {}) =>
  addModel(bring(name), {
    ...{ family: familyOf(name), classes: 'overflow, ok', map: ['overflow=bin-overflow', 'ok=bin'] },
    ...{ threshold: ['bin=0.1'], licence: 'CC0-1.0', dataDir, ...options },
  })

test.each(NAMES)('%s: tried on the drawn street, and entered', async name => {
  await add(name)
  expect(said[0]).toContain(`their-network  ${familyOf(name)}`)
  expect(said[1]).toBe('  gives bin-overflow ≥ 0.3, bin ≥ 0.1')
  expect(said.at(-1)).toMatch(/on the sample, in \d+ ms: (nothing|bin|bin-overflow)/)
  const { card } = await loadModel('their-network', { directories: modelDirectories(dataDir) })
  expect(card).toMatchObject({ family: familyOf(name), licence: 'CC0-1.0', origin: 'added from Their Network.onnx' })
})

test('what was added is listed after what is shipped, and can be removed', async () => {
  await add('classifier', { name: 'ours' })
  said = []
  await listModels({ dataDir })
  expect(said.filter(line => !line.startsWith(' ')).map(line => line.split(' ')[0])).toEqual([
    'street-objects',
    'street-objects-int8',
    'street-condition',
    'street-condition-int8',
    'ours',
  ])
  await removeModel('ours', { dataDir })
  expect(await readdir(join(dataDir, 'models'))).toEqual(['manifest.json'])
  await expect(removeModel('street-objects', { dataDir })).rejects.toMatchObject({ code: 'not-found' })
})

describe('refused, and nothing is kept', () => {
  test.each<[string, Partial<AddOptions>, string, string]>([
    ['the name of a shipped network', { name: 'street-objects' }, 'model-refused', 'is a shipped network'],
    ['a name that could leave the folder', { name: '../theirs' }, 'model-refused', 'name'],
    ['a map without a class', { map: ['overflow'] }, 'request-invalid', '--map overflow: expected NAME=VALUE'],
    ['a threshold beyond 1', { threshold: ['bin=35'] }, 'request-invalid', '"35" is no number from 0 to 1'],
    ['a threshold that is empty', { threshold: ['bin='] }, 'request-invalid', '"" is no number'],
    ['two means', { mean: '0.5,0.5' }, 'request-invalid', 'three numbers'],
    ['a deviation of nothing', { std: '0,1,1' }, 'request-invalid', '"0" is no number from 0.001'],
    ['another number of classes', { classes: 'bin' }, 'model-refused', 'which is not among its classes'],
    ['a sample that is not there', { sample: '/nowhere/street.jpg' }, 'file-unreadable', 'ENOENT'],
  ])('%s', async (_, options, code, problem) => {
    const refused = add('yolov8-style', options)
    await expect(refused).rejects.toMatchObject({ code })
    await expect(refused).rejects.toThrow(problem)
    expect(await readdir(dataDir)).toEqual(['Their Network.onnx'])
  })
})
