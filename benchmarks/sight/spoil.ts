// What spoils a camera's view, done to a real picture: out of focus, drops, a hand, another direction, another light.
import type { RgbImage } from '../../core/frame.ts'
import type { Box } from '../../core/geometry.ts'
import type { Shown } from '../../detector/view-gate.ts'
import { bellCurve, seededRandom } from '../../fixtures/random.ts'

/** A picture out of memory; scaled by averaging, as FFmpeg's scaler nearly does, once for each size. */
export function shownOf(image: RgbImage): Shown {
  const { widthPx, heightPx } = image
  const known = new Map<string, RgbImage>()
  return {
    widthPx,
    heightPx,
    rgb(region, toWidthPx, toHeightPx) {
      const cut = cutOf(image, region)
      const [width, height] = [toWidthPx ?? cut.width, toHeightPx ?? cut.height]
      const key = [...Object.values(cut), width, height].join()
      const before = known.get(key)
      if (before) return before
      const pixels = new Uint8Array(width * height * 3)
      for (let y = 0; y < height; y++) {
        const rows = spanOf(y, height, cut.top, cut.height)
        for (let x = 0; x < width; x++)
          average(image, spanOf(x, width, cut.left, cut.width), rows, pixels, y * width + x)
      }
      const cutting = { widthPx: width, heightPx: height, pixels }
      known.set(key, cutting)
      return cutting
    },
  }
}

interface Span {
  readonly from: number
  readonly to: number
}

function cutOf({ widthPx, heightPx }: RgbImage, { x1, y1, x2, y2 }: Box) {
  const [left, top] = [Math.floor((x1 * widthPx) / 2) * 2, Math.floor((y1 * heightPx) / 2) * 2]
  const [right, bottom] = [Math.min(widthPx, Math.ceil(x2 * widthPx)), Math.min(heightPx, Math.ceil(y2 * heightPx))]
  return { left, top, width: right - left, height: bottom - top }
}

function spanOf(index: number, count: number, start: number, length: number): Span {
  const from = start + Math.floor((index * length) / count)
  return { from, to: Math.max(from + 1, start + Math.floor(((index + 1) * length) / count)) }
}

function average({ widthPx, pixels }: RgbImage, columns: Span, rows: Span, into: Uint8Array, index: number): void {
  const area = (columns.to - columns.from) * (rows.to - rows.from)
  for (let channel = 0; channel < 3; channel++) {
    let sum = 0
    for (let y = rows.from; y < rows.to; y++) {
      for (let x = columns.from; x < columns.to; x++) sum += pixels[(y * widthPx + x) * 3 + channel] ?? 0
    }
    into[index * 3 + channel] = sum / area
  }
}

/** Three passes of a box that reaches so far: nearly a Gaussian of `sigmaOf(reach)`. */
export function outOfFocus(image: RgbImage, reach: number): RgbImage {
  let pixels = Float32Array.from(image.pixels)
  for (let pass = 0; pass < 3; pass++) {
    pixels = boxed(pixels, image.widthPx, image.heightPx, reach, 3, image.widthPx * 3)
    pixels = boxed(pixels, image.heightPx, image.widthPx, reach, image.widthPx * 3, 3)
  }
  return { ...image, pixels: new Uint8Array(pixels) }
}

/** Each pass adds a variance of reach · (reach + 1) ÷ 3. */
export const sigmaOf = (reach: number): number => Math.sqrt(reach * (reach + 1))

/** The running mean along lines of `length` pixels that lie `step` apart; lines begin `stride` apart. */
function boxed(
  pixels: Float32Array,
  length: number,
  lines: number,
  reach: number,
  step: number,
  stride: number,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(pixels.length)
  const clamp = (index: number) => Math.max(0, Math.min(length - 1, index))
  for (let line = 0; line < lines; line++) {
    for (let channel = 0; channel < 3; channel++) {
      const valueAt = (index: number) => pixels[line * stride + clamp(index) * step + channel] ?? 0
      let sum = 0
      for (let index = -reach; index <= reach; index++) sum += valueAt(index)
      for (let index = 0; index < length; index++) {
        out[line * stride + index * step + channel] = sum / (2 * reach + 1)
        sum += valueAt(index + reach + 1) - valueAt(index - reach)
      }
    }
  }
  return out
}

/** Lays `over` upon `image`: all of it where `shareAt` (of fractions of the frame) is 1, none where 0. */
function laid(image: RgbImage, over: RgbImage, shareAt: (x: number, y: number) => number): RgbImage {
  const { widthPx, heightPx } = image
  const pixels = new Uint8Array(image.pixels.length)
  for (let pixel = 0; pixel < widthPx * heightPx; pixel++) {
    const share = shareAt((pixel % widthPx) / widthPx, Math.floor(pixel / widthPx) / heightPx)
    for (let at = pixel * 3; at < pixel * 3 + 3; at++) {
      const value = image.pixels[at] ?? 0
      pixels[at] = Math.round(value + ((over.pixels[at] ?? 0) - value) * Math.max(0, Math.min(1, share)))
    }
  }
  return { ...image, pixels }
}

export interface Drop {
  readonly x: number
  readonly y: number
  /** As a share of the frame's width. */
  readonly radius: number
}

/** Drops on the lens: within each the scene is far out of focus and a little brighter; their edges are soft. */
export function withDrops(image: RgbImage, drops: readonly Drop[]): RgbImage {
  const soft = outOfFocus(image, Math.round(0.035 * image.widthPx))
  const seen = { ...soft, pixels: soft.pixels.map(value => Math.min(255, value * 0.9 + 30)) }
  const upPerWidth = image.heightPx / image.widthPx
  return laid(image, seen, (x, y) =>
    Math.max(...drops.map(drop => (1 - Math.hypot(x - drop.x, (y - drop.y) * upPerWidth) / drop.radius) * 4)),
  )
}

/** A hand before the lens, from the left: even, out of focus, lit from the other side. */
export function withHand(image: RgbImage, share: number): RgbImage {
  const { widthPx, heightPx } = image
  const pixels = new Uint8Array(image.pixels.length)
  for (let at = 0; at < pixels.length; at++) {
    const [x, y] = [(Math.floor(at / 3) % widthPx) / widthPx, Math.floor(at / 3 / widthPx) / heightPx]
    pixels[at] = ([150, 105, 85][at % 3] ?? 0) * (0.55 + 0.3 * x + 0.15 * y)
  }
  return laid(image, { ...image, pixels }, (x, y) => (share + 0.05 * Math.sin(9 * y) - x) * 12 + 0.5)
}

/** A lorry close by: the left of the view is full of other sharp edges. Here they are those of its right, mirrored. */
export function withLorry(image: RgbImage, share: number): RgbImage {
  const { widthPx, heightPx } = image
  const pixels = Uint8Array.from(image.pixels)
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < share * widthPx; x++) {
      const from = (y * widthPx + widthPx - 1 - x) * 3
      pixels.copyWithin((y * widthPx + x) * 3, from, from + 3)
    }
  }
  return { ...image, pixels }
}

/** What a sensor adds to every picture: no two are the same. */
export function taken(image: RgbImage, seed: number): RgbImage {
  const random = seededRandom(seed)
  const run = Int8Array.from({ length: NOISE_RUN }, () => Math.round(NOISE * bellCurve(random)))
  return {
    ...image,
    pixels: image.pixels.map((value, index) => Math.max(0, Math.min(255, value + (run[index % NOISE_RUN] ?? 0)))),
  }
}
/** Standard deviation, of 255: a good camera by day. */
const NOISE = 1.5
const NOISE_RUN = 4_099

/** Another light: `gain` × luma + `offset`. */
export function relit(image: RgbImage, gain: number, offset: number): RgbImage {
  return { ...image, pixels: image.pixels.map(value => Math.max(0, Math.min(255, gain * value + offset))) }
}

/** Part of the frame that a smaller camera sees: so much is left around it that it can look elsewhere. */
export const WINDOW = 0.84

export interface Direction {
  /** Of the window's size: what it shows moves by as much to the right and down. */
  readonly x?: number
  readonly y?: number
  readonly turnDegrees?: number
  readonly zoom?: number
}

/** What a camera in the middle of the frame would show, looking in that direction; bilinear. */
export function looking(image: RgbImage, { x = 0, y = 0, turnDegrees = 0, zoom = 1 }: Direction): RgbImage {
  const [widthPx, heightPx] = [(image.widthPx * WINDOW) & ~1, (image.heightPx * WINDOW) & ~1]
  const [sine, cosine] = [
    Math.sin((turnDegrees * Math.PI) / 180) / zoom,
    Math.cos((turnDegrees * Math.PI) / 180) / zoom,
  ]
  const pixels = new Uint8Array(widthPx * heightPx * 3)
  for (let row = 0; row < heightPx; row++) {
    for (let column = 0; column < widthPx; column++) {
      const [u, v] = [column - widthPx / 2 - x * widthPx, row - heightPx / 2 - y * heightPx]
      const fromX = Math.max(0, Math.min(image.widthPx - 1.001, image.widthPx / 2 + cosine * u - sine * v))
      const fromY = Math.max(0, Math.min(image.heightPx - 1.001, image.heightPx / 2 + sine * u + cosine * v))
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)]
      for (let channel = 0; channel < 3; channel++) {
        const at = (top * image.widthPx + left) * 3 + channel
        const upper = (image.pixels[at] ?? 0) * (1 - fromX + left) + (image.pixels[at + 3] ?? 0) * (fromX - left)
        const below = at + image.widthPx * 3
        const lower = (image.pixels[below] ?? 0) * (1 - fromX + left) + (image.pixels[below + 3] ?? 0) * (fromX - left)
        pixels[(row * widthPx + column) * 3 + channel] = Math.round(upper * (1 - fromY + top) + lower * (fromY - top))
      }
    }
  }
  return { widthPx, heightPx, pixels }
}
