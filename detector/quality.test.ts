// Literal pictures and whether they can be judged.
import { expect, test } from 'vitest'
import { drawStreet } from '../tests/support/drawn-street.ts'
import { RgbPicture } from '../tests/support/rgb-picture.ts'
import { viewOf } from './quality.ts'

const picture = (luma: (x: number, y: number) => number) => {
  const [widthPx, heightPx] = [128, 72]
  const pixels = new Uint8Array(widthPx * heightPx * 3)
  for (let i = 0; i < widthPx * heightPx; i++) pixels.fill(luma(i % widthPx, Math.floor(i / widthPx)), i * 3, i * 3 + 3)
  return new RgbPicture({ widthPx, heightPx, pixels })
}

test.each([
  ['an unlit night', picture(() => 6), 'dark'],
  ['an unlit night with one far lamp', picture((x, y) => (x > 120 && y < 4 ? 255 : 8)), 'dark'],
  ['a black street under lamps', picture(x => (x % 32 < 4 ? 140 : 12)), 'clear'],
  ['a sensor in full sun', picture((x, y) => (x < 4 && y < 20 ? 120 : 252)), 'overexposed'],
  ['a wet street with glare', picture((x, y) => (y < 30 ? 250 : 90 + (x % 16))), 'clear'],
  ['a grey bag over the lens', picture((x, y) => 96 + x / 32 + y / 32), 'covered'],
  ['an even yard with a few marks', picture(x => (x % 40 < 3 ? 190 : 120)), 'clear'],
] as const)('%s', (_, shown, view) => {
  expect(viewOf(shown)).toBe(view)
})

test('a drawn street is clear', async () => {
  expect(viewOf(await drawStreet([{ drawing: 'car', leftPx: 60, topPx: 180, widthPx: 160 }]))).toBe('clear')
})
