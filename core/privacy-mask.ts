// What of a picture may not leave the house: faces and number plates, pixelated wherever people and vehicles are.
//
//     person        vehicle          A face lies in the top 30 % of a person's box, a plate in the lower half of a
//    ┌──▒▒──┐      ┌────────┐        vehicle's. Pixelated, not blurred by a Gaussian: that can be undone, and a mean
//    │  ▒▒  │      │ ______ │        over so large a block says nothing any more. Boxes lie a little off, so that every
//    │ ░██░ │      │▒▒▒▒▒▒▒▒│        part is taken a little larger (see MARGIN; measured in benchmarks/results/blur.json).
//    └──────┘      └─▒▒▒▒▒▒─┘
import type { RgbImage } from './frame.ts'
import { type Box, clipBox } from './geometry.ts'
import type { Detection } from './scene.ts'

/** What a kept picture shows of its frame, and how large; a strip with the time may lie below and beside it. */
export interface PictureCut {
  readonly region: Box
  readonly widthPx: number
  readonly heightPx: number
}

/** The labels without which a network cannot say where somebody is. */
export const PRIVATE_LABELS = ['person', 'bicycle', 'motorcycle', 'car', 'bus', 'truck'] as const

/** Where in its box a thing is pixelated, as shares of the box's height, and how many blocks lie along its sides at most. */
interface Part {
  readonly from: number
  readonly to: number
  readonly across: number
  readonly down: number
}

/**
 * A face is at most as wide as its person, so six blocks along a box's width are six along a face at most, and one or two
 * where the person stands in full. 18 along the height bounds the block where the border of the picture cuts the box.
 */
const FACE: Part = { from: 0, to: 0.3, across: 6, down: 18 }
/** A plate is at most half as wide as what carries it: a quarter on a car, a third on a motorcycle. */
const PLATE: Part = { from: 0.5, to: 1, across: 12, down: 12 }
const PARTS: Readonly<Record<string, Part>> = Object.fromEntries(
  PRIVATE_LABELS.map(label => [label, label === 'person' ? FACE : PLATE]),
)
/** Of a box's width and height, on every side of the part that is pixelated. */
const MARGIN = 0.08
/** Where a cut begins is known to two pixels: chroma planes have even origins. */
const SLACK_PX = 2
/** A face or a plate of fewer than six such blocks cannot be told from another anyway. */
const LEAST_BLOCK_PX = 4

/** A part of the frame that is pixelated, in fractions of it, and the side of its blocks as shares of the frame. */
export interface Mask {
  readonly box: Box
  /** The block is a square: the larger of these two, once they are pixels. */
  readonly block: { readonly width: number; readonly height: number }
}

/** @param objects people and vehicles in fractions of the frame; other labels hide nothing */
export function masksOf(objects: readonly Detection[]): readonly Mask[] {
  return objects.flatMap(({ label, box }) => {
    const part = PARTS[label]
    if (!part) return []
    const width = box.x2 - box.x1
    const height = box.y2 - box.y1
    const hidden = {
      x1: box.x1 - MARGIN * width,
      y1: box.y1 + (part.from - MARGIN) * height,
      x2: box.x2 + MARGIN * width,
      y2: box.y1 + (part.to + MARGIN) * height,
    }
    return [{ box: clipBox(hidden), block: { width: width / part.across, height: height / part.down } }]
  })
}

/**
 * A copy of a picture in which every mask is pixelated: each block has the mean of its pixels as they were. Where masks
 * overlap, the second averages what the first has left, and nothing comes back.
 * @param image at least as large as `cut` says; what lies right of it and below is left as it is
 */
export function pixelate(image: RgbImage, cut: PictureCut, masks: readonly Mask[]): RgbImage {
  const masked = { ...image, pixels: image.pixels.slice() }
  const scaleX = cut.widthPx / (cut.region.x2 - cut.region.x1)
  const scaleY = cut.heightPx / (cut.region.y2 - cut.region.y1)
  for (const { box, block } of masks) {
    const left = Math.max(0, Math.floor((box.x1 - cut.region.x1) * scaleX) - SLACK_PX)
    const top = Math.max(0, Math.floor((box.y1 - cut.region.y1) * scaleY) - SLACK_PX)
    const right = Math.min(cut.widthPx, Math.ceil((box.x2 - cut.region.x1) * scaleX) + SLACK_PX)
    const bottom = Math.min(cut.heightPx, Math.ceil((box.y2 - cut.region.y1) * scaleY) + SLACK_PX)
    const blockPx = Math.ceil(Math.max(LEAST_BLOCK_PX, block.width * scaleX, block.height * scaleY))
    for (let y = top; y < bottom; y += blockPx) {
      for (let x = left; x < right; x += blockPx) {
        level(masked, x, y, Math.min(right, x + blockPx), Math.min(bottom, y + blockPx))
      }
    }
  }
  return masked
}

/** Gives all pixels of a block their mean. */
function level({ pixels, widthPx }: RgbImage, left: number, top: number, right: number, bottom: number): void {
  const sums = [0, 0, 0]
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = (y * widthPx + x) * 3
      for (let channel = 0; channel < 3; channel++) sums[channel] = (sums[channel] ?? 0) + (pixels[at + channel] ?? 0)
    }
  }
  const count = (right - left) * (bottom - top)
  const means = sums.map(sum => Math.round(sum / count))
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) pixels.set(means, (y * widthPx + x) * 3)
  }
}
