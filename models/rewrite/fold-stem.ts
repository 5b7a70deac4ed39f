// Folds YOLOX's first step into its first convolution: four slices of every second pixel and a 3 × 3 kernel are one kernel of 6 × 6.
//
//     a b a b          ┌ a ┐                     what a 3 × 3 kernel reads of four planes of every second pixel
//     c d c d   ──►    │ b │  3 × 3, stride 1    is what a 6 × 6 kernel reads of the picture, two pixels further
//     a b a b          │ c │                     each time: the same products are summed, without planes in between.
//     c d c d          └ d ┘
import {
  attribute,
  type Constant,
  constant,
  constantsOf,
  floatsOf,
  integersOf,
  intsOf,
  type Node,
  type OnnxModel,
} from './onnx-model.ts'

const HEIGHT_AXIS = 2
const WIDTH_AXIS = 3
const KERNEL = 3

interface Quarter {
  readonly source: string
  readonly row: number
  readonly column: number
}

/** Every such step; a network without one comes back as it is. */
export function foldStem(model: OnnxModel): OnnxModel {
  const { graph } = model
  const constants = constantsOf(graph)
  const makers = new Map(graph.node.flatMap(node => node.output.map(name => [name, node] as const)))
  const weights: Constant[] = []
  const node = graph.node.map(conv => {
    const planes = makers.get(conv.input[0] ?? '')
    const kernel = constants.get(conv.input[1] ?? '')
    const quarters = planes?.opType === 'Concat' ? planes.input.map(name => quarterOf(name, makers, constants)) : []
    const source = quarters[0]?.source
    if (conv.opType !== 'Conv' || !kernel || !source || quarters.some(quarter => quarter?.source !== source))
      return conv
    if (quarters.length !== 4 || kernel.dims[2] !== KERNEL || intsOf(conv, 'strides')?.some(step => step !== 1))
      return conv
    const wide = widened(
      kernel,
      quarters.filter(quarter => quarter !== undefined),
    )
    weights.push(wide)
    return {
      ...conv,
      input: [source, wide.name ?? '', ...conv.input.slice(2)],
      attribute: [
        attribute('kernel_shape', [2 * KERNEL, 2 * KERNEL]),
        attribute('strides', [2, 2]),
        attribute(
          'pads',
          (intsOf(conv, 'pads') ?? [0, 0, 0, 0]).map(pad => 2 * pad),
        ),
      ],
    }
  })
  return withoutIdle({ ...model, graph: { ...graph, node, initializer: [...graph.initializer, ...weights] } })
}

/** Leaves out what no output depends on any more. */
function withoutIdle(model: OnnxModel): OnnxModel {
  const { graph } = model
  const wanted = new Set(graph.output.map(({ name }) => name))
  const node: Node[] = []
  for (const each of graph.node.toReversed()) {
    if (!each.output.some(name => wanted.has(name))) continue
    for (const name of each.input) wanted.add(name)
    node.unshift(each)
  }
  const initializer = graph.initializer.filter(({ name }) => wanted.has(name ?? ''))
  return { ...model, graph: { ...graph, node, initializer } }
}

/** Which of each two rows and columns a tensor consists of, where two slices made it. */
function quarterOf(
  name: string,
  makers: ReadonlyMap<string, Node>,
  constants: ReadonlyMap<string, Constant>,
): Quarter | undefined {
  const starts = new Map<number, number>()
  let source = name
  for (let slice = makers.get(name); slice?.opType === 'Slice'; slice = makers.get(source)) {
    const [start, end, axis, step] = slice.input.slice(1).map(it => {
      const held = constants.get(it)
      return held ? integersOf(held)[0] : undefined
    })
    const whole = end !== undefined && end >= 2 ** 31
    if (start === undefined || axis === undefined || step !== 2 || !whole || starts.has(axis)) return undefined
    starts.set(axis, start)
    source = slice.input[0] ?? ''
  }
  const [row, column] = [starts.get(HEIGHT_AXIS), starts.get(WIDTH_AXIS)]
  return row === undefined || column === undefined || starts.size !== 2 ? undefined : { source, row, column }
}

function widened(kernel: Constant, quarters: readonly Quarter[]): Constant {
  const [outputs = 0, inputs = 0] = kernel.dims
  const colours = inputs / quarters.length
  const narrow = floatsOf(kernel)
  const side = 2 * KERNEL
  const wide = new Float32Array(outputs * colours * side * side)
  for (const [at, value] of narrow.entries()) {
    const column = at % KERNEL
    const row = Math.floor(at / KERNEL) % KERNEL
    const input = Math.floor(at / KERNEL ** 2) % inputs
    const output = Math.floor(at / KERNEL ** 2 / inputs)
    const quarter = quarters[Math.floor(input / colours)]
    const y = 2 * row + (quarter?.row ?? 0)
    const x = 2 * column + (quarter?.column ?? 0)
    wide[((output * colours + (input % colours)) * side + y) * side + x] = value
  }
  return constant(`${kernel.name}:wide`, [outputs, colours, side, side], wide)
}
