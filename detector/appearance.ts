// How a vehicle looks and where it stood, in 243 bytes: enough to tell, a quarter of an hour later, whether it is the same one.
//
// A parked car is the same pixels at the same place; another car, however alike, is not. So an appearance keeps where its
// box lay, and two of them are compared on the part of the frame that both cover, not box against box: a box that jitters
// does not move the car. Measured on real footage in benchmarks/appearance.ts.
import type { Picture } from '../core/frame.ts'
import { type Box, clipBox, intersectionArea, iou, moveBox, type Point } from '../core/geometry.ts'
import type { Appearance } from '../core/scene.ts'

const VERSION = 1
/**
 * Cells of luma per side. With 16 × 12 the most alike other car on a spot scored 0.73, with 20 or 24 a side 0.54, and the
 * same car never below 0.73: it is fine detail that tells two saloons apart.
 */
const LUMA_CELLS = 20
const CHROMA_CELLS = 4
/** Each cell is the mean of 2 × 2 scaled pixels, which makes the choice of scaling filter matter less. */
const OVERSAMPLING = 2
const BOX_AT = 1
const SIDE_AT = 9
const CONTRAST_AT = 10
const LUMA_FROM = 11
const CHROMA_FROM = LUMA_FROM + (LUMA_CELLS * LUMA_CELLS) / 2
const LENGTH = CHROMA_FROM + 2 * CHROMA_CELLS * CHROMA_CELLS

/** A box with fewer pixels than cells on one side shows no detail that could prove an identity. */
const LEAST_SIDE_PX = LUMA_CELLS
/** Standard deviation of luma (of 255) below which a patch is mostly the camera's noise. */
const LEAST_CONTRAST = 6
/** What `sameAppearance` says where it cannot tell. */
export const CANNOT_TELL = 0.5

/** Sides in steps of this: FFmpeg keeps a scaler for every size it has met, and parked boxes jitter by a pixel. */
const SIDE_STEP_PX = 8

/** About `box`, in whole pixels with an even origin, as a scaler cuts them from subsampled chroma. */
function snap(box: Box, picture: Picture): Box {
  const { widthPx, heightPx } = picture
  const [x1, x2] = snapSide(box.x1 * widthPx, box.x2 * widthPx, widthPx)
  const [y1, y2] = snapSide(box.y1 * heightPx, box.y2 * heightPx, heightPx)
  return { x1: x1 / widthPx, y1: y1 / heightPx, x2: x2 / widthPx, y2: y2 / heightPx }
}

function snapSide(from: number, to: number, limit: number): readonly [number, number] {
  const length = Math.max(SIDE_STEP_PX, Math.round((to - from) / SIDE_STEP_PX) * SIDE_STEP_PX)
  const start = Math.max(0, Math.min(Math.round((from + to - length) / 4) * 2, limit - length))
  return [start, Math.min(limit, start + length)]
}

/** Within half a pixel of the region, so that rounding cannot add a line to it. */
function cutFrom(picture: Picture, { x1, y1, x2, y2 }: Box, sidePx: number): Uint8Array {
  const [dx, dy] = [0.25 / picture.widthPx, 0.25 / picture.heightPx]
  return picture.rgb({ x1: x1 + dx, y1: y1 + dy, x2: x2 - dx, y2: y2 - dy }, sidePx, sidePx).pixels
}

interface Planes {
  readonly luma: Float64Array
  readonly blue: Float64Array
  readonly red: Float64Array
}

/** Mean Y, Cb and Cr (BT.601) of each of `LUMA_CELLS`² cells. */
function planesOf(pixels: Uint8Array): Planes {
  const count = LUMA_CELLS * LUMA_CELLS
  const planes: Planes = {
    luma: new Float64Array(count),
    blue: new Float64Array(count),
    red: new Float64Array(count),
  }
  const side = LUMA_CELLS * OVERSAMPLING
  const share = 1 / (OVERSAMPLING * OVERSAMPLING)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = (y * side + x) * 3
      const [r, g, b] = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0]
      const luma = 0.299 * r + 0.587 * g + 0.114 * b
      const cell = Math.floor(y / OVERSAMPLING) * LUMA_CELLS + Math.floor(x / OVERSAMPLING)
      add(planes.luma, cell, luma * share)
      add(planes.blue, cell, (b - luma) * 0.564 * share)
      add(planes.red, cell, (r - luma) * 0.713 * share)
    }
  }
  return planes
}

function add(plane: Float64Array, cell: number, value: number): void {
  plane[cell] = (plane[cell] ?? 0) + value
}

/**
 * Luma as one of 16 equally filled ranks. Ranks do not change with exposure, and a headlight, which is most of the
 * energy of a car at night and the same on every car, becomes no brighter than any other bright cell.
 */
function ranks(luma: Float64Array): Uint8Array {
  const below = new Uint32Array(257)
  for (const value of luma) below[Math.round(value) + 1] = (below[Math.round(value) + 1] ?? 0) + 1
  for (let level = 1; level <= 256; level++) below[level] = (below[level] ?? 0) + (below[level - 1] ?? 0)
  return Uint8Array.from(luma, value => {
    const level = Math.round(value)
    const middle = ((below[level] ?? 0) + (below[level + 1] ?? 0)) / 2
    return Math.min(15, Math.floor((middle * 16) / luma.length))
  })
}

function deviation(plane: Float64Array): number {
  const mean = plane.reduce((sum, value) => sum + value, 0) / plane.length
  return Math.sqrt(plane.reduce((sum, value) => sum + (value - mean) ** 2, 0) / plane.length)
}

const NO_DRIFT: Point = { x: 0, y: 0 }

/**
 * Describes what `box` shows. Costs one 40 × 40 scaling of the box's own pixels.
 * @param box a place of the reference view
 * @param drift how far the picture lies from that view: the pixels are cut there, the place kept is that of the view
 */
export function appearanceOf(picture: Picture, box: Box, drift: Point = NO_DRIFT): Appearance {
  const region = snap(clipBox(moveBox(box, drift)), picture)
  const place = clipBox(moveBox(region, { x: -drift.x, y: -drift.y }))
  const side = LUMA_CELLS * OVERSAMPLING
  const planes = planesOf(cutFrom(picture, region, side))
  const bytes = Buffer.alloc(LENGTH)
  bytes[0] = VERSION
  for (const [index, edge] of [place.x1, place.y1, place.x2, place.y2].entries()) {
    bytes.writeUInt16LE(Math.round(edge * 65_535), BOX_AT + 2 * index)
  }
  const shortSidePx = Math.min((region.x2 - region.x1) * picture.widthPx, (region.y2 - region.y1) * picture.heightPx)
  bytes[SIDE_AT] = Math.min(255, Math.round(shortSidePx))
  bytes[CONTRAST_AT] = Math.min(255, Math.round(deviation(planes.luma)))
  for (const [cell, rank] of ranks(planes.luma).entries()) {
    const at = LUMA_FROM + (cell >> 1)
    bytes[at] = (bytes[at] ?? 0) | (cell % 2 === 0 ? rank : rank << 4)
  }
  const cells = CHROMA_CELLS * CHROMA_CELLS
  for (const [plane, from] of [
    [planes.blue, CHROMA_FROM],
    [planes.red, CHROMA_FROM + cells],
  ] as const) {
    const sums = new Float64Array(cells)
    const ratio = LUMA_CELLS / CHROMA_CELLS
    for (const [cell, value] of plane.entries()) {
      const row = Math.floor(cell / LUMA_CELLS / ratio)
      add(sums, row * CHROMA_CELLS + Math.floor((cell % LUMA_CELLS) / ratio), value / ratio ** 2)
    }
    for (const [cell, value] of sums.entries())
      bytes.writeInt8(Math.max(-128, Math.min(127, Math.round(value))), from + cell)
  }
  return bytes.toString('base64')
}

interface Patch {
  readonly box: Box
  readonly shortSidePx: number
  readonly contrast: number
  readonly luma: Float64Array
  readonly blue: Float64Array
  readonly red: Float64Array
}

function decode(appearance: Appearance): Patch | undefined {
  const bytes = Buffer.from(appearance, 'base64')
  if (bytes.length !== LENGTH || bytes[0] !== VERSION) return undefined
  const edge = (index: number) => bytes.readUInt16LE(BOX_AT + 2 * index) / 65_535
  const cells = CHROMA_CELLS * CHROMA_CELLS
  const chroma = (from: number) => Float64Array.from({ length: cells }, (_, cell) => bytes.readInt8(from + cell))
  return {
    box: { x1: edge(0), y1: edge(1), x2: edge(2), y2: edge(3) },
    shortSidePx: bytes[SIDE_AT] ?? 0,
    contrast: bytes[CONTRAST_AT] ?? 0,
    luma: Float64Array.from({ length: LUMA_CELLS * LUMA_CELLS }, (_, cell) => {
      const pair = bytes[LUMA_FROM + (cell >> 1)] ?? 0
      return cell % 2 === 0 ? pair & 15 : pair >> 4
    }),
    blue: chroma(CHROMA_FROM),
    red: chroma(CHROMA_FROM + cells),
  }
}

/** Reads a square plane that covers `box` at `cells`² points of `region`, moved by a part of a cell; bilinear. */
function resample(plane: Float64Array, box: Box, region: Box, cells: number, moveX = 0, moveY = 0): Float64Array {
  const width = (region.x2 - region.x1) / cells
  const height = (region.y2 - region.y1) / cells
  const out = new Float64Array(cells * cells)
  const last = cells - 1
  const clamp = (value: number) => Math.min(last, Math.max(0, value))
  for (let j = 0; j < cells; j++) {
    const v = clamp(((region.y1 + (j + 0.5 + moveY) * height - box.y1) / (box.y2 - box.y1)) * cells - 0.5)
    const top = Math.min(last - 1, Math.floor(v))
    for (let i = 0; i < cells; i++) {
      const u = clamp(((region.x1 + (i + 0.5 + moveX) * width - box.x1) / (box.x2 - box.x1)) * cells - 0.5)
      const left = Math.min(last - 1, Math.floor(u))
      const at = top * cells + left
      const upper = (plane[at] ?? 0) * (1 - u + left) + (plane[at + 1] ?? 0) * (u - left)
      const lower = (plane[at + cells] ?? 0) * (1 - u + left) + (plane[at + cells + 1] ?? 0) * (u - left)
      out[j * cells + i] = upper * (1 - v + top) + lower * (v - top)
    }
  }
  return out
}

/** Cells across which the local mean is taken away: the broad shading of bonnet and windscreen is common to all cars. */
const DETAIL_RADIUS = 2

function detail(plane: Float64Array): Float64Array {
  const stride = LUMA_CELLS + 1
  const sums = new Float64Array(stride * stride)
  for (let y = 0; y < LUMA_CELLS; y++) {
    for (let x = 0, row = 0; x < LUMA_CELLS; x++) {
      row += plane[y * LUMA_CELLS + x] ?? 0
      sums[(y + 1) * stride + x + 1] = (sums[y * stride + x + 1] ?? 0) + row
    }
  }
  const out = new Float64Array(plane.length)
  for (let y = 0; y < LUMA_CELLS; y++) {
    const [top, bottom] = [Math.max(0, y - DETAIL_RADIUS), Math.min(LUMA_CELLS, y + DETAIL_RADIUS + 1)]
    for (let x = 0; x < LUMA_CELLS; x++) {
      const [left, right] = [Math.max(0, x - DETAIL_RADIUS), Math.min(LUMA_CELLS, x + DETAIL_RADIUS + 1)]
      const sum =
        (sums[bottom * stride + right] ?? 0) -
        (sums[bottom * stride + left] ?? 0) -
        (sums[top * stride + right] ?? 0) +
        (sums[top * stride + left] ?? 0)
      out[y * LUMA_CELLS + x] = (plane[y * LUMA_CELLS + x] ?? 0) - sum / ((bottom - top) * (right - left))
    }
  }
  return out
}

/** The middle of a box is the vehicle, its corners are the street, which is the same whoever stands there. */
const WEIGHTS = Float64Array.from({ length: LUMA_CELLS * LUMA_CELLS }, (_, cell) => {
  const x = ((cell % LUMA_CELLS) + 0.5) / (LUMA_CELLS / 2) - 1
  const y = (Math.floor(cell / LUMA_CELLS) + 0.5) / (LUMA_CELLS / 2) - 1
  return Math.max(0, 1 - 0.6 * (x * x + y * y))
})

/** Weighted normalised cross-correlation, −1…1; `floor` keeps two empty patches from agreeing. */
function correlation(a: Float64Array, b: Float64Array, floor = 0.3): number {
  let [weight, sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0, 0]
  for (let cell = 0; cell < a.length; cell++) {
    const w = WEIGHTS[cell] ?? 0
    const x = a[cell] ?? 0
    const y = b[cell] ?? 0
    weight += w
    sumA += w * x
    sumB += w * y
    squareA += w * x * x
    squareB += w * y * y
    product += w * x * y
  }
  const varianceA = squareA / weight - (sumA / weight) ** 2
  const varianceB = squareB / weight - (sumB / weight) ** 2
  return (product / weight - (sumA * sumB) / weight ** 2) / Math.sqrt((varianceA + floor) * (varianceB + floor))
}

/** Root-mean-square chroma difference (of 255) at which likeness falls to 1/e. */
const COLOUR_SPREAD = 20

function colourLikeness(a: Patch, b: Patch, region: Box): number {
  let sum = 0
  for (const plane of ['blue', 'red'] as const) {
    const left = resample(a[plane], a.box, region, CHROMA_CELLS)
    const right = resample(b[plane], b.box, region, CHROMA_CELLS)
    for (const [cell, value] of left.entries()) sum += (value - (right[cell] ?? 0)) ** 2
  }
  return Math.exp(-sum / (2 * CHROMA_CELLS * CHROMA_CELLS) / COLOUR_SPREAD ** 2)
}

/**
 * How likely two appearances are the same vehicle standing at the same place: 1 the same, 0 another one or another
 * place, `CANNOT_TELL` where a patch is too small or too flat to show. Method: normalised cross-correlation of local
 * luma ranks over what both boxes cover, the best of nine sub-cell shifts (a pole sways), times colour likeness.
 */
export function sameAppearance(a: Appearance, b: Appearance): number {
  const [left, right] = [decode(a), decode(b)]
  if (!left || !right) return CANNOT_TELL
  if (iou(left.box, right.box) < 0.4 || intersectionArea(left.box, right.box) === 0) return 0
  const weakest = Math.min(left.shortSidePx / LEAST_SIDE_PX, right.shortSidePx / LEAST_SIDE_PX)
  const flattest = Math.min(left.contrast, right.contrast)
  if (weakest < 1 || flattest < LEAST_CONTRAST) return CANNOT_TELL
  const region: Box = {
    x1: Math.max(left.box.x1, right.box.x1),
    y1: Math.max(left.box.y1, right.box.y1),
    x2: Math.min(left.box.x2, right.box.x2),
    y2: Math.min(left.box.y2, right.box.y2),
  }
  const still = detail(resample(left.luma, left.box, region, LUMA_CELLS))
  let best = 0
  for (const moveY of [-0.7, 0, 0.7]) {
    for (const moveX of [-0.7, 0, 0.7]) {
      const moved = detail(resample(right.luma, right.box, region, LUMA_CELLS, moveX, moveY))
      best = Math.max(best, correlation(still, moved))
    }
  }
  return best * colourLikeness(left, right, region)
}
