// Who is looked for before a picture leaves, and when the answer is that nobody knows.
import { expect, test } from 'vitest'
import type { Frame } from '../../core/frame.ts'
import type { CameraId } from '../../core/ids.ts'
import { PRIVATE_LABELS } from '../../core/privacy-mask.ts'
import type { Detection } from '../../core/scene.ts'
import { RgbPicture } from '../../tests/support/rgb-picture.ts'
import type { CropPlan, DetectOptions, Detector } from './detector.ts'
import { seeAll } from './see-all.ts'

const frame = (widthPx: number, heightPx: number): Frame => ({
  cameraId: 'gate' as CameraId,
  sequence: 0,
  capturedAt: 0,
  clock: 'media',
  receivedAt: 0,
  keyframe: true,
  density: 'keyframes',
  picture: new RgbPicture({ widthPx, heightPx, pixels: new Uint8Array(widthPx * heightPx * 3) }),
})

function asked(classes: readonly string[] = PRIVATE_LABELS) {
  const looks: { readonly plan: CropPlan; readonly options: DetectOptions | undefined }[] = []
  const found: Detection[] = [{ label: 'person', score: 0.123456, box: { x1: 0.123456, y1: 0, x2: 0.5, y2: 1 } }]
  const detector: Detector = {
    model: { name: 'fake', sha256: '' },
    classes,
    detect: async (_frame, plan, options) => {
      looks.push({ plan, options })
      return found
    },
    close: async () => undefined,
  }
  return { detector, looks }
}

test('looks at the whole frame and closer at its parts, and asks for less than rules do', async () => {
  const { detector, looks } = asked()
  expect(await seeAll(detector, frame(1280, 720))).toEqual([
    { label: 'person', score: 0.123, box: { x1: 0.1235, y1: 0, x2: 0.5, y2: 1 } },
  ])
  expect(looks).toHaveLength(1)
  expect(looks[0]?.plan.length).toBeGreaterThan(3)
  expect(looks[0]?.plan[0]).toEqual({ x1: 0, y1: 0, x2: 1, y2: 1 })
  expect(looks[0]?.options?.ofThreshold).toBeLessThan(0.5)
})

test('looks once where the frame is no larger than the network’s input', async () => {
  const { detector, looks } = asked()
  await seeAll(detector, frame(400, 300))
  expect(looks[0]?.plan).toHaveLength(1)
})

test('knows nothing of a frame without pixels, or where the network has no word for some of them', async () => {
  const { picture: _none, ...blind } = frame(64, 64)
  expect(await seeAll(asked().detector, blind)).toBeUndefined()
  expect(await seeAll(asked(['person', 'car']).detector, frame(64, 64))).toBeUndefined()
})
