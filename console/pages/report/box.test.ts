// A box drawn by mouse or by keys stays on the picture, and is a box.
import { expect, test } from 'vitest'
import { boxBetween, boxByKey, isDrawn } from './box.ts'

test('is the same whichever way it was drawn, and ends where the picture does', () => {
  expect(boxBetween({ x: 0.5, y: 0.9 }, { x: -0.2, y: 1.4 })).toEqual({ x1: 0, y1: 0.9, x2: 0.5, y2: 1 })
})

test('a click is no box', () => {
  expect(isDrawn(boxBetween({ x: 0.5, y: 0.5 }, { x: 0.505, y: 0.7 }))).toBe(false)
  expect(isDrawn(boxBetween({ x: 0.5, y: 0.5 }, { x: 0.6, y: 0.7 }))).toBe(true)
})

test('keys put it in the middle, move it to the edge and no further, and never turn it inside out', () => {
  const first = boxByKey(undefined, 'ArrowLeft', false)
  expect(first).toEqual({ x1: 0.4, y1: 0.4, x2: 0.6, y2: 0.6 })
  const edge = boxByKey({ x1: 0.005, y1: 0, x2: 0.5, y2: 0.5 }, 'ArrowLeft', false)
  expect(edge).toEqual({ x1: 0, y1: 0, x2: 0.495, y2: 0.5 })
  const small = boxByKey({ x1: 0.5, y1: 0.5, x2: 0.52, y2: 0.6 }, 'ArrowLeft', true)
  expect(small?.x2).toBeCloseTo(0.52)
  expect(boxByKey(first, 'Enter', false)).toBeUndefined()
})
