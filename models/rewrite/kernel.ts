// The weights of a convolution as bytes, and what is missing then on average, which its bias can give back.
import { type Constant, floatsOf } from './onnx-model.ts'

/**
 * Seven bits of the eight: on CPUs without VNNI two products of uint8 and int8 are added in sixteen bits, and two times 255 × 127
 * do not fit (2 × 255 × 64 do). So every CPU gives the same answer.
 */
export const MOST_WEIGHT = 63

export interface Kernel {
  /** One for each output channel, so that its largest weight is the largest number. */
  readonly scales: Float32Array
  readonly bytes: Int8Array
  /**
   * What rounding the weights takes from each output channel on average (Nagel et al. 2019, "Data-Free Quantization Through Weight
   * Equalization and Bias Correction", with means that were measured instead of reckoned).
   * @param means of each input channel
   */
  missing(means: Float64Array): Float64Array
}

export function kernelOnBytes(weights: Constant, groups: number): Kernel {
  const [outputs = 1, inputs = 1] = weights.dims
  const values = floatsOf(weights)
  const perOutput = values.length / outputs
  const perInput = perOutput / inputs
  const scales = Float32Array.from({ length: outputs }, (_, output) => {
    const channel = values.subarray(output * perOutput, (output + 1) * perOutput)
    return channel.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / MOST_WEIGHT || 1
  })
  const scaleAt = (at: number) => scales[Math.floor(at / perOutput)] ?? 1
  const bytes = Int8Array.from(values, (value, at) => Math.round(value / scaleAt(at)))
  return {
    scales,
    bytes,
    missing(means) {
      const sums = new Float64Array(outputs)
      for (const [at, value] of values.entries()) {
        const output = Math.floor(at / perOutput)
        const group = Math.floor((output * groups) / outputs)
        const mean = means[group * inputs + (Math.floor(at / perInput) % inputs)] ?? 0
        sums[output] = (sums[output] ?? 0) + (value - (bytes[at] ?? 0) * scaleAt(at)) * mean
      }
      return sums
    },
  }
}
