// Outlines, pixel by pixel on tiny pictures.
import { expect, test } from 'vitest'
import { outline } from './canvas.ts'

const WHITE = [255, 255, 255] as const

function drawn(widthPx: number, heightPx: number, corners: readonly (readonly [number, number])[], strokePx: number) {
  const image = { widthPx, heightPx, pixels: new Uint8Array(widthPx * heightPx * 3) }
  outline(
    image,
    corners.map(([x, y]) => ({ x, y })),
    strokePx,
    WHITE,
  )
  return Array.from({ length: heightPx }, (_, row) =>
    Array.from({ length: widthPx }, (_, column) => (image.pixels[(row * widthPx + column) * 3] ? '#' : '.')).join(''),
  )
}

const SQUARE = [
  [2, 2],
  [6, 2],
  [6, 5],
  [2, 5],
] as const

test('closes the outline and leaves the inside alone', () => {
  expect(drawn(8, 7, SQUARE, 2)).toEqual([
    '........',
    '.######.',
    '.######.',
    '.##..##.',
    '.######.',
    '.######.',
    '........',
  ])
})

test('leaves out what lies outside the picture, and never wraps to the other side', () => {
  const cut = drawn(5, 4, SQUARE, 2)
  expect(cut).toEqual(['.....', '.####', '.####', '.##..'])
})

test('draws slanted lines without gaps', () => {
  const line = [
    [1, 1],
    [7, 3],
  ] as const
  for (const column of [1, 2, 3, 4, 5, 6]) {
    expect(drawn(8, 5, line, 2).some(row => row[column] === '#')).toBe(true)
  }
})

test('draws nothing for a zone without corners', () => {
  expect(drawn(2, 1, [], 2)).toEqual(['..'])
})
