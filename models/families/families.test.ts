// Literal tensors of every form that the families know, and what is read from them.
import { describe, expect, test } from 'vitest'
import type { Decode, Graph, Seen, Tensors } from './family.ts'
import { FAMILIES, type FamilyName } from './index.ts'

type Outputs = Readonly<Record<string, readonly [shape: readonly number[], values: readonly number[]]>>

/** A family opened on the outputs' shapes, whose first size is the number of pictures, and those outputs. */
function open(family: FamilyName, outputs: Outputs, rest: Partial<Graph> = {}): [Decode, Tensors] {
  const entries = Object.entries(outputs)
  const shapes = entries.map(([name, [[, ...shape]]]) => [name, ['n' as const, ...shape]] as const)
  const tensors = entries.map(
    ([name, [shape, values]]) => [name, { shape, values: Float32Array.from(values) }] as const,
  )
  const graph = { model: 'theirs', classes: 2, widthPx: 64, heightPx: 32, outputs: Object.fromEntries(shapes), ...rest }
  return [FAMILIES[family].open(graph), Object.fromEntries(tensors)]
}
const rounded = (seen: readonly Seen[]) =>
  seen.map(({ classIndex, score, x1, y1, x2, y2 }) => [
    classIndex,
    ...[score, x1, y1, x2, y2].map(value => Number(value.toFixed(2))),
  ])

/** Two pictures; in the second, one object of class 1 at 10 20 30 40 that scores 0.9. */
const FORMS: readonly [string, FamilyName, Outputs, Partial<Graph>?][] = [
  [
    'yolox, decoded in the graph',
    'yolox',
    {
      boxes: [
        [2, 2, 4],
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 10, 20, 30, 40],
      ],
      scores: [
        [2, 2, 2],
        [0, 0, 0, 0, 0.1, 0.2, 0.3, 0.9],
      ],
    },
  ],
  [
    'yolov8-style, channels first',
    'yolov8-style',
    // biome-ignore format: one channel a line
    { output0: [[2, 6, 3], [
      ...Array(18).fill(0),
      0, 20, 0,
      0, 30, 0,
      0, 20, 0,
      0, 20, 0,
      0, 0.3, 0.1,
      0, 0.9, 0.2,
    ]] },
  ],
  [
    'yolov8-style, anchors first',
    'yolov8-style',
    {
      output0: [
        [2, 3, 6],
        [...Array(18).fill(0), ...Array(6).fill(0), 20, 30, 20, 20, 0.3, 0.9, 1, 1, 1, 1, 0.1, 0.2],
      ],
    },
  ],
  [
    'rtdetr-style, finished by its own post-processing',
    'rtdetr-style',
    {
      labels: [
        [2, 2],
        [0, 0, 0, 1],
      ],
      boxes: [
        [2, 2, 4],
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 10, 20, 30, 40],
      ],
      scores: [
        [2, 2],
        [0, 0, 0.3, 0.9],
      ],
    },
  ],
  [
    'rtdetr-style, logits and boxes in fractions',
    'rtdetr-style',
    {
      logits: [
        [2, 1, 2],
        [-9, -9, -1, 2.1972246],
      ],
      pred_boxes: [
        [2, 1, 4],
        [0, 0, 0, 0, 0.3125, 0.9375, 0.3125, 0.625],
      ],
    },
  ],
  [
    'rtdetr-style, boxes in fractions and scores in one row',
    'rtdetr-style',
    {
      output0: [
        [2, 1, 6],
        [0, 0, 0, 0, 0, 0, 0.3125, 0.9375, 0.3125, 0.625, 0.3, 0.9],
      ],
    },
  ],
]

describe.each(FORMS)('%s', (_, family, outputs, rest) => {
  const [decode, tensors] = open(family, outputs, rest)

  test('gives class, score and box in pixels of the input', () => {
    expect(rounded(decode(tensors, 1, [0.5, 0.5]))).toEqual([[1, 0.9, 10, 20, 30, 40]])
  })

  test('keeps the pictures of a batch apart', () => {
    expect(decode(tensors, 0, [0.5, 0.5])).toEqual([])
  })

  test('leaves out a class whose lowest score is out of reach', () => {
    expect(decode(tensors, 1, [0, Number.POSITIVE_INFINITY]).map(({ classIndex }) => classIndex)).not.toContain(1)
    expect(decode(tensors, 1, [])).toEqual([])
  })

  test('never gives what is no number', () => {
    const broken = Object.entries(tensors).map(([name, { shape, values }]) => {
      return [name, { shape, values: name === 'labels' ? values : values.map(() => Number.NaN) }] as const
    })
    expect(decode(Object.fromEntries(broken), 1, [0, 0])).toEqual([])
  })
})

test('yolox as its authors export it counts from the cell of the anchor, in cells, with sizes as logarithms', () => {
  // 64 × 32 pixels: 8 × 4 cells of 8, 4 × 2 of 16, 2 × 1 of 32. The anchor at (3, 2) of the first grid is the 19th,
  // the last but one of all that at (0, 0) of the coarsest.
  const values = new Array<number>(42 * 7).fill(0)
  values.splice(19 * 7, 7, 0.5, 0.25, Math.log(2), 0, 0.9, 0.5, 1)
  values.splice(40 * 7, 7, 0.5, 0.5, 0, Math.log(0.5), 0.5, 0.8, 0)
  const [decode, tensors] = open('yolox', { output: [[1, 42, 7], values] })
  expect(rounded(decode(tensors, 0, [0.35, 0.35]))).toEqual([
    [0, 0.45, 20, 14, 36, 22],
    [1, 0.9, 20, 14, 36, 22],
    [0, 0.4, 0, 8, 32, 24],
  ])
})

test.each([
  ['probabilities', 'none', [0.25, 0.75], 0.75],
  ['logits', 'softmax', [1, 1 + Math.log(3)], 0.75],
  ['large logits', 'softmax', [-1_000, 1_000], 1],
] as const)('a classifier’s best class covers its input: %s', (_, activation, outputs, score) => {
  const [decode, tensors] = open(
    'classifier',
    {
      prob: [
        [2, 2],
        [1, 0, ...outputs],
      ],
    },
    { activation },
  )
  expect(rounded(decode(tensors, 1, [0.5, 0.5]))).toEqual([[1, score, 0, 0, 64, 32]])
  expect(rounded(decode(tensors, 0, [0.5, 0.5]))).toEqual([[0, activation === 'none' ? 1 : 0.73, 0, 0, 64, 32]])
})

test('a classifier that is not sure, or whose best class is dropped, sees nothing', () => {
  const [decode, tensors] = open(
    'classifier',
    {
      prob: [
        [1, 2],
        [0.45, 0.55],
      ],
    },
    { activation: 'none' },
  )
  expect(decode(tensors, 0, [0, 0.6])).toEqual([])
  expect(decode(tensors, 0, [0, Number.POSITIVE_INFINITY])).toEqual([])
})

test('a class number that nobody named fails, instead of being dropped', () => {
  const [decode, tensors] = open('rtdetr-style', {
    labels: [[1, 1], [2]],
    boxes: [
      [1, 1, 4],
      [1, 2, 3, 4],
    ],
    scores: [[1, 1], [0.9]],
  })
  expect(() => decode(tensors, 0, [0.5, 0.5])).toThrow('it numbers a class 2, and has 2')
})

const shapes = (outputs: Readonly<Record<string, readonly number[]>>): Outputs =>
  Object.fromEntries(Object.entries(outputs).map(([name, shape]) => [name, [[1, ...shape], []]]))

test.each<[FamilyName, Readonly<Record<string, readonly number[]>>, string]>([
  ['yolox', { output: [42, 85] }, 'one output [n, anchors, 7]'],
  ['yolox', { output: [3549, 7] }, '42 anchors for 64 × 32 pixels'],
  ['yolox', { boxes: [42, 4], scores: [42, 3] }, '"scores" [n, anchors, 2]'],
  ['yolox', { boxes: [41, 4], scores: [42, 2] }, '"boxes" [n, anchors, 4]'],
  ['yolov8-style', { output0: [300, 6, 1] }, 'one output [n, 6, anchors] or [n, anchors, 6]'],
  ['yolov8-style', { output0: [84, 8400] }, 'this one gives "output0" [n, 84, 8400]'],
  ['yolov8-style', { output0: [6, 8400], output1: [32, 16, 16] }, 'one output'],
  ['rtdetr-style', { logits: [300, 91], pred_boxes: [300, 4] }, 'logits [n, queries, 2]'],
  ['rtdetr-style', { labels: [300], boxes: [300, 4] }, '"labels", "boxes" and "scores"'],
  ['classifier', { prob: [1000] }, 'one output [n, 2]'],
  ['classifier', { prob: [2, 7, 7] }, 'one output [n, 2]'],
])('%s refuses outputs of another form, naming both: %j', (family, outputs, problem) => {
  expect(() => open(family, shapes(outputs))).toThrow(
    expect.objectContaining({
      code: 'model-misfit',
      detail: { model: 'theirs', problem: expect.stringContaining(problem) },
    }),
  )
})
