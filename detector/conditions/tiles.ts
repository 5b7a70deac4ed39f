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
/**
 * Side of the tiles of the second look for litter, which is small and was close up where the network was trained. Of 97
 * pieces of 24–64 px planted on three roads 0.73 were found with tiles of 100 px, 0.64 with 139 and 0.57 with 208, each
 * beside the tiles at native resolution (choosing half, score 0.1). A heap that fills such a tile is seen from further away.
 */
const CLOSE_PX = NATIVE_PX / 4
/** All tiles of a sample are one batch, and block their shard's only thread for about 15 ms each. */
export const MOST_TILES = 9

/** Round a zone: a share of its longer side, at most so many pixels, and widened to a least size. */
interface Framing {
  readonly share: number
  readonly mostPx: number
  readonly leastPx: number
}

/**
 * A bin sticks out of its zone, and whether it overflows is told from near and from further away, each mistaken about other
 * bins: over 484 cuttings of the choosing half laid on streets, at heights of 48 to 150 px, the area under the curve of
 * overflow against ok was 0.959 from near, 0.946 from afar and 0.968 for the mean of both; on the 384 of the reporting half
 * 0.985, 0.956 and 0.990. From as far as four and a half times the zone's side it is 0.929 and 0.914.
 */
const NEAR: Framing = { share: 0.1, mostPx: 48, leastPx: NATIVE_PX / 6 }
const AFAR: Framing = { share: 1, mostPx: Number.POSITIVE_INFINITY, leastPx: NATIVE_PX / 2 }
const ROAD: Framing = { share: 0.1, mostPx: 16, leastPx: NATIVE_PX / 3 }

interface Size {
  readonly widthPx: number
  readonly heightPx: number
}

/**
 * Plans where to look for one zone on frames of one size. A place that fits into one tile is looked at from near and from
 * afar. A larger zone is cut into tiles, those that show nothing of the polygon left out; one that would need more than
 * there may be is looked at as closely as they allow. Litter is looked for a second time, and closer, where tiles are left.
 * @param polygon where the zone lies in this frame, drift included
 * @returns boxes in fractions of the frame; none where nothing of the zone lies in the frame
 */
export function planTiles(polygon: Polygon, frame: Size, detail: ConditionWish['detail']): readonly Box[] {
  const zone = clipBox(polygonBounds(polygon), WHOLE_FRAME)
  if (zone.x2 <= zone.x1 || zone.y2 <= zone.y1) return []
  const crop = surroundings(zone, frame, detail === 'place' ? NEAR : ROAD)
  const tilesOf = (sidePx: number) => grid(crop, sidePx, frame).filter(tile => touches(polygon, tile))
  const native = finest(tilesOf, NATIVE_PX, Number.POSITIVE_INFINITY, MOST_TILES)
  if (detail === 'place') return native.length > 1 ? native : [...native, surroundings(zone, frame, AFAR)]
  return [...native, ...finest(tilesOf, CLOSE_PX, NATIVE_PX / 1.5, MOST_TILES - native.length)]
}

/** The smallest tiles between two sizes that are no more than `most`; none where there are none. */
function finest(tilesOf: (sidePx: number) => Box[], fromPx: number, toPx: number, most: number): Box[] {
  for (let sidePx = fromPx; sidePx <= toPx; sidePx *= TOLERANCE) {
    const tiles = tilesOf(sidePx)
    if (tiles.length <= most) return tiles
  }
  return []
}

function surroundings(zone: Box, { widthPx, heightPx }: Size, { share, mostPx, leastPx }: Framing): Box {
  const longPx = Math.max((zone.x2 - zone.x1) * widthPx, (zone.y2 - zone.y1) * heightPx)
  const marginPx = Math.min(mostPx, share * longPx)
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
