// A network as it is shipped: from an exporter's file to one that reckons less, and from that and pictures to one on bytes.
import { type InputSize, inputSize } from '../input.ts'
import type { ModelInput } from '../manifest.ts'
import { foldStem } from './fold-stem.ts'
import { type OnnxModel, readOnnx, writeOnnx } from './onnx-model.ts'
import { openSides, widen } from './open-sides.ts'
import { openProbe } from './probe.ts'
import { channelsRead, expectOpset, gated, type Measured, type Part, partOnBytes, quantise } from './quantise.ts'
import { Histogram } from './range.ts'

/** Below it x × sigmoid(x) is so near to zero (−0.015 and less) that the steps of what comes out do not show it. */
const GATE_FLOOR = -6

/**
 * What a YOLOX network gives stays the same but for the order of additions: its first convolution is folded, its sides are open.
 * A network that was prepared comes back byte for byte.
 * @throws Error where the graph is no YOLOX of the exporter's form
 */
export function prepareNetwork(bytes: Uint8Array, input: ModelInput): Uint8Array {
  const open = openSides(foldStem(readOnnx(bytes)), inputSize(input))
  return writeOnnx(input.widestPx === undefined ? open : widen(open, input.widestPx))
}

/** Packed RGB of the size beside it. */
export interface CalibrationPicture extends InputSize {
  readonly pixels: Uint8Array
}

/**
 * Static quantisation: the ranges are those of the pictures, and stay. Two rounds over them, on one thread: the same network and
 * pictures give the same bytes on one kind of machine with one ONNX Runtime.
 * @param floating names of nodes that stay as they are: where ranges are so wide that a step swallows what counts
 * @throws Error where the network is older than operator set 13
 */
export async function quantiseNetwork(
  bytes: Uint8Array,
  input: ModelInput,
  pictures: readonly CalibrationPicture[],
  floating?: RegExp,
): Promise<Uint8Array> {
  const model = readOnnx(bytes)
  expectOpset(model)
  const part = partOnBytes(model.graph, floating)
  return writeOnnx(quantise(model, part, await measure(model, part, input, pictures)))
}

async function measure(
  model: OnnxModel,
  { tensors }: Part,
  input: ModelInput,
  pictures: readonly CalibrationPicture[],
): Promise<Measured> {
  const gates = gated(model.graph)
  const histograms = new Map(tensors.map(name => [name, new Histogram()]))
  const channels = channelsRead(model.graph)
  const means = new Map([...channels].map(([name, count]) => [name, new Float64Array(count)]))
  const probe = await openProbe(model, input, tensors)
  try {
    for (const round of ['widen', 'count'] as const) {
      for (const picture of pictures) {
        for (const [name, values] of await probe.look(picture)) {
          histograms.get(name)?.[round](values)
          const sums = means.get(name)
          if (sums && round === 'count') addMeans(sums, values, pictures.length)
        }
      }
    }
  } finally {
    await probe.close()
  }
  const range = (name: string, histogram: Histogram) => histogram.range(gates.has(name) ? GATE_FLOOR : undefined)
  return { ranges: new Map([...histograms].map(([name, it]) => [name, range(name, it)])), means }
}

/** Of values in planes: the mean of each plane, as its share of the mean over all pictures. */
function addMeans(sums: Float64Array, values: Float32Array, pictures: number): void {
  const area = values.length / sums.length
  for (let channel = 0; channel < sums.length; channel++) {
    let sum = 0
    for (let at = channel * area; at < (channel + 1) * area; at++) sum += values[at] as number
    sums[channel] = (sums[channel] as number) + sum / area / pictures
  }
}
