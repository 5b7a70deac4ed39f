// Arithmetic on packed RGB: pieces with soft edges, drawings with transparency, the noise and the light of a camera.
import type { RgbImage } from '../../core/frame.ts'
import { bellCurve, seededRandom } from '../../fixtures/random.ts'
import type { Sprite } from '../../fixtures/sprites.ts'

export interface Corner {
  readonly leftPx: number
  readonly topPx: number
}

/** A cutting, ready to be laid on: what it shows, and how far from each edge of the image that begins. */
export interface Piece {
  readonly image: RgbImage
  readonly margin: {
    readonly leftPx: number
    readonly topPx: number
    readonly rightPx: number
    readonly bottomPx: number
  }
}

export const copyOf = (image: RgbImage): RgbImage => ({ ...image, pixels: Uint8Array.from(image.pixels) })

/**
 * Lays a piece on `image`, in place: fading in over its margin (and at least the outermost two pixels), so that neither
 * a seam shows nor the thing itself is thinned.
 * @param corner where the thing, not its margin, begins
 * @param gain of the piece's light
 */
export function layOn(image: RgbImage, { image: piece, margin }: Piece, corner: Corner, gain = 1): void {
  const left = corner.leftPx - margin.leftPx
  const top = corner.topPx - margin.topPx
  const ramp = (from: number, marginPx: number) => Math.min(1, (from + 0.5) / Math.max(2, marginPx))
  for (let y = Math.max(0, -top); y < Math.min(piece.heightPx, image.heightPx - top); y++) {
    const down = Math.min(ramp(y, margin.topPx), ramp(piece.heightPx - 1 - y, margin.bottomPx))
    for (let x = Math.max(0, -left); x < Math.min(piece.widthPx, image.widthPx - left); x++) {
      const across = Math.min(ramp(x, margin.leftPx), ramp(piece.widthPx - 1 - x, margin.rightPx))
      const from = (y * piece.widthPx + x) * 3
      const to = ((top + y) * image.widthPx + left + x) * 3
      for (let channel = 0; channel < 3; channel++) {
        const under = image.pixels[to + channel] ?? 0
        const over = Math.min(255, (piece.pixels[from + channel] ?? 0) * gain)
        image.pixels[to + channel] = under + (over - under) * Math.min(down, across)
      }
    }
  }
}

/** Lays a drawing with transparency on `image`, in place; what reaches over the edge is left out. */
export function draw(image: RgbImage, { widthPx, heightPx, rgba }: Sprite, { leftPx, topPx }: Corner): void {
  for (let y = Math.max(0, -topPx); y < Math.min(heightPx, image.heightPx - topPx); y++) {
    for (let x = Math.max(0, -leftPx); x < Math.min(widthPx, image.widthPx - leftPx); x++) {
      const from = (y * widthPx + x) * 4
      const to = ((topPx + y) * image.widthPx + leftPx + x) * 3
      const alpha = (rgba[from + 3] ?? 0) / 255
      for (let channel = 0; channel < 3; channel++) {
        const under = image.pixels[to + channel] ?? 0
        image.pixels[to + channel] = under + ((rgba[from + channel] ?? 0) - under) * alpha
      }
    }
  }
}

interface Patch extends Corner {
  readonly widthPx: number
  readonly heightPx: number
}

/** The sum of the luma (ITU-R BT.601) of a patch that lies in the image. */
function sumLuma(image: RgbImage, { leftPx, topPx, widthPx, heightPx }: Patch): number {
  let sum = 0
  for (let y = topPx; y < topPx + heightPx; y++) {
    for (let x = leftPx; x < leftPx + widthPx; x++) {
      const at = (y * image.widthPx + x) * 3
      sum += 0.299 * (image.pixels[at] ?? 0) + 0.587 * (image.pixels[at + 1] ?? 0) + 0.114 * (image.pixels[at + 2] ?? 0)
    }
  }
  return sum
}

/**
 * The light of a street against that of the piece's own surroundings, 0.4…1.5: what was photographed at noon is darkened
 * for dusk. 1 for a piece without surroundings.
 * @param corner where the thing, not its margin, begins; all of it lies in the image
 */
export function gainFor({ image: piece, margin }: Piece, street: RgbImage, corner: Corner): number {
  const widthPx = piece.widthPx - margin.leftPx - margin.rightPx
  const heightPx = piece.heightPx - margin.topPx - margin.bottomPx
  const around = piece.widthPx * piece.heightPx - widthPx * heightPx
  if (around === 0) return 1
  const whole = sumLuma(piece, { ...piece, leftPx: 0, topPx: 0 })
  const thing = sumLuma(piece, { leftPx: margin.leftPx, topPx: margin.topPx, widthPx, heightPx })
  const there = sumLuma(street, { ...corner, widthPx, heightPx }) / (widthPx * heightPx)
  return Math.min(1.5, Math.max(0.4, there / Math.max(1, (whole - thing) / around)))
}

/** What a camera adds to the same scene from one picture to the next. */
export interface Shot {
  /** Whole pixels that the camera shakes by; what comes in at an edge is that edge, repeated. */
  readonly shiftX: number
  readonly shiftY: number
  readonly gain: number
  /** Where in the run of noise this picture begins. */
  readonly noiseAt: number
}

/** Noise is read from one long run, from another place for each picture: normal numbers are the dear part. */
const RUN = 1 << 20

/** @param deviation of 255: 1.2 is a good camera by day, 4 a cheap one at dusk */
export function noiseRun(seed: number, deviation: number): Int8Array {
  const random = seededRandom(seed)
  return Int8Array.from({ length: RUN }, () => Math.round(bellCurve(random) * deviation))
}

/** The picture that a camera takes of `scene`. */
export function shoot(scene: RgbImage, shot: Shot, noise: Int8Array): RgbImage {
  const { widthPx, heightPx, pixels } = scene
  const taken = new Uint8ClampedArray(pixels.length)
  const clamp = (value: number, limit: number) => Math.max(0, Math.min(limit - 1, value))
  let next = shot.noiseAt
  for (let y = 0; y < heightPx; y++) {
    const row = clamp(y + shot.shiftY, heightPx) * widthPx
    for (let x = 0; x < widthPx; x++) {
      const from = (row + clamp(x + shot.shiftX, widthPx)) * 3
      const to = (y * widthPx + x) * 3
      for (let channel = 0; channel < 3; channel++) {
        next = (next + 1) % RUN
        taken[to + channel] = (pixels[from + channel] ?? 0) * shot.gain + (noise[next] ?? 0)
      }
    }
  }
  return { widthPx, heightPx, pixels: new Uint8Array(taken.buffer) }
}
