// Literal zones and the crops that they lead to.
import { describe, expect, test } from 'vitest'
import { type Box, boxArea, clipBox, coverage, type Polygon } from '../../core/geometry.ts'
import { MAX_CROPS, planCrops } from './crops.ts'

const zone = (x1: number, y1: number, x2: number, y2: number): { polygon: Polygon } => ({
  polygon: [
    { x: x1, y: y1 },
    { x: x2, y: y1 },
    { x: x2, y: y2 },
    { x: x1, y: y2 },
  ],
})
const VGA = { widthPx: 640, heightPx: 360 }
const CIF = { widthPx: 352, heightPx: 288 }
const FULL_HD = { widthPx: 1920, heightPx: 1080 }
const rounded = (box: Box) => [box.x1, box.y1, box.x2, box.y2].map(value => Number(value.toFixed(3)))

test.each([
  [
    'one zone height above it, as much to the sides in pixels, a quarter below',
    zone(0.3, 0.5, 0.6, 0.6),
    VGA,
    [[0.244, 0.4, 0.656, 0.625]],
  ],
  ['the margin stops at the frame', zone(0, 0.05, 0.3, 0.2), VGA, [[0, 0, 0.384, 0.238]]],
  ['a thin strip still gets a tenth of the frame above', zone(0.3, 0.6, 0.5, 0.61), VGA, [[0.244, 0.5, 0.556, 0.635]]],
  ['a deep square gets no more than a third above', zone(0.3, 0.5, 0.4, 0.9), CIF, [[0.014, 0.15, 0.686, 0.988]]],
  ['a frame that its zones fill is the crop', zone(0, 0, 1, 1), CIF, [[0, 0, 1, 1]]],
  [
    'a wide crop is tiled, overlapping by half',
    zone(0, 0.68, 0.76, 0.92),
    VGA,
    [
      [0, 0.44, 0.597, 0.98],
      [0.298, 0.44, 0.895, 0.98],
    ],
  ],
  [
    'a frame a little too large in both directions is tiled both ways',
    zone(0, 0, 1, 1),
    { widthPx: 640, heightPx: 480 },
    [
      [0, 0, 0.667, 0.667],
      [0.333, 0, 1, 0.667],
      [0, 0.333, 0.667, 1],
      [0.333, 0.333, 1, 1],
    ],
  ],
  [
    'a large frame is tiled as far as four tiles go',
    zone(0, 0, 1, 1),
    FULL_HD,
    [
      [0, 0, 0.5, 1],
      [0.25, 0, 0.75, 1],
      [0.5, 0, 1, 1],
    ],
  ],
])('%s', (_, only, frame, crops) => {
  expect(planCrops([only], frame).map(rounded)).toEqual(crops)
})

describe('several zones', () => {
  test('one inside the other’s crop share it', () => {
    const [plan, alone] = [
      planCrops([zone(0.3, 0.5, 0.6, 0.6), zone(0.4, 0.5, 0.5, 0.6)], VGA),
      planCrops([zone(0.3, 0.5, 0.6, 0.6)], VGA),
    ]
    expect(plan).toEqual(alone)
  })

  test('far from each other have a crop each', () => {
    expect(planCrops([zone(0.1, 0.3, 0.2, 0.35), zone(0.8, 0.8, 0.9, 0.85)], VGA)).toHaveLength(2)
  })

  test('more than four are merged where it costs least', () => {
    const corners = [
      zone(0.1, 0.2, 0.2, 0.25),
      zone(0.8, 0.2, 0.9, 0.25),
      zone(0.1, 0.8, 0.2, 0.85),
      zone(0.8, 0.8, 0.9, 0.85),
    ]
    const plan = planCrops([...corners, zone(0.1, 0.4, 0.2, 0.45)], VGA)
    expect(plan.map(rounded)).toEqual([
      [0.044, 0.1, 0.256, 0.475],
      [0.744, 0.1, 0.956, 0.275],
      [0.044, 0.7, 0.256, 0.875],
      [0.744, 0.7, 0.956, 0.875],
    ])
  })

  test('none have nothing to be looked at', () => {
    expect(planCrops([], VGA)).toEqual([])
  })
})

test('whatever the zones, there are at most four crops, all in the frame, and each zone lies in them', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const zones = Array.from({ length: 1 + (seed % 9) }, (_, index) => {
      const x1 = ((seed * 37 + index * 61) % 90) / 100
      const y1 = ((seed * 53 + index * 29) % 90) / 100
      return clipBox({ x1, y1, x2: x1 + ((seed + index) % 7) / 10 + 0.02, y2: y1 + ((seed * index) % 5) / 10 + 0.02 })
    })
    const plan = planCrops(
      zones.map(({ x1, y1, x2, y2 }) => zone(x1, y1, x2, y2)),
      seed % 2 ? VGA : FULL_HD,
    )
    expect(plan.length).toBeLessThanOrEqual(MAX_CROPS)
    for (const crop of plan) expect(clipBox(crop)).toEqual(crop)
    for (const box of zones) {
      // Corners and centre: each in at least one crop.
      for (const [x, y] of [
        [box.x1, box.y1],
        [box.x2, box.y2],
        [(box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2],
      ] as const) {
        expect(plan.some(c => x >= c.x1 - 1e-9 && x <= c.x2 + 1e-9 && y >= c.y1 - 1e-9 && y <= c.y2 + 1e-9)).toBe(true)
      }
      expect(Math.max(...plan.map(crop => coverage(box, crop)))).toBeGreaterThan(0)
      expect(boxArea(box)).toBeGreaterThan(0)
    }
  }
})
