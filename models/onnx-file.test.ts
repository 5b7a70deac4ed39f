// Literal bytes of protobuf: weights outside the file are found wherever a graph may hold a tensor.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MODELS_DIRECTORY } from './manifest.ts'
import { expectWhole } from './onnx-file.ts'

const number = (value: number) => (value < 128 ? [value] : [(value % 128) + 128, value >> 7])
const message = (field: number, content: readonly number[]) => [
  ...number(field * 8 + 2),
  ...number(content.length),
  ...content,
]
const nested = (fields: readonly number[], content: readonly number[]) =>
  Uint8Array.from(fields.reduceRight<readonly number[]>((inner, field) => message(field, inner), content))
const ELSEWHERE = [14 * 8, 1]

test.each([
  ['a weight of the graph', [7, 5], ELSEWHERE],
  ['a constant of a node', [7, 1, 5, 5], ELSEWHERE],
  ['a constant within a branch', [7, 1, 5, 6, 1, 5, 10], ELSEWHERE],
  ['a sparse weight', [7, 15, 1], ELSEWHERE],
  ['a constant of a function', [25, 7, 5, 5], ELSEWHERE],
  ['a weight that names a file and no place', [7, 5], message(13, [])],
])('%s', (_, fields, content) => {
  expect(() => expectWhole(nested(fields, content), 'theirs.onnx')).toThrow('its weights lie in another file')
})

test.each([
  ['a weight that says it lies here', nested([7, 5], [14 * 8, 0])],
  ['the same number in another message', nested([7, 11], ELSEWHERE)],
])('%s is taken', (_, bytes) => {
  expect(() => expectWhole(bytes, 'theirs.onnx')).not.toThrow()
})

test.each([
  ['a length beyond the end', [0x3a, 9, 0]],
  ['a number that does not end', [8, ...new Array(12).fill(255)]],
  ['a kind of field that there is not', [7]],
])('%s: no ONNX file', (_, bytes) => {
  expect(() => expectWhole(Uint8Array.from(bytes), 'theirs.onnx')).toThrow('it is no ONNX file')
})

test('graphs nested without end are refused before they end the stack', () => {
  let graph: readonly number[] = []
  for (let depth = 0; depth < 30; depth++) graph = message(1, message(5, message(6, graph)))
  expect(() => expectWhole(Uint8Array.from(message(7, graph)), 'theirs.onnx')).toThrow('nested too deep')
})

test('the shipped networks are whole', async () => {
  for (const name of ['street-objects', 'street-condition']) {
    const bytes = await readFile(join(MODELS_DIRECTORY, `${name}.onnx`))
    expect(() => expectWhole(bytes, name)).not.toThrow()
  }
})
