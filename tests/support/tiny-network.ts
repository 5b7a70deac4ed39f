// Writes ONNX files of a few hundred bytes, for tests: real graphs whose outputs follow from a picture's mean colour.
//
// A network of any family is made of the same pieces: the mean of each colour, an affine map of the three, a reshape.
// The field numbers are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).

type Dimension = number | string

export interface TinyOutput {
  readonly name: string
  /** Without the batch. */
  readonly shape: readonly number[]
  /** One row for each of the picture's three mean colours, and what is added; a row has the shape's product of numbers. */
  readonly perColour: readonly (readonly number[])[]
  readonly bias: readonly number[]
  /** Of whole numbers, as the numbers of classes are. */
  readonly integers?: boolean
  /** Reshaped for one picture, whatever the input declares. */
  readonly alone?: boolean
  /** Multiplied by width, height, width, height as the second input gives them: the shape must end in 4. */
  readonly timesSizes?: boolean
}

export interface TinyNetwork {
  readonly input?: {
    readonly name?: string
    readonly dtype?: 'float32' | 'uint8'
    readonly layout?: 'NCHW' | 'NHWC'
    /** Batch, then as the layout says. */
    readonly shape?: readonly Dimension[]
  }
  /** Name of the second input, where the network wants the picture's size. */
  readonly sizes?: string
  readonly outputs: readonly TinyOutput[]
  /** A file beside the network that its weights are said to lie in. */
  readonly externalWeights?: string
}

const FLOAT = 1
const UINT8 = 2
const INT64 = 7

export function tinyNetwork({ input = {}, sizes, outputs, externalWeights }: TinyNetwork): Uint8Array {
  const { name = 'images', dtype = 'float32', layout = 'NCHW' } = input
  const shape = input.shape ?? (layout === 'NCHW' ? ['n', 3, 32, 32] : ['n', 32, 32, 3])
  const weights: Bytes[] = []
  const nodes: Bytes[] = []
  const constant = (of: string, dimensions: readonly number[], type: number, raw: Uint8Array, external?: string) => {
    const place = external ? [lengthed(13, text(1, 'location'), text(2, external)), varint(14, 1)] : [bytes(9, raw)]
    weights.push(lengthed(5, ...dimensions.map(size => varint(1, size)), varint(2, type), text(8, of), ...place))
    return of
  }
  const floats = (of: string, dimensions: readonly number[], values: readonly number[], external?: string) =>
    constant(of, dimensions, FLOAT, new Uint8Array(Float32Array.from(values).buffer), external)
  const integers = (of: string, values: readonly number[]) =>
    constant(of, [values.length], INT64, new Uint8Array(BigInt64Array.from(values, BigInt).buffer))
  const node = (operator: string, inputs: readonly string[], output: string, ...attributes: Bytes[]) => {
    nodes.push(lengthed(1, ...inputs.map(it => text(1, it)), text(2, output), text(4, operator), ...attributes))
    return output
  }

  const pixels = dtype === 'uint8' ? node('Cast', [name], 'pixels', attribute('to', FLOAT)) : name
  const planes = layout === 'NHWC' ? node('Transpose', [pixels], 'planes', attributes('perm', [0, 3, 1, 2])) : pixels
  const means = node('Flatten', [node('GlobalAveragePool', [planes], 'pooled')], 'means', attribute('axis', 1))
  for (const output of outputs) {
    const at = `${output.name}:`
    const width = output.bias.length
    const matrix = floats(`${at}w`, [3, width], output.perColour.flat(), externalWeights)
    const rows = node('Gemm', [means, matrix, floats(`${at}b`, [width], output.bias)], `${at}rows`)
    const last = output.integers || output.timesSizes ? `${at}shaped` : output.name
    node('Reshape', [rows, integers(`${at}shape`, [output.alone ? 1 : 0, ...output.shape])], last)
    if (output.integers) node('Cast', [last], output.name, attribute('to', INT64))
    if (output.timesSizes && sizes !== undefined) {
      const edges = node('Cast', [sizes], `${at}sizes`, attribute('to', FLOAT))
      const four = node('Concat', [edges, edges], `${at}four`, attribute('axis', 1))
      const factors = node('Reshape', [four, integers(`${at}each`, [0, 1, 4])], `${at}factors`)
      node('Mul', [last, factors], output.name)
    }
  }
  const graph = lengthed(
    7,
    ...nodes,
    text(2, 'tiny'),
    ...weights,
    port(11, name, dtype === 'uint8' ? UINT8 : FLOAT, shape),
    ...(sizes === undefined ? [] : [port(11, sizes, INT64, [shape[0] ?? 'n', 2])]),
    ...outputs.map(({ name: it, shape: rest, integers: whole }) =>
      port(12, it, whole ? INT64 : FLOAT, [shape[0] ?? 'n', ...rest]),
    ),
  )
  return Uint8Array.from([...varint(1, 8), ...graph, ...lengthed(8, text(1, ''), varint(2, 13))])
}

type Bytes = readonly number[]

function port(field: number, name: string, type: number, shape: readonly Dimension[]): Bytes {
  const dimensions = shape.map(size => lengthed(1, typeof size === 'number' ? varint(1, size) : text(2, size)))
  return lengthed(field, text(1, name), lengthed(2, lengthed(1, varint(1, type), lengthed(2, ...dimensions))))
}

const attribute = (name: string, value: number): Bytes => lengthed(5, text(1, name), varint(3, value), varint(20, 2))
const attributes = (name: string, values: readonly number[]): Bytes =>
  lengthed(5, text(1, name), ...values.map(value => varint(8, value)), varint(20, 7))

function number(value: number): Bytes {
  const low = value % 128
  return value < 128 ? [low] : [low + 128, ...number(Math.floor(value / 128))]
}
const varint = (field: number, value: number): Bytes => [...number(field * 8), ...number(value)]
const bytes = (field: number, content: Uint8Array | Bytes): Bytes => [
  ...number(field * 8 + 2),
  ...number(content.length),
  ...content,
]
const lengthed = (field: number, ...parts: readonly Bytes[]): Bytes => bytes(field, parts.flat())
const text = (field: number, content: string): Bytes => bytes(field, new TextEncoder().encode(content))
