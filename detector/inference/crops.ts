// Where to look: at most four crops of a camera's frame, around its zones and as near to native resolution as they allow.
//
//        ┌─────────────── crop ───────────────┐   An object stands in a zone with its bottom-centre, so most of it
//        │    ┌──car──┐                       │   lies above. How high it is, a zone tells by its own height: kerbs,
//        │    │       │   above = zone height │   bays and lanes are about as deep in the picture as vehicles on
//        │ ┌──┤       ├───────────────┐       │   them are high (0.13 and 0.15 of the frame at one kerb of
//        │ │  └───●───┘     zone      │ side  │   kerb-parking, 0.24 and 0.25 at the other). To the sides half a
//        │ └──────────────────────────┘       │   vehicle may stick out, and it is about twice as long as high.
//        └────────────────────────────────────┘
//
// Measured on 38 frames of kerb-parking, the car of the far kerb that is hardest to see: found in 0 without a margin, in
// 24 with three quarters of the zone's height, in 37 with 1 to 1½, in 33 with 2, and in 0 of the whole frames.
import { type Box, boxArea, clipBox, hullBox, type Polygon, polygonBounds } from '../../core/geometry.ts'
import type { CropPlan } from './detector.ts'

/** At most so many runs of the network per frame: 60 ms on one core. */
export const MAX_CROPS = 4

/** The margin above, where the zone's height says little: a strip, or a whole square. Shares of the frame's height. */
const LEAST_ABOVE = 0.1
const MOST_ABOVE = 0.35
const BELOW = 0.25

/** Pictures are squares of this side for the network; a crop up to a tenth larger is not worth a second tile. */
const NATIVE_PX = 416
const TOLERANCE = 1.1

interface Size {
  readonly widthPx: number
  readonly heightPx: number
}

/**
 * Plans the crops for the zones of one camera on frames of one size. Crops that would show much the same are merged,
 * and crops that would have to be shrunk are tiled while fewer than four are used. No zones, no crops.
 */
export function planCrops(zones: readonly { readonly polygon: Polygon }[], frame: Size): CropPlan {
  const crops = merge(zones.map(zone => withMargin(polygonBounds(zone.polygon), frame)))
  const grids = crops.map(crop => ({ crop, columns: 1, rows: 1 }))
  for (;;) {
    const grid = grids.reduce<Grid | undefined>(
      (worst, each) => (worst && longestPx(worst, frame) >= longestPx(each, frame) ? worst : each),
      undefined,
    )
    if (!grid || longestPx(grid, frame) <= NATIVE_PX * TOLERANCE) break
    const [widthPx, heightPx] = tilePx(grid, frame)
    const finer = widthPx >= heightPx ? { ...grid, columns: grid.columns + 1 } : { ...grid, rows: grid.rows + 1 }
    const tiles = grids.reduce((sum, each) => sum + (each === grid ? count(finer) : count(each)), 0)
    if (tiles > MAX_CROPS) break
    grids[grids.indexOf(grid)] = finer
  }
  return grids.flatMap(tilesOf)
}

function withMargin(zone: Box, { widthPx, heightPx }: Size): Box {
  const above = Math.min(MOST_ABOVE, Math.max(LEAST_ABOVE, zone.y2 - zone.y1))
  const side = (above * heightPx) / widthPx
  return clipBox({ x1: zone.x1 - side, y1: zone.y1 - above, x2: zone.x2 + side, y2: zone.y2 + above * BELOW })
}

/** Merges pairs while one picture of both is no larger than two, then the pairs that grow least until four are left. */
function merge(boxes: readonly Box[]): readonly Box[] {
  const crops = [...boxes]
  for (;;) {
    let best: { readonly i: number; readonly j: number; readonly growth: number } | undefined
    for (const [i, a] of crops.entries()) {
      for (const [j, b] of crops.entries()) {
        if (j <= i) continue
        const growth = boxArea(hullBox(a, b)) - boxArea(a) - boxArea(b)
        if (!best || growth < best.growth) best = { i, j, growth }
      }
    }
    if (!best || (best.growth > 0 && crops.length <= MAX_CROPS)) return crops
    const [a, b] = [crops[best.i], crops[best.j]]
    if (a && b) crops.splice(best.i, 1, hullBox(a, b))
    crops.splice(best.j, 1)
  }
}

interface Grid {
  readonly crop: Box
  readonly columns: number
  readonly rows: number
}

const count = ({ columns, rows }: Grid): number => columns * rows

/**
 * Tiles overlap by half, so that whatever is up to half a tile wide lies whole in one: of two tiles each takes 2/3.
 * Measured on the near kerb, frames of 38 in which the hardest of three cars is found, by the tile's share of the crop:
 * 0.55: 0, 0.6: 35, 2/3: 37, 0.7: 2, not tiled: 0. A hall of people, counted: 0.73 of them untiled, 0.90 in 2 × 2 tiles.
 */
const tileShare = (tiles: number): number => 2 / (tiles + 1)

function tilePx({ crop, columns, rows }: Grid, { widthPx, heightPx }: Size): readonly [number, number] {
  return [(crop.x2 - crop.x1) * widthPx * tileShare(columns), (crop.y2 - crop.y1) * heightPx * tileShare(rows)]
}

function longestPx(grid: Grid, frame: Size): number {
  return Math.max(...tilePx(grid, frame))
}

function tilesOf({ crop, columns, rows }: Grid): Box[] {
  const width = (crop.x2 - crop.x1) * tileShare(columns)
  const height = (crop.y2 - crop.y1) * tileShare(rows)
  return Array.from({ length: columns * rows }, (_, index) => {
    const x1 = crop.x1 + ((index % columns) * width) / 2
    const y1 = crop.y1 + (Math.floor(index / columns) * height) / 2
    return { x1, y1, x2: Math.min(crop.x2, x1 + width), y2: Math.min(crop.y2, y1 + height) }
  })
}
