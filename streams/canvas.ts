// Draws lines into packed RGB, in place: an outline does not need a second picture of the same size.
import type { RgbImage } from '../core/frame.ts'

export type Colour = readonly [red: number, green: number, blue: number]

interface PixelPoint {
  readonly x: number
  readonly y: number
}

/** Closed outline through `corners` (pixels), `strokePx` wide; what lies outside the picture is left out. */
export function outline(image: RgbImage, corners: readonly PixelPoint[], strokePx: number, colour: Colour): void {
  for (const [index, from] of corners.entries()) {
    const to = corners[(index + 1) % corners.length] ?? from
    line(image, from, to, strokePx, colour)
  }
}

/** A square pen, moved one pixel at a time. */
function line(image: RgbImage, from: PixelPoint, to: PixelPoint, strokePx: number, colour: Colour): void {
  const steps = Math.max(1, Math.ceil(Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))))
  for (let step = 0; step <= steps; step++) {
    const x = Math.round(from.x + ((to.x - from.x) * step) / steps - strokePx / 2)
    const y = Math.round(from.y + ((to.y - from.y) * step) / steps - strokePx / 2)
    fill(image, x, y, strokePx, strokePx, colour)
  }
}

/** Fills the part of a rectangle that lies in the picture. */
function fill(
  { widthPx, heightPx, pixels }: RgbImage,
  x: number,
  y: number,
  width: number,
  height: number,
  [red, green, blue]: Colour,
): void {
  const [right, bottom] = [Math.min(widthPx, x + width), Math.min(heightPx, y + height)]
  for (let row = Math.max(0, y); row < bottom; row++) {
    for (let column = Math.max(0, x); column < right; column++) {
      const at = (row * widthPx + column) * 3
      pixels[at] = red
      pixels[at + 1] = green
      pixels[at + 2] = blue
    }
  }
}
