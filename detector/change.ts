// Whether a place still looks as when it was last analysed: what has not changed needs no second inference.
//
//   picture ─► region, half as fine as the network sees it ─► tiles of 4×4 px, the mean of each colour
//   now − analysed, tile by tile ─► minus the median of all (the light) ─► the largest, not the mean, against the noise
import type { Picture } from '../core/frame.ts'
import type { Box } from '../core/geometry.ts'

/** What is needed of a picture. */
type Shown = Pick<Picture, 'widthPx' | 'heightPx' | 'rgb'>

/** Regions are given to the networks as squares of this side (see inference/crops.ts). */
const NETWORK_PX = 416
/** The least side, in the network's input, of what must never be missed. */
const SMALLEST_PX = 12
/** Of which so much remains here: wherever it lies, one tile at least lies wholly within it. */
const SMALLEST_HERE_PX = 8
const TILE_PX = 4
const MOST_TILES = Math.ceil((NETWORK_PX * SMALLEST_HERE_PX) / SMALLEST_PX / TILE_PX)
const SIDE_PX = MOST_TILES * TILE_PX
const TILE_AREA = TILE_PX * TILE_PX
const COLOURS = 3

/** A shard compares one region at a time, and nothing keeps a part of this. */
const SCRATCH = new Uint8Array(SIDE_PX * SIDE_PX * COLOURS + 64)

/** How a region looked. */
export interface Glimpse {
  readonly region: Box
  /** All red tiles row by row, then the green and the blue ones: sums of 16 pixels. */
  readonly tiles: Uint16Array
}

/** @param region in fractions of the frame */
export function glimpseOf(picture: Shown, region: Box): Glimpse {
  const widthPx = (region.x2 - region.x1) * picture.widthPx
  const heightPx = (region.y2 - region.y1) * picture.heightPx
  const tilesAlong = (px: number) => Math.max(1, Math.round((px * SIDE_PX) / Math.max(widthPx, heightPx, 1) / TILE_PX))
  const [columns, rows] = [tilesAlong(widthPx), tilesAlong(heightPx)]
  const { pixels } = picture.rgb(region, columns * TILE_PX, rows * TILE_PX, SCRATCH)
  const count = columns * rows
  const tiles = new Uint16Array(count * COLOURS)
  for (let y = 0, at = 0; y < rows * TILE_PX; y++) {
    const row = Math.floor(y / TILE_PX) * columns
    for (let x = 0; x < columns * TILE_PX; x++, at += COLOURS) {
      const tile = row + Math.floor(x / TILE_PX)
      tiles[tile] = (tiles[tile] ?? 0) + (pixels[at] ?? 0)
      tiles[tile + count] = (tiles[tile + count] ?? 0) + (pixels[at + 1] ?? 0)
      tiles[tile + 2 * count] = (tiles[tile + 2 * count] ?? 0) + (pixels[at + 2] ?? 0)
    }
  }
  return { region, tiles }
}

/** What lies between two glimpses of one region, in levels of 0…255. */
export interface Change {
  /** No pixel differs, which no living sensor does: such a picture may be frozen, and is no proof that nothing changed. */
  readonly identical: boolean
  /** The largest difference of a tile, once the light's is taken off. */
  readonly largest: number
  /** How much tiles differ where nothing happens: the standard deviation that the middle half of them suggests. */
  readonly noise: number
}

/** @param before of the same region */
export function changeBetween(before: Glimpse, now: Glimpse): Change {
  const count = now.tiles.length / COLOURS
  const change = { identical: true, largest: 0, noise: 0 }
  for (let colour = 0; colour < COLOURS; colour++) {
    const differences = new Int16Array(count)
    for (let at = 0; at < count; at++) {
      const tile = colour * count + at
      differences[at] = (now.tiles[tile] ?? 0) - (before.tiles[tile] ?? 0)
    }
    differences.sort()
    const quantile = (share: number) => differences[Math.floor(share * (count - 1))] ?? 0
    const middle = quantile(0.5)
    const [least, most] = [quantile(0), quantile(1)]
    change.identical &&= least === 0 && most === 0
    change.largest = Math.max(change.largest, (most - middle) / TILE_AREA, (middle - least) / TILE_AREA)
    change.noise = Math.max(change.noise, (quantile(0.75) - quantile(0.25)) / QUARTILES_OF_DEVIATION / TILE_AREA)
  }
  return change
}
/** Between the quartiles of a normal distribution lie so many standard deviations. */
const QUARTILES_OF_DEVIATION = 1.349

/**
 * A tile that differs by more than so many times the noise, and by the least of these at least, has changed; one that
 * differs by the most has, whatever the noise. Of 2,078 pairs of pictures a second apart, of seven cameras by day and night,
 * the network found something else in none that differed by less than 22 (benchmarks/results/skipping.json).
 */
const NOISES = 7
const LEAST = 14
const MOST = 18

/** The largest difference that is still taken for noise. */
export function toleranceOf({ noise }: Pick<Change, 'noise'>): number {
  return Math.min(MOST, Math.max(LEAST, NOISES * noise))
}

function isUnchanged(before: Glimpse, now: Glimpse): boolean {
  if (before.tiles.length !== now.tiles.length) return false
  const change = changeBetween(before, now)
  return !change.identical && change.largest <= toleranceOf(change)
}

/** @param before of the same regions, in the same order; without any nothing is known */
export function areUnchanged(before: readonly Glimpse[], now: readonly Glimpse[]): boolean {
  if (now.length === 0 || before.length !== now.length) return false
  return before.every((glimpse, index) => {
    const other = now[index]
    return other !== undefined && isUnchanged(glimpse, other)
  })
}
