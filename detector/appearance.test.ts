// Likeness of painted vehicles: same, other, shifted, dark, too small.
import { describe, expect, test } from 'vitest'
import type { Box } from '../core/geometry.ts'
import { appearanceOf, CANNOT_TELL, sameAppearance } from './appearance.ts'
import { carAt, paintedPicture } from './rules/painted.ts'

const BODY = carAt(0.5, 0.7)
const look = (seed: number, box: Box = BODY, brightness = 1) =>
  appearanceOf(paintedPicture(seed, BODY, brightness), box)
const moved = ({ x1, y1, x2, y2 }: Box, by: number): Box => ({ x1: x1 + by, y1, x2: x2 + by, y2: y2 + by / 2 })

describe('the same vehicle on the same spot', () => {
  test.each<[string, string]>([
    ['seen again', look(1)],
    ['in a box that lies a little beside', look(1, moved(BODY, 0.006))],
    ['in a box that is a little too large', look(1, { ...BODY, x1: BODY.x1 - 0.012, y1: BODY.y1 - 0.012 })],
    ['when the sun has gone in', look(1, BODY, 0.7)],
  ])('is recognised %s', (_, again) => {
    expect(sameAppearance(look(1), again)).toBeGreaterThan(0.8)
  })
})

describe('something else', () => {
  test.each<[string, string]>([
    ['another vehicle', look(2)],
    ['the empty spot, with a kerb through it', look(3, moved(BODY, 0.05))],
  ])('is told apart: %s', (_, other) => {
    expect(sameAppearance(look(1), other)).toBeLessThan(0.4)
  })

  test('the same vehicle elsewhere in the frame is not the same stay', () => {
    const there = carAt(0.8, 0.7)
    expect(sameAppearance(look(1), appearanceOf(paintedPicture(1, there), there))).toBe(0)
  })

  test('is told apart by its colour alone', () => {
    const picture = paintedPicture(1, BODY)
    const red = {
      ...picture,
      rgb: (region: Box, width?: number, height?: number) => {
        const image = picture.rgb(region, width, height)
        return { ...image, pixels: image.pixels.map((value, at) => (at % 3 === 0 ? value : value * 0.5)) }
      },
    }
    expect(sameAppearance(look(1), appearanceOf(red, BODY))).toBeLessThan(0.4)
  })
})

describe('what shows too little cannot be told', () => {
  const small = carAt(0.5, 0.7, 0.025)
  const tiny = appearanceOf(paintedPicture(1, small), small)
  test.each<[string, string, string]>([
    ['a box of 16 pixels', tiny, tiny],
    ['a patch without contrast', look(0), look(0)],
    ['bytes of another version', look(1), Buffer.from('not an appearance').toString('base64')],
  ])('%s', (_, a, b) => {
    expect(sameAppearance(a, b)).toBe(CANNOT_TELL)
    expect(sameAppearance(b, a)).toBe(CANNOT_TELL)
  })
})

test('an appearance is 243 bytes, whatever the box', () => {
  for (const box of [BODY, carAt(0.02, 0.1, 0.3), { x1: 0.99, y1: 0.99, x2: 1, y2: 1 }]) {
    expect(Buffer.from(look(1, box), 'base64').length).toBe(243)
  }
})

test('two appearances are as alike one way round as the other', () => {
  const [a, b] = [look(1), look(1, moved(BODY, 0.006))]
  expect(Math.abs(sameAppearance(a, b) - sameAppearance(b, a))).toBeLessThan(0.1)
})
