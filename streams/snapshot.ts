// Pictures for the evidence: the whole view clean and annotated, and what it is about close up.
//
// A shard has little memory, so there is one canvas for all its cameras, and one picture is made after the other. Composed
// by sharp in full size and three at once, 1080p pictures cost 100 MB of resident memory more (measured).
import { DateTime } from 'luxon'
import sharp from 'sharp'
import type { Picture, RgbImage } from '../core/frame.ts'
import { type Box, expandBox, hullBox, type Polygon, WHOLE_FRAME } from '../core/geometry.ts'
import { textPath, textWidthPx } from '../core/pixel-font.ts'
import type { PictureCut } from '../core/privacy-mask.ts'
import type { Snapshot } from '../core/shard-contract.ts'
import type { EpochMs } from '../core/time.ts'
import { type Colour, outline } from './canvas.ts'

// No picture comes twice, and one core is a shard's share.
sharp.cache(false)
sharp.concurrency(1)

export interface SnapshotRequest {
  readonly cameraName: string
  readonly capturedAt: EpochMs
  readonly caption: string
  readonly zone: Polygon
  /** What it is about, in fractions of the frame; without any there is no close-up. */
  readonly boxes: readonly Box[]
  /** A drawn scene is labelled as such. */
  readonly generated: boolean
  /** The clean picture, where it was made before; else it is made. */
  readonly clean?: Uint8Array | undefined
}

/** What is needed of a picture here. */
type Shown = Pick<Picture, 'widthPx' | 'heightPx' | 'rgb'>

const JPEG = { quality: 85 }
/** Round the boxes, as a share of their common hull: enough to see the kerb and the neighbours. */
const CLOSE_UP_MARGIN = 0.4
const TIME_ZONE = 'Asia/Shanghai'
const ZONE_COLOUR: Colour = [0xff, 0xd4, 0x00]
const BOX_COLOUR: Colour = [0xff, 0x2d, 0x2d]
const STRIP_COLOUR = '#111'

/** Room behind the canvas for what FFmpeg's scaler writes too much. */
const SLACK_BYTES = 64
let canvas = new Uint8Array(0)
/** The pictures before in line. */
let turn: Promise<unknown> = Promise.resolve()

/**
 * The picture must live until it resolves. The time and the label stand in a strip below the picture and hide nothing of it.
 */
export function takeSnapshots(picture: Shown, request: SnapshotRequest): Promise<Snapshot[]> {
  const mine = turn.then(() => take(picture, request))
  turn = mine.catch(() => undefined)
  return mine
}

/**
 * The same of a picture that was sent out as JPEG, and that somebody has drawn on: the clean one is that very file.
 * @throws Error where it is no picture
 */
export async function takeSnapshotsOf(jpeg: Uint8Array, request: SnapshotRequest): Promise<Snapshot[]> {
  const raw = sharp(jpeg).removeAlpha().toColourspace('srgb').raw()
  const { data, info } = await raw.toBuffer({ resolveWithObject: true })
  const whole = { widthPx: info.width, heightPx: info.height, pixels: new Uint8Array(data) }
  const picture = { widthPx: info.width, heightPx: info.height, rgb: (region: Box) => cropOf(whole, region) }
  const [clean, ...others] = await takeSnapshots(picture, request)
  return [...(clean ? [{ ...clean, jpeg }] : []), ...others]
}

/** A copy, so that nobody draws on the whole. */
function cropOf({ widthPx, heightPx, pixels }: RgbImage, { x1, y1, x2, y2 }: Box): RgbImage {
  const [left, top] = [Math.floor(x1 * widthPx), Math.floor(y1 * heightPx)]
  const [right, bottom] = [Math.max(left + 1, Math.ceil(x2 * widthPx)), Math.max(top + 1, Math.ceil(y2 * heightPx))]
  const rows = Array.from({ length: bottom - top }, (_, row) => {
    const from = ((top + row) * widthPx + left) * 3
    return pixels.subarray(from, from + (right - left) * 3)
  })
  return { widthPx: right - left, heightPx: bottom - top, pixels: new Uint8Array(Buffer.concat(rows)) }
}

async function take(picture: Shown, request: SnapshotRequest): Promise<Snapshot[]> {
  const wide = paint(picture, WHOLE_FRAME)
  const cut = cutOf(wide, WHOLE_FRAME)
  const clean = request.clean ?? (await encode(wide))
  drawOutlines(wide, request)
  const snapshots: Snapshot[] = [
    { view: 'wide', annotated: false, jpeg: clean, cut },
    { view: 'wide', annotated: true, jpeg: await encode(wide, request), cut },
  ]
  const [first, ...others] = request.boxes
  if (first) {
    const region = expandBox(others.reduce(hullBox, first), CLOSE_UP_MARGIN)
    const closeUp = paint(picture, region)
    const jpeg = await encode(closeUp, request)
    snapshots.push({ view: 'close-up', annotated: true, jpeg, cut: cutOf(closeUp, region) })
  }
  return snapshots
}

const cutOf = ({ widthPx, heightPx }: RgbImage, region: Box): PictureCut => ({ region, widthPx, heightPx })

/** The whole picture as a small JPEG, for a page that shows many. */
export async function thumbnail(picture: Picture, widthPx: number): Promise<Uint8Array> {
  const heightPx = Math.max(1, Math.round((widthPx * picture.heightPx) / picture.widthPx))
  return encode(picture.rgb(WHOLE_FRAME, widthPx, heightPx))
}

/** A region at native resolution, on the canvas. */
function paint(picture: Shown, region: Box): RgbImage {
  const bytes = picture.widthPx * picture.heightPx * 3 + SLACK_BYTES
  if (canvas.length < bytes) canvas = new Uint8Array(bytes)
  return picture.rgb(region, undefined, undefined, canvas)
}

async function encode({ widthPx, heightPx, pixels }: RgbImage, captioned?: SnapshotRequest): Promise<Uint8Array> {
  const image = sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 3 } })
  if (!captioned) return image.jpeg(JPEG).toBuffer()
  const strip = stripBelow(widthPx, captioned)
  return image
    .extend({ bottom: strip.heightPx, right: strip.widthPx - widthPx, background: STRIP_COLOUR })
    .composite([{ input: Buffer.from(strip.svg), top: heightPx, left: 0 }])
    .jpeg(JPEG)
    .toBuffer()
}

/** Time, label and names, at least as wide as the picture. */
function stripBelow(pictureWidthPx: number, request: SnapshotRequest) {
  const dotPx = Math.max(1, Math.round(pictureWidthPx / 640)) * 2
  const rowPx = dotPx * 11
  const time = DateTime.fromMillis(request.capturedAt, { zone: TIME_ZONE }).toFormat('yyyy-MM-dd HH:mm:ss ZZ')
  const rows = request.generated ? [time, 'GENERATED SCENE'] : [time]
  const widthPx = Math.max(pictureWidthPx, ...rows.map(row => textWidthPx(row, dotPx) + 2 * dotPx))
  const heightPx = rowPx * (rows.length + 1)
  const dots = rows.map((row, index) => textPath(row, 2 * dotPx, index * rowPx + 2 * dotPx, dotPx))
  const names = escapeXml(`${request.cameraName} · ${request.caption}`)
  const namesY = heightPx - 3 * dotPx
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">
    <path d="${dots.join('')}" fill="#fff"/>
    <text x="${2 * dotPx}" y="${namesY}" font-family="sans-serif" font-size="${8 * dotPx}" fill="#ddd">${names}</text>
  </svg>`
  return { svg, widthPx, heightPx }
}

function drawOutlines(image: RgbImage, { zone, boxes }: SnapshotRequest): void {
  const { widthPx, heightPx } = image
  const strokePx = Math.max(2, Math.round(widthPx / 480))
  const inPixels = (corners: Polygon) => corners.map(({ x, y }) => ({ x: x * widthPx, y: y * heightPx }))
  outline(image, inPixels(zone), strokePx, ZONE_COLOUR)
  for (const { x1, y1, x2, y2 } of boxes) {
    const corners = [
      { x: x1, y: y1 },
      { x: x2, y: y1 },
      { x: x2, y: y2 },
      { x: x1, y: y2 },
    ]
    outline(image, inPixels(corners), strokePx, BOX_COLOUR)
  }
}

function escapeXml(text: string): string {
  // Control characters are no XML at all: a camera's name must not be able to lose the evidence.
  return text.replace(/\p{Cc}/gu, ' ').replace(/[<>&"']/g, character => `&#${character.codePointAt(0)};`)
}
