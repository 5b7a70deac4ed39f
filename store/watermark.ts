// Burns into a picture who looks at it, when, and under which number of the register: a leaked copy names its viewer.
import { DateTime } from 'luxon'
import sharp from 'sharp'
import { JiemuError } from '../core/errors.ts'
import { textPath, textWidthPx } from '../core/pixel-font.ts'
import type { EpochMs } from '../core/time.ts'

export interface Viewer {
  readonly name: string
  readonly at: EpochMs
  /** Of the row in the register of views. */
  readonly number: number
}

const TIME_ZONE = 'Asia/Shanghai'
const JPEG = { quality: 85 }
/** Light enough to see the street through it, dark at its edge so that snow does not hide it. */
const INK = 'fill="#fff" fill-opacity="0.3" stroke="#000" stroke-opacity="0.2" stroke-width="1"'

let withChinese: Promise<boolean> | undefined

/** A server may have no font for Chinese; there 一 comes out as a box with its number in it, which is as high as it is wide. */
export function hasChineseFont(): Promise<boolean> {
  withChinese ??= drawsOneStroke()
  return withChinese
}

async function drawsOneStroke(): Promise<boolean> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96">
    <rect width="96" height="96" fill="#fff"/><text x="16" y="72" font-family="sans-serif" font-size="64">一</text></svg>`
  const { data, info } = await sharp(Buffer.from(svg)).greyscale().raw().toBuffer({ resolveWithObject: true })
  const isInk = (x: number, y: number) => (data[(y * info.width + x) * info.channels] ?? 255) < 128
  const lines = Array.from({ length: 96 }, (_, index) => index)
  const rows = lines.filter(y => lines.some(x => isInk(x, y))).length
  const columns = lines.filter(x => lines.some(y => isInk(x, y))).length
  return rows > 0 && rows * 3 < columns
}

/**
 * The text of the mark: in dots, which every machine can draw, and the name in letters where it is not ASCII and there is a
 * font for it. Without one the number leads to the name.
 */
export function markText({ name, at, number }: Viewer, chinese: boolean): { dots: string; letters: string | null } {
  const time = DateTime.fromMillis(at, { zone: TIME_ZONE }).toFormat('yyyy-MM-dd HH:mm:ss')
  const isAscii = /^[\x20-\x7e]+$/.test(name)
  const dots = `${isAscii ? `${name.toUpperCase()} ` : ''}${time} #${number}`
  return { dots, letters: isAscii || !chinese ? null : name }
}

/** @returns a JPEG of the same size. @throws JiemuError evidence-altered where the file is no picture */
export async function watermarked(path: string, id: string, viewer: Viewer): Promise<Uint8Array> {
  try {
    const image = sharp(path)
    const { width, height } = await image.metadata()
    const mark = Buffer.from(tileSvg(width, height, markText(viewer, await hasChineseFont())))
    return await image
      .composite([{ input: mark, tile: true, top: 0, left: 0 }])
      .jpeg(JPEG)
      .toBuffer()
  } catch (error) {
    throw new JiemuError('evidence-altered', { id, problem: 'it is no picture' }, error)
  }
}

/**
 * One tile of the mark, which is laid again and again across the whole picture: no crop is without one. Drawn as one large
 * SVG pattern it cost three times as much.
 */
function tileSvg(
  pictureWidthPx: number,
  pictureHeightPx: number,
  { dots, letters }: ReturnType<typeof markText>,
): string {
  const dotPx = Math.max(1, Math.round(pictureWidthPx / 640))
  const lettersPx = 12 * dotPx
  const textPx = Math.max(textWidthPx(dots, dotPx), (letters?.length ?? 0) * lettersPx)
  // Rising by a fifth of its length, so that it is not taken for a line of the street.
  const widthPx = Math.ceil(Math.min(textPx + 30 * dotPx, pictureWidthPx))
  const risePx = Math.ceil(textPx / 5)
  // A tile may not be larger than the picture: of a small close-up it is cut.
  const heightPx = Math.min(risePx + 50 * dotPx, pictureHeightPx)
  const name = letters
    ? `<text x="0" y="${30 * dotPx}" font-family="sans-serif" font-size="${lettersPx}" ${INK}>${escapeXml(letters)}</text>`
    : ''
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">
    <g transform="translate(${10 * dotPx} ${risePx + 5 * dotPx}) skewY(-11.3)"><path d="${textPath(dots, 0, 0, dotPx)}" ${INK}/>${name}</g>
  </svg>`
}

function escapeXml(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').replace(/[<>&"']/g, character => `&#${character.codePointAt(0)};`)
}
