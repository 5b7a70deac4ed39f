// `jiemu calibrate` from a folder of drawings to the table, the report and the card.
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Calibration } from '../benchmarks/calibration/calibrate.ts'
import { writeCalibration } from '../benchmarks/calibration/card.ts'
import { type Box, boxArea, clipBox } from '../core/geometry.ts'
import { generateScene } from '../fixtures/generate.ts'
import { HEIGHT_PX, WIDTH_PX } from '../fixtures/street.ts'
import { addedModels, loadModel, MODELS_DIRECTORY, readManifest } from '../models/manifest.ts'
import { keepModel } from '../models/shelf.ts'
import { type CalibrateCommandOptions, calibrateThresholds, calibrateZoneCounts } from './calibrate.ts'

let folder: string
let data: string
const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined)
const output = () => printed.mock.calls.flat().join('\n')

/** Crops of the drawn street: the bin before it is full and while it overflows, the gutter with and without litter. */
const CROPS = {
  bin: { x: 0, y: 100, side: 400 },
  gutter: { x: 560, y: 320, side: 400 },
} as const
const SECONDS = [2, 5, 8, 30, 35, 40, 45, 60]
/** As the data calls them, in the order of its numbers. */
const THEIRS: readonly (readonly [theirs: string, drawn: string])[] = [
  ['garbage', 'litter'],
  ['garbage_bin', 'bin'],
  ['overflow', 'bin-overflow'],
]
const CLASSES = 'garbage=litter,garbage_bin=bin,overflow=bin-overflow'

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jiemu-calibrate-'))
  data = join(folder, 'drawings')
  await mkdir(join(data, 'images'), { recursive: true })
  await mkdir(join(data, 'labels'))
  const scene = generateScene({ fps: 1 })
  for (const second of SECONDS) {
    const street = sharp(await scene.frame(second), { raw: { width: WIDTH_PX, height: HEIGHT_PX, channels: 3 } })
    for (const [name, { x, y, side }] of Object.entries(CROPS)) {
      const crop = { x1: x / WIDTH_PX, y1: y / HEIGHT_PX, x2: (x + side) / WIDTH_PX, y2: (y + side) / HEIGHT_PX }
      const lines = scene.objects(second).flatMap(({ label, box }) => yoloLine(label, box, crop))
      const jpeg = await street.clone().extract({ left: x, top: y, width: side, height: side }).jpeg().toBuffer()
      await writeFile(join(data, `images/${name}-${second}.jpg`), jpeg)
      if (lines.length > 0) await writeFile(join(data, `labels/${name}-${second}.txt`), lines.join('\n'))
    }
  }
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(() => void printed.mockClear())

function yoloLine(label: string, box: Box, crop: Box): readonly string[] {
  const number = THEIRS.findIndex(([, drawn]) => drawn === label)
  const seen = clipBox(box, crop)
  if (number < 0 || boxArea(seen) < 0.5 * boxArea(box)) return []
  const [width, height] = [crop.x2 - crop.x1, crop.y2 - crop.y1]
  const fields = [
    ((seen.x1 + seen.x2) / 2 - crop.x1) / width,
    ((seen.y1 + seen.y2) / 2 - crop.y1) / height,
    (seen.x2 - seen.x1) / width,
    (seen.y2 - seen.y1) / height,
  ]
  return [`${number} ${fields.map(field => field.toFixed(5)).join(' ')}`]
}

const options = (more: Partial<CalibrateCommandOptions>): CalibrateCommandOptions => ({
  data,
  dataDir: join(folder, 'data'),
  classes: CLASSES,
  split: 'halves',
  objective: 'f1',
  tiles: false,
  seed: 1,
  write: false,
  ...more,
})

/** Precision, recall, F1 or AP50 of a row, as it is printed. */
const column = (label: string, name: string) => {
  const rows = output()
    .split('\n')
    .map(line => line.split(/ {2,}/))
  const head = rows.find(([first]) => first === 'class') ?? []
  return Number.parseFloat(rows.find(([first]) => first === label)?.[head.indexOf(name)] ?? '')
}

test('drawn bins and litter are found, and the table says how well', async () => {
  await calibrateThresholds(options({}))
  expect(column('bin-overflow', 'F1')).toBeGreaterThan(0.9)
  expect(column('litter', 'F1')).toBeGreaterThan(0.6)
  expect(column('bin-overflow', 'AP50')).toBeGreaterThan(0.9)
})

test('the same seed prints the same', async () => {
  await calibrateThresholds(options({}))
  const first = output()
  printed.mockClear()
  await calibrateThresholds(options({}))
  expect(output()).toBe(first)
})

test.each([
  ['choose', 'Only the choosing half'],
  ['report', 'Nothing was chosen'],
  ['all', 'which flatters'],
] as const)('--split %s says so', async (split, words) => {
  await calibrateThresholds(options({ split }))
  expect(output()).toContain(words)
  expect(output().includes('kept')).toBe(split === 'report')
})

test('where nothing is labelled nothing is chosen, and that is said', async () => {
  const bare = join(folder, 'bare')
  await mkdir(join(bare, 'images'), { recursive: true })
  await mkdir(join(bare, 'labels'))
  for (const second of SECONDS) {
    await copyFile(join(data, `images/bin-${second}.jpg`), join(bare, `images/bin-${second}.jpg`))
    await writeFile(join(bare, `labels/bin-${second}.txt`), '')
  }
  await calibrateThresholds(options({ data: bare, objective: 'precision>=0.9' }))
  expect(output()).toContain('nothing could be chosen for litter, bin, bin-overflow')
})

describe('the report', () => {
  test('holds curves, pictures and figures in one file that loads nothing', async () => {
    const file = join(folder, 'reports/report.html')
    await calibrateThresholds(options({ report: file }))
    const page = await readFile(file, 'utf8')
    expect(page.match(/<svg/g)?.length).toBeGreaterThanOrEqual(6)
    expect(page).toContain('垃圾满溢')
    expect(page).toContain('chosen')
    expect(page).not.toMatch(/(?:src|href)="(?!data:image\/jpeg;base64,)/)
    expect(page).not.toMatch(/<script|undefined|NaN/)
  })

  test('shows a hostile file name as text', async () => {
    const hostile = join(folder, 'hostile')
    await mkdir(join(hostile, 'images'), { recursive: true })
    await mkdir(join(hostile, 'labels'))
    const name = '<img onerror=alert(1)>'
    await copyFile(join(data, 'images/bin-2.jpg'), join(hostile, `images/${name}.jpg`))
    await writeFile(join(hostile, `labels/${name}.txt`), '0 0.5 0.1 0.1 0.1')
    const file = join(folder, 'hostile.html')
    await calibrateThresholds(options({ data: hostile, split: 'all', report: file }))
    const page = await readFile(file, 'utf8')
    expect(page).not.toContain('<img')
    expect(page).toContain('&#60;img onerror')
  })
})

describe('the card', () => {
  test('of an added network gets the thresholds, and what they were chosen on', async () => {
    const dataDir = join(folder, 'data')
    const shipped = await loadModel('street-condition')
    await keepModel(addedModels(dataDir), { ...shipped, card: { ...shipped.card, name: 'ours', file: 'ours.onnx' } })
    await calibrateThresholds(options({ dataDir, model: 'ours', write: true }))
    const { card } = await loadModel('ours', { directories: [addedModels(dataDir)] })
    expect(card.suggestedThresholds).not.toEqual(shipped.card.suggestedThresholds)
    expect(card.calibration).toMatchObject({
      split: 'halves',
      objective: 'f1',
      classes: { litter: { chosenFor: 'pictures' } },
    })
    expect(card.calibration?.dataSha256).toMatch(/^[0-9a-f]{64}$/)
    printed.mockClear()
    await calibrateThresholds(options({ dataDir, model: 'ours', split: 'report' }))
    expect(output()).toContain(`${card.suggestedThresholds.litter} → kept`)
  })

  test('of a shipped network says the same as the manifest, word for word', async () => {
    const models = join(folder, 'models')
    await mkdir(models)
    const shipped = await readManifest()
    for (const name of ['manifest', ...shipped.map(card => card.name)]) {
      await copyFile(join(MODELS_DIRECTORY, `${name}.json`), join(models, `${name}.json`))
    }
    const { card } = await loadModel('street-condition')
    const calibration: Calibration = {
      model: card,
      data: { source: 'somewhere', sha256: 'ab'.repeat(32), leftOut: {} },
      split: 'halves',
      objective: { kind: 'f1' },
      framing: 'whole',
      seed: 1,
      pictures: { choose: 1, report: 1 },
      classes: [],
      confusion: [],
      reported: [],
    }
    expect(await writeCalibration(calibration, [models], '2026-01-05')).toEqual([
      join(models, 'manifest.json'),
      join(models, 'street-condition.json'),
    ])
    for (const { sha256, ...entry } of await readManifest(models)) {
      expect(entry).toEqual(JSON.parse(await readFile(join(models, `${entry.name}.json`), 'utf8')))
      expect(entry.calibration !== undefined).toBe(entry.name === 'street-condition')
      expect(sha256).toHaveLength(64)
    }
  })
})

describe('what is refused', () => {
  test.each<[string, Partial<CalibrateCommandOptions>, string]>([
    ['nothing to write', { split: 'report', write: true }, 'request-invalid'],
    ['another objective', { objective: 'recall' }, 'request-invalid'],
    ['an impossible precision', { objective: 'precision>=0' }, 'request-invalid'],
    ['half a pair', { classes: 'garbage' }, 'request-invalid'],
    ['an unknown network', { model: 'street-dreams' }, 'model-unknown'],
    ['a folder of nothing', { data: '/nowhere' }, 'calibration-data-invalid'],
  ])('%s', async (_, wrong, code) => {
    await expect(calibrateThresholds(options(wrong))).rejects.toMatchObject({ code })
  })

  test('a picture that cannot be decoded is named', async () => {
    const broken = join(folder, 'broken')
    await mkdir(join(broken, 'images'), { recursive: true })
    await mkdir(join(broken, 'labels'))
    await writeFile(join(broken, 'images/a.jpg'), 'no picture')
    await expect(calibrateThresholds(options({ data: broken, split: 'all' }))).rejects.toMatchObject({
      code: 'calibration-data-invalid',
      detail: { file: join(broken, 'images/a.jpg') },
    })
  })

  test('a half without a picture is named', async () => {
    const few = join(folder, 'few')
    await mkdir(join(few, 'images'), { recursive: true })
    await mkdir(join(few, 'labels'))
    await copyFile(join(data, 'images/bin-2.jpg'), join(few, 'images/street.jpg'))
    await expect(calibrateThresholds(options({ data: few }))).rejects.toThrow('the half "report"')
  })
})

describe('calibrate counts', () => {
  const counts = (people: Readonly<Record<string, unknown>>) => {
    const file = join(folder, 'counts.json')
    return writeFile(file, JSON.stringify(people)).then(() => ({
      counts: file,
      frames: join(folder, 'crowd'),
      seed: 1,
    }))
  }
  /** Nine people gather before the shop, and stand there from the 26th second on. */
  const CROWD = [28, 31, 34, 37, 40]
  beforeAll(async () => {
    await mkdir(join(folder, 'crowd'))
    const scene = generateScene({ fps: 1 })
    for (const second of CROWD) {
      const street = sharp(await scene.frame(second), { raw: { width: WIDTH_PX, height: HEIGHT_PX, channels: 3 } })
      await street.jpeg().toFile(join(folder, `crowd/${second}.jpg`))
    }
    await copyFile(join(data, 'images/gutter-2.jpg'), join(folder, 'crowd/empty.jpg'))
  })

  test('prints what is to be pasted: twice the people, twice the factor', async () => {
    const factorFor = async (people: number) => {
      printed.mockClear()
      await calibrateZoneCounts(
        await counts(Object.fromEntries(CROWD.map(second => [`${second}.jpg`, { count: people }]))),
      )
      return Number(/countScale: \{ factor: ([\d.]+), error: [\d.]+ \}/.exec(output())?.[1])
    }
    const factor = await factorFor(12)
    expect(factor).toBeGreaterThan(0.8)
    expect(factor).toBeLessThan(2)
    expect(await factorFor(24)).toBeCloseTo(2 * factor, 2)
  })

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['four pictures', { 'a.jpg': 1, 'b.jpg': 1, 'c.jpg': 1, 'd.jpg': 1 }, 'a fit needs 5'],
    ['half a person', { 'a.jpg': { count: 0.5 } }, 'a.jpg'],
    ['no numbers', { 'a.jpg': 'many' }, 'a.jpg'],
  ])('%s are refused', async (_, people, problem) => {
    await expect(calibrateZoneCounts(await counts(people))).rejects.toThrow(problem)
  })

  test('a picture that is missing is named', async () => {
    const people = Object.fromEntries(['28', '31', '34', '37', 'gone'].map(name => [`${name}.jpg`, 9]))
    await expect(calibrateZoneCounts(await counts(people))).rejects.toMatchObject({
      code: 'file-unreadable',
      detail: { file: join(folder, 'crowd/gone.jpg') },
    })
  })

  test('where nobody is ever seen there is nothing to scale', async () => {
    for (const name of ['e1', 'e2', 'e3', 'e4', 'e5']) {
      await copyFile(join(folder, 'crowd/empty.jpg'), join(folder, `crowd/${name}.jpg`))
    }
    const people = Object.fromEntries(['e1', 'e2', 'e3', 'e4', 'e5'].map(name => [`${name}.jpg`, 3]))
    await expect(calibrateZoneCounts(await counts(people))).rejects.toThrow('nobody was detected')
  })

  test('a zone is taken from the cameras file, with the crops of its camera', async () => {
    const cameras = join(folder, 'cameras.yaml')
    const zone = (id: string, x: number) => ({
      id,
      rule: 'crowding',
      polygon: [
        [x, 0.4],
        [x + 0.4, 0.4],
        [x + 0.4, 1],
        [x, 1],
      ],
    })
    const camera = {
      id: 'east',
      name: 'East',
      street: 's',
      grid: 'g',
      source: { kind: 'file', path: 'x.mp4' },
      zones: [zone('left', 0), zone('shop', 0.6)],
    }
    await writeFile(cameras, JSON.stringify({ cameras: [camera] }))
    const crowd = await counts(Object.fromEntries(CROWD.map(second => [`${second}.jpg`, 9])))
    await calibrateZoneCounts({ ...crowd, cameras, zone: 'east/shop' })
    expect(output()).toContain('countScale')
    await expect(calibrateZoneCounts({ ...crowd, cameras })).rejects.toThrow('east/left, east/shop')
    await expect(calibrateZoneCounts({ ...crowd, cameras, zone: 'east/gone' })).rejects.toThrow('east/shop')
    await expect(calibrateZoneCounts({ ...crowd, zone: 'east/shop' })).rejects.toThrow('--cameras')
  })
})
