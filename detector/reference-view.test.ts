// Where one small picture lies on another: drawn patterns with known shifts.
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../fixtures/random.ts'
import {
  agreementAt,
  featuresOf,
  HEIGHT_PX,
  movedBack,
  readPicture,
  register,
  thumbnailOf,
  WIDTH_PX,
  writePicture,
} from './reference-view.ts'

/** Soft spots scattered over the plane: a pattern that can be looked at from anywhere between two pixels. */
function pattern(seed: number): (x: number, y: number) => number {
  const random = seededRandom(seed)
  const spots = Array.from({ length: 160 }, () => ({
    x: random() * WIDTH_PX,
    y: random() * HEIGHT_PX,
    size: 1.5 + 3 * random(),
    height: 120 * (random() - 0.5),
  }))
  return (x, y) =>
    spots.reduce((sum, spot) => {
      const distance = Math.hypot(x - spot.x, y - spot.y) / spot.size
      return distance < 3 ? sum + spot.height * Math.exp(-distance * distance) : sum
    }, 128)
}

/** What shows the pattern moved by `dx`, `dy`. */
const seen = (of: (x: number, y: number) => number, dx = 0, dy = 0): Uint8Array =>
  Uint8Array.from({ length: WIDTH_PX * HEIGHT_PX }, (_, at) =>
    Math.max(0, Math.min(255, Math.round(of((at % WIDTH_PX) - dx, Math.floor(at / WIDTH_PX) - dy)))),
  )

const street = pattern(1)
const reference = featuresOf(seen(street))

describe('the shift of a view against its reference', () => {
  test.each([
    [0, 0],
    [2, 1],
    [-3.4, 0.6],
    [1.5, -2.5],
    [0.3, 0.25],
    [-5, 4],
  ])('%f px aside and %f px down', (dx, dy) => {
    const match = register(reference, featuresOf(seen(street, dx, dy)))
    expect(match.contrast).toBeGreaterThan(6)
    expect(Math.abs(match.shift.x - dx)).toBeLessThan(0.15)
    expect(Math.abs(match.shift.y - dy)).toBeLessThan(0.15)
  })

  test('is found in another light', () => {
    const dusk = seen((x, y) => 20 + 0.3 * street(x - 2, y + 1))
    const { shift, contrast } = register(reference, featuresOf(dusk))
    expect(contrast).toBeGreaterThan(6)
    expect(Math.hypot(shift.x - 2, shift.y + 1)).toBeLessThan(0.2)
  })

  test('is found though half of the view is hidden by traffic', () => {
    const [traffic, x0] = [pattern(7), WIDTH_PX / 2]
    const half = seen((x, y) => (x < x0 ? street(x - 2, y) : traffic(x, y)))
    const { shift, contrast } = register(reference, featuresOf(half))
    expect(contrast).toBeGreaterThan(6)
    expect(Math.hypot(shift.x - 2, shift.y)).toBeLessThan(0.2)
  })

  test('is not led astray by a name and a clock that stand still in the picture', () => {
    const caption = pattern(9)
    const burnt = (dx: number) => featuresOf(seen((x, y) => (y < 6 || y >= 66 ? caption(x, y) : street(x - dx, y))))
    const { shift } = register(burnt(0), burnt(3))
    expect(shift.x).toBeCloseTo(3, 0)
  })

  test('does not exist where another view is shown', () => {
    const others = Array.from({ length: 8 }, (_, seed) => register(reference, featuresOf(seen(pattern(100 + seed)))))
    for (const { contrast } of others) {
      expect(contrast).toBeLessThan(4.2)
    }
  })
})

test('agreement falls where the view moves away', () => {
  const at = (dx: number) => agreementAt(reference, featuresOf(seen(street, dx)), { x: 0, y: 0 })
  expect(at(0)).toBeGreaterThan(0.9)
  expect(at(1)).toBeLessThan(at(0))
  expect(at(6)).toBeLessThan(0.3)
})

test('noise is no structure', () => {
  const random = seededRandom(3)
  const noisy = Uint8Array.from({ length: WIDTH_PX * HEIGHT_PX }, () => 60 + Math.round(2 * random()))
  expect(featuresOf(noisy).structure).toBe(0)
  expect(reference.structure).toBeGreaterThan(40)
})

test('a picture that is moved back lies where the camera did', () => {
  const back = featuresOf(movedBack(seen(street, 2.4, -1.3), { x: 2.4, y: -1.3 }))
  const { shift } = register(reference, back)
  expect(Math.hypot(shift.x, shift.y)).toBeLessThan(0.1)
})

test('what is kept is read again bit for bit, and what has another size not at all', () => {
  const kept = { luma: seen(street), sharpness: Uint8Array.of(1, 2, 255) }
  const written = writePicture(kept, 1_000)
  expect(readPicture(JSON.parse(JSON.stringify(written)))).toEqual(kept)
  expect(readPicture({ ...written, widthPx: 64 })).toBeUndefined()
  expect(readPicture({ ...written, luma: 'AAAA' })).toBeUndefined()
})

test('luma is that of ITU-R BT.601', () => {
  const shades: readonly (readonly [readonly [number, number, number], number])[] = [
    [[255, 255, 255], 255],
    [[255, 0, 0], 76],
    [[0, 255, 0], 149],
    [[0, 0, 255], 29],
  ]
  for (const [rgb, luma] of shades) {
    const pixels = Uint8Array.from({ length: WIDTH_PX * HEIGHT_PX * 3 }, (_, at) => rgb[at % 3] ?? 0)
    const [first] = thumbnailOf({ rgb: () => ({ widthPx: WIDTH_PX, heightPx: HEIGHT_PX, pixels }) })
    expect(first).toBe(luma)
  }
})
