// The area under boxes that overlap, and what counts as a piece.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Box, boxArea } from '../../core/geometry.ts'
import { dirtOf, type Spot, unionArea } from './spots.ts'

const box = (x1: number, y1: number, x2: number, y2: number): Box => ({ x1, y1, x2, y2 })
const spot = (place: Box): Spot => ({
  ...{ box: place, firstAt: 0, lastAt: 0, sightings: 9, looks: 9, presence: 1, misses: 0 },
  ...{ heldMs: 0, blindMs: 0, score: 0.5, lasting: true },
})

test.each<[string, readonly Box[], number]>([
  ['none', [], 0],
  ['two apart', [box(0, 0, 0.1, 0.1), box(0.5, 0.5, 0.6, 0.6)], 0.02],
  ['two that overlap by a quarter', [box(0, 0, 0.2, 0.2), box(0.1, 0.1, 0.3, 0.3)], 0.07],
  ['one in the other', [box(0, 0, 0.4, 0.4), box(0.1, 0.1, 0.2, 0.2)], 0.16],
  ['a cross', [box(0.2, 0, 0.3, 0.5), box(0, 0.2, 0.5, 0.3)], 0.09],
])('the area under boxes, each place once: %s', (_, boxes, area) => {
  expect(unionArea(boxes)).toBeCloseTo(area, 9)
})

test('the area under any boxes is that of the cells which they cover', () => {
  const edge = fc.integer({ min: 0, max: 12 })
  const cells = fc.record({
    x: edge,
    y: edge,
    width: fc.integer({ min: 1, max: 8 }),
    height: fc.integer({ min: 1, max: 8 }),
  })
  fc.assert(
    fc.property(fc.array(cells, { maxLength: 12 }), drawn => {
      const covered = new Set<string>()
      for (const { x, y, width, height } of drawn) {
        for (let cell = 0; cell < width * height; cell++)
          covered.add(`${x + (cell % width)},${y + Math.floor(cell / width)}`)
      }
      const boxes = drawn.map(({ x, y, width, height }) => box(x / 20, y / 20, (x + width) / 20, (y + height) / 20))
      expect(unionArea(boxes)).toBeCloseTo(covered.size / 400, 9)
    }),
    { numRuns: 200, seed: 20260105 },
  )
})

test('parts of a larger spot are no pieces of their own, and add no area', () => {
  const heap = box(0.2, 0.2, 0.4, 0.4)
  const dirt = dirtOf([heap, box(0.2, 0.2, 0.3, 0.4), box(0.3, 0.2, 0.4, 0.4), box(0.6, 0.6, 0.7, 0.7)].map(spot), 0.8)
  expect(dirt).toEqual({ pieces: 2, share: 0.0625 })
  expect(boxArea(heap) + 0.01).toBeCloseTo(0.0625 * 0.8)
})
