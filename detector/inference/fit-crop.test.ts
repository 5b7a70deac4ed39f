// Where a crop comes to lie in inputs of every shape, to the pixel, and the way back to the frame.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import type { Box } from '../../core/geometry.ts'
import type { ModelInput } from '../../models/manifest.ts'
import { readStill } from '../../streams/still.ts'
import { RgbPicture } from '../../tests/support/rgb-picture.ts'
import { fitCrop, inFrame, runsOf, SLACK_BYTES, sizeFor } from './fit-crop.ts'

/** 16 × 8 pixels; each holds ten times its column, and its row. */
const PICTURE = new RgbPicture({
  ...{ widthPx: 16, heightPx: 8 },
  pixels: Uint8Array.from({ length: 16 * 8 }, (_, at) => (at % 16) * 10 + Math.floor(at / 16)).reduce(
    (rgb, value, at) => rgb.fill(value, at * 3, at * 3 + 3),
    new Uint8Array(16 * 8 * 3),
  ),
})
const input = (resize: ModelInput['resize'], widthPx: number, heightPx: number): ModelInput => ({
  ...{ name: 'images', dtype: 'float32', layout: 'NCHW', shape: ['n', 3, heightPx, widthPx] },
  ...{ colour: 'RGB', range: [0, 1], resize },
})
/** Columns 4 to 8, rows 2 to 4. */
const CROP = { x1: 0.25, y1: 0.25, x2: 0.5, y2: 0.5 }
const _ = 114

test.each<[string, ModelInput, number[][]]>([
  [
    'a letterbox from the top left',
    input('letterbox-top-left', 4, 4),
    [
      [42, 52, 62, 72],
      [43, 53, 63, 73],
      [_, _, _, _],
      [_, _, _, _],
    ],
  ],
  [
    'a letterbox in the middle',
    input('letterbox-centre', 4, 4),
    [
      [_, _, _, _],
      [42, 52, 62, 72],
      [43, 53, 63, 73],
      [_, _, _, _],
    ],
  ],
  [
    'a wide input, filled from the top left',
    input('letterbox-top-left', 6, 2),
    [
      [42, 52, 62, 72, _, _],
      [43, 53, 63, 73, _, _],
    ],
  ],
  [
    'a wide input, filled in the middle',
    input('letterbox-centre', 6, 2),
    [
      [_, 42, 52, 62, 72, _],
      [_, 43, 53, 63, 73, _],
    ],
  ],
  [
    'a stretch',
    input('stretch', 2, 2),
    [
      [47, 67],
      [48, 68],
    ],
  ],
])('%s', (_name, into, rows) => {
  const pixels = rows.flat()
  const room = new Uint8Array(pixels.length * 3 + SLACK_BYTES).fill(7)
  fitCrop(PICTURE, CROP, into, room)
  expect([...room.subarray(0, pixels.length * 3)]).toEqual(pixels.flatMap(value => [value, value, value]))
})

describe.each([
  input('letterbox-top-left', 64, 64),
  input('letterbox-top-left', 64, 32),
  input('letterbox-centre', 64, 64),
  input('letterbox-centre', 32, 64),
  input('letterbox-centre', 128, 32),
  input('stretch', 48, 64),
])('$resize into $shape', into => {
  test('its content goes back to the crop, and its middle to the middle', () => {
    const room = new Uint8Array(64 * 64 * 3 + SLACK_BYTES)
    const fit = fitCrop(PICTURE, CROP, into, room)
    const { leftPx, topPx, contentWidthPx, contentHeightPx } = fit
    const [right, bottom] = [leftPx + contentWidthPx, topPx + contentHeightPx]
    expect(inFrame({ x1: leftPx, y1: topPx, x2: right, y2: bottom }, fit)).toEqual(CROP)
    const middle = { x: leftPx + contentWidthPx / 2, y: topPx + contentHeightPx / 2 }
    expect(inFrame({ x1: middle.x, y1: middle.y, x2: right, y2: bottom }, fit)).toMatchObject({ x1: 0.375, y1: 0.375 })
  })

  test('what reaches into the padding ends at the crop', () => {
    const room = new Uint8Array(64 * 64 * 3 + SLACK_BYTES)
    const fit = fitCrop(PICTURE, CROP, into, room)
    expect(inFrame({ x1: -50, y1: -50, x2: 200, y2: 200 }, fit)).toEqual(CROP)
  })
})

describe('a network that takes less than all of its input', () => {
  const part: ModelInput = { ...input('letterbox-top-left', 64, 64), sideStepPx: 8 }
  const whole = { x1: 0, y1: 0, x2: 1, y2: 1 }
  const narrow = { x1: 0, y1: 0, x2: 0.25, y2: 1 }

  test('is given as much as the crop fills, laid out as in the whole', () => {
    const size = sizeFor(PICTURE, CROP, part)
    expect(size).toEqual({ widthPx: 64, heightPx: 48 })
    const [room, all] = [new Uint8Array(64 * 48 * 3 + SLACK_BYTES), new Uint8Array(64 * 64 * 3 + SLACK_BYTES)]
    expect(fitCrop(PICTURE, CROP, part, room, size)).toEqual(fitCrop(PICTURE, CROP, part, all))
    expect(room.subarray(0, 64 * 48 * 3)).toEqual(all.subarray(0, 64 * 48 * 3))
  })

  test('runs one crop at a time, or those of one size that follow each other', () => {
    const sizes = (batch: 'one' | 'crops') =>
      runsOf(PICTURE, [whole, CROP, narrow, CROP], part, { batch, joined: true }).map(({ from, crops, size }) => [
        from,
        crops.length,
        size.widthPx,
      ])
    expect(sizes('one')).toEqual([
      [0, 1, 64],
      [1, 1, 64],
      [2, 1, 48],
      [3, 1, 64],
    ])
    expect(sizes('crops')).toEqual([
      [0, 2, 64],
      [2, 1, 48],
      [3, 1, 64],
    ])
  })
})

describe('tiles of one row', () => {
  // 16 × 8 pixels: three tiles of half the width, each of 8 × 8 in the frame and 64 × 64 in the input.
  const row = [0, 0.25, 0.5].map(x1 => ({ x1, y1: 0, x2: x1 + 0.5, y2: 1 }))
  const wide: ModelInput = { ...input('letterbox-top-left', 64, 64), sideStepPx: 8, widestPx: 128 }
  const joined = (plan: readonly Box[], into: ModelInput, wanted = true) =>
    runsOf(PICTURE, plan, into, { batch: 'one', joined: wanted }).map(({ from, crops, size, sidePx }) => [
      from,
      crops.map(({ x1, x2 }) => [x1, x2]),
      `${size.widthPx} × ${size.heightPx}`,
      sidePx,
    ])

  test('are one picture on the same scale, as far as the network takes it', () => {
    expect(joined(row, wide)).toEqual([[0, [[0, 1]], '128 × 64', 128]])
    expect(joined(row, { ...wide, widestPx: 112 })).toEqual([
      [0, [[0, 0.75]], '112 × 64', 96],
      [2, [[0.5, 1]], '64 × 64', 64],
    ])
  })

  test('are what the joined crop is, laid out in the input', () => {
    const [run] = runsOf(PICTURE, row.slice(0, 2), wide, { batch: 'one', joined: true })
    if (!run?.crops[0]) throw new Error('there is no run')
    const { crops, size, sidePx } = run
    const room = new Uint8Array(size.widthPx * size.heightPx * 3 + SLACK_BYTES)
    const fit = fitCrop(PICTURE, crops[0] ?? CROP, wide, room, size, sidePx)
    expect(fit).toMatchObject({ contentWidthPx: 96, contentHeightPx: 64, region: { x1: 0, x2: 0.75 } })
    // Eight pixels of the input for each of the frame: column 11, row 7, and then grey.
    expect([room[(63 * size.widthPx + 95) * 3], room[(63 * size.widthPx + 96) * 3]]).toEqual([117, 114])
  })

  test.each<[string, readonly Box[], ModelInput, boolean]>([
    ['where every look counts', row, wide, false],
    ['for a network that takes no wider ones', row, { ...wide, widestPx: undefined }, true],
    ['where they do not follow each other', [row[1], row[0], row[2]] as Box[], wide, true],
    ['of different rows', [row[0], { ...row[1], y2: 0.5 }] as Box[], wide, true],
  ])('stay apart %s', (_, plan, into, wanted) => {
    expect(
      joined(plan, into, wanted)
        .map(([from]) => from)
        .slice(0, 2),
    ).toEqual([0, 1])
  })
})

test('a crop between pixels is cut on whole ones, and says so', () => {
  const room = new Uint8Array(64 * 64 * 3 + SLACK_BYTES)
  const between = { x1: 0.27, y1: 0.3, x2: 0.48, y2: 0.49 }
  for (const resize of ['letterbox-top-left', 'letterbox-centre', 'stretch'] as const) {
    expect(fitCrop(PICTURE, between, input(resize, 32, 32), room).region).toEqual(CROP)
  }
})

test('FFmpeg’s pictures are cut to the same pixels whichever way they are fitted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'jiemu-fit-'))
  const [widthPx, heightPx] = [203, 117]
  const pixels = Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, at) => (at * 7919) % 253)
  const file = join(folder, 'noise.png')
  await sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 3 } }).toFile(file)
  const picture = await readStill(file)
  try {
    for (let seed = 0; seed < 50; seed++) {
      const [x1, y1] = [((seed * 37) % 100) / 203, ((seed * 53) % 60) / 117 + 1e-9]
      const crop = { x1, y1, x2: x1 + (20 + (seed % 40)) / 203 - 1e-12, y2: y1 + (9 + (seed % 30)) / 117 }
      const [first, second] = ['letterbox-top-left', 'letterbox-centre'].map(resize => {
        const room = new Uint8Array(64 * 64 * 3 + SLACK_BYTES)
        const fit = fitCrop(picture, crop, input(resize as ModelInput['resize'], 64, 64), room)
        const rows = Array.from({ length: fit.contentHeightPx }, (_, row) => {
          const from = ((fit.topPx + row) * 64 + fit.leftPx) * 3
          return [...room.subarray(from, from + fit.contentWidthPx * 3)]
        })
        return { region: fit.region, rows }
      })
      expect(second).toEqual(first)
    }
  } finally {
    picture.release()
    await rm(folder, { recursive: true })
  }
})
