// The evidence pictures, read back with sharp.
import { AV_PIX_FMT_GRAY8 } from 'node-av/constants'
import { Frame } from 'node-av/lib'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { Picture } from '../core/frame.ts'
import { pictureOf } from './picture.ts'
import { type SnapshotRequest, takeSnapshots, takeSnapshotsOf } from './snapshot.ts'

function grey(widthPx: number, heightPx: number): Picture {
  const buffer = Buffer.alloc(widthPx * heightPx, 128)
  return pictureOf(Frame.fromVideoBuffer(buffer, { width: widthPx, height: heightPx, format: AV_PIX_FMT_GRAY8 }))
}

const request: SnapshotRequest = {
  cameraName: 'East <street> & 东街 \u0007',
  capturedAt: Date.parse('2026-01-05T00:00:00Z'),
  caption: 'stands since 7 min',
  zone: [
    { x: 0.1, y: 0.1 },
    { x: 0.9, y: 0.1 },
    { x: 0.9, y: 0.9 },
  ],
  boxes: [{ x1: 0.4, y1: 0.4, x2: 0.6, y2: 0.6 }],
  generated: false,
}

/** Pixels brighter than any of the grey picture, below it: the dots of the burnt-in time. */
async function whiteDots(jpeg: Uint8Array, belowPx: number): Promise<number> {
  const { data, info } = await sharp(jpeg).greyscale().raw().toBuffer({ resolveWithObject: true })
  return data.subarray(belowPx * info.width).filter(value => value > 230).length
}

test('gives the whole view clean and annotated, and the boxes close up', async () => {
  const picture = grey(640, 360)
  const shots = await takeSnapshots(picture, request)
  picture.release()
  expect(shots.map(({ view, annotated }) => [view, annotated])).toEqual([
    ['wide', false],
    ['wide', true],
    ['close-up', true],
  ])
  const [clean, annotated, closeUp] = await Promise.all(shots.map(({ jpeg }) => sharp(jpeg).metadata()))
  expect([clean?.format, clean?.width, clean?.height]).toEqual(['jpeg', 640, 360])
  expect(annotated?.width).toBe(640)
  expect(annotated?.height).toBeGreaterThan(360)
  // 128 × 72 px at native resolution and 0.4 of that on each side; the strip with the time is wider.
  expect(closeUp?.height).toBeGreaterThan(130)
})

test('marks zone and boxes in the annotated view only', async () => {
  const picture = grey(640, 360)
  const [clean, annotated] = await takeSnapshots(picture, request)
  picture.release()
  const red = async (jpeg: Uint8Array | undefined) => {
    const { data } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true })
    let count = 0
    for (let i = 0; i < data.length; i += 3) if ((data[i] ?? 0) > 180 && (data[i + 1] ?? 0) < 110) count++
    return count
  }
  expect(await red(clean?.jpeg)).toBe(0)
  expect(await red(annotated?.jpeg)).toBeGreaterThan(200)
})

test('burns in the time, and the label of a drawn scene, without any font', async () => {
  const picture = grey(640, 360)
  const plain = { ...request, cameraName: '', caption: '' }
  const [, real] = await takeSnapshots(picture, plain)
  const [, drawn] = await takeSnapshots(picture, { ...plain, generated: true })
  picture.release()
  const [realDots, drawnDots] = await Promise.all([real, drawn].map(shot => whiteDots(shot?.jpeg ?? Buffer.of(), 362)))
  expect(realDots).toBeGreaterThan(500)
  expect(drawnDots).toBeGreaterThan((realDots ?? 0) + 300)
})

test('takes no close-up where there are no boxes', async () => {
  const picture = grey(64, 64)
  const shots = await takeSnapshots(picture, { ...request, boxes: [] })
  picture.release()
  expect(shots.map(shot => shot.view)).toEqual(['wide', 'wide'])
})

test('draws on a picture that was sent out: the clean one is that very file, the box lies where it was drawn', async () => {
  const jpeg = await sharp({ create: { width: 640, height: 360, channels: 3, background: '#808080' } })
    .jpeg()
    .toBuffer()
  const shots = await takeSnapshotsOf(jpeg, { ...request, zone: [] })
  expect(shots.map(({ view, annotated }) => [view, annotated])).toEqual([
    ['wide', false],
    ['wide', true],
    ['close-up', true],
  ])
  expect(shots[0]?.jpeg).toBe(jpeg)
  const redAt = async (x: number, y: number) => {
    const { data, info } = await sharp(shots[1]?.jpeg).raw().toBuffer({ resolveWithObject: true })
    const [red = 0, green = 0] = data.subarray((y * info.width + x) * 3)
    return red - green > 100
  }
  expect([await redAt(320, 144), await redAt(256, 180), await redAt(320, 180), await redAt(100, 100)]).toEqual([
    ...[true, true, false, false],
  ])
  const closeUp = await sharp(shots[2]?.jpeg).metadata()
  expect(closeUp.height).toBeGreaterThan(130)
  await expect(takeSnapshotsOf(Buffer.from('no picture'), request)).rejects.toThrow()
})
