// Pictures for the evidence: the whole view clean and annotated, and what it is about close up.
import { DateTime } from 'luxon'
import sharp, { type Sharp } from 'sharp'
import type { Picture, RgbImage } from '../core/frame.ts'
import { type Box, expandBox, hullBox, type Polygon, WHOLE_FRAME } from '../core/geometry.ts'
import type { Snapshot } from '../core/shard-contract.ts'
import type { EpochMs } from '../core/time.ts'
import { textPath, textWidthPx } from './pixel-font.ts'

export interface SnapshotRequest {
  readonly cameraName: string
  readonly capturedAt: EpochMs
  readonly caption: string
  readonly zone: Polygon
  /** What it is about, in fractions of the frame; without any there is no close-up. */
  readonly boxes: readonly Box[]
  /** A drawn scene is labelled as such. */
  readonly generated: boolean
}

const JPEG = { quality: 85 }
/** Round the boxes, as a share of their common hull: enough to see the kerb and the neighbours. */
const CLOSE_UP_MARGIN = 0.4
const TIME_ZONE = 'Asia/Shanghai'

/**
 * Copies the pixels before it returns, so that the frame may be released at once; the JPEGs follow.
 * The time and the label stand in a strip below the picture and hide nothing of it.
 */
export function takeSnapshots(picture: Picture, request: SnapshotRequest): Promise<Snapshot[]> {
  const wide = picture.rgb(WHOLE_FRAME)
  const [first, ...others] = request.boxes
  const closeUp = first && picture.rgb(expandBox(others.reduce(hullBox, first), CLOSE_UP_MARGIN))
  return Promise.all([
    shot('wide', false, open(wide)),
    shot('wide', true, withStrip(wide, request, outlines(wide, request))),
    ...(closeUp ? [shot('close-up', true, withStrip(closeUp, request, ''))] : []),
  ])
}

async function shot(view: Snapshot['view'], annotated: boolean, image: Sharp): Promise<Snapshot> {
  return { view, annotated, jpeg: await image.jpeg(JPEG).toBuffer() }
}

function open({ widthPx, heightPx, pixels }: RgbImage): Sharp {
  return sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 3 } })
}

function withStrip(image: RgbImage, request: SnapshotRequest, drawing: string): Sharp {
  const dotPx = Math.max(1, Math.round(image.widthPx / 640)) * 2
  const rowPx = dotPx * 11
  const time = DateTime.fromMillis(request.capturedAt, { zone: TIME_ZONE }).toFormat('yyyy-MM-dd HH:mm:ss ZZ')
  const rows = request.generated ? [time, 'GENERATED SCENE'] : [time]
  const widthPx = Math.max(image.widthPx, ...rows.map(row => textWidthPx(row, dotPx) + 2 * dotPx))
  const heightPx = image.heightPx + rowPx * (rows.length + 1)
  const dots = rows.map((row, index) => textPath(row, 2 * dotPx, image.heightPx + index * rowPx + 2 * dotPx, dotPx))
  const names = escapeXml(`${request.cameraName} · ${request.caption}`)
  const namesY = heightPx - 3 * dotPx
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">
    ${drawing}<path d="${dots.join('')}" fill="#fff"/>
    <text x="${2 * dotPx}" y="${namesY}" font-family="sans-serif" font-size="${8 * dotPx}" fill="#ddd">${names}</text>
  </svg>`
  return open(image)
    .extend({ bottom: heightPx - image.heightPx, right: widthPx - image.widthPx, background: '#111' })
    .composite([{ input: Buffer.from(svg), top: 0, left: 0 }])
}

/** The zone's outline and the boxes, in the picture's pixels. */
function outlines({ widthPx, heightPx }: RgbImage, { zone, boxes }: SnapshotRequest): string {
  const corners = zone.map(({ x, y }) => `${x * widthPx},${y * heightPx}`).join(' ')
  const strokePx = Math.max(2, widthPx / 480)
  const rectangles = boxes.map(
    ({ x1, y1, x2, y2 }) =>
      `<rect x="${x1 * widthPx}" y="${y1 * heightPx}" width="${(x2 - x1) * widthPx}" height="${(y2 - y1) * heightPx}"/>`,
  )
  return `<g fill="none" stroke-width="${strokePx}"><polygon points="${corners}" stroke="#ffd400"/>
    <g stroke="#ff2d2d">${rectangles.join('')}</g></g>`
}

function escapeXml(text: string): string {
  // Control characters are no XML at all: a camera's name must not be able to lose the evidence.
  return text.replace(/\p{Cc}/gu, ' ').replace(/[<>&"']/g, character => `&#${character.codePointAt(0)};`)
}
