// Literal maps of sharp and soft edges, and what they say of the lens.
import { describe, expect, test } from 'vitest'
import { Focus } from './focus.ts'
import { CELLS, COLUMNS, FLAT, sharpnessOf } from './sharpness.ts'

const all = (value: number) => new Uint8Array(CELLS).fill(value)
const USUAL = all(60)
/** The first rows of cells are `value`, the others `rest`. */
const first = (count: number, value: number, rest: number) => all(rest).fill(value, 0, count)

describe('out of focus', () => {
  test.each([
    ['as ever', USUAL, 'clear'],
    ['the edges of a night', all(42), 'clear'],
    ['half as sharp as once', all(29), 'blurred'],
    ['nothing but edges of a burnt-in name', first(8, 70, FLAT), 'blurred'],
    ['fog: few edges are left, and those are sharp', first(20, 55, FLAT), 'clear'],
    ['a lorry: a third of the edges are gone', first(40, FLAT, 60), 'clear'],
  ] as const)('%s', (_, cells, verdict) => {
    expect(new Focus().judge(cells, USUAL, 0)).toBe(verdict)
  })

  test('is seen without a reference only where even the sharpest edges are soft', () => {
    expect(new Focus().judge(all(29), undefined, 0)).toBe('clear')
    expect(new Focus().judge(all(15), undefined, 0)).toBe('blurred')
    expect(new Focus().judge(first(8, 15, FLAT), undefined, 0)).toBe('clear')
  })
})

describe('drops', () => {
  /** Two blots of 3 × 5 cells each. */
  const blots = all(60).map((value, cell) => {
    const [row, column] = [Math.floor(cell / COLUMNS), cell % COLUMNS]
    const inside = row >= 1 && row <= 3 && ((column >= 2 && column <= 6) || (column >= 11 && column <= 15))
    return inside ? 12 : value
  })
  const scattered = all(60).map((value, cell) => (cell % 4 === Math.floor(cell / COLUMNS) % 2 ? FLAT : value))

  /** What is said of `cells`, every ten seconds, after the street was seen for so many minutes. */
  function watched(cells: Uint8Array, frames: number, minutes = 12): readonly string[] {
    const focus = new Focus()
    for (let minute = 0; minute < minutes; minute++) focus.judge(USUAL, USUAL, minute * 60_000)
    return Array.from({ length: frames }, (_, index) => focus.judge(cells, USUAL, minutes * 60_000 + index * 10_000))
  }

  test('are believed once they have stayed for a minute', () => {
    expect(watched(blots, 8)).toEqual(['clear', 'clear', 'clear', 'clear', 'clear', 'clear', 'drops', 'drops'])
  })

  test('are not edges that go out here and there, as shadows do', () => {
    expect(new Set(watched(scattered, 8))).toEqual(new Set(['clear']))
  })

  test('cannot be told before the street is known', () => {
    expect(new Set(watched(blots, 8, 5))).toEqual(new Set(['clear']))
  })

  test('are forgotten when they dry', () => {
    const focus = new Focus()
    for (let minute = 0; minute < 12; minute++) focus.judge(USUAL, USUAL, minute * 60_000)
    const at = (seconds: number) => 720_000 + seconds * 1_000
    expect([0, 50].map(seconds => focus.judge(blots, USUAL, at(seconds)))).toEqual(['clear', 'clear'])
    expect(focus.judge(USUAL, USUAL, at(55))).toBe('clear')
    expect([60, 100].map(seconds => focus.judge(blots, USUAL, at(seconds)))).toEqual(['clear', 'clear'])
  })
})

describe('sharpness', () => {
  const WIDTH_PX = 400
  const HEIGHT_PX = 80
  /** Stripes 20 px apart whose edges rise over so many pixels. */
  const stripes = (risePx: number, low: number, high: number) => ({
    widthPx: WIDTH_PX,
    heightPx: HEIGHT_PX,
    rgb: (_: unknown, widthPx = WIDTH_PX, heightPx = HEIGHT_PX) => ({
      widthPx,
      heightPx,
      pixels: Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, at) => {
        const x = (Math.floor(at / 3) % widthPx) % 20
        return Math.round(low + (high - low) * Math.min(1, Math.max(0, (x - 4) / risePx)))
      }),
    }),
  })

  test.each([
    ['a hard edge', stripes(1, 50, 200), 150, 100],
    ['an edge of four pixels', stripes(4, 40, 200), 160, 25],
    ['the same in haze', stripes(4, 100, 140), 40, 25],
    ['a rise that is lost in the frame’s own range', stripes(1, 100, 115), 200, FLAT],
    ['an even wall', stripes(1, 90, 90), 3, FLAT],
  ])('%s', (_, picture, spread, value) => {
    expect([...new Set(sharpnessOf(picture, spread))]).toEqual([value])
  })
})
