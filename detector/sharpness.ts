// How sharp a frame's edges are, place by place, at native resolution: blur is lost once a picture is shrunk.
//
//   sharp   ▁▁▁▁▁█████   the step between two pixels is most of the whole rise
//   soft    ▁▁▂▃▅▆▇███   the same rise in many small steps
//
// The ratio does not change with contrast, so that fog, dusk and a darker lamp leave it as it is.
import type { Picture } from '../core/frame.ts'

/** Six bands of a few native rows, clear of the texts that cameras burn into the top and bottom. */
const BANDS = 6
const BAND_HEIGHT_PX = 4
const FIRST_BAND = 0.15
const LAST_BAND = 0.85
export const COLUMNS = 20
export const CELLS = BANDS * COLUMNS

/**
 * Rise within a cell from which its edges can be judged, as a share of the frame's whole range: in dusk and haze edges are
 * lower, not fewer. Noise and compression stay below the second, which is of 255.
 */
const LEAST_RISE_SHARE = 0.16
const LEAST_RISE = 20
/** A row of a cell tells nothing, or a cell none of whose rows does. */
export const FLAT = 255

/** A shard judges one frame at a time, and nothing keeps a part of this. */
let scratch = new Uint8Array(0)

/**
 * For each cell the largest step in hundredths of the rise, 0…100, or `FLAT`. Noise adds to a step: it
 * can hide a soft edge, and never makes one.
 * @param spread of the frame's luma, from its darkest to its brightest twentieth
 */
export function sharpnessOf(picture: Pick<Picture, 'widthPx' | 'heightPx' | 'rgb'>, spread: number): Uint8Array {
  const leastRise = Math.max(LEAST_RISE, LEAST_RISE_SHARE * spread)
  const { widthPx, heightPx } = picture
  const bytes = widthPx * BAND_HEIGHT_PX * 3 + 64
  if (scratch.length < bytes) scratch = new Uint8Array(bytes)
  const cells = new Uint8Array(CELLS)
  for (let band = 0; band < BANDS; band++) {
    const share = FIRST_BAND + ((LAST_BAND - FIRST_BAND) * band) / (BANDS - 1)
    const top = Math.min(heightPx - BAND_HEIGHT_PX, Math.floor(share * heightPx)) & ~1
    // Within half a pixel, so that rounding cannot add a row: scalers are kept by size.
    const region = { x1: 0, x2: 1, y1: (top + 0.25) / heightPx, y2: (top + BAND_HEIGHT_PX - 0.25) / heightPx }
    const { pixels } = picture.rgb(region, widthPx, BAND_HEIGHT_PX, scratch)
    for (let column = 0; column < COLUMNS; column++) {
      const from = Math.floor((column * widthPx) / COLUMNS)
      const to = Math.floor(((column + 1) * widthPx) / COLUMNS)
      cells[band * COLUMNS + column] = cellOf({ pixels, widthPx, from, to }, leastRise)
    }
  }
  return cells
}

interface Strip {
  readonly pixels: Uint8Array
  readonly widthPx: number
  readonly from: number
  readonly to: number
}

function cellOf({ pixels, widthPx, from, to }: Strip, leastRise: number): number {
  let [rows, shares] = [0, 0]
  for (let row = 0; row < BAND_HEIGHT_PX; row++) {
    // Green is most of luma, and needs no sum.
    let at = (row * widthPx + from) * 3 + 1
    let before = pixels[at] ?? 0
    let [low, high, largest] = [before, before, 0]
    for (let x = from + 1; x < to; x++) {
      at += 3
      const value = pixels[at] ?? 0
      if (value < low) low = value
      else if (value > high) high = value
      const step = value > before ? value - before : before - value
      if (step > largest) largest = step
      before = value
    }
    if (high - low < leastRise) continue
    rows++
    shares += largest / (high - low)
  }
  return rows === 0 ? FLAT : Math.round((100 * shares) / rows)
}
