// From the RGB bytes that FFmpeg's scaler writes to the numbers that a network was trained on.
import type { ModelInput } from './manifest.ts'

export interface InputSize {
  readonly widthPx: number
  readonly heightPx: number
}

export function inputSize({ layout, shape }: Pick<ModelInput, 'layout' | 'shape'>): InputSize {
  const [, first, second, third] = shape
  return layout === 'NHWC' ? { heightPx: first, widthPx: second } : { heightPx: second, widthPx: third }
}

/** Gives the numbers for the first `count` pictures of a batch; they hold until it is called again. */
export type InputWriter = (batch: Uint8Array, count: number, size?: InputSize) => Uint8Array | Float32Array

/**
 * Beyond its content a network sees grey, as in the pictures it was trained on, and only then nothing: some 940 people in tiles of a
 * hall (42 pictures) are found as in the whole input with 16 pixels of grey (F1 of both 0.997; 0.992 with none, and no more with 32).
 */
const GREY_PX = 16

/** How wide a picture may be. */
export const widestPx = (input: Pick<ModelInput, 'layout' | 'shape' | 'sideStepPx' | 'widestPx'>): number =>
  (input.sideStepPx !== undefined && input.widestPx) || inputSize(input).widthPx

/** The least that a network can be given of its input, for content of this size from the top-left corner. */
export function leastSize(
  input: Pick<ModelInput, 'layout' | 'shape' | 'sideStepPx' | 'widestPx'>,
  content: InputSize,
): InputSize {
  const { widthPx, heightPx } = inputSize(input)
  const step = input.sideStepPx
  if (step === undefined) return { widthPx, heightPx }
  const whole = (lengthPx: number, limitPx: number) =>
    lengthPx >= limitPx ? limitPx : Math.min(limitPx, Math.ceil((lengthPx + GREY_PX) / step) * step)
  const mostPx = content.widthPx > widthPx ? widestPx(input) : widthPx
  return { widthPx: whole(content.widthPx, mostPx), heightPx: whole(content.heightPx, heightPx) }
}

/**
 * A shipped network takes the bytes as they are, without a copy. For others each of the 256 values of each colour is
 * looked up in a table: 640 × 640 pixels take 3.5 ms as planes of floats, 4 ms as pixels (one core, 50 pictures), beside
 * 12 ms for which a shipped network of 416 × 416 runs.
 */
export function inputWriter(input: ModelInput): InputWriter {
  const full = inputSize(input)
  const areaOf = ({ widthPx, heightPx }: InputSize) => widthPx * heightPx
  if (input.dtype === 'uint8' && input.layout === 'NHWC' && input.colour === 'RGB') {
    return (batch, count, size = full) => batch.subarray(0, count * areaOf(size) * 3)
  }
  const tables = [0, 1, 2].map(colour => tableOf(input, colour))
  const planar = input.layout === 'NCHW'
  const step = planar ? 1 : 3
  let numbers: Uint8Array | Float32Array = new Float32Array(0)
  return (batch, count, size = full) => {
    const area = areaOf(size)
    const length = count * area * 3
    if (numbers.length < length) numbers = input.dtype === 'uint8' ? new Uint8Array(length) : new Float32Array(length)
    for (let picture = 0; picture < count; picture++) {
      const base = picture * area * 3
      for (let channel = 0; channel < 3; channel++) {
        const colour = input.colour === 'RGB' ? channel : 2 - channel
        const table = tables[colour] ?? new Float32Array(256)
        let to = base + (planar ? channel * area : channel)
        for (let from = base + colour; from < base + area * 3; from += 3) {
          numbers[to] = table[batch[from] ?? 0] ?? 0
          to += step
        }
      }
    }
    return numbers.subarray(0, length)
  }
}

/** What each of the 256 values of a colour (0 red, 1 green, 2 blue) becomes. */
function tableOf({ range, mean, std }: ModelInput, colour: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => {
    const scaled = (value / 255) * range[1]
    return (scaled - (mean?.[colour] ?? 0)) / (std?.[colour] ?? 1)
  })
}
