// The contract of every detector, and what the shipped network makes of a drawn street.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Frame, Picture } from '../../../core/frame.ts'
import { type Box, iou, WHOLE_FRAME } from '../../../core/geometry.ts'
import type { CameraId } from '../../../core/ids.ts'
import { kindNamed, parseOptions } from '../../../core/kind.ts'
import type { Detection } from '../../../core/scene.ts'
import { adopt } from '../../../models/adopt.ts'
import { FAMILY_NAMES } from '../../../models/families/index.ts'
import { MODELS_DIRECTORY } from '../../../models/manifest.ts'
import { keepModel } from '../../../models/shelf.ts'
import { boxPx, drawStreet } from '../../../tests/support/drawn-street.ts'
import { RgbPicture } from '../../../tests/support/rgb-picture.ts'
import { TINY, TINY_CLASSES, type TinyName, tinyOf } from '../../../tests/support/tiny-families.ts'
import type { Detector } from '../detector.ts'
import { DETECTOR_KINDS, type DetectorDeps } from './index.ts'

const open = (name: string, options: object = {}, deps: DetectorDeps = {}): Promise<Detector> => {
  const kind = kindNamed('detector', DETECTOR_KINDS, name)
  return kind.create(parseOptions(kind.options, name, options), deps)
}
const frameOf = (content: { picture?: Picture; recorded?: readonly Detection[] }): Frame => ({
  cameraId: 'street' as CameraId,
  sequence: 0,
  capturedAt: 0,
  clock: 'media',
  receivedAt: 0,
  keyframe: true,
  density: 'keyframes',
  ...content,
})

const NAMES = Object.keys(TINY) as TinyName[]

describe.each(DETECTOR_KINDS.map(kind => kind.name))('detector %s', name => {
  test('names its model and the hash of it', async () => {
    const detector = await open(name)
    expect(detector.model).toEqual({ name: expect.any(String), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
    await detector.close()
  })

  test('names the labels that it can give, each once', async () => {
    const detector = await open(name)
    expect(detector.classes).toContain('car')
    expect(new Set(detector.classes).size).toBe(detector.classes.length)
    await detector.close()
  })

  test('fails on a frame that it cannot see, instead of finding nothing', async () => {
    const detector = await open(name)
    await expect(detector.detect(frameOf({}), [WHOLE_FRAME])).rejects.toMatchObject({ code: 'inference-failed' })
    await detector.close()
  })
})

test('recorded: gives what the frame was recorded with', async () => {
  const recorded = [{ label: 'car', score: 0.9, box: boxPx(0, 0, 64, 36) }]
  expect(await (await open('recorded')).detect(frameOf({ recorded }), [])).toEqual(recorded)
})

describe('onnx', () => {
  const CAR = boxPx(67, 193, 217, 245)
  const BUS = boxPx(356, 69, 582, 142)
  const PERSON = boxPx(307, 201, 334, 282)
  let street: RgbPicture
  let empty: RgbPicture
  let detector: Detector
  beforeAll(async () => {
    street = await drawStreet([
      { drawing: 'car', leftPx: 60, topPx: 180, widthPx: 160 },
      { drawing: 'bus', leftPx: 350, topPx: 60, widthPx: 240 },
      { drawing: 'person-a', leftPx: 300, topPx: 200, widthPx: 40 },
    ])
    empty = await drawStreet([])
    detector = await open('onnx')
  })
  afterAll(() => detector.close())

  const expectSeen = (found: readonly Detection[], wanted: readonly (readonly [string, Box])[]) => {
    expect(found.map(({ label }) => label).sort()).toEqual(wanted.map(([label]) => label).sort())
    for (const [label, box] of wanted) {
      const match = found.find(detection => detection.label === label && iou(detection.box, box) > 0.75)
      expect(match, `${label} where it was drawn`).toBeDefined()
    }
  }

  test('finds each object once, where it was drawn, in fractions of the frame', async () => {
    expectSeen(await detector.detect(frameOf({ picture: street }), [WHOLE_FRAME]), [
      ['car', CAR],
      ['bus', BUS],
      ['person', PERSON],
    ])
  })

  test('sees nothing outside the crops', async () => {
    const left = { x1: 0, y1: 0.3, x2: 0.45, y2: 1 }
    expectSeen(await detector.detect(frameOf({ picture: street }), [left]), [['car', CAR]])
  })

  test('counts an object of two overlapping crops once, and whole where one of them cuts it', async () => {
    const plan = [
      { x1: 0, y1: 0, x2: 0.7, y2: 1 },
      { x1: 0.3, y1: 0, x2: 1, y2: 1 },
    ]
    expectSeen(await detector.detect(frameOf({ picture: street }), plan), [
      ['car', CAR],
      ['bus', BUS],
      ['person', PERSON],
    ])
  })

  test('is not asked where there is nothing to look at', async () => {
    expect(await detector.detect(frameOf({ picture: street }), [])).toEqual([])
  })

  test('keeps frames apart that are asked for at the same time', async () => {
    const asked = [street, empty, street, empty].map(picture => detector.detect(frameOf({ picture }), [WHOLE_FRAME]))
    expect((await Promise.all(asked)).map(found => found.length)).toEqual([3, 0, 3, 0])
  })

  test('goes on after a frame that failed', async () => {
    const broken: Picture = {
      ...{ widthPx: 1, heightPx: 1, release() {}, rgb: street.rgb },
      letterbox: () => {
        throw new Error('the scaler gave up')
      },
    }
    await expect(detector.detect(frameOf({ picture: broken }), [WHOLE_FRAME])).rejects.toMatchObject({
      code: 'inference-failed',
      detail: { problem: 'the scaler gave up' },
    })
    expect(await detector.detect(frameOf({ picture: street }), [WHOLE_FRAME])).toHaveLength(3)
  })

  test('takes thresholds per class, and refuses a class that the network does not know', async () => {
    const noCars = await open('onnx', { thresholds: { car: 1 } })
    const found = await noCars.detect(frameOf({ picture: street }), [WHOLE_FRAME])
    expect(found.map(({ label }) => label).sort()).toEqual(['bus', 'person'])
    await noCars.close()
    await expect(open('onnx', { thresholds: { tram: 0.5 } })).rejects.toMatchObject({ code: 'options-invalid' })
    await expect(open('onnx', { model: 'street-dreams' })).rejects.toMatchObject({ code: 'model-unknown' })
  })

  test('gives the same whether its crops are looked at one by one or all at once', async () => {
    const plan = [
      { x1: 0, y1: 0, x2: 0.7, y2: 1 },
      { x1: 0.3, y1: 0, x2: 1, y2: 1 },
      { x1: 0.4, y1: 0.4, x2: 0.6, y2: 0.9 },
    ]
    const atOnce = await open('onnx', { batch: 'crops' })
    const frame = frameOf({ picture: street })
    const [together, apart] = [await atOnce.detect(frame, plan), await detector.detect(frame, plan)]
    expect(together.map(({ label }) => label)).toEqual(apart.map(({ label }) => label))
    for (const [index, { box, score }] of together.entries()) {
      expect(score).toBeCloseTo(apart[index]?.score ?? 0, 4)
      expect(iou(box, apart[index]?.box ?? WHOLE_FRAME)).toBeGreaterThan(0.999)
    }
    expect(await atOnce.detect(frame, [])).toEqual([])
    await atOnce.close()
  })

  test.each([
    ['no area', { x1: 0.5, y1: 0.5, x2: 0.5, y2: 0.9 }],
    ['nothing in the frame', { x1: 1.1, y1: 0.5, x2: 1.3, y2: 0.9 }],
    ['no numbers', { x1: Number.NaN, y1: 0.5, x2: 0.5, y2: 0.9 }],
  ])('refuses a crop with %s', async (_, crop) => {
    await expect(detector.detect(frameOf({ picture: street }), [crop])).rejects.toMatchObject({ code: 'crop-empty' })
  })
})

describe('networks of every family', () => {
  const OURS = ['bin', 'bin-overflow']
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jiemu-kinds-'))
    for (const [index, name] of NAMES.entries()) {
      const family = FAMILY_NAMES.find(it => name.startsWith(it)) ?? 'yolox'
      const classMap = { 'bin-overflow': 'bin-overflow', blue: 'bin' }
      const wishes = { name: `tiny-${index}`, family, classes: TINY_CLASSES, classMap, licence: '' }
      await keepModel(folder, await adopt(tinyOf(name), name, wishes, OURS))
    }
  })
  afterAll(() => rm(folder, { recursive: true }))

  /** The left half is red, the right half blue. */
  const picture = new RgbPicture({
    ...{ widthPx: 64, heightPx: 32 },
    pixels: Uint8Array.from({ length: 64 * 32 * 3 }, (_, at) => {
      const left = Math.floor(at / 3) % 64 < 32
      return at % 3 === (left ? 0 : 2) ? 230 : 0
    }),
  })
  const LEFT = { x1: 0, y1: 0, x2: 0.5, y2: 1 }
  const RIGHT = { x1: 0.5, y1: 0, x2: 1, y2: 1 }
  /** In shares of its crop; a classifier answers for all of it. */
  const BOX = { x1: 0.25, y1: 0.125, x2: 0.75, y2: 0.625 }
  const within = (crop: Box, { x1, y1, x2, y2 }: Box): Box => ({
    ...{ x1: crop.x1 + x1 / 2, y1, x2: crop.x1 + x2 / 2, y2 },
  })

  test.each(NAMES.flatMap(name => (['one', 'crops'] as const).map(batch => [name, batch] as const)))(
    '%s, batch of %s: says what is in each crop, in our words, in places of the frame',
    async (name, batch) => {
      const options = { model: `tiny-${NAMES.indexOf(name)}`, batch, thresholds: { 'bin-overflow': 0.5 } }
      const detector = await open('onnx', options, { modelsDirectories: [MODELS_DIRECTORY, folder] })
      expect(detector.classes).toEqual(['bin-overflow', 'bin'])
      const found = await detector.detect(frameOf({ picture }), [LEFT, RIGHT])
      await detector.close()
      const box = name === 'classifier' ? WHOLE_FRAME : BOX
      const wanted = [['bin-overflow', within(LEFT, box)] as const, ['bin', within(RIGHT, box)] as const]
      // The export that is finished in the graph gives one class only.
      const expected = name === 'rtdetr-style, finished' ? wanted.slice(0, 1) : wanted
      expect(found.map(({ label }) => label).sort()).toEqual(expected.map(([label]) => label).sort())
      for (const [label, place] of expected) {
        const seen = found.find(detection => detection.label === label)
        expect(seen?.score).toBeGreaterThan(0.85)
        expect(iou(seen?.box ?? WHOLE_FRAME, place)).toBeGreaterThan(0.99)
      }
    },
  )
})
