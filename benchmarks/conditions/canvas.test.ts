// What is laid on a street, and what a camera makes of it, on pictures of a few pixels.
import { expect, test } from 'vitest'
import type { RgbImage } from '../../core/frame.ts'
import { copyOf, draw, gainFor, layOn, noiseRun, type Piece, shoot } from './canvas.ts'

const grey = (widthPx: number, heightPx: number, value: number): RgbImage => ({
  widthPx,
  heightPx,
  pixels: new Uint8Array(widthPx * heightPx * 3).fill(value),
})
/** The first channel, row by row. */
const reds = ({ widthPx, heightPx, pixels }: RgbImage) =>
  Array.from({ length: heightPx }, (_, y) =>
    Array.from({ length: widthPx }, (_, x) => pixels[(y * widthPx + x) * 3] ?? -1),
  )
const NO_MARGIN = { leftPx: 0, topPx: 0, rightPx: 0, bottomPx: 0 }

test('a piece without surroundings fades over its outermost two pixels', () => {
  const street = grey(6, 5, 0)
  layOn(street, { image: grey(5, 5, 200), margin: NO_MARGIN }, { leftPx: 1, topPx: 0 })
  expect(reds(street)[2]).toEqual([0, 50, 150, 200, 150, 50])
  expect(reds(street)[0]).toEqual([0, 50, 50, 50, 50, 50])
})

test('a piece with surroundings is whole where the thing is, which lies at the corner asked for', () => {
  const street = grey(8, 9, 0)
  const margin = { leftPx: 2, topPx: 2, rightPx: 2, bottomPx: 2 }
  layOn(street, { image: grey(6, 9, 100), margin }, { leftPx: 3, topPx: 2 })
  expect(reds(street)[4]).toEqual([0, 25, 75, 100, 100, 75, 25, 0])
})

test('what reaches over an edge of the street is left out', () => {
  const street = grey(3, 3, 0)
  layOn(street, { image: grey(9, 9, 80), margin: NO_MARGIN }, { leftPx: -4, topPx: -4 })
  expect(reds(street)).toEqual([
    [80, 80, 80],
    [80, 80, 80],
    [80, 80, 80],
  ])
})

test('a drawing covers by its transparency', () => {
  const street = grey(2, 1, 100)
  const rgba = Uint8Array.from([200, 200, 200, 255, 200, 200, 200, 51])
  draw(street, { widthPx: 2, heightPx: 1, rgba }, { leftPx: 0, topPx: 0 })
  expect(reds(street)).toEqual([[200, 120]])
})

const inSurroundings = (thing: number, around: number): Piece => {
  const image = grey(4, 4, around)
  for (const at of [5, 6, 9, 10]) image.pixels.fill(thing, at * 3, at * 3 + 3)
  return { image, margin: { leftPx: 1, topPx: 1, rightPx: 1, bottomPx: 1 } }
}
test.each<[string, Piece, number, number]>([
  ['as bright as the street around it, however dark the thing is', inSurroundings(10, 120), 120, 1],
  ['photographed in twice the light', inSurroundings(10, 120), 60, 0.5],
  ['photographed at night: brightened by no more than half', inSurroundings(10, 20), 200, 1.5],
  ['cut to its very edge, so that nobody knows', { image: grey(4, 4, 20), margin: NO_MARGIN }, 200, 1],
])('the gain of a piece %s', (_, piece, street, gain) => {
  expect(gainFor(piece, grey(9, 9, street), { leftPx: 2, topPx: 2 })).toBeCloseTo(gain, 6)
})

test('a camera that shakes repeats the edge, and its gain is clipped', () => {
  const scene: RgbImage = { widthPx: 3, heightPx: 1, pixels: Uint8Array.from([10, 10, 10, 20, 20, 20, 200, 200, 200]) }
  const still = new Int8Array(1 << 20)
  expect(reds(shoot(scene, { shiftX: 1, shiftY: -1, gain: 1, noiseAt: 0 }, still))).toEqual([[20, 200, 200]])
  expect(reds(shoot(scene, { shiftX: 0, shiftY: 0, gain: 2, noiseAt: 0 }, still))).toEqual([[20, 40, 255]])
})

test('noise has the deviation asked for, is the same for a seed, and leaves the scene as it is', () => {
  const noise = noiseRun(1, 3)
  const scene = grey(100, 100, 128)
  const before = copyOf(scene)
  const shot = { shiftX: 0, shiftY: 0, gain: 1, noiseAt: 7 }
  const taken = shoot(scene, shot, noise)
  const deviation = Math.sqrt(taken.pixels.reduce((sum, value) => sum + (value - 128) ** 2, 0) / taken.pixels.length)
  expect(deviation).toBeGreaterThan(2.8)
  expect(deviation).toBeLessThan(3.2)
  expect(shoot(scene, shot, noise)).toEqual(taken)
  expect(shoot(scene, { ...shot, noiseAt: 8 }, noise)).not.toEqual(taken)
  expect(scene).toEqual(before)
})
