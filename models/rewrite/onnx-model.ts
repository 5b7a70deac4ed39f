// An ONNX file as objects that can be rewritten: nodes, constants, ports.
import protobuf from 'protobufjs'

/**
 * As much of onnx.proto as networks for pictures consist of, by its field numbers
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). Whatever else a file holds (its exporter's notes) is left out
 * of what is written.
 */
const SCHEMA = {
  Model: {
    irVersion: ['int64', 1],
    producerName: ['string', 2],
    graph: ['Graph', 7],
    opsetImport: ['Opset', 8, 'repeated'],
  },
  Opset: { domain: ['string', 1], version: ['int64', 2] },
  Graph: {
    node: ['Node', 1, 'repeated'],
    name: ['string', 2],
    initializer: ['Tensor', 5, 'repeated'],
    input: ['Port', 11, 'repeated'],
    output: ['Port', 12, 'repeated'],
  },
  Node: {
    input: ['string', 1, 'repeated'],
    output: ['string', 2, 'repeated'],
    name: ['string', 3],
    opType: ['string', 4],
    attribute: ['Attribute', 5, 'repeated'],
    domain: ['string', 7],
  },
  Attribute: {
    name: ['string', 1],
    f: ['float', 2],
    i: ['int64', 3],
    s: ['bytes', 4],
    t: ['Tensor', 5],
    floats: ['float', 7, 'repeated'],
    ints: ['int64', 8, 'repeated'],
    type: ['int32', 20],
  },
  Tensor: {
    dims: ['int64', 1, 'repeated'],
    dataType: ['int32', 2],
    floatData: ['float', 4, 'repeated'],
    int64Data: ['int64', 7, 'repeated'],
    name: ['string', 8],
    rawData: ['bytes', 9],
  },
  Port: { name: ['string', 1], type: ['Type', 2] },
  Type: { tensorType: ['TensorType', 1] },
  TensorType: { elemType: ['int32', 1], shape: ['Shape', 2] },
  Shape: { dim: ['Dimension', 1, 'repeated'] },
  Dimension: { dimValue: ['int64', 1], dimParam: ['string', 2] },
} as const

export interface Attribute {
  readonly name: string
  readonly i?: number
  readonly t?: Constant
  readonly ints?: readonly number[]
  readonly type: number
}

export interface Node {
  readonly name?: string
  readonly opType: string
  readonly domain?: string
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly attribute: readonly Attribute[]
}

/** A tensor that the file holds. */
export interface Constant {
  readonly name?: string
  readonly dims: readonly number[]
  readonly dataType: number
  readonly floatData?: readonly number[]
  readonly int64Data?: readonly number[]
  readonly rawData?: Uint8Array
}

interface Port {
  readonly name: string
  readonly type?: {
    readonly tensorType: {
      readonly elemType: number
      readonly shape?: { readonly dim: readonly { readonly dimValue?: number; readonly dimParam?: string }[] }
    }
  }
}

export interface OnnxGraph {
  readonly name: string
  readonly node: readonly Node[]
  readonly initializer: readonly Constant[]
  readonly input: readonly Port[]
  readonly output: readonly Port[]
}

export interface OnnxModel {
  readonly irVersion: number
  readonly producerName?: string
  readonly graph: OnnxGraph
  readonly opsetImport: readonly { readonly domain?: string; readonly version: number }[]
}

/** Numbers of onnx.proto's TensorProto.DataType. */
export const TYPE = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const
/** Numbers of onnx.proto's AttributeProto.AttributeType. */
const ATTRIBUTE = { int: 2, ints: 7 } as const

const nested = Object.fromEntries(
  Object.entries(SCHEMA).map(([message, fields]) => [
    message,
    {
      fields: Object.fromEntries(
        Object.entries(fields).map(([field, [type, id, rule]]: [string, readonly [string, number, string?]]) => [
          field,
          // Of onnx.proto, which is proto2, repeated numbers are packed only where it says so; readers take both.
          { type, id, ...(rule && { rule, options: { packed: type === 'float' || type === 'int64' } }) },
        ]),
      ),
    },
  ]),
)
const modelType = protobuf.Root.fromJSON({ nested }).lookupType('Model')

/** @throws Error where the bytes are no ONNX file */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  return modelType.toObject(modelType.decode(bytes), { longs: Number, arrays: true }) as OnnxModel
}

/** The same model gives the same bytes. */
export function writeOnnx(model: OnnxModel): Uint8Array {
  return modelType.encode(modelType.fromObject(model)).finish()
}

export function floatsOf({ rawData, floatData }: Constant): Float32Array {
  return rawData?.length ? new Float32Array(new Uint8Array(rawData).buffer) : Float32Array.from(floatData ?? [])
}

export function integersOf({ rawData, int64Data }: Constant): readonly number[] {
  return rawData?.length ? Array.from(new BigInt64Array(new Uint8Array(rawData).buffer), Number) : (int64Data ?? [])
}

type Numbers = Float32Array | Int8Array | Uint8Array | Int32Array | BigInt64Array

export function constant(name: string, dims: readonly number[], values: Numbers): Constant {
  const dataType =
    values instanceof Float32Array
      ? TYPE.float
      : values instanceof Int8Array
        ? TYPE.int8
        : values instanceof Uint8Array
          ? TYPE.uint8
          : values instanceof Int32Array
            ? TYPE.int32
            : TYPE.int64
  const rawData = new Uint8Array(values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength))
  return { name, dims, dataType, rawData }
}

/** An attribute of whole numbers. */
export function attribute(name: string, value: number | readonly number[]): Attribute {
  return typeof value === 'number'
    ? { name, i: value, type: ATTRIBUTE.int }
    : { name, ints: value, type: ATTRIBUTE.ints }
}

/** What a node says under a name: a number, a list, or nothing. */
export function intsOf(node: Node, name: string): readonly number[] | undefined {
  return node.attribute.find(it => it.name === name)?.ints
}

/** Everything that holds still: initializers, and the tensors of Constant nodes. */
export function constantsOf({ initializer, node }: OnnxGraph): ReadonlyMap<string, Constant> {
  const found = new Map(initializer.map(it => [it.name ?? '', it]))
  for (const { opType, output, attribute: attributes } of node) {
    const value = attributes.find(it => it.name === 'value')?.t
    if (opType === 'Constant' && value) found.set(output[0] ?? '', value)
  }
  return found
}

/** The same port, open at some of its axes. */
export function openPort(port: Port, names: Readonly<Record<number, string>>): Port {
  if (!port.type) return port
  const { tensorType } = port.type
  const dim = (tensorType.shape?.dim ?? []).map((old, axis) => {
    const dimParam = names[axis]
    return dimParam === undefined ? old : { dimParam }
  })
  return { ...port, type: { tensorType: { ...tensorType, shape: { dim } } } }
}

/** A number, or a name where any number will do. */
export function sizeAt(port: Port | undefined, axis: number): number | string | undefined {
  const size = port?.type?.tensorType.shape?.dim[axis]
  return size?.dimParam ?? size?.dimValue
}
