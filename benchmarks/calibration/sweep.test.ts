// The choice of a threshold, on curves made by hand.
import { expect, test } from 'vitest'
import type { ClassSeen } from './matching.ts'
import { choose, type SweepPoint, sweep } from './sweep.ts'

const point = (threshold: number, precision: number | null, recall: number | null): SweepPoint => ({
  threshold,
  precision,
  recall,
  f1: precision && recall ? (2 * precision * recall) / (precision + recall) : 0,
})

const CURVE = [
  point(0.1, 0.4, 1),
  point(0.2, 0.8, 0.8),
  point(0.3, 0.8, 0.8),
  point(0.4, 0.8, 0.8),
  point(0.5, 1, 0.5),
  point(0.9, null, 0),
]

test('F1 decides, and of equals the middle', () => {
  expect(choose(CURVE, { kind: 'f1' })?.threshold).toBe(0.3)
})

test('of two runs of equals the longer, and of equal runs the higher', () => {
  const low = [point(0.1, 1, 0.9), point(0.2, 0.5, 0.5)]
  expect(choose([...low, point(0.3, 1, 0.9), point(0.4, 1, 0.9)], { kind: 'f1' })?.threshold).toBe(0.4)
  expect(choose([...low, point(0.3, 1, 0.9), point(0.4, 0.5, 0.5)], { kind: 'f1' })?.threshold).toBe(0.3)
})

test.each([
  [0.3, 0.1],
  [0.8, 0.3],
  [0.9, 0.5],
])('with a precision of %s at least, recall decides: %s', (least, expected) => {
  expect(choose(CURVE, { kind: 'precision', least })?.threshold).toBe(expected)
})

test('what cannot be reached is not chosen', () => {
  expect(choose([point(0.5, 0.6, 1)], { kind: 'precision', least: 0.9 })).toBeNull()
  expect(choose([point(0.5, 0, 0), point(0.9, null, null)], { kind: 'f1' })).toBeNull()
  expect(choose([], { kind: 'f1' })).toBeNull()
})

test('a sweep finds the gap between what is there and what is not', () => {
  const seen: ClassSeen = {
    label: 'litter',
    truths: [1, 1, 0, 0],
    best: [0.8, 0.455, 0.445, 0],
    ranked: [
      { score: 0.8, hit: true, picture: 0 },
      { score: 0.455, hit: true, picture: 1 },
      { score: 0.445, hit: false, picture: 2 },
    ],
  }
  for (const level of ['boxes', 'pictures'] as const) {
    expect(choose(sweep(seen, level), { kind: 'f1' }), level).toEqual({
      threshold: 0.45,
      precision: 1,
      recall: 1,
      f1: 1,
    })
  }
})
