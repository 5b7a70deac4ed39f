// Lets a YOLOX network of one size take any smaller one: its anchors are cut out of those of the full size.
//
//     ┌───────────────┐     The cell of row 2, column 3 lies in the same place whatever the input's size; so the anchors of a
//     │ · · · · · ·   │     smaller input are the rows and columns of the full grid that begin at its top-left corner. All else
//     │ · · · ·       │     in the graph is convolutions, which take any size, or asks for the size already.
//     └───────────────┘
import type { InputSize } from '../input.ts'
import {
  attribute,
  type Constant,
  constant,
  floatsOf,
  type Node,
  type OnnxModel,
  openPort,
  sizeAt,
} from './onnx-model.ts'

/** Sides of a cell of each grid, as the networks of the family have them. */
const STRIDES_PX = [8, 16, 32] as const
const HEIGHT_AXIS = 1
const WIDTH_AXIS = 2

/**
 * A network that is open already comes back as it is.
 * @param size of the input that the file was exported for; NHWC
 * @throws Error where the graph holds its grids in another way
 */
export function openSides(model: OnnxModel, { widthPx, heightPx }: InputSize): OnnxModel {
  const { graph } = model
  if (typeof sizeAt(graph.input[0], HEIGHT_AXIS) === 'string') return model
  const grids = STRIDES_PX.map(stride => ({ columns: widthPx / stride, rows: heightPx / stride }))
  const anchors = grids.reduce((sum, { columns, rows }) => sum + columns * rows, 0)
  const held = graph.initializer.filter(({ dims }) => dims.length === 3 && dims[0] === 1 && dims[1] === anchors)
  const makers = new Map(graph.node.flatMap(node => node.output.map(name => [name, node] as const)))
  const joined = graph.node.find(
    ({ opType, input }) =>
      opType === 'Concat' && input.length === 3 && input.every(name => makers.get(name)?.opType === 'Reshape'),
  )
  if (held.length === 0 || !joined) throw new Error(`no constants of ${anchors} anchors beside three joined grids`)
  const levels = joined.input.map(name => makers.get(name)?.input[0] ?? '')

  const initializer: Constant[] = graph.initializer.filter(it => !held.includes(it))
  const integers = (name: string, values: readonly number[]) => {
    initializer.push(constant(name, [values.length], BigInt64Array.from(values, BigInt)))
    return name
  }
  const [fromRows, toColumns, origin, axes] = [
    integers('sides:from', [2]),
    integers('sides:to', [4]),
    integers('sides:origin', [0, 0]),
    integers('sides:axes', [1, 2]),
  ]
  const cutting: Node[] = []
  const node = (opType: string, input: readonly string[], output: string, ...of: Node['attribute']) => {
    cutting.push({ name: output, opType, input, output: [output], attribute: of })
    return output
  }
  const sizes = levels.map((level, at) =>
    node('Slice', [node('Shape', [level], `sides:shape:${at}`), fromRows, toColumns], `sides:size:${at}`),
  )
  for (const whole of held) {
    const [name, depth] = [whole.name ?? '', whole.dims[2] ?? 1]
    const flat = integers(`${name}:flat`, [1, -1, depth])
    const values = floatsOf(whole)
    let from = 0
    const parts = grids.map(({ columns, rows }, at) => {
      const part = values.slice(from, from + columns * rows * depth)
      from += part.length
      initializer.push(constant(`${name}:${at}`, [1, rows, columns, depth], part))
      const cut = node('Slice', [`${name}:${at}`, origin, sizes[at] ?? '', axes], `${name}:cut:${at}`)
      return node('Reshape', [cut, flat], `${name}:row:${at}`)
    })
    node('Concat', parts, name, attribute('axis', 1))
  }
  const at = graph.node.indexOf(joined)
  const open = (names: Readonly<Record<number, string>>) => (port: (typeof graph.input)[number]) =>
    openPort(port, names)
  return {
    ...model,
    graph: {
      ...graph,
      initializer,
      node: [...graph.node.slice(0, at), ...cutting, ...graph.node.slice(at)],
      input: graph.input.map(open({ [HEIGHT_AXIS]: 'height', [WIDTH_AXIS]: 'width' })),
      output: graph.output.map(open({ 1: 'anchors' })),
    },
  }
}
