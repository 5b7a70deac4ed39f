// Where the condition network looks: a zone's surroundings at native resolution, in overlapping tiles where it is large.
import { type Box, clipBox, type Polygon, polygonBounds, touches, WHOLE_FRAME } from '../../core/geometry.ts'
import type { ConditionWish } from '../rule.ts'

/**
 * The network's input is a square of this side, so a tile of it is seen pixel by pixel: a bin that is 40 px high in a
 * 1080p frame is 9 px high in the frame shrunk to 416.
 */
const NATIVE_PX = 416
/** A crop up to a tenth larger is not worth a second tile. */
const TOLERANCE = 1.1
/** What lies on a border of two tiles lies whole in one of them, up to this share of a tile. */
const OVERLAP = 0.23
/** All tiles of a sample are one batch, and block their shard's only thread for about 15 ms each. */
export const MOST_TILES = 8
/** With a second, closer look: 0.003 core at the default schedule, objects included. */
const MOST_TILES_OF_TWO_LOOKS = 7

interface Look {
  /** Smaller crops are widened to this. */
  readonly leastPx: number
  /** Round the zone, as a share of its longer side and at most so many pixels. */
  readonly margin: { readonly share: number; readonly mostPx: number }
  /** Side of the tiles of a second look, if tiles are left for it. */
  readonly closerPx?: number
}

/**
 * A bin sticks out of its zone, and is told by what is round it. Litter is small and was close up where the network was
 * trained: enlarged threefold, pieces of 24–64 px planted on three roads were found in 0.62 of 197 cases, at native size in
 * 0.22, twofold in 0.47, fivefold in 0.60, at about as many false pieces (benchmarks/conditions.ts, choosing half). A heap
 * that fills such a tile is seen from further away: 0.7 instead of 0.2 on the drawn street.
 */
const LOOKS: Readonly<Record<ConditionWish['detail'], Look>> = {
  place: { leastPx: NATIVE_PX / 2, margin: { share: 0.2, mostPx: 48 } },
  pieces: { leastPx: NATIVE_PX / 3, margin: { share: 0.1, mostPx: 16 }, closerPx: NATIVE_PX / 3 },
}

interface Size {
  readonly widthPx: number
  readonly heightPx: number
}

/**
 * Plans the tiles for one zone on frames of one size; tiles that show nothing of the polygon are left out. A zone
 * that would need more than eight at native resolution is looked at as closely as eight allow; litter a second time, and
 * closer, where tiles are left for that.
 * @param polygon where the zone lies in this frame, drift included
 * @returns boxes in fractions of the frame; none where nothing of the zone lies in the frame
 */
export function planTiles(polygon: Polygon, frame: Size, detail: ConditionWish['detail']): readonly Box[] {
  const zone = clipBox(polygonBounds(polygon), WHOLE_FRAME)
  if (zone.x2 <= zone.x1 || zone.y2 <= zone.y1) return []
  const look = LOOKS[detail]
  const crop = surroundings(zone, frame, look)
  const tilesOf = (sidePx: number) => grid(crop, sidePx, frame).filter(tile => touches(polygon, tile))
  const native = finest(tilesOf, NATIVE_PX, Number.POSITIVE_INFINITY, MOST_TILES)
  if (look.closerPx === undefined) return native
  return [...native, ...finest(tilesOf, look.closerPx, NATIVE_PX / 1.5, MOST_TILES_OF_TWO_LOOKS - native.length)]
}

/** The smallest tiles between two sizes that are no more than `most`; none where there are none. */
function finest(tilesOf: (sidePx: number) => Box[], fromPx: number, toPx: number, most: number): Box[] {
  for (let sidePx = fromPx; sidePx <= toPx; sidePx *= TOLERANCE) {
    const tiles = tilesOf(sidePx)
    if (tiles.length <= most) return tiles
  }
  return []
}

function surroundings(zone: Box, { widthPx, heightPx }: Size, { margin, leastPx }: Look): Box {
  const longPx = Math.max((zone.x2 - zone.x1) * widthPx, (zone.y2 - zone.y1) * heightPx)
  const marginPx = Math.min(margin.mostPx, margin.share * longPx)
  const [x1, x2] = widen(zone.x1 * widthPx, zone.x2 * widthPx, { marginPx, leastPx, limitPx: widthPx })
  const [y1, y2] = widen(zone.y1 * heightPx, zone.y2 * heightPx, { marginPx, leastPx, limitPx: heightPx })
  return { x1: x1 / widthPx, y1: y1 / heightPx, x2: x2 / widthPx, y2: y2 / heightPx }
}

/** By the margin, and to the least size; moved inwards where the frame ends. */
function widen(
  fromPx: number,
  toPx: number,
  { marginPx, leastPx, limitPx }: { readonly marginPx: number; readonly leastPx: number; readonly limitPx: number },
): readonly [number, number] {
  const lengthPx = Math.min(limitPx, Math.max(leastPx, toPx - fromPx + 2 * marginPx))
  const startPx = Math.max(0, Math.min((fromPx + toPx - lengthPx) / 2, limitPx - lengthPx))
  return [startPx, startPx + lengthPx]
}

function grid(crop: Box, sidePx: number, { widthPx, heightPx }: Size): Box[] {
  const columns = spans(crop.x1 * widthPx, crop.x2 * widthPx, sidePx)
  const rows = spans(crop.y1 * heightPx, crop.y2 * heightPx, sidePx)
  return rows.flatMap(([top, bottom]) =>
    columns.map(([left, right]) => ({
      x1: left / widthPx,
      y1: top / heightPx,
      x2: right / widthPx,
      y2: bottom / heightPx,
    })),
  )
}

/** As few equal parts as there must be, evenly spread, that overlap by `OVERLAP` or more. */
function spans(fromPx: number, toPx: number, sidePx: number): readonly (readonly [number, number])[] {
  const lengthPx = toPx - fromPx
  if (lengthPx <= sidePx * TOLERANCE) return [[fromPx, toPx]]
  const count = Math.ceil((lengthPx / sidePx - OVERLAP) / (1 - OVERLAP))
  const stepPx = (lengthPx - sidePx) / (count - 1)
  return Array.from({ length: count }, (_, index) => [fromPx + index * stepPx, fromPx + index * stepPx + sidePx])
}
