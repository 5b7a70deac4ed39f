// Folders as people and exports write them, right and wrong; the pictures are not decoded here.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { halfOf } from './labelled.ts'
import { type YoloFolderOptions, yoloFolder } from './yolo-folder.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jiemu-yolo-'))
})
afterEach(() => rm(folder, { recursive: true }))

type Files = Readonly<Record<string, string>>
const KNOWN = ['litter', 'bin', 'bin-overflow']
const NAMES: YoloFolderOptions = { names: ['garbage', 'bin'], classMap: new Map([['garbage', 'litter']]) }

async function read(files: Files, options: YoloFolderOptions = NAMES) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return yoloFolder(folder, options).read(KNOWN)
}

describe('what is read', () => {
  test('boxes as corners, classes as the network calls them, a picture without a label file as empty', async () => {
    const data = await read({
      'images/b.png': 'b',
      'images/a.jpg': 'a',
      'labels/a.txt': '0 0.5 0.5 0.2 0.4\r\n\n1 0.1 0.1 0.2 0.2\n',
      'images/Thumbs.db': '',
    })
    expect(data.pictures.map(({ name }) => name)).toEqual(['images/a.jpg', 'images/b.png'])
    expect(data.pictures[0]?.labels).toEqual([
      { label: 'litter', box: { x1: 0.4, y1: 0.3, x2: 0.6, y2: 0.7 } },
      { label: 'bin', box: { x1: 0, y1: 0, x2: 0.2, y2: 0.2 } },
    ])
    expect(data.pictures[1]?.labels).toEqual([])
    expect(data.classes).toEqual(['litter', 'bin'])
  })

  test.each<[string, Files, YoloFolderOptions]>([
    ['a list in data.yaml', { 'data.yaml': 'names: [dog, litter]' }, {}],
    ['a map in data.yaml', { 'data.yaml': 'names:\n  1: litter\n  0: dog\n' }, {}],
    ['classes.txt', { 'classes.txt': 'dog\r\nlitter\r\n' }, {}],
    ['classes.txt beside the labels', { 'labels/classes.txt': 'dog\nlitter' }, {}],
    [
      'the order of the map',
      {},
      {
        classMap: new Map([
          ['spare', 'bin'],
          ['rubbish', 'litter'],
        ]),
      },
    ],
  ])('the numbers mean what is said by %s', async (_, files, options) => {
    const data = await read({ 'images/a.jpg': '', 'labels/a.txt': '1 0.5 0.5 0.2 0.2', ...files }, options)
    expect(data.pictures[0]?.labels[0]?.label).toBe('litter')
  })

  test('labels that mean nothing to the network are counted, not forgotten', async () => {
    const data = await read(
      { 'images/a.jpg': '', 'labels/a.txt': '0 0.5 0.5 0.2 0.2\n0 0.2 0.2 0.1 0.1\n1 0.5 0.5 0.2 0.2' },
      { names: ['dog', 'litter'] },
    )
    expect(data.leftOut).toEqual({ dog: 2 })
    expect(data.pictures[0]?.labels).toHaveLength(1)
  })

  test('exports with train and valid folders are read as a whole', async () => {
    const data = await read({
      'train/images/a.jpg': '',
      'train/labels/a.txt': '',
      'valid/images/b.jpg': '',
      'valid/labels/b.txt': '',
    })
    expect(data.pictures.map(({ name }) => name)).toEqual(['train/images/a.jpg', 'valid/images/b.jpg'])
  })

  test('the hash is of names and contents: the same data, the same hash', async () => {
    const files = { 'images/a.jpg': 'picture', 'labels/a.txt': '0 0.5 0.5 0.2 0.2' }
    const { sha256 } = await read(files)
    expect((await read(files)).sha256).toBe(sha256)
    expect((await read({ ...files, 'labels/a.txt': '0 0.5 0.5 0.2 0.3' })).sha256).not.toBe(sha256)
    expect((await read({ ...files, 'images/b.jpg': '' })).sha256).not.toBe(sha256)
  })
})

describe('what is refused, with the file and the line', () => {
  const IMAGE = { 'images/a.jpg': '' }
  test.each<[string, Files, string, string]>([
    [
      'a number too high',
      { ...IMAGE, 'labels/a.txt': '0 0.5 0.5 0.1 0.1\n2 0.5 0.5 0.1 0.1' },
      'labels/a.txt:2',
      'class 2',
    ],
    ['a name for a number', { ...IMAGE, 'labels/a.txt': 'bin 0.5 0.5 0.1 0.1' }, 'labels/a.txt:1', '"bin"'],
    ['a field too few', { ...IMAGE, 'labels/a.txt': '0 0.5 0.5 0.1' }, 'labels/a.txt:1', 'found 4'],
    ['a polygon', { ...IMAGE, 'labels/a.txt': '0 0 0 0 1 1 1' }, 'labels/a.txt:1', 'polygon'],
    ['pixels for fractions', { ...IMAGE, 'labels/a.txt': '0 320 320 64 64' }, 'labels/a.txt:1', 'fractions'],
    ['no number at all', { ...IMAGE, 'labels/a.txt': '0 a b c d' }, 'labels/a.txt:1', 'fractions'],
    ['no area', { ...IMAGE, 'labels/a.txt': '0 0.5 0.5 0 0.1' }, 'labels/a.txt:1', 'area'],
    ['labels without their picture', { ...IMAGE, 'labels/b.txt': '' }, 'labels/b.txt', 'no picture'],
    ['pictures without a folder of labels', IMAGE, 'labels', 'no such folder'],
    ['no pictures', { 'images/readme.md': '', 'labels/a.txt': '' }, 'images', 'no JPEG or PNG'],
    ['an empty folder', {}, 'images', 'no JPEG or PNG'],
  ])('%s', async (_, files, where, problem) => {
    const error = await read(files).catch(thrown => thrown)
    expect(error).toMatchObject({ code: 'calibration-data-invalid', detail: { file: join(folder, where) } })
    expect(error.message).toContain(problem)
  })

  test.each<[string, Files, YoloFolderOptions, string]>([
    ['nothing says what the numbers mean', {}, {}, 'nothing says'],
    [
      'a class that the data has not',
      { 'data.yaml': 'names: [bin]' },
      { classMap: new Map([['can', 'bin']]) },
      '"can"',
    ],
    ['a class that the network has not', {}, { classMap: new Map([['can', 'tin']]) }, '"tin"'],
    ['a data.yaml without names', { 'data.yaml': 'nc: 3' }, {}, 'names'],
    ['a data.yaml with a gap', { 'data.yaml': 'names: { 0: bin, 2: litter }' }, {}, 'has no 1'],
    ['a data.yaml that is none', { 'data.yaml': '{' }, {}, ''],
  ])('%s', async (_, files, options, problem) => {
    const error = await read({ 'images/a.jpg': '', 'labels/a.txt': '', ...files }, options).catch(thrown => thrown)
    expect(error.code).toBe('calibration-data-invalid')
    expect(error.message).toContain(problem)
  })

  test('a folder that is not there', async () => {
    await expect(yoloFolder(join(folder, 'gone')).read(KNOWN)).rejects.toMatchObject({
      code: 'calibration-data-invalid',
    })
  })
})

// sha256 of "000007_jpg" begins with 7, of "000118_jpg" with 8; of "night" with 1.
test.each([
  ['images/000007_jpg.rf.7e78e0df.jpg', 'choose'],
  ['images/000007_jpg.rf.another-copy.jpg', 'choose'],
  ['train/images/000118_jpg.rf.c9cb64be.jpg', 'report'],
  ['night.png', 'choose'],
])('%s is a picture to %s', (name, half) => {
  expect(halfOf(name)).toBe(half)
})
