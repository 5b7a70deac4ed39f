// A picture held as RGB in memory, for tests: scales by averaging, slowly and without FFmpeg.
import type { Letterbox, Picture, RgbImage, Room } from '../../core/frame.ts'
import type { Box } from '../../core/geometry.ts'

export class RgbPicture implements Picture {
  readonly widthPx: number
  readonly heightPx: number
  released = 0
  readonly #image: RgbImage

  constructor(image: RgbImage) {
    this.#image = image
    this.widthPx = image.widthPx
    this.heightPx = image.heightPx
  }

  letterbox(region: Box, sidePx: number, target: Uint8Array, room?: Room): Letterbox {
    const cut = this.#pixels(region)
    const scale = Math.min(sidePx / cut.width, sidePx / cut.height)
    const contentWidthPx = Math.round(cut.width * scale)
    const contentHeightPx = Math.round(cut.height * scale)
    target.fill(114)
    this.#scale(cut, contentWidthPx, contentHeightPx, target, room?.widthPx ?? sidePx)
    const { widthPx, heightPx } = this
    return {
      region: {
        x1: cut.left / widthPx,
        y1: cut.top / heightPx,
        x2: (cut.left + cut.width) / widthPx,
        y2: (cut.top + cut.height) / heightPx,
      },
      contentWidthPx,
      contentHeightPx,
    }
  }

  rgb(region: Box, widthPx?: number, heightPx?: number, target?: Uint8Array): RgbImage {
    const cut = this.#pixels(region)
    const size = { widthPx: widthPx ?? cut.width, heightPx: heightPx ?? cut.height }
    const bytes = size.widthPx * size.heightPx * 3
    const pixels = target?.subarray(0, bytes) ?? new Uint8Array(bytes)
    this.#scale(cut, size.widthPx, size.heightPx, pixels, size.widthPx)
    return { ...size, pixels }
  }

  release(): void {
    this.released++
  }

  #pixels(region: Box): Cut {
    const left = Math.floor((region.x1 * this.widthPx) / 2) * 2
    const top = Math.floor((region.y1 * this.heightPx) / 2) * 2
    const width = Math.max(1, Math.min(this.widthPx, Math.ceil(region.x2 * this.widthPx)) - left)
    const height = Math.max(1, Math.min(this.heightPx, Math.ceil(region.y2 * this.heightPx)) - top)
    return { left, top, width, height }
  }

  #scale(cut: Cut, width: number, height: number, target: Uint8Array, strideColumns: number): void {
    for (let y = 0; y < height; y++) {
      const rows = span(y, height, cut.height)
      for (let x = 0; x < width; x++) {
        const columns = span(x, width, cut.width)
        for (let channel = 0; channel < 3; channel++) {
          let sum = 0
          for (let row = rows.from; row < rows.to; row++) {
            for (let column = columns.from; column < columns.to; column++) {
              sum += this.#image.pixels[((cut.top + row) * this.widthPx + cut.left + column) * 3 + channel] ?? 0
            }
          }
          target[(y * strideColumns + x) * 3 + channel] = sum / ((rows.to - rows.from) * (columns.to - columns.from))
        }
      }
    }
  }
}

interface Cut {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** The source pixels that pixel `index` of `count` covers; at least one. */
function span(index: number, count: number, source: number): { readonly from: number; readonly to: number } {
  const from = Math.min(source - 1, Math.floor((index * source) / count))
  return { from, to: Math.max(from + 1, Math.min(source, Math.floor(((index + 1) * source) / count))) }
}
