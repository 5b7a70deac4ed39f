// Where a zone is looked at: how many tiles, how large, and that nothing of the zone lies between them.
import { describe, expect, test } from 'vitest'
import type { Box, Polygon } from '../../core/geometry.ts'
import { MOST_TILES, planTiles } from './tiles.ts'

const FULL_HD = { widthPx: 1920, heightPx: 1080 }
const rectangle = (xPx: number, yPx: number, widthPx: number, heightPx: number, frame = FULL_HD): Polygon =>
  [
    [xPx, yPx],
    [xPx + widthPx, yPx],
    [xPx + widthPx, yPx + heightPx],
    [xPx, yPx + heightPx],
  ].map(([x = 0, y = 0]) => ({ x: x / frame.widthPx, y: y / frame.heightPx }))
const inPx = ({ x1, y1, x2, y2 }: Box, { widthPx, heightPx } = FULL_HD) =>
  [x1 * widthPx, y1 * heightPx, x2 * widthPx, y2 * heightPx].map(value => Math.round(value))

test.each([
  ['a small bin', rectangle(900, 500, 40, 60), [885, 494, 955, 566], [816, 426, 1024, 634]],
  ['a larger one', rectangle(900, 500, 200, 250), [875, 475, 1125, 775], [650, 250, 1350, 1000]],
  [
    'one in the corner, widened inwards',
    rectangle(1880, 1000, 40, 80),
    [1851, 984, 1920, 1080],
    [1712, 840, 1920, 1080],
  ],
])('%s is looked at from near and from afar', (_, polygon, near, afar) => {
  expect(planTiles(polygon, FULL_HD, 'place').map(tile => inPx(tile))).toEqual([near, afar])
})

test('a place of 1,000 × 420 px is four columns and two rows of native tiles that overlap by 95 px or more', () => {
  const tiles = planTiles(rectangle(400, 500, 1_000, 420), FULL_HD, 'place').map(tile => inPx(tile))
  expect(tiles.map(([x1 = 0, y1 = 0, x2 = 0, y2 = 0]) => [x2 - x1, y2 - y1])).toEqual(Array(8).fill([416, 416]))
  const lefts = [...new Set(tiles.map(([x1]) => x1 ?? 0))]
  expect(lefts.slice(1).every((left, index) => (lefts[index] ?? 0) + 416 - left >= 95)).toBe(true)
})

describe('whatever its size and place', () => {
  const zones = [40, 300, 700, 1_200, 1_920].flatMap(widthPx =>
    [40, 300, 700, 1_080].flatMap(heightPx =>
      (['place', 'pieces'] as const).map(detail => [widthPx, heightPx, detail] as const),
    ),
  )
  test.each(zones)(
    'every point of a zone of %i × %i px (%s) lies in one of at most nine tiles',
    (widthPx, heightPx, detail) => {
      const [xPx, yPx] = [Math.floor((1_920 - widthPx) / 2), Math.floor((1_080 - heightPx) / 2)]
      const tiles = planTiles(rectangle(xPx, yPx, widthPx, heightPx), FULL_HD, detail)
      expect(tiles.length).toBeLessThanOrEqual(MOST_TILES)
      for (let step = 0; step < 400; step++) {
        const x = (xPx + (widthPx * ((step % 20) + 0.5)) / 20) / 1_920
        const y = (yPx + (heightPx * (Math.floor(step / 20) + 0.5)) / 20) / 1_080
        expect(tiles.some(tile => x >= tile.x1 && x <= tile.x2 && y >= tile.y1 && y <= tile.y2)).toBe(true)
      }
    },
  )
})

test('tiles that show nothing of a slanted road are left out', () => {
  const band = [
    [0, 0],
    [100, 0],
    [900, 700],
    [800, 700],
  ].map(([x = 0, y = 0]) => ({ x: x / 1_920, y: y / 1_080 }))
  const sidesOf = (polygon: Polygon) =>
    planTiles(polygon, FULL_HD, 'place')
      .map(tile => inPx(tile))
      .map(([x1 = 0, , x2 = 0]) => x2 - x1)
  // Without the empty ones it is seen at native resolution, the whole box is not.
  expect(sidesOf(band)).toEqual(Array(7).fill(416))
  expect(sidesOf(rectangle(0, 0, 1_100, 700))).toEqual(Array(8).fill(458))
})

describe('pieces of litter', () => {
  const sides = (polygon: Polygon, frame = FULL_HD) =>
    planTiles(polygon, frame, 'pieces').map(tile => Math.round((tile.x2 - tile.x1) * frame.widthPx))
  const JAMCAM = { widthPx: 352, heightPx: 288 }

  test('are looked at twice where tiles are left: as they are, and up to four times enlarged', () => {
    expect(sides(rectangle(20, 130, 310, 130, JAMCAM), JAMCAM)).toEqual([342, ...Array(8).fill(104)])
  })
  test('on a large road only as they are', () => {
    expect(sides(rectangle(400, 400, 1_000, 600))).toEqual(Array(6).fill(416))
  })
})

test('what lies outside the frame is not looked at', () => {
  expect(planTiles(rectangle(2_000, 500, 100, 100), FULL_HD, 'place')).toEqual([])
})
