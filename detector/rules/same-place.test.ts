// Literal boxes: what is one place, what is a part of what, what hides what.
import { describe, expect, test } from 'vitest'
import type { Box } from '../../core/geometry.ts'
import { isHidden, isInside, isPart, moversOf, pairByPlace } from './same-place.ts'

const box = (x1: number, y1: number, x2: number, y2: number): Box => ({ x1, y1, x2, y2 })
const BIN = box(0.4, 0.5, 0.5, 0.7)

describe('one place', () => {
  test.each<[string, Box, boolean]>([
    ['the same box', BIN, true],
    ['jitter of a twentieth', box(0.405, 0.51, 0.505, 0.71), true],
    ['with a heap on it and bags around it', box(0.36, 0.42, 0.54, 0.72), true],
    ['half hidden by something', box(0.4, 0.5, 0.5, 0.6), true],
    ['the next bin of the row', box(0.5, 0.5, 0.6, 0.7), false],
    ['the next bin, seen from the side', box(0.47, 0.48, 0.57, 0.68), false],
  ])('%s: %#', (_, other, same) => {
    expect(pairByPlace([BIN], [other]).has(0)).toBe(same)
  })

  test('a 12 px piece that jitters by 4 px at 1080p is one piece', () => {
    const piece = box(0.5, 0.5, 0.5 + 12 / 1920, 0.5 + 12 / 1080)
    const moved = box(0.5 + 4 / 1920, 0.5, 0.5 + 16 / 1920, 0.5 + 12 / 1080)
    expect(pairByPlace([piece], [moved]).get(0)).toBe(0)
  })

  test('each place gets the box that fits it best, and each box goes to one place', () => {
    const next = box(0.5, 0.5, 0.6, 0.7)
    const pairs = pairByPlace(
      [BIN, next],
      [box(0.49, 0.5, 0.59, 0.7), box(0.41, 0.5, 0.51, 0.7), box(0.4, 0.5, 0.5, 0.7)],
    )
    expect([...pairs]).toEqual(
      expect.arrayContaining([
        [0, 2],
        [1, 0],
      ]),
    )
    expect(pairs.size).toBe(2)
  })
})

test('a part lies in the whole, whichever of them is asked about', () => {
  const part = box(0.42, 0.5, 0.48, 0.6)
  expect([isInside(part, BIN), isInside(BIN, part), isPart(BIN, part), isPart(part, BIN)]).toEqual([
    true,
    false,
    true,
    true,
  ])
})

describe('hidden', () => {
  test.each<[string, Box, boolean]>([
    ['a person before it', box(0.41, 0.35, 0.49, 0.75), true],
    ['a person before a quarter of it', box(0.475, 0.35, 0.6, 0.75), false],
    ['a car behind it', box(0.2, 0.3, 0.8, 0.66), false],
    ['a car before it', box(0.2, 0.3, 0.8, 0.69), true],
    ['what is the bin itself under another name', box(0.4, 0.49, 0.51, 0.71), false],
  ])('%s', (_, mover, hidden) => {
    expect(isHidden(BIN, [mover], 0.5)).toBe(hidden)
  })

  test('by people, vehicles and two-wheelers, not by what the object network may name else', () => {
    const labels = ['person', 'car', 'bus', 'truck', 'bicycle', 'motorcycle', 'bench']
    expect(moversOf(labels.map(label => ({ label, score: 0.5, box: BIN })))).toHaveLength(6)
  })
})
