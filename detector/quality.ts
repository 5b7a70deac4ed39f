// Whether a frame can be judged at all: plain statistics of a thumbnail, so far without a memory of the camera's view.
import type { Picture } from '../core/frame.ts'
import { WHOLE_FRAME } from '../core/geometry.ts'
import type { View } from '../core/scene.ts'

const WIDTH_PX = 64
const HEIGHT_PX = 36

/**
 * Limits of luma, 0…255. Set far from what real streets show, since a frame called blind stops every rule: in 204 clips
 * of 14 cameras, two of them over a whole day with its night, the 95th percentile was never below 101 (lamps at night),
 * the 10th never above 120, the standard deviation never below 11 and the step between neighbours never below 1.7 (an
 * empty yard from above).
 */
const DARK_P95 = 30
const OVEREXPOSED_P10 = 235
const COVERED_DEVIATION = 5
const COVERED_STEP = 0.8

/**
 * `dark` where even the lights are; `overexposed` where nearly everything is white; `covered` where there is neither
 * contrast nor texture, as with a bag or fog before the lens; else `clear`.
 */
export function viewOf(picture: Picture): View {
  const { pixels } = picture.rgb(WHOLE_FRAME, WIDTH_PX, HEIGHT_PX)
  const luma = Float64Array.from({ length: WIDTH_PX * HEIGHT_PX }, (_, i) => lumaAt(pixels, i))
  const sorted = luma.toSorted()
  const percentile = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
  if (percentile(0.95) < DARK_P95) return 'dark'
  if (percentile(0.1) > OVEREXPOSED_P10) return 'overexposed'
  return deviation(luma) < COVERED_DEVIATION && meanStep(luma) < COVERED_STEP ? 'covered' : 'clear'
}

/** ITU-R BT.601. */
function lumaAt(rgb: Uint8Array, index: number): number {
  const at = index * 3
  return 0.299 * (rgb[at] ?? 0) + 0.587 * (rgb[at + 1] ?? 0) + 0.114 * (rgb[at + 2] ?? 0)
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

/** The mean difference of horizontal neighbours. */
function meanStep(luma: Float64Array): number {
  let sum = 0
  for (let i = 1; i < luma.length; i++) {
    if (i % WIDTH_PX !== 0) sum += Math.abs((luma[i] ?? 0) - (luma[i - 1] ?? 0))
  }
  return sum / (HEIGHT_PX * (WIDTH_PX - 1))
}
