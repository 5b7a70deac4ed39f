// A decoded FFmpeg frame as a Picture: regions are cut by moving the planes' pointers, never by copying pixels.
import {
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV420P10LE,
  AV_PIX_FMT_YUV422P,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ444P,
  AVCOL_RANGE_JPEG,
  type AVPixelFormat,
} from 'node-av/constants'
import { FFmpegError, Frame } from 'node-av/lib'
import type { Letterbox, Picture, RgbImage, Room } from '../core/frame.ts'
import { type Box, clipBox, WHOLE_FRAME } from '../core/geometry.ts'
import { scalerFor } from './scalers.ts'

/** How a plane lies: bytes per sample step, and how often it is halved in each direction. */
interface Plane {
  readonly bytes: number
  readonly shiftX: number
  readonly shiftY: number
}

interface Layout {
  /** The format without "J": the range is said apart from it. */
  readonly format: AVPixelFormat
  readonly planes: readonly Plane[]
}

const planar = (format: AVPixelFormat, bytes: number, shiftX: number, shiftY: number): Layout => {
  const chroma = { bytes, shiftX, shiftY }
  return { format, planes: [{ bytes, shiftX: 0, shiftY: 0 }, chroma, chroma] }
}
const packed = (format: AVPixelFormat, bytes: number): Layout => ({
  format,
  planes: [{ bytes, shiftX: 0, shiftY: 0 }],
})

/** What cameras and stills really send; anything else is turned into RGB as a whole first. */
const LAYOUTS: ReadonlyMap<number, Layout> = new Map([
  [AV_PIX_FMT_YUV420P, planar(AV_PIX_FMT_YUV420P, 1, 1, 1)],
  [AV_PIX_FMT_YUVJ420P, planar(AV_PIX_FMT_YUV420P, 1, 1, 1)],
  [AV_PIX_FMT_YUV422P, planar(AV_PIX_FMT_YUV422P, 1, 1, 0)],
  [AV_PIX_FMT_YUVJ422P, planar(AV_PIX_FMT_YUV422P, 1, 1, 0)],
  [AV_PIX_FMT_YUV444P, planar(AV_PIX_FMT_YUV444P, 1, 0, 0)],
  [AV_PIX_FMT_YUVJ444P, planar(AV_PIX_FMT_YUV444P, 1, 0, 0)],
  [AV_PIX_FMT_YUV420P10LE, planar(AV_PIX_FMT_YUV420P10LE, 2, 1, 1)],
  [
    AV_PIX_FMT_NV12,
    {
      format: AV_PIX_FMT_NV12,
      planes: [
        { bytes: 1, shiftX: 0, shiftY: 0 },
        { bytes: 2, shiftX: 1, shiftY: 1 },
      ],
    },
  ],
  [AV_PIX_FMT_GRAY8, packed(AV_PIX_FMT_GRAY8, 1)],
  [AV_PIX_FMT_RGB24, packed(AV_PIX_FMT_RGB24, 3)],
])
const FULL_RANGE_FORMATS: ReadonlySet<number> = new Set([
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ444P,
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_RGB24,
])

/** FFmpeg's converters write up to 16 pixels at once, beyond the end of a narrow picture (measured: 42 bytes). */
const SLACK_BYTES = 64
const PADDING_GREY = 114

interface Cut {
  readonly x: number
  readonly y: number
  readonly widthPx: number
  readonly heightPx: number
}

/** Takes over `frame`: its memory is given back by `release()`. */
export function pictureOf(frame: Frame): Picture {
  return new FramePicture(frame)
}

class FramePicture implements Picture {
  readonly widthPx: number
  readonly heightPx: number
  #frame: Frame | undefined
  readonly #layout: Layout
  readonly #fullRange: boolean

  constructor(frame: Frame) {
    this.widthPx = frame.width
    this.heightPx = frame.height
    const known = LAYOUTS.get(frame.format)
    this.#layout = known ?? packed(AV_PIX_FMT_RGB24, 3)
    this.#frame = known ? frame : asRgb(frame)
    this.#fullRange = FULL_RANGE_FORMATS.has(this.#frame.format) || frame.colorRange === AVCOL_RANGE_JPEG
    if (!known) frame.free()
  }

  letterbox(
    region: Box,
    sidePx: number,
    target: Uint8Array,
    { widthPx, heightPx }: Room = { widthPx: sidePx, heightPx: sidePx },
  ): Letterbox {
    if (target.length !== widthPx * heightPx * 3) {
      throw new RangeError(`${target.length} bytes are not RGB of ${widthPx} × ${heightPx}`)
    }
    const cut = this.#cut(region)
    const scale = Math.min(sidePx / cut.widthPx, sidePx / cut.heightPx)
    const contentWidthPx = Math.max(1, Math.min(sidePx, Math.round(cut.widthPx * scale)))
    const contentHeightPx = Math.max(1, Math.min(sidePx, Math.round(cut.heightPx * scale)))
    if (contentWidthPx > widthPx || contentHeightPx > heightPx) {
      throw new RangeError(`${contentWidthPx} × ${contentHeightPx} pixels do not fit into ${widthPx} × ${heightPx}`)
    }
    const strideBytes = widthPx * 3
    this.#scale(cut, contentWidthPx, contentHeightPx, target, strideBytes)
    // The padding comes last: it also covers what the scaler wrote beyond a line's end.
    target.fill(PADDING_GREY, contentHeightPx * strideBytes)
    if (contentWidthPx < widthPx) {
      for (let row = 0; row < contentHeightPx; row++) {
        target.fill(PADDING_GREY, row * strideBytes + contentWidthPx * 3, (row + 1) * strideBytes)
      }
    }
    return { region: this.#boxOf(cut), contentWidthPx, contentHeightPx }
  }

  rgb(region: Box, widthPx?: number, heightPx?: number, target?: Uint8Array): RgbImage {
    const cut = this.#cut(region)
    const toWidthPx = widthPx ?? cut.widthPx
    const toHeightPx = heightPx ?? cut.heightPx
    const bytes = toWidthPx * toHeightPx * 3
    if (target && target.length < bytes + SLACK_BYTES) throw new RangeError(`${target.length} bytes are too few`)
    const pixels = (target ?? new Uint8Array(bytes + SLACK_BYTES)).subarray(0, bytes)
    this.#scale(cut, toWidthPx, toHeightPx, pixels, toWidthPx * 3)
    return { widthPx: toWidthPx, heightPx: toHeightPx, pixels }
  }

  release(): void {
    this.#frame?.free()
    this.#frame = undefined
  }

  /** Whole pixels round the region, with an even origin so that halved chroma planes start on a sample. */
  #cut(region: Box): Cut {
    const { x1, y1, x2, y2 } = clipBox(region, WHOLE_FRAME)
    const even = (value: number, limit: number) => Math.max(0, Math.min(Math.floor(value), limit - 2)) & ~1
    const x = even(x1 * this.widthPx, this.widthPx)
    const y = even(y1 * this.heightPx, this.heightPx)
    return {
      x,
      y,
      widthPx: Math.max(1, Math.min(this.widthPx, Math.ceil(x2 * this.widthPx)) - x),
      heightPx: Math.max(1, Math.min(this.heightPx, Math.ceil(y2 * this.heightPx)) - y),
    }
  }

  #boxOf({ x, y, widthPx, heightPx }: Cut): Box {
    return {
      x1: x / this.widthPx,
      y1: y / this.heightPx,
      x2: (x + widthPx) / this.widthPx,
      y2: (y + heightPx) / this.heightPx,
    }
  }

  #scale(cut: Cut, toWidthPx: number, toHeightPx: number, target: Uint8Array, strideBytes: number): void {
    const frame = this.#frame
    const data = frame?.data
    if (!frame || !data) throw new Error('the picture was used after its release')
    const scaler = scalerFor({
      format: this.#layout.format,
      fullRange: this.#fullRange,
      fromWidthPx: cut.widthPx,
      fromHeightPx: cut.heightPx,
      toWidthPx,
      toHeightPx,
    })
    const strides = frame.linesize
    const planes = this.#layout.planes.map(({ bytes, shiftX, shiftY }, index) => {
      const origin = (cut.y >> shiftY) * (strides[index] ?? 0) + (cut.x >> shiftX) * bytes
      return (data[index] ?? Buffer.alloc(0)).subarray(origin)
    })
    const output = Buffer.from(target.buffer, target.byteOffset, target.byteLength)
    const rows = scaler.scaleSync(planes, strides.slice(0, planes.length), 0, cut.heightPx, [output], [strideBytes])
    FFmpegError.throwIfError(rows, 'scale')
  }
}

/** The whole frame as packed RGB, by the frame's own colour description. */
function asRgb(frame: Frame): Frame {
  const rgb = new Frame()
  rgb.alloc()
  rgb.format = AV_PIX_FMT_RGB24
  rgb.width = frame.width
  rgb.height = frame.height
  FFmpegError.throwIfError(rgb.getBuffer(), 'RGB buffer')
  const scaler = scalerFor({
    format: frame.format as AVPixelFormat,
    fullRange: frame.colorRange === AVCOL_RANGE_JPEG,
    fromWidthPx: frame.width,
    fromHeightPx: frame.height,
    toWidthPx: frame.width,
    toHeightPx: frame.height,
  })
  const planes = frame.data ?? []
  FFmpegError.throwIfError(
    scaler.scaleSync(planes, frame.linesize.slice(0, planes.length), 0, frame.height, rgb.data ?? [], rgb.linesize),
    'RGB',
  )
  return rgb
}
