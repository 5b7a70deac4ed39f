// What counts as a change: the smallest object of interest anywhere, whatever the light; not noise, and not the light itself.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { WHOLE_FRAME } from '../core/geometry.ts'
import { paintedStreet, type Square } from '../tests/support/painted-street.ts'
import { areUnchanged, changeBetween, glimpseOf, toleranceOf } from './change.ts'

/** As fine as the network's input, so that its pixels are those of the picture. */
const SIDE_PX = 416
const street = (seed: number, more: { light?: number; noise?: number; squares?: readonly Square[] } = {}) =>
  paintedStreet({ widthPx: SIDE_PX, heightPx: SIDE_PX, seed, ...more })
const glimpse = (...args: Parameters<typeof street>) => glimpseOf(street(...args), WHOLE_FRAME)

test('a still street under sensor noise is unchanged', () => {
  for (const noise of [1, 4, 8]) expect(areUnchanged([glimpse(1, { noise })], [glimpse(2, { noise })])).toBe(true)
})

test('pictures without a single different pixel are no proof: they may be frozen', () => {
  expect(changeBetween(glimpse(1), glimpse(1)).identical).toBe(true)
  expect(areUnchanged([glimpse(1)], [glimpse(1)])).toBe(false)
})

test('light that rises or falls everywhere is no change', () => {
  for (const light of [-12, -5, 5, 12]) {
    expect(areUnchanged([glimpse(1, { noise: 2 })], [glimpse(2, { noise: 2, light })])).toBe(true)
  }
})

describe('an object of the smallest size that is of interest', () => {
  const square = fc.record({
    x: fc.integer({ min: 0, max: SIDE_PX - 12 }),
    y: fc.integer({ min: 0, max: SIDE_PX - 12 }),
    sidePx: fc.integer({ min: 12, max: 40 }),
    level: fc.constantFrom(-1, 1).chain(sign => fc.integer({ min: 24, max: 90 }).map(level => sign * level)),
  })

  test('is never overlooked, wherever it comes, in whatever light', () => {
    const light = fc.integer({ min: -10, max: 10 })
    fc.assert(
      fc.property(square, light, fc.integer({ min: 1, max: 999 }), (one, change, seed) => {
        const before = glimpse(seed, { noise: 2 })
        expect(areUnchanged([before], [glimpse(seed + 1, { noise: 2, light: change, squares: [one] })])).toBe(false)
      }),
      { numRuns: 25, seed: 20260105 },
    )
  })

  test('is not overlooked when it leaves either', () => {
    const one = { x: 101, y: 203, sidePx: 12, level: 30 }
    expect(areUnchanged([glimpse(1, { noise: 2, squares: [one] })], [glimpse(2, { noise: 2 })])).toBe(false)
  })

  test('whose colour alone differs, and not its brightness, is seen', () => {
    const one = { x: 50, y: 60, sidePx: 12, level: 0, red: 60 }
    expect(areUnchanged([glimpse(1, { noise: 2 })], [glimpse(2, { noise: 2, squares: [one] })])).toBe(false)
  })
})

test('noise widens what is tolerated, within limits', () => {
  expect([0, 1, 2.25, 9].map(noise => toleranceOf({ noise }))).toEqual([14, 14, 15.75, 18])
})

test('without anything to compare with nothing is known', () => {
  expect(areUnchanged([], [])).toBe(false)
  expect(areUnchanged([glimpse(1)], [])).toBe(false)
})
