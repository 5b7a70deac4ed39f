// Draws a grey street with vehicles and people of fixtures/scene on it: a picture with exact truth and no licence question.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Box } from '../../core/geometry.ts'
import { RgbPicture } from './rgb-picture.ts'

const KIT = join(import.meta.dirname, '../../fixtures/scene')
const WIDTH_PX = 640
const HEIGHT_PX = 360
const COLOURS: Readonly<Record<string, string>> = {
  BODY: '#b03030',
  TOP: '#335577',
  LEGS: '#222222',
  SKIN: '#d9a37a',
  HAIR: '#221100',
  BAG: '#eeeeee',
}

export interface Piece {
  /** Name of a drawing, without `.svg`. */
  readonly drawing: string
  readonly leftPx: number
  readonly topPx: number
  readonly widthPx: number
}

/** A street of 640 × 360 pixels. */
export async function drawStreet(pieces: readonly Piece[]): Promise<RgbPicture> {
  const composed = await Promise.all(
    pieces.map(async ({ drawing, leftPx, topPx, widthPx }) => {
      const svg = await readFile(join(KIT, `${drawing}.svg`), 'utf8')
      const coloured = svg.replace(/#([A-Z]+)#/g, (token, name: string) => COLOURS[name] ?? token)
      return { input: await sharp(Buffer.from(coloured)).resize(widthPx).png().toBuffer(), left: leftPx, top: topPx }
    }),
  )
  const asphalt = { width: WIDTH_PX, height: HEIGHT_PX, channels: 3, background: '#7a7a7a' } as const
  const pixels = await sharp({ create: asphalt }).composite(composed).removeAlpha().raw().toBuffer()
  return new RgbPicture({ widthPx: WIDTH_PX, heightPx: HEIGHT_PX, pixels })
}

/** A box of the street, given in pixels. */
export function boxPx(x1: number, y1: number, x2: number, y2: number): Box {
  return { x1: x1 / WIDTH_PX, y1: y1 / HEIGHT_PX, x2: x2 / WIDTH_PX, y2: y2 / HEIGHT_PX }
}
