// What is read from an ONNX file before anything runs it: whether all of the network lies in this one file.
import { JiemuError } from '../core/errors.ts'

/**
 * Messages of onnx.proto that may hold tensors, by the numbers of the fields that lead to them
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
const MESSAGES = {
  model: { 7: 'graph', 25: 'routine' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  routine: { 7: 'node', 11: 'attribute' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: {},
} as const
type Message = keyof typeof MESSAGES

/** Fields of a tensor that say where else its values lie. */
const EXTERNAL_DATA = 13
const DATA_LOCATION = 14
const DEEPEST = 64

/**
 * ONNX Runtime would read such weights from wherever the file says, beside the working directory too (tried with 1.30):
 * the network's hash would not cover them.
 * @throws JiemuError model-refused where the bytes are no ONNX file, or only a part of one
 */
export function expectWhole(bytes: Uint8Array, file: string): void {
  const refuse = (problem: string) => new JiemuError('model-refused', { file, problem })
  const walk = (message: Message, from: number, to: number, depth: number): void => {
    if (depth > DEEPEST) throw refuse('its graphs are nested too deep')
    const leads: Readonly<Record<number, Message>> = MESSAGES[message]
    for (const { field, start, end } of fieldsOf(bytes, from, to)) {
      if (message === 'tensor' && (field === EXTERNAL_DATA || (field === DATA_LOCATION && bytes[start] !== 0))) {
        throw refuse('its weights lie in another file; export it as one file')
      }
      const next = leads[field]
      if (next) walk(next, start, end, depth + 1)
    }
  }
  try {
    walk('model', 0, bytes.length, 0)
  } catch (error) {
    throw error instanceof RangeError ? refuse('it is no ONNX file') : error
  }
}

interface Field {
  readonly field: number
  readonly start: number
  readonly end: number
}

/** The fields of one protobuf message; @throws RangeError where it is none */
function* fieldsOf(bytes: Uint8Array, from: number, to: number): Generator<Field> {
  let at = from
  const varint = (): number => {
    let value = 0
    for (let factor = 1; factor <= 2 ** 63; factor *= 128) {
      const byte = at < to ? bytes[at++] : undefined
      if (byte === undefined) break
      value += (byte % 128) * factor
      if (byte < 128) return value
    }
    throw new RangeError('varint')
  }
  while (at < to) {
    const key = varint()
    const field = Math.floor(key / 8)
    const start = at
    if (key % 8 === 0) varint()
    else if (key % 8 === 1) at += 8
    else if (key % 8 === 5) at += 4
    else if (key % 8 === 2) {
      const length = varint()
      yield { field, start: at, end: at + length }
      at += length
    } else throw new RangeError('wire type')
    if (at > to) throw new RangeError('length')
    if (key % 8 !== 2) yield { field, start, end: at }
  }
}
