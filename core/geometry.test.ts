// Literal polygons and boxes.
import { expect, test } from 'vitest'
import {
  bottomCentre,
  contains,
  coverage,
  crossesItself,
  expandBox,
  hullBox,
  iou,
  polygonArea,
  touches,
} from './geometry.ts'

const box = (x1: number, y1: number, x2: number, y2: number) => ({ x1, y1, x2, y2 })
const ring = (...corners: [number, number][]) => corners.map(([x, y]) => ({ x, y }))

test.each([
  [box(0, 0, 0.2, 0.2), box(0, 0, 0.2, 0.2), 1],
  [box(0, 0, 0.2, 0.2), box(0.1, 0, 0.3, 0.2), 1 / 3],
  [box(0, 0, 0.2, 0.2), box(0.2, 0, 0.4, 0.2), 0],
  [box(0.1, 0.1, 0.1, 0.1), box(0.1, 0.1, 0.1, 0.1), 0],
])('the IoU of %j and %j is %d', (a, b, expected) => {
  expect(iou(a, b)).toBeCloseTo(expected, 10)
})

test('coverage is the share of the inner box only', () => {
  expect(coverage(box(0, 0, 0.1, 0.1), box(0.05, 0, 1, 1))).toBeCloseTo(0.5, 10)
})

test('an object stands at its bottom-centre', () => {
  expect(bottomCentre(box(0.2, 0.1, 0.4, 0.5))).toEqual({ x: 0.30000000000000004, y: 0.5 })
})

test('a box grows by a share of its own size and stays in the frame', () => {
  expect(expandBox(box(0, 0.4, 0.2, 0.6), 0.5)).toEqual(box(0, 0.30000000000000004, 0.30000000000000004, 0.7))
})

test('the hull holds both boxes', () => {
  expect(hullBox(box(0.1, 0.2, 0.3, 0.4), box(0, 0.3, 0.2, 0.6))).toEqual(box(0, 0.2, 0.3, 0.6))
})

const notched = ring([0, 0], [1, 0], [1, 1], [0.5, 0.5], [0, 1])

test.each([
  [0.5, 0.2, true],
  [0.5, 0.8, false],
  [0.1, 0.8, true],
  [1.1, 0.5, false],
])('(%d, %d) in the notched square: %s', (x, y, inside) => {
  expect(contains(notched, { x, y })).toBe(inside)
})

test('area is that of the shoelace formula, whichever way round', () => {
  expect(polygonArea(notched)).toBeCloseTo(0.75, 10)
  expect(polygonArea([...notched].reverse())).toBeCloseTo(0.75, 10)
})

test.each([
  ['a square', ring([0, 0], [1, 0], [1, 1], [0, 1]), false],
  ['a bow tie', ring([0, 0], [1, 1], [1, 0], [0, 1]), true],
  ['a notch that touches the opposite edge', ring([0, 0], [1, 0], [1, 1], [0.5, 0], [0, 1]), true],
  ['a triangle', ring([0, 0], [1, 0], [0, 1]), false],
])('%s crosses itself: %s', (_name, polygon, crosses) => {
  expect(crossesItself(polygon)).toBe(crosses)
})

test.each([
  ['with a corner in it', { x1: 0.1, y1: 0.1, x2: 0.3, y2: 0.3 }, true],
  ['that holds all of it', { x1: 0, y1: 0, x2: 1, y2: 1 }, true],
  ['inside it', { x1: 0.5, y1: 0.5, x2: 0.52, y2: 0.52 }, true],
  ['that it only crosses', { x1: 0.4, y1: 0, x2: 0.42, y2: 0.9 }, true],
  ['beside it', { x1: 0.85, y1: 0.2, x2: 0.95, y2: 0.8 }, false],
])('a square touches a box %s', (_, box, expected) => {
  const square = [
    { x: 0.2, y: 0.2 },
    { x: 0.8, y: 0.2 },
    { x: 0.8, y: 0.8 },
    { x: 0.2, y: 0.8 },
  ]
  expect(touches(square, box)).toBe(expected)
})
