// A small network of YOLOX's beginning, rewritten step by step: the same answers, and on bytes nearly the same; the same bytes each time.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { InputSize } from '../input.ts'
import { MODELS_DIRECTORY, type ModelInput, readManifest } from '../manifest.ts'
import { type CalibrationPicture, prepareNetwork, quantiseNetwork } from './calibrate.ts'
import { foldStem } from './fold-stem.ts'
import { MOST_WEIGHT } from './kernel.ts'
import {
  attribute,
  type Constant,
  constant,
  type Node,
  type OnnxModel,
  readOnnx,
  TYPE,
  writeOnnx,
} from './onnx-model.ts'
import { openProbe } from './probe.ts'
import { partOnBytes } from './quantise.ts'

const SIDE = 16
const INPUT: ModelInput = {
  ...{ name: 'image', dtype: 'uint8', layout: 'NHWC', shape: ['n', SIDE, SIDE, 3] },
  ...{ colour: 'RGB', range: [0, 255], resize: 'letterbox-top-left', sideStepPx: 2 },
}
/** Numbers that look like weights, the same every time. */
const weights = (name: string, dims: readonly number[], size: number): Constant =>
  constant(
    name,
    dims,
    Float32Array.from(
      { length: dims.reduce((all, one) => all * one, 1) },
      (_, at) => size * Math.sin(at * 12.9898 + dims.length),
    ),
  )
const integers = (name: string, values: readonly number[]) =>
  constant(name, [values.length], BigInt64Array.from(values, BigInt))
const node = (opType: string, input: readonly string[], output: string, ...of: Node['attribute']): Node => ({
  ...{ name: output, opType, input, output: [output], attribute: of },
})
const conv = (from: string, kernel: string, to: string, side: number, group = 1): Node =>
  node(
    'Conv',
    [from, kernel, `${kernel}:bias`],
    to,
    attribute('kernel_shape', [side, side]),
    attribute('group', group),
    {
      ...attribute('pads', new Array(4).fill((side - 1) / 2)),
    },
  )
const slice = (from: string, axis: number, start: number, to: string): Node =>
  node('Slice', [from, `start:${start}`, 'end', `axis:${axis}`, 'step'], to)
const gate = (from: string): Node[] => [
  node('Sigmoid', [from], `${from}:share`),
  node('Mul', [from, `${from}:share`], `${from}:gated`),
]

/** Slices of every second pixel, a convolution of them, one for each channel, one of both; and a last one. */
const STREET: OnnxModel = {
  irVersion: 8,
  opsetImport: [{ version: 17 }],
  graph: {
    name: 'small',
    input: [port('image', TYPE.uint8, ['n', 'height', 'width', 3])],
    output: [port('seen', TYPE.float, ['n', 2, 'rows', 'columns'])],
    initializer: [
      ...[integers('start:0', [0]), integers('start:1', [1]), integers('end', [2 ** 53 - 1])],
      ...[integers('axis:2', [2]), integers('axis:3', [3]), integers('step', [2])],
      ...[weights('stem', [8, 12, 3, 3], 0.01), weights('stem:bias', [8], 0.5)],
      ...[weights('each', [8, 1, 3, 3], 0.6), weights('each:bias', [8], 0.2)],
      ...[weights('both', [8, 8, 1, 1], 0.5), weights('both:bias', [8], 0.2)],
      ...[weights('last', [2, 16, 1, 1], 0.4), weights('last:bias', [2], 0.1)],
    ],
    node: [
      node('Transpose', ['image'], 'planes', attribute('perm', [0, 3, 1, 2])),
      node('Cast', ['planes'], 'floats', attribute('to', TYPE.float)),
      ...[slice('floats', 2, 0, 'upper'), slice('upper', 3, 0, 'upper-left'), slice('upper', 3, 1, 'upper-right')],
      ...[slice('floats', 2, 1, 'lower'), slice('lower', 3, 0, 'lower-left'), slice('lower', 3, 1, 'lower-right')],
      node('Concat', ['upper-left', 'lower-left', 'upper-right', 'lower-right'], 'quarters', attribute('axis', 1)),
      ...[conv('quarters', 'stem', 'a', 3), ...gate('a')],
      ...[conv('a:gated', 'each', 'b', 3, 8), ...gate('b')],
      ...[conv('b:gated', 'both', 'c', 1), ...gate('c')],
      node('Concat', ['a:gated', 'c:gated'], 'together', attribute('axis', 1)),
      conv('together', 'last', 'seen', 1),
    ],
  },
}

function port(name: string, elemType: number, sizes: readonly (number | string)[]) {
  const dim = sizes.map(size => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }))
  return { name, type: { tensorType: { elemType, shape: { dim } } } }
}

/** Waves of colour. */
const picture = (
  seed: number,
  { widthPx, heightPx }: InputSize = { widthPx: SIDE, heightPx: SIDE },
): CalibrationPicture => ({
  ...{ widthPx, heightPx },
  pixels: Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, at) => 128 + 120 * Math.sin(at / (3 + seed))),
})
const PICTURES = [1, 2, 3, 4, 5, 6].map(seed => picture(seed))

async function seen(model: OnnxModel, shown: CalibrationPicture): Promise<readonly number[]> {
  const probe = await openProbe(model, INPUT, ['seen'])
  const given = await probe.look(shown)
  await probe.close()
  return [...(given.get('seen') ?? [])]
}

const kinds = (model: OnnxModel) => model.graph.node.map(({ opType }) => opType)

describe.each<[string, InputSize]>([
  ['a square', { widthPx: SIDE, heightPx: SIDE }],
  ['a flat picture', { widthPx: SIDE, heightPx: 6 }],
])('of %s', (_, size) => {
  test('the folded network sees the same', async () => {
    const folded = foldStem(STREET)
    expect(kinds(folded)).not.toContain('Slice')
    const [before, after] = [await seen(STREET, picture(7, size)), await seen(folded, picture(7, size))]
    expect(after).toHaveLength((size.widthPx * size.heightPx) / 2)
    for (const [at, value] of after.entries()) expect(value).toBeCloseTo(before[at] ?? Number.NaN, 4)
  })
})

describe('on bytes', () => {
  const folded = writeOnnx(foldStem(STREET))

  test('it answers nearly as before, on pictures that it was not measured on', async () => {
    const bytes = readOnnx(await quantiseNetwork(folded, INPUT, PICTURES))
    const [before, after] = [await seen(STREET, picture(8)), await seen(bytes, picture(8))]
    const spread = Math.max(...before) - Math.min(...before)
    const worst = Math.max(...after.map((value, at) => Math.abs(value - (before[at] ?? Number.NaN))))
    expect(worst).toBeGreaterThan(0)
    expect(worst / spread).toBeLessThan(0.05)
  })

  test('the last convolution stays as it was, all before it reads bytes', async () => {
    const { graph } = readOnnx(await quantiseNetwork(folded, INPUT, PICTURES))
    const reads = (name: string) =>
      graph.node.find(({ output }) => output[0] === name)?.input.map(it => it.split(':').at(-1))
    expect(reads('c')).toEqual(['read', 'read', 'read'])
    expect(reads('seen')).toEqual(['read', 'last', 'bias'])
    const stored = graph.initializer.filter(({ dataType, dims }) => dataType === TYPE.int8 && dims.length === 4)
    expect(stored).toHaveLength(3)
    for (const { rawData } of stored) {
      const values = Array.from(new Int8Array(new Uint8Array(rawData ?? [])), Math.abs)
      expect(Math.max(...values)).toBe(MOST_WEIGHT)
    }
  })

  test('the same network and pictures give the same bytes, other pictures others', async () => {
    const [first, again, other] = [
      await quantiseNetwork(folded, INPUT, PICTURES),
      await quantiseNetwork(folded, INPUT, PICTURES),
      await quantiseNetwork(folded, INPUT, PICTURES.slice(0, 2)),
    ]
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
  })

  test('what leads to no convolution has no range, nor what is to stay as it is', () => {
    expect(partOnBytes(foldStem(STREET).graph).tensors).not.toContain('seen')
    expect(partOnBytes(foldStem(STREET).graph).tensors).toContain('floats')
    expect(partOnBytes(foldStem(STREET).graph, /^a/).tensors).not.toContain('floats')
  })

  test('a convolution of names that are to stay keeps its weights', async () => {
    const { graph } = readOnnx(await quantiseNetwork(folded, INPUT, PICTURES, /^a/))
    expect(graph.node.find(({ name }) => name === 'a')?.input).toEqual(['floats', 'stem:wide', 'stem:bias'])
    expect(graph.initializer.filter(({ dataType, dims }) => dataType === TYPE.int8 && dims.length === 4)).toHaveLength(
      2,
    )
  })

  test('a network of an older operator set is refused', async () => {
    const old = writeOnnx({ ...foldStem(STREET), opsetImport: [{ version: 12 }] })
    await expect(quantiseNetwork(old, INPUT, PICTURES)).rejects.toThrow('operator set 12')
  })
})

test.each(['street-objects', 'street-condition'])('%s is prepared already: it comes back byte for byte', async name => {
  const card = (await readManifest()).find(it => it.name === name)
  const bytes = await readFile(join(MODELS_DIRECTORY, card?.file ?? ''))
  expect(Buffer.compare(prepareNetwork(bytes, card?.input ?? INPUT), bytes)).toBe(0)
})
