// Real graphs of every family go through ONNX Runtime into a card and back into boxes; what does not fit is refused in words.
import { describe, expect, test } from 'vitest'
import { TINY, TINY_BOX_PX, TINY_CLASSES, TINY_SIDE_PX, type TinyName, tinyOf } from '../tests/support/tiny-families.ts'
import { type TinyNetwork, tinyNetwork } from '../tests/support/tiny-network.ts'
import { adopt, type Wishes } from './adopt.ts'
import { FAMILIES, type FamilyName } from './families/index.ts'
import type { Model } from './manifest.ts'
import { openSession } from './session.ts'

const OURS = ['bin', 'bin-overflow', 'litter']
const WISHES: Wishes = { name: 'theirs', family: 'yolov8-style', classes: TINY_CLASSES, licence: 'theirs alone' }
const familyOf = (name: TinyName) => Object.keys(FAMILIES).find(family => name.startsWith(family)) as FamilyName
const NAMES = Object.keys(TINY) as TinyName[]

const adoptTiny = (name: TinyName, wishes: Partial<Wishes> = {}) =>
  adopt(tinyOf(name), 'theirs.onnx', { ...WISHES, family: familyOf(name), ...wishes }, OURS)

/** A batch of pictures of one colour each. */
const painted = (...colours: readonly (readonly [number, number, number])[]) =>
  Uint8Array.from(colours.flatMap(colour => new Array(TINY_SIDE_PX ** 2).fill(colour).flat()))

async function see(model: Model, batch: Uint8Array, count: number) {
  const session = await openSession(model)
  const tensors = await session.run(batch, count)
  const found = Array.from({ length: count }, (_, picture) => session.decode(tensors, picture, [0.1, 0.1]))
  await session.close()
  return found
}

describe.each(NAMES)('%s', name => {
  test('is entered with what its file and its family say', async () => {
    const { card } = await adoptTiny(name)
    const { input }: TinyNetwork = TINY[name]
    expect(card).toMatchObject({
      ...{ name: 'theirs', file: 'theirs.onnx', family: familyOf(name), licence: 'theirs alone' },
      ...{ classes: TINY_CLASSES, classMap: { 'bin-overflow': 'bin-overflow' } },
      ...{ suggestedThresholds: { 'bin-overflow': 0.3 }, origin: 'added from theirs.onnx' },
      input: { dtype: input?.dtype ?? 'float32', layout: input?.layout ?? 'NCHW', ...FAMILIES[familyOf(name)].input },
    })
    expect(Object.keys(card.outputs)).toEqual(TINY[name].outputs.map(output => output.name))
  })

  test('sees its object where it is, in the picture of a batch that shows it, by the right colour', async () => {
    const model = await adoptTiny(name)
    const [grey = [], red = [], none = []] = await see(model, painted([20, 20, 20], [230, 0, 0], [0, 0, 0]), 3)
    const overflows = red.filter(({ classIndex }) => classIndex === 0)
    expect(overflows).toHaveLength(1)
    const box = name === 'classifier' ? { x1: 0, y1: 0, x2: TINY_SIDE_PX, y2: TINY_SIDE_PX } : TINY_BOX_PX
    for (const [edge, px] of Object.entries(box)) expect(overflows[0]?.[edge as 'x1']).toBeCloseTo(px, 3)
    expect(overflows[0]?.score).toBeGreaterThan(0.85)
    for (const { score } of [...grey, ...none]) expect(score).toBeLessThanOrEqual(0.5)
  })
})

test('a network for one picture is run once for each, and says so', async () => {
  expect((await adoptTiny('yolov8-style, one at a time')).card.input.shape).toEqual([1, 3, 32, 32])
  expect((await adoptTiny('yolov8-style')).card.input.shape).toEqual(['n', 3, 32, 32])
})

test('a network that declares any number of pictures and holds a reshape for one is run once for each', async () => {
  const [output] = TINY['yolov8-style'].outputs
  const bytes = tinyNetwork({ outputs: [{ ...output, alone: true }] })
  const model = await adopt(bytes, 'theirs.onnx', WISHES, OURS)
  expect(model.card.input.shape).toEqual([1, 3, 32, 32])
  const [dark = [], red = []] = await see(model, painted([0, 0, 0], [230, 0, 0]), 2)
  expect([dark.length, red.length]).toEqual([0, 1])
})

test('probabilities of a classifier are told from logits', async () => {
  const certain = tinyNetwork({
    outputs: [
      {
        name: 'prob',
        shape: [2],
        perColour: [
          [0.5, -0.5],
          [0, 0],
          [0, 0],
        ],
        bias: [0.25, 0.75],
      },
    ],
  })
  const { card } = await adopt(certain, 'ok.onnx', { ...WISHES, family: 'classifier' }, OURS)
  expect(card.activation).toBe('none')
  expect((await adoptTiny('classifier')).card.activation).toBe('softmax')
})

test('mean and deviation are applied as told', async () => {
  const model = await adoptTiny('yolov8-style', { input: { mean: [0.25, 0, 0], std: [0.5, 1, 1] } })
  // (153 / 255 − 0.25) / 0.5 = 0.7
  const [[seen] = []] = await see(model, painted([153, 0, 0]), 1)
  expect(seen?.score).toBeCloseTo(0.7, 5)
})

test('classes are mapped, dropped and given thresholds', async () => {
  const { card } = await adoptTiny('yolov8-style', {
    classes: ['overflow', 'bin'],
    classMap: { overflow: 'bin-overflow', bin: '' },
    thresholds: { 'bin-overflow': 0.6 },
  })
  expect(card).toMatchObject({ classMap: { overflow: 'bin-overflow' }, suggestedThresholds: { 'bin-overflow': 0.6 } })
})

const OUTPUT = { name: 'output0', shape: [6, 1], perColour: [[0, 0, 0, 0, 1, 0], [], []], bias: [16, 12, 16, 16, 0, 0] }
const yolov8 = (output: Partial<typeof OUTPUT>, rest: Partial<TinyNetwork> = {}): TinyNetwork => {
  const merged = { ...OUTPUT, ...output }
  const row = (at: number) => merged.bias.map((_, entry) => merged.perColour[at]?.[entry] ?? 0)
  return { ...rest, outputs: [{ ...merged, perColour: [row(0), row(1), row(2)] }] }
}

test.each<[string, TinyNetwork, Partial<Wishes>, string]>([
  [
    'a picture of open size',
    yolov8({}, { input: { shape: ['n', 3, 'height', 'width'] } }),
    {},
    'leaves the picture’s size open',
  ],
  ['four pictures at a time', yolov8({}, { input: { shape: [4, 3, 32, 32] } }), {}, 'always takes 4 pictures'],
  ['no axis of colours', yolov8({}, { input: { shape: ['n', 'colours', 32, 32] } }), {}, 'no axis of 3 colours'],
  [
    'another number of classes',
    yolov8({}),
    { classes: ['bin', 'litter', 'ok'] },
    'with 3 classes gives one output [n, 7, anchors]',
  ],
  ['another family', yolov8({}), { family: 'classifier' }, 'classifier with 2 classes gives one output [n, 2]'],
  ['another rank', yolov8({ shape: [6] }), {}, 'this one gives "output0" [n, 6]'],
  [
    'scores that are no numbers',
    yolov8({ bias: [16, 12, 16, 16, Number.NaN, 0] }),
    {},
    '"output0" holds what is no number',
  ],
  ['logits for probabilities', yolov8({ bias: [16, 12, 16, 16, -3, 0] }), {}, 'a score is -2.55, not a probability'],
  ['boxes in fractions', yolov8({ bias: [0.5, 0.5, 0.5, 0.5, 0, 0] }), {}, 'smaller than 2 pixels'],
  ['boxes elsewhere', yolov8({ bias: [160, 120, 16, 16, 0, 0] }), {}, 'outside the picture'],
  [
    'no class of ours',
    yolov8({}),
    { classes: ['dog', 'cat'] },
    'none of its classes is bin, bin-overflow, litter: map them, such as --map dog=bin',
  ],
  ['a class twice', yolov8({}), { classes: ['bin', 'bin'] }, '--classes names "bin" twice'],
  ['a map of a class that it has not', yolov8({}), { classMap: { dog: 'bin' } }, '--map names "dog"'],
  ['a map to what no rule knows', yolov8({}), { classMap: { blue: 'sky' } }, 'no rule knows "sky"'],
  ['a threshold of what it does not give', yolov8({}), { thresholds: { litter: 0.5 } }, '--threshold names "litter"'],
  ['weights in another file', yolov8({}, { externalWeights: '../secret.bin' }), {}, 'its weights lie in another file'],
])('%s: refused', async (_, network, wishes, problem) => {
  await expect(adopt(tinyNetwork(network), 'theirs.onnx', { ...WISHES, ...wishes }, OURS)).rejects.toMatchObject({
    code: 'model-refused',
    detail: { file: 'theirs.onnx', problem: expect.stringContaining(problem) },
  })
})

test('a sigmoid taken twice shows on an empty picture', async () => {
  const queries = 30
  const network: TinyNetwork = {
    outputs: [
      { name: 'logits', shape: [queries, 2], perColour: [[], [], []], bias: new Array(queries * 2).fill(0.01) },
      { name: 'pred_boxes', shape: [queries, 4], perColour: [[], [], []], bias: new Array(queries * 4).fill(0.5) },
    ].map(output => ({ ...output, perColour: [0, 1, 2].map(() => output.bias.map(() => 0)) })),
  }
  await expect(
    adopt(tinyNetwork(network), 'theirs.onnx', { ...WISHES, family: 'rtdetr-style' }, OURS),
  ).rejects.toMatchObject({ detail: { problem: expect.stringContaining('sees something in 60 of 60 answers') } })
})

test.each([
  ['an empty file', new Uint8Array(), 'theirs'],
  ['a text', new TextEncoder().encode('this is no network at all'), 'it is no ONNX file'],
  ['the first half of a network', tinyOf('classifier').subarray(0, 200), 'it is no ONNX file'],
])('%s: refused', async (_, bytes, problem) => {
  const refused = adopt(bytes, 'theirs.onnx', WISHES, OURS)
  await expect(refused).rejects.toMatchObject({ code: 'model-refused' })
  await expect(refused).rejects.toThrow(problem)
})
