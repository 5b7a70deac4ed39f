// Masks on literal pictures: inside, every pixel that could tell something is gone; outside, not one byte is another.
import { expect, test } from 'vitest'
import type { RgbImage } from './frame.ts'
import type { Box } from './geometry.ts'
import { masksOf, type PictureCut, pixelate } from './privacy-mask.ts'
import type { Detection } from './scene.ts'

const WIDE = 120
const HIGH = 100
const whole: PictureCut = { region: { x1: 0, y1: 0, x2: 1, y2: 1 }, widthPx: WIDE, heightPx: HIGH }

/** Black and white by the pixel: any mean of two neighbours shows. */
function checkers(widthPx = WIDE, heightPx = HIGH): RgbImage {
  const pixels = new Uint8Array(widthPx * heightPx * 3)
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++)
      pixels.fill((x + y) % 2 === 0 ? 255 : 0, (y * widthPx + x) * 3, (y * widthPx + x + 1) * 3)
  }
  return { widthPx, heightPx, pixels }
}

/** To the byte; vitest’s own comparison takes half a second for it. */
const same = (a: RgbImage, b: RgbImage): boolean => Buffer.compare(a.pixels, b.pixels) === 0

const seen = (label: string, x1: number, y1: number, x2: number, y2: number): Detection => ({
  label,
  score: 0.9,
  box: { x1, y1, x2, y2 },
})

/** The pixels that are another than before, as the box round them in pixels, and whether all within it are. */
function changed(before: RgbImage, after: RgbImage) {
  const at: [number, number][] = []
  for (let y = 0; y < before.heightPx; y++) {
    for (let x = 0; x < before.widthPx; x++) {
      const index = (y * before.widthPx + x) * 3
      if (before.pixels[index] !== after.pixels[index]) at.push([x, y])
    }
  }
  if (at.length === 0) return undefined
  const xs = at.map(([x]) => x)
  const ys = at.map(([, y]) => y)
  const box = { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) }
  return { ...box, solid: at.length === (box.right - box.left + 1) * (box.bottom - box.top + 1) }
}

const CASES: readonly [what: string, object: Detection, Omit<NonNullable<ReturnType<typeof changed>>, 'solid'>][] = [
  // 0.5 wide is 60 px, 0.8 high is 80 px; 8 % margin, then two pixels.
  ['the top 30 % of a person', seen('person', 0.25, 0.1, 0.75, 0.9), { left: 23, top: 1, right: 96, bottom: 42 }],
  ['the lower half of a car', seen('car', 0.25, 0.1, 0.75, 0.9), { left: 23, top: 41, right: 96, bottom: 98 }],
  [
    'the lower half of a motorcycle',
    seen('motorcycle', 0.25, 0.1, 0.75, 0.9),
    { left: 23, top: 41, right: 96, bottom: 98 },
  ],
  ['a person whom the border cuts', seen('person', 0.75, 0, 1, 0.5), { left: 85, top: 0, right: 119, bottom: 20 }],
  [
    'a car that is half out of the picture',
    seen('car', -0.25, 0.6, 0.25, 1.2),
    { left: 0, top: 83, right: 36, bottom: 99 },
  ],
]

test.each(CASES)('pixelates %s, all of it and nothing else', (_, object, expected) => {
  const before = checkers()
  const after = pixelate(before, whole, masksOf([object]))
  expect(changed(before, after)).toEqual({ ...expected, solid: true })
  expect(same(before, checkers())).toBe(true)
})

test('leaves a picture as it is in which there is nobody, and labels that hide nothing', () => {
  const before = checkers()
  expect(same(pixelate(before, whole, masksOf([])), before)).toBe(true)
  expect(same(pixelate(before, whole, masksOf([seen('litter', 0, 0, 1, 1)])), before)).toBe(true)
})

/** How many values in a row along a line of pixels, at most so many blocks as there are changes of value. */
function blocksAlong({ pixels, widthPx }: RgbImage, y: number, from: number, to: number): number {
  let blocks = 1
  for (let x = from + 1; x < to; x++) {
    if (pixels[(y * widthPx + x) * 3] !== pixels[(y * widthPx + x - 1) * 3]) blocks++
  }
  return blocks
}

/** Brighter to the right: neighbouring blocks never have the same mean. */
function slope(widthPx: number, heightPx: number): RgbImage {
  const pixels = new Uint8Array(widthPx * heightPx * 3)
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) pixels.fill((x * 255) / widthPx, (y * widthPx + x) * 3, (y * widthPx + x + 1) * 3)
  }
  return { widthPx, heightPx, pixels }
}

test.each([
  // A face as wide as its person, and a plate half as wide as its car, however large they stand in the picture.
  ['person', 240, 1, 8],
  ['person', 960, 1, 8],
  ['car', 240, 2, 8],
  ['car', 960, 2, 8],
])(
  'leaves at most six blocks across a face or a plate, and their two edges: %s in %i px',
  (label, widthPx, parts, most) => {
    const before = slope(widthPx, 100)
    const cut = { ...whole, widthPx, heightPx: 100 }
    const after = pixelate(before, cut, masksOf([seen(label, 0.25, 0, 0.75, 1)]))
    const wide = widthPx / 2 / parts
    expect(blocksAlong(after, label === 'person' ? 5 : 80, widthPx / 4, widthPx / 4 + wide)).toBeLessThanOrEqual(most)
  },
)

test('averages at least four pixels along a side, however small the person', () => {
  const before = checkers()
  const after = pixelate(before, whole, masksOf([seen('person', 0.5, 0.5, 0.51, 0.53)]))
  const values = new Set<number | undefined>()
  for (let x = 58; x < 66; x++) values.add(after.pixels[(50 * WIDE + x) * 3])
  expect([...values].filter(value => value === 0 || value === 255).length).toBeLessThanOrEqual(2)
  expect(changed(before, after)).toMatchObject({ solid: true })
})

test('brings nothing back where boxes overlap', () => {
  const before = checkers()
  const [left, right] = [seen('person', 0.2, 0.1, 0.6, 0.9), seen('person', 0.4, 0.2, 0.8, 1)]
  const both = pixelate(before, whole, masksOf([left, right]))
  const lone = [left, right].map(object => pixelate(before, whole, masksOf([object])))
  const isHidden = (index: number) => lone.some(({ pixels }) => pixels[index] !== before.pixels[index])
  const wrong = [...before.pixels.keys()].filter(
    index => (both.pixels[index] !== before.pixels[index]) !== isHidden(index),
  )
  expect(wrong).toEqual([])
})

test('finds in a close-up what was seen in the frame, and spares the strip below it', () => {
  const region: Box = { x1: 0.5, y1: 0.5, x2: 1, y2: 1 }
  const before = checkers(WIDE, HIGH + 20)
  const after = pixelate(before, { region, widthPx: WIDE, heightPx: HIGH }, masksOf([seen('car', 0.7, 0.6, 0.9, 1)]))
  expect(changed(before, after)).toEqual({ left: 42, top: 51, right: 101, bottom: 99, solid: true })
  const elsewhere = pixelate(
    before,
    { region, widthPx: WIDE, heightPx: HIGH },
    masksOf([seen('car', 0.1, 0.1, 0.3, 0.4)]),
  )
  expect(same(elsewhere, before)).toBe(true)
})
