// Cutting and scaling, on pictures of known colour in the formats that cameras and stills have.
import {
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_RGBA,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV420P10LE,
  AV_PIX_FMT_YUV422P,
  AV_PIX_FMT_YUVJ420P,
  AVCOL_RANGE_JPEG,
  type AVPixelFormat,
} from 'node-av/constants'
import { Frame } from 'node-av/lib'
import { expect, test } from 'vitest'
import type { Picture } from '../core/frame.ts'
import { WHOLE_FRAME } from '../core/geometry.ts'
import { pictureOf } from './picture.ts'

const samples = (count: number, value: number, bytes: 1 | 2 = 1): Buffer =>
  bytes === 1 ? Buffer.alloc(count, value) : Buffer.from(new Uint16Array(count).fill(value).buffer)

function picture(
  format: AVPixelFormat,
  widthPx: number,
  heightPx: number,
  planes: Buffer[],
  fullRange = false,
): Picture {
  const frame = Frame.fromVideoBuffer(Buffer.concat(planes), { width: widthPx, height: heightPx, format })
  if (fullRange) frame.colorRange = AVCOL_RANGE_JPEG
  return pictureOf(frame)
}

/** Pure red is Y 81, U 90, V 240 in limited range (BT.601) and Y 76, U 85, V 255 in full range. */
const RED_PICTURES: readonly (readonly [string, () => Picture])[] = [
  ['yuv420p', () => picture(AV_PIX_FMT_YUV420P, 32, 32, [samples(1024, 81), samples(256, 90), samples(256, 240)])],
  ['yuvj420p', () => picture(AV_PIX_FMT_YUVJ420P, 32, 32, [samples(1024, 76), samples(256, 85), samples(256, 255)])],
  [
    'yuv420p that says it is of full range',
    () => picture(AV_PIX_FMT_YUV420P, 32, 32, [samples(1024, 76), samples(256, 85), samples(256, 255)], true),
  ],
  ['yuv422p', () => picture(AV_PIX_FMT_YUV422P, 32, 32, [samples(1024, 81), samples(512, 90), samples(512, 240)])],
  [
    'yuv420p of 10 bits',
    () => picture(AV_PIX_FMT_YUV420P10LE, 32, 32, [samples(1024, 324, 2), samples(256, 360, 2), samples(256, 960, 2)]),
  ],
  [
    'nv12',
    () =>
      picture(AV_PIX_FMT_NV12, 32, 32, [
        samples(1024, 81),
        Buffer.alloc(512).map((_, i) => (i % 2 ? 240 : 90)) as Buffer,
      ]),
  ],
  [
    'a format without a layout here (rgba)',
    () =>
      picture(AV_PIX_FMT_RGBA, 32, 32, [
        Buffer.alloc(4096).map((_, i) => (i % 4 === 0 || i % 4 === 3 ? 255 : 0)) as Buffer,
      ]),
  ],
]

test.each(RED_PICTURES)('red is red in %s', (_name, make) => {
  const red = make()
  const { pixels } = red.rgb({ x1: 0.3, y1: 0.3, x2: 0.9, y2: 0.9 })
  red.release()
  for (let index = 0; index < pixels.length; index += 3) {
    expect(pixels[index]).toBeGreaterThanOrEqual(250)
    expect(pixels[index + 1]).toBeLessThanOrEqual(4)
    expect(pixels[index + 2]).toBeLessThanOrEqual(4)
  }
})

/** Luma rises by one with every column, so that a cut shows where it was made. */
function columns(widthPx: number, heightPx: number): Picture {
  const luma = Buffer.alloc(widthPx * heightPx).map((_, index) => index % widthPx) as Buffer
  return picture(AV_PIX_FMT_GRAY8, widthPx, heightPx, [luma])
}

test('cuts whole pixels round the region, from an even origin', () => {
  const cut = columns(101, 41)
  const { widthPx, heightPx, pixels } = cut.rgb({ x1: 0.305, y1: 0.25, x2: 0.6, y2: 0.75 })
  cut.release()
  // 30.8 → 30 to 60.6 → 61; 10.25 → 10 to 30.75 → 31.
  expect([widthPx, heightPx]).toEqual([31, 21])
  expect([pixels[0], pixels[pixels.length - 1]]).toEqual([30, 60])
})

test('scales to exactly the size asked for', () => {
  const whole = columns(100, 50)
  const { widthPx, heightPx, pixels } = whole.rgb(WHOLE_FRAME, 33, 7)
  whole.release()
  expect([widthPx, heightPx, pixels.length]).toEqual([33, 7, 693])
})

test('letterboxes into the top-left corner and pads the rest with 114', () => {
  const white = picture(AV_PIX_FMT_GRAY8, 100, 50, [samples(5000, 255)])
  const target = new Uint8Array(64 * 64 * 3)
  const letterbox = white.letterbox({ x1: 0.5, y1: 0, x2: 1, y2: 0.5 }, 64, target)
  white.release()
  expect(letterbox).toEqual({ region: { x1: 0.5, y1: 0, x2: 1, y2: 0.5 }, contentWidthPx: 64, contentHeightPx: 32 })
  expect(new Set(target.subarray(0, 32 * 64 * 3))).toEqual(new Set([255]))
  expect(new Set(target.subarray(32 * 64 * 3))).toEqual(new Set([114]))
})

test('pads to the right of a tall region, on every row', () => {
  const white = picture(AV_PIX_FMT_GRAY8, 50, 100, [samples(5000, 255)])
  const target = new Uint8Array(64 * 64 * 3)
  const { contentWidthPx, contentHeightPx } = white.letterbox(WHOLE_FRAME, 64, target)
  white.release()
  expect([contentWidthPx, contentHeightPx]).toEqual([32, 64])
  for (let row = 0; row < 64; row++) {
    expect(new Set(target.subarray(row * 192, row * 192 + 96))).toEqual(new Set([255]))
    expect(new Set(target.subarray(row * 192 + 96, (row + 1) * 192))).toEqual(new Set([114]))
  }
})

test('leaves out of the square what a network is not given', () => {
  const white = picture(AV_PIX_FMT_GRAY8, 100, 50, [samples(5000, 255)])
  const target = new Uint8Array(64 * 40 * 3)
  const letterbox = white.letterbox(WHOLE_FRAME, 64, target, { widthPx: 64, heightPx: 40 })
  expect(letterbox).toMatchObject({ contentWidthPx: 64, contentHeightPx: 32 })
  expect(new Set(target.subarray(0, 32 * 64 * 3))).toEqual(new Set([255]))
  expect(new Set(target.subarray(32 * 64 * 3))).toEqual(new Set([114]))
  const flat = new Uint8Array(64 * 24 * 3)
  expect(() => white.letterbox(WHOLE_FRAME, 64, flat, { widthPx: 64, heightPx: 24 })).toThrow('do not fit into 64 × 24')
  white.release()
})

test('writes nothing outside the target', () => {
  const white = picture(AV_PIX_FMT_GRAY8, 50, 100, [samples(5000, 255)])
  const around = new Uint8Array(64 * 64 * 3 + 256).fill(7)
  white.letterbox(WHOLE_FRAME, 64, around.subarray(128, 128 + 64 * 64 * 3))
  white.release()
  expect(new Set([...around.subarray(0, 128), ...around.subarray(-128)])).toEqual(new Set([7]))
})

test('a region at the very edge still holds a pixel', () => {
  const whole = columns(64, 64)
  const { widthPx, heightPx } = whole.rgb({ x1: 1, y1: 1, x2: 1, y2: 1 })
  whole.release()
  expect([widthPx, heightPx]).toEqual([2, 2])
})

test('refuses a target of another size, and any use after the release', () => {
  const whole = columns(64, 64)
  expect(() => whole.letterbox(WHOLE_FRAME, 64, new Uint8Array(10))).toThrow(RangeError)
  whole.release()
  expect(() => whole.rgb(WHOLE_FRAME)).toThrow('after its release')
  expect(() => whole.release()).not.toThrow()
})
