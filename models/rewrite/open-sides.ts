// Lets a YOLOX network of one size take any smaller one, and wider ones: its anchors are cut out of those of the largest size.
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
/** Which axes of the anchors are cut: rows and columns. */
const AXES = 'sides:axes'

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
    integers(AXES, [1, 2]),
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

/**
 * Anchors lie evenly, so that those further to the right follow from the first two of their row. The network's answers to what
 * it took before stay the same. A network that is as wide already comes back as it is.
 * @param model with open sides
 */
export function widen(model: OnnxModel, widestPx: number): OnnxModel {
  const { graph } = model
  const cut = new Set(graph.node.filter(({ input }) => input.includes(AXES)).map(({ input }) => input[0]))
  const grids = graph.initializer.filter(({ name }) => cut.has(name))
  // The finest grid has most columns.
  const finest = Math.max(...grids.map(({ dims }) => dims[2] ?? 0))
  const wider = (grid: Constant): Constant => {
    const [, rows = 0, columns = 0, depth = 1] = grid.dims
    const wanted = Math.round(((widestPx / STRIDES_PX[0]) * columns) / finest)
    if (wanted <= columns) return grid
    const values = floatsOf(grid)
    const all = Float32Array.from({ length: rows * wanted * depth }, (_, at) => {
      const row = Math.floor(at / (wanted * depth)) * columns * depth
      const [column, of] = [Math.floor(at / depth) % wanted, at % depth]
      const [first = 0, second = 0] = [values[row + of], values[row + depth + of]]
      return column < columns ? (values[row + column * depth + of] ?? 0) : first + column * (second - first)
    })
    return constant(grid.name ?? '', [1, rows, wanted, depth], all)
  }
  const initializer = graph.initializer.map(it => (cut.has(it.name) ? wider(it) : it))
  return { ...model, graph: { ...graph, initializer } }
}
