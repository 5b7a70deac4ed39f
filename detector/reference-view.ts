// Where a frame lies against a reference view: small grey pictures, compared block by block.
//
//   reference           frame                   agreement by shift, all blocks together
//   ┌──┬──┬──┬──┐       ┌──┬──┬──┬──┐             · · · · ·
//   │  │▒▒│  │  │  ──►  │  │  │▒▒│  │   ──►       · · · ▲ ·      one peak: the same view, moved by as much
//   └──┴──┴──┴──┘       └──┴──┴──┴──┘             · · · · ·      no peak: another view, or nothing to tell by
//
// Light changes between night and day, so luma is normalised against its surroundings; traffic covers some blocks, so each
// block has one vote and a wrong one falls anywhere. Measured on both JamCam days in benchmarks/sight.ts.
import type { Picture } from '../core/frame.ts'
import { type Point, WHOLE_FRAME } from '../core/geometry.ts'
import type { ReferencePicture } from '../core/reference-view.ts'
import type { EpochMs } from '../core/time.ts'

export const WIDTH_PX = 128
export const HEIGHT_PX = 72

/** Shifts that are searched, in pixels of the small picture: 4.7 % of the width, 8.3 % of the height. */
const REACH_PX = 6
const BLOCK_WIDTH_PX = 14
const BLOCK_HEIGHT_PX = 8
const LEFT_PX = 8
/** Cameras burn names and clocks into the top and the bottom of the picture: those never move, whatever is shown. */
const TOP_PX = 8
const BLOCKS = Array.from({ length: 8 * 7 }, (_, index) => ({
  x: LEFT_PX + (index % 8) * BLOCK_WIDTH_PX,
  y: TOP_PX + Math.floor(index / 8) * BLOCK_HEIGHT_PX,
}))
const BLOCK_AREA = BLOCK_WIDTH_PX * BLOCK_HEIGHT_PX

/** Half the side of the surroundings against which luma is normalised. */
const SURROUNDINGS_PX = 4
/** Added to the deviation (of 255): what varies less is mostly noise and must not be blown up. */
const NOISE = 4
/** Mean square of a block's detail from which it has something to vote by: a deviation of about 2.5 of 255. */
const LEAST_ENERGY = 0.15
const STRIDE = WIDTH_PX + 1

/** Luma of the whole frame, shrunk: one scaling that serves every check of a frame. */
export function thumbnailOf(picture: Pick<Picture, 'rgb'>): Uint8Array {
  const { pixels } = picture.rgb(WHOLE_FRAME, WIDTH_PX, HEIGHT_PX, SCRATCH)
  const luma = new Uint8Array(WIDTH_PX * HEIGHT_PX)
  // ITU-R BT.601 in sixteenths of a thousandth.
  for (let i = 0, at = 0; i < luma.length; i++, at += 3) {
    luma[i] = (19_595 * (pixels[at] ?? 0) + 38_470 * (pixels[at + 1] ?? 0) + 7_471 * (pixels[at + 2] ?? 0)) >> 16
  }
  return luma
}
/** A shard judges one frame at a time, and nothing keeps a part of this. */
const SCRATCH = new Uint8Array(WIDTH_PX * HEIGHT_PX * 3 + 64)

/** A small picture as it is compared. */
export interface Features {
  /** Luma against its surroundings, about −3…3. */
  readonly detail: Float32Array
  /** Blocks with something to vote by, 0…56. */
  readonly structure: number
  /** Summed areas of `detail` and of its square, with a border of zeros. */
  readonly sums: Float64Array
  readonly squares: Float64Array
}

export function featuresOf(luma: Uint8Array): Features {
  const detail = normalised(luma)
  const [sums, squares] = summedAreas(detail)
  const structure = BLOCKS.filter(({ x, y }) => areaSum(squares, x, y) >= LEAST_ENERGY * BLOCK_AREA).length
  return { detail, structure, sums, squares }
}

function normalised(luma: Uint8Array): Float32Array {
  const [sums, squares] = summedAreas(luma)
  const detail = new Float32Array(luma.length)
  for (let y = 0; y < HEIGHT_PX; y++) {
    const [top, bottom] = [Math.max(0, y - SURROUNDINGS_PX), Math.min(HEIGHT_PX, y + SURROUNDINGS_PX + 1)]
    for (let x = 0; x < WIDTH_PX; x++) {
      const [left, right] = [Math.max(0, x - SURROUNDINGS_PX), Math.min(WIDTH_PX, x + SURROUNDINGS_PX + 1)]
      const count = (bottom - top) * (right - left)
      const [a, b, c, d] = [bottom * STRIDE + right, top * STRIDE + right, bottom * STRIDE + left, top * STRIDE + left]
      const mean = ((sums[a] ?? 0) - (sums[b] ?? 0) - (sums[c] ?? 0) + (sums[d] ?? 0)) / count
      const square = ((squares[a] ?? 0) - (squares[b] ?? 0) - (squares[c] ?? 0) + (squares[d] ?? 0)) / count
      const at = y * WIDTH_PX + x
      detail[at] = ((luma[at] ?? 0) - mean) / (Math.sqrt(Math.max(0, square - mean * mean)) + NOISE)
    }
  }
  return detail
}

function summedAreas(values: ArrayLike<number>): readonly [Float64Array, Float64Array] {
  const sums = new Float64Array(STRIDE * (HEIGHT_PX + 1))
  const squares = new Float64Array(STRIDE * (HEIGHT_PX + 1))
  for (let y = 0; y < HEIGHT_PX; y++) {
    let [row, rowOfSquares] = [0, 0]
    for (let x = 0; x < WIDTH_PX; x++) {
      const value = values[y * WIDTH_PX + x] ?? 0
      row += value
      rowOfSquares += value * value
      const at = (y + 1) * STRIDE + x + 1
      sums[at] = (sums[at - STRIDE] ?? 0) + row
      squares[at] = (squares[at - STRIDE] ?? 0) + rowOfSquares
    }
  }
  return [sums, squares]
}

/** Of the block whose top-left corner is at x, y. */
function areaSum(area: Float64Array, x: number, y: number): number {
  const at = y * STRIDE + x
  const below = at + BLOCK_HEIGHT_PX * STRIDE
  return (area[below + BLOCK_WIDTH_PX] ?? 0) - (area[below] ?? 0) - (area[at + BLOCK_WIDTH_PX] ?? 0) + (area[at] ?? 0)
}

/** How well one block of the reference agrees with the frame at a shift: normalised cross-correlation, 0 where opposed. */
function vote(reference: Features, frame: Features, x: number, y: number, dx: number, dy: number): number {
  const [a, b] = [reference.detail, frame.detail]
  let product = 0
  for (let row = 0; row < BLOCK_HEIGHT_PX; row++) {
    const from = (y + row) * WIDTH_PX + x
    const to = from + dy * WIDTH_PX + dx
    for (let column = 0; column < BLOCK_WIDTH_PX; column++) product += (a[from + column] ?? 0) * (b[to + column] ?? 0)
  }
  const [sumA, sumB] = [areaSum(reference.sums, x, y), areaSum(frame.sums, x + dx, y + dy)]
  const varianceA = areaSum(reference.squares, x, y) - (sumA * sumA) / BLOCK_AREA
  const varianceB = areaSum(frame.squares, x + dx, y + dy) - (sumB * sumB) / BLOCK_AREA
  const covariance = product - (sumA * sumB) / BLOCK_AREA
  return covariance > 0 ? covariance / Math.sqrt((varianceA + 1) * (varianceB + 1)) : 0
}

const votersOf = ({ squares }: Features) =>
  BLOCKS.filter(({ x, y }) => areaSum(squares, x, y) >= LEAST_ENERGY * BLOCK_AREA)

/**
 * How well the frame agrees with the reference at one shift (whole pixels of the small picture), 0…1. Costs a hundredth
 * of a search: whether it has fallen says whether a search is due.
 */
export function agreementAt(reference: Features, frame: Features, shift: Point): number {
  const voters = votersOf(reference)
  const within = (value: number) => Math.max(-REACH_PX, Math.min(REACH_PX, Math.round(value)))
  const [dx, dy] = [within(shift.x), within(shift.y)]
  return voters.reduce((sum, { x, y }) => sum + vote(reference, frame, x, y, dx, dy), 0) / Math.max(1, voters.length)
}

export interface Match {
  /** From the reference to the frame, in pixels of the small picture, to a fraction of one. */
  readonly shift: Point
  /** Mean agreement of all blocks at that shift, 0…1. */
  readonly agreement: number
  /** How far that stands out of the agreement at other shifts, in their standard deviations. */
  readonly contrast: number
}

const SIDE = 2 * REACH_PX + 1
/** Next to a peak agreement is high too: this far from it counts as elsewhere. */
const PEAK_PX = 2
/** Two views without any structure disagree everywhere alike: the deviation is never taken to be less. */
const LEAST_DEVIATION = 0.004

/** Searches the shift at which most blocks agree; about a million multiplications. */
export function register(reference: Features, frame: Features): Match {
  const voters = votersOf(reference)
  const surface = new Float64Array(SIDE * SIDE)
  let peak = 0
  for (let at = 0; at < surface.length; at++) {
    const [dx, dy] = [(at % SIDE) - REACH_PX, Math.floor(at / SIDE) - REACH_PX]
    let sum = 0
    for (const { x, y } of voters) sum += vote(reference, frame, x, y, dx, dy)
    surface[at] = sum / Math.max(1, voters.length)
    if ((surface[at] ?? 0) > (surface[peak] ?? 0)) peak = at
  }
  const [column, row] = [peak % SIDE, Math.floor(peak / SIDE)]
  const valueAt = (x: number, y: number) => surface[y * SIDE + x] ?? 0
  const elsewhere = surface.filter(
    (_, at) => Math.abs((at % SIDE) - column) > PEAK_PX || Math.abs(Math.floor(at / SIDE) - row) > PEAK_PX,
  )
  const mean = elsewhere.reduce((sum, value) => sum + value, 0) / elsewhere.length
  const deviation = Math.sqrt(elsewhere.reduce((sum, value) => sum + (value - mean) ** 2, 0) / elsewhere.length)
  const agreement = valueAt(column, row)
  const inside = (index: number) => index > 0 && index < SIDE - 1
  return {
    shift: {
      x:
        column -
        REACH_PX +
        (inside(column) ? vertex(valueAt(column - 1, row), agreement, valueAt(column + 1, row)) : 0),
      y: row - REACH_PX + (inside(row) ? vertex(valueAt(column, row - 1), agreement, valueAt(column, row + 1)) : 0),
    },
    agreement,
    contrast: (agreement - mean) / (deviation + LEAST_DEVIATION),
  }
}

/** Where a parabola through three neighbours is highest, −½…½ from the middle one. */
function vertex(before: number, peak: number, after: number): number {
  const bend = before - 2 * peak + after
  return bend < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : 0
}

/** The same small picture as if the frame had not moved: what lay at p + `shift` comes to lie at p; bilinear. */
export function movedBack(luma: Uint8Array, shift: Point): Uint8Array {
  const clamp = (value: number, last: number) => Math.max(0, Math.min(last, value))
  return Uint8Array.from(luma, (_, at) => {
    const x = clamp((at % WIDTH_PX) + shift.x, WIDTH_PX - 1)
    const y = clamp(Math.floor(at / WIDTH_PX) + shift.y, HEIGHT_PX - 1)
    const [left, top] = [Math.min(WIDTH_PX - 2, Math.floor(x)), Math.min(HEIGHT_PX - 2, Math.floor(y))]
    const corner = top * WIDTH_PX + left
    const upper = (luma[corner] ?? 0) * (1 - x + left) + (luma[corner + 1] ?? 0) * (x - left)
    const lower = (luma[corner + WIDTH_PX] ?? 0) * (1 - x + left) + (luma[corner + WIDTH_PX + 1] ?? 0) * (x - left)
    return Math.round(upper * (1 - y + top) + lower * (y - top))
  })
}

/** What is kept of a frame as a reference. */
export interface Kept {
  /** The small picture of `thumbnailOf`. */
  readonly luma: Uint8Array
  /** Of `sharpnessOf`; absent in a reference of a version that did not know it. */
  readonly sharpness?: Uint8Array
}

export function writePicture({ luma, sharpness }: Kept, takenAt: EpochMs): ReferencePicture {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  return {
    takenAt,
    widthPx: WIDTH_PX,
    heightPx: HEIGHT_PX,
    luma: text(luma),
    ...(sharpness && { sharpness: text(sharpness) }),
  }
}

/** @returns undefined where it has another size: another version may keep others */
export function readPicture({ widthPx, heightPx, luma, sharpness }: ReferencePicture): Kept | undefined {
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))
  const read = bytes(luma)
  if (widthPx !== WIDTH_PX || heightPx !== HEIGHT_PX || read.length !== WIDTH_PX * HEIGHT_PX) return undefined
  return { luma: read, ...(sharpness === undefined ? {} : { sharpness: bytes(sharpness) }) }
}
