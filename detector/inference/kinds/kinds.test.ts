// The contract of every detector, and what the shipped network makes of a drawn street.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Frame, Picture } from '../../../core/frame.ts'
import { type Box, iou, WHOLE_FRAME } from '../../../core/geometry.ts'
import type { CameraId } from '../../../core/ids.ts'
import { kindNamed, parseOptions } from '../../../core/kind.ts'
import type { Detection } from '../../../core/scene.ts'
import { boxPx, drawStreet } from '../../../tests/support/drawn-street.ts'
import type { RgbPicture } from '../../../tests/support/rgb-picture.ts'
import type { Detector } from '../detector.ts'
import { DETECTOR_KINDS } from './index.ts'

const open = (name: string, options: object = {}): Promise<Detector> => {
  const kind = kindNamed('detector', DETECTOR_KINDS, name)
  return kind.create(parseOptions(kind.options, name, options), {})
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

describe.each(DETECTOR_KINDS.map(kind => kind.name))('detector %s', name => {
  test('names its model and the hash of it', async () => {
    const detector = await open(name)
    expect(detector.model).toEqual({ name: expect.any(String), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
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
})
