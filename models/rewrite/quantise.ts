// Writes a network of floats as one of bytes: what ONNX Runtime needs to run its convolutions on eight-bit numbers.
//
// The form is QDQ: each tensor goes through QuantizeLinear and DequantizeLinear, and ONNX Runtime makes QLinearConv and its kin
// of what stands between two of them (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html).
// Activations are uint8 with a zero point, weights int8 around zero with a scale for each output channel.

import { kernelOnBytes } from './kernel.ts'
import {
  attribute,
  type Constant,
  constant,
  constantsOf,
  floatsOf,
  type Node,
  type OnnxGraph,
  type OnnxModel,
} from './onnx-model.ts'
import { type Range, type Spread, spreadOf } from './range.ts'

const BYTE_STEPS = 255
const FIRST_OPSET_PER_CHANNEL = 13

export interface Part {
  /** Nodes that will run on bytes. */
  readonly nodes: ReadonlySet<Node>
  /** Tensors of floats that will be bytes; each needs a range. */
  readonly tensors: readonly string[]
}

const ON_BYTES: ReadonlySet<string> = new Set(['Conv', 'Sigmoid', 'Mul', 'Add', 'Concat', 'MaxPool', 'Resize'])
/** What these give consists of what they are given: one scale for both, and ONNX Runtime leaves them as bytes. */
const PASSING: ReadonlySet<string> = new Set(['MaxPool', 'Resize'])

/**
 * Everything that leads to another convolution. So the last ones and what reads boxes and scores from them stay as they are: there
 * a step of 1/255 of the range would be a pixel, or a score.
 * @param floating nodes of such names stay as they are
 */
export function partOnBytes(graph: OnnxGraph, floating?: RegExp): Part {
  const constants = constantsOf(graph)
  const wanted = new Set<string>()
  const nodes = new Set<Node>()
  const tensors = new Set<string>()
  for (const node of graph.node.toReversed()) {
    const leads = node.output.some(name => wanted.has(name))
    const inputs = node.opType === 'Conv' || PASSING.has(node.opType) ? node.input.slice(0, 1) : node.input
    if (leads || node.opType === 'Conv') for (const name of inputs) wanted.add(name)
    if (
      leads &&
      !floating?.test(node.name ?? '') &&
      ON_BYTES.has(node.opType) &&
      !inputs.some(name => constants.has(name))
    ) {
      nodes.add(node)
      for (const name of [...inputs, ...node.output]) tensors.add(name)
    }
  }
  return { nodes, tensors: [...tensors].reverse() }
}

/** How many channels each tensor has that a convolution reads. */
export function channelsRead(graph: OnnxGraph): ReadonlyMap<string, number> {
  const constants = constantsOf(graph)
  return new Map(
    graph.node.flatMap(({ opType, input, attribute: of }) => {
      const [, perGroup = 0] = constants.get(input[1] ?? '')?.dims ?? []
      const groups = of.find(({ name }) => name === 'group')?.i ?? 1
      return opType === 'Conv' ? [[input[0] ?? '', perGroup * groups] as const] : []
    }),
  )
}

/** Names of activations of the form x × sigmoid(x), where x is given only to this. */
export function gated(graph: OnnxGraph): ReadonlySet<string> {
  const readers = new Map<string, Node[]>()
  for (const node of graph.node) for (const name of node.input) readers.set(name, [...(readers.get(name) ?? []), node])
  return new Set(
    [...readers].flatMap(([name, all]) => {
      const sigmoid = all.find(({ opType }) => opType === 'Sigmoid')
      const isGate =
        all.length === 2 && all.some(it => it.opType === 'Mul' && it.input.includes(sigmoid?.output[0] ?? ''))
      return isGate ? [name] : []
    }),
  )
}

/** What the part's tensors held while the network saw pictures. */
export interface Measured {
  readonly ranges: ReadonlyMap<string, Range>
  /** Of each channel of what convolutions read. */
  readonly means: ReadonlyMap<string, Float64Array>
}

/** @throws Error where weights do not hold still */
export function quantise(model: OnnxModel, { nodes: part }: Part, measured: Measured): OnnxModel {
  const { graph } = model
  const constants = constantsOf(graph)
  const spreads = spreadsOf(graph, part, measured.ranges)
  const weights: Constant[] = []
  const node: Node[] = []

  const linear = (opType: string, from: string, to: string, scale: string, zero: string, axis?: number) =>
    node.push({
      ...{ name: `${to}:${opType}`, opType, input: [from, scale, zero], output: [to] },
      attribute: axis === undefined ? [] : [attribute('axis', axis)],
    })
  const held = (name: string, dims: readonly number[], values: Parameters<typeof constant>[2]) => {
    weights.push(constant(name, dims, values))
    return name
  }
  const spreadConstants = (name: string, { scale, zeroPoint }: Spread) =>
    [held(`${name}:scale`, [], Float32Array.of(scale)), held(`${name}:zero`, [], Uint8Array.of(zeroPoint))] as const
  const dequantised = (name: string) => (spreads.has(name) ? `${name}:read` : name)
  const throughBytes = (name: string) => {
    const spread = spreads.get(name)
    if (!spread) return
    const [scale, zero] = spreadConstants(name, spread)
    linear('QuantizeLinear', name, `${name}:bytes`, scale, zero)
    linear('DequantizeLinear', `${name}:bytes`, `${name}:read`, scale, zero)
  }
  const perChannel = (
    name: string,
    dims: readonly number[],
    bytes: Int8Array | Int32Array,
    scales: Float32Array,
    zeros: Int8Array | Int32Array,
  ) => {
    const scale = held(`${name}:scale`, [scales.length], scales)
    linear(
      'DequantizeLinear',
      held(`${name}:bytes`, dims, bytes),
      `${name}:read`,
      scale,
      held(`${name}:zero`, [scales.length], zeros),
      0,
    )
    return `${name}:read`
  }
  const kernelOf = (conv: Node): readonly string[] => {
    const [from = '', weight = '', bias = ''] = conv.input
    const [values, offsets] = [constants.get(weight), constants.get(bias)]
    if (!values || !offsets) throw new Error(`${conv.name} has no weights and bias that hold still`)
    const groups = conv.attribute.find(({ name }) => name === 'group')?.i ?? 1
    const { scales, bytes, missing } = kernelOnBytes(values, groups)
    const lost = missing(measured.means.get(from) ?? new Float64Array(0))
    const sums = scales.map(scale => scale * (spreads.get(from)?.scale ?? 1))
    const whole = Int32Array.from(floatsOf(offsets), (value, at) =>
      Math.round((value + (lost[at] ?? 0)) / (sums[at] ?? 1)),
    )
    return [
      dequantised(from),
      perChannel(weight, values.dims, bytes, scales, new Int8Array(scales.length)),
      perChannel(bias, offsets.dims, whole, sums, new Int32Array(scales.length)),
    ]
  }

  for (const { name } of graph.input) throughBytes(name)
  for (const each of graph.node) {
    const input = part.has(each) && each.opType === 'Conv' ? kernelOf(each) : each.input.map(dequantised)
    node.push({ ...each, input })
    for (const name of each.output) throughBytes(name)
  }
  const used = new Set(node.flatMap(({ input }) => input))
  const initializer = [...graph.initializer, ...weights].filter(({ name }) => used.has(name ?? ''))
  return { ...model, producerName: 'jiemu', graph: { ...graph, node, initializer } }
}

function spreadsOf(
  graph: OnnxGraph,
  part: ReadonlySet<Node>,
  ranges: ReadonlyMap<string, Range>,
): ReadonlyMap<string, Spread> {
  const spreads = new Map([...ranges].map(([name, range]) => [name, spreadOf(range)]))
  for (const node of graph.node) {
    const [from = '', to = ''] = [node.input[0], node.output[0]]
    const spread = spreads.get(from)
    if (part.has(node) && PASSING.has(node.opType) && spread) spreads.set(to, spread)
    // A share of one, whatever was seen.
    if (part.has(node) && node.opType === 'Sigmoid') spreads.set(to, { scale: 1 / (BYTE_STEPS + 1), zeroPoint: 0 })
  }
  return spreads
}

/** @throws Error where scales per channel are unknown to the file's version of ONNX */
export function expectOpset({ opsetImport }: OnnxModel): void {
  const version = opsetImport.find(({ domain }) => !domain)?.version ?? 0
  if (version < FIRST_OPSET_PER_CHANNEL)
    throw new Error(`operator set ${version} is older than ${FIRST_OPSET_PER_CHANNEL}`)
}
