// Lays a crop of the frame into a network's input, and finds the way back from the input to the frame.
import type { Picture } from '../../core/frame.ts'
import { type Box, clipBox, hullBox } from '../../core/geometry.ts'
import { type InputSize, inputSize, leastSize, widestPx } from '../../models/input.ts'
import type { ModelInput } from '../../models/manifest.ts'

/** FFmpeg's scaler may write up to 16 pixels beyond the end of its last line. */
export const SLACK_BYTES = 64

const PADDING_GREY = 114

/** Where the crop came to lie in the input. */
export interface Fit {
  /** What was really cut, in fractions of the frame. */
  readonly region: Box
  readonly leftPx: number
  readonly topPx: number
  readonly contentWidthPx: number
  readonly contentHeightPx: number
}

/**
 * FFmpeg's scaler writes the pixels, in one go where the input is a square that is filled from its top-left corner.
 * Elsewhere they are written row by row without gaps, and then moved apart, the last row first:
 *
 *     aaaabbbbcccc          ......
 *     ............   ──►    .aaaa.
 *                           .bbbb.
 *                           .cccc.
 * @param room the input's bytes and `SLACK_BYTES` more
 * @param size of the input, as `sizeFor` says; left out, the whole of it
 * @param sidePx of the crop's longer side in it, where that is not as long as the input's
 */
export function fitCrop(
  picture: Picture,
  crop: Box,
  input: ModelInput,
  room: Uint8Array,
  size?: InputSize,
  sidePx?: number,
): Fit {
  const { widthPx, heightPx } = inputSize(input)
  if (takesParts(input)) {
    const part = size ?? { widthPx, heightPx }
    const laid = picture.letterbox(crop, sidePx ?? widthPx, room.subarray(0, part.widthPx * part.heightPx * 3), part)
    return { leftPx: 0, topPx: 0, ...laid }
  }
  const pixels = room.subarray(0, widthPx * heightPx * 3)
  const cut = cutOf(picture, crop)
  const scale = Math.min(widthPx / cut.widthPx, heightPx / cut.heightPx)
  const filled = (lengthPx: number, limitPx: number) =>
    input.resize === 'stretch' ? limitPx : Math.max(1, Math.min(limitPx, Math.round(lengthPx * scale)))
  const contentWidthPx = filled(cut.widthPx, widthPx)
  const contentHeightPx = filled(cut.heightPx, heightPx)
  picture.rgb(cut.inner, contentWidthPx, contentHeightPx, room)
  const centred = input.resize === 'letterbox-centre'
  const leftPx = centred ? Math.floor((widthPx - contentWidthPx) / 2) : 0
  const topPx = centred ? Math.floor((heightPx - contentHeightPx) / 2) : 0
  const fit = { region: cut.region, leftPx, topPx, contentWidthPx, contentHeightPx }
  if (contentWidthPx < widthPx || contentHeightPx < heightPx) spread(pixels, widthPx, fit)
  return fit
}

/** Crops that the network looks at in one run. */
export interface Run {
  /** Index of the first in the plan. */
  readonly from: number
  readonly crops: readonly Box[]
  /** Of each picture. */
  readonly size: InputSize
  /** Of each crop's longer side in it. */
  readonly sidePx: number
}

export interface RunOptions {
  /** Each crop alone, or those that follow each other and need an input of the same size together. */
  readonly batch: 'one' | 'crops'
  /** Tiles of one row that overlap, as one picture on the same scale, where the network takes one so wide: what two hold is seen once. */
  readonly joined: boolean
}

export function runsOf(
  picture: Picture,
  plan: readonly Box[],
  input: ModelInput,
  { batch, joined }: RunOptions,
): readonly Run[] {
  const runs: Run[] = []
  for (const { from, crop, size, sidePx } of piecesOf(picture, plan, input, joined)) {
    const last = batch === 'crops' ? runs.at(-1) : undefined
    if (last && sameSize(last.size, size) && last.sidePx === sidePx) {
      runs[runs.length - 1] = { ...last, crops: [...last.crops, crop] }
    } else runs.push({ from, crops: [crop], size, sidePx })
  }
  return runs
}

const sameSize = (one: InputSize, other: InputSize): boolean =>
  one.widthPx === other.widthPx && one.heightPx === other.heightPx

interface Piece extends Pick<Run, 'from' | 'size' | 'sidePx'> {
  readonly crop: Box
  /** Pixels of the input for each of the frame. */
  readonly scale: number
}

/** Rows of tiles are fractions that were added up: a picture a little too wide is shrunk by as much. */
const SHRUNK = 1.01

function piecesOf(picture: Picture, plan: readonly Box[], input: ModelInput, joined: boolean): readonly Piece[] {
  const full = inputSize(input)
  const mostPx = joined && takesParts(input) ? widestPx(input) : full.widthPx
  const pieces: Piece[] = []
  for (const [from, crop] of plan.entries()) {
    const last = mostPx > full.widthPx ? pieces.at(-1) : undefined
    const wider = last && continues(last.crop, crop) ? widened(picture, last, crop, input, mostPx) : undefined
    if (wider) pieces[pieces.length - 1] = wider
    else {
      const { widthPx, heightPx } = cutOf(picture, crop)
      const scale = Math.min(full.widthPx / widthPx, full.heightPx / heightPx)
      pieces.push({ from, crop, size: sizeFor(picture, crop, input), sidePx: full.widthPx, scale })
    }
  }
  return pieces
}

/** Whether a tile goes on where the one before it in its row ends. */
const continues = (before: Box, tile: Box): boolean =>
  tile.y1 === before.y1 && tile.y2 === before.y2 && tile.x1 > before.x1 && tile.x1 <= before.x2 && tile.x2 > before.x2

function widened(picture: Picture, piece: Piece, tile: Box, input: ModelInput, mostPx: number): Piece | undefined {
  const crop = hullBox(piece.crop, tile)
  const cut = cutOf(picture, crop)
  if (cut.widthPx * piece.scale > mostPx * SHRUNK) return undefined
  const longestPx = Math.max(cut.widthPx, cut.heightPx)
  const sidePx = Math.min(mostPx, Math.round(longestPx * piece.scale))
  const content = (lengthPx: number) => Math.max(1, Math.round((lengthPx * sidePx) / longestPx))
  const size = leastSize(input, { widthPx: content(cut.widthPx), heightPx: content(cut.heightPx) })
  return { ...piece, crop, size, sidePx }
}

const takesParts = (input: ModelInput): boolean => {
  const { widthPx, heightPx } = inputSize(input)
  return input.resize === 'letterbox-top-left' && widthPx === heightPx
}

/** As much of the input as the crop fills: with a network that takes less than all of it, a flat crop costs half. */
export function sizeFor(picture: Picture, crop: Box, input: ModelInput): InputSize {
  const { widthPx, heightPx } = inputSize(input)
  if (!takesParts(input)) return { widthPx, heightPx }
  const cut = cutOf(picture, crop)
  const scale = Math.min(widthPx / cut.widthPx, heightPx / cut.heightPx)
  const content = (lengthPx: number) => Math.max(1, Math.round(lengthPx * scale))
  return leastSize(input, { widthPx: content(cut.widthPx), heightPx: content(cut.heightPx) })
}

/** From pixels of the input to fractions of the frame; what reaches into the padding is clipped. */
export function inFrame(seen: Box, { region, leftPx, topPx, contentWidthPx, contentHeightPx }: Fit): Box {
  const perX = (region.x2 - region.x1) / contentWidthPx
  const perY = (region.y2 - region.y1) / contentHeightPx
  return clipBox(
    {
      x1: region.x1 + (seen.x1 - leftPx) * perX,
      y1: region.y1 + (seen.y1 - topPx) * perY,
      x2: region.x1 + (seen.x2 - leftPx) * perX,
      y2: region.y1 + (seen.y2 - topPx) * perY,
    },
    region,
  )
}

function spread(pixels: Uint8Array, widthPx: number, { leftPx, topPx, contentWidthPx, contentHeightPx }: Fit): void {
  const rowBytes = contentWidthPx * 3
  let end = pixels.length
  for (let row = contentHeightPx - 1; row >= 0; row--) {
    const to = ((topPx + row) * widthPx + leftPx) * 3
    pixels.copyWithin(to, row * rowBytes, (row + 1) * rowBytes)
    // Behind each row lies only what was moved already, or was never content.
    pixels.fill(PADDING_GREY, to + rowBytes, end)
    end = to
  }
  pixels.fill(PADDING_GREY, 0, end)
}

/**
 * Whole pixels round the crop with an even origin, as pictures cut them. `inner` lies a quarter of a pixel within: given
 * back to the picture it is cut to the same pixels, whichever way fractions round.
 */
function cutOf(picture: Picture, crop: Box) {
  const { widthPx, heightPx } = picture
  const even = (value: number, limit: number) => Math.max(0, Math.min(Math.floor(value), limit - 2)) & ~1
  const { x1, y1, x2, y2 } = clipBox(crop)
  const left = even(x1 * widthPx, widthPx)
  const top = even(y1 * heightPx, heightPx)
  const right = Math.max(left + 1, Math.min(widthPx, Math.ceil(x2 * widthPx)))
  const bottom = Math.max(top + 1, Math.min(heightPx, Math.ceil(y2 * heightPx)))
  const box = (inset: number): Box => ({
    x1: (left + inset) / widthPx,
    y1: (top + inset) / heightPx,
    x2: (right - inset) / widthPx,
    y2: (bottom - inset) / heightPx,
  })
  return { widthPx: right - left, heightPx: bottom - top, region: box(0), inner: box(0.25) }
}
