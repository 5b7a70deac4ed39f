// Whether a frame can be judged at all, by its light alone: plain statistics of the small picture.
import type { Picture } from '../core/frame.ts'
import type { View } from '../core/scene.ts'
import { HEIGHT_PX, thumbnailOf, WIDTH_PX } from './reference-view.ts'

/**
 * Limits of luma, 0…255. Set far from what real streets show, since a frame called blind stops every rule: in some 280
 * pictures of 16 cameras, two of them over a whole day with its night, the 95th percentile was never below 110 (lamps at
 * night), the 10th never above 127, the standard deviation never below 6.8 and the step between neighbours never below 1.1
 * (both an empty yard from above).
 */
const DARK_P95 = 30
const OVEREXPOSED_P10 = 235
const COVERED_DEVIATION = 5
const COVERED_STEP = 0.5
const COVERED_STRUCTURE_SHARE = 0.35
/** A bare yard loses half of its structure with a car that leaves. */
const COVERED_LEAST_USUAL = 30

/**
 * `dark` where even the lights are; `overexposed` where nearly everything is white; `covered` where there is neither
 * contrast nor texture, as with a bag or fog before the lens; else `clear`.
 * @param luma the small picture of `thumbnailOf`
 */
export function lightOf(luma: Uint8Array): Light {
  const levels = new Uint32Array(256)
  for (const value of luma) levels[value] = (levels[value] ?? 0) + 1
  const brightest = percentile(levels, 0.95)
  const spread = brightest - percentile(levels, 0.05)
  if (brightest < DARK_P95) return { view: 'dark', spread }
  if (percentile(levels, 0.1) > OVEREXPOSED_P10) return { view: 'overexposed', spread }
  const flat = deviation(levels) < COVERED_DEVIATION && meanStep(luma) < COVERED_STEP
  return { view: flat ? 'covered' : 'clear', spread }
}

export interface Light {
  readonly view: View
  /** From the darkest twentieth to the brightest, 0…255. */
  readonly spread: number
}

/**
 * Whether a hand, a bag or thick fog hides what the camera used to show: hardly anything has structure any more. Over both
 * JamCam days, fog and glare among them, a frame never had less than 0.66 of the most structure that the camera showed.
 * @param structure blocks of `Features`, of the frame and of its reference
 */
export function isCovered(structure: number, usual: number): boolean {
  return usual >= COVERED_LEAST_USUAL && structure <= COVERED_STRUCTURE_SHARE * usual
}

/** The light of a picture that nothing else is known of. */
export function viewOf(picture: Picture): View {
  return lightOf(thumbnailOf(picture)).view
}

/** The level below which `share` of the pixels lie. */
function percentile(levels: Uint32Array, share: number): number {
  let left = share * (WIDTH_PX * HEIGHT_PX - 1)
  return levels.findIndex(count => {
    left -= count
    return left < 0
  })
}

function deviation(levels: Uint32Array): number {
  let [sum, squares] = [0, 0]
  for (const [level, count] of levels.entries()) {
    sum += level * count
    squares += level * level * count
  }
  const mean = sum / (WIDTH_PX * HEIGHT_PX)
  return Math.sqrt(squares / (WIDTH_PX * HEIGHT_PX) - mean * mean)
}

/** The mean difference of horizontal neighbours. */
function meanStep(luma: Uint8Array): number {
  let sum = 0
  for (let at = 1; at < luma.length; at++) {
    if (at % WIDTH_PX !== 0) sum += Math.abs((luma[at] ?? 0) - (luma[at - 1] ?? 0))
  }
  return sum / (HEIGHT_PX * (WIDTH_PX - 1))
}
