// A tiny network of each family's form: its only object is scored by how red, and by how blue, the picture is.
import { type TinyNetwork, type TinyOutput, tinyNetwork } from './tiny-network.ts'

/** Their classes; the second is not one of ours. */
export const TINY_CLASSES = ['bin-overflow', 'blue'] as const
/** Side of the input, and the only object's box in it, in pixels. */
export const TINY_SIDE_PX = 32
export const TINY_BOX_PX = { x1: 8, y1: 4, x2: 24, y2: 20 } as const

const RED = 0
const BLUE = 2

/** An output that is `bias` but for the entries that grow with a colour. */
function output(
  name: string,
  shape: readonly number[],
  bias: readonly number[],
  grows: readonly (readonly [entry: number, colour: number, by: number])[],
): TinyOutput {
  const perColour = [0, 1, 2].map(colour => {
    const row = bias.map(() => 0)
    for (const [entry, of, by] of grows) if (of === colour) row[entry] = by
    return row
  })
  return { name, shape, perColour, bias }
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0)

/** 16 + 4 + 1 anchors; the last has one cell of 32 pixels: its box is half of that, from 8 4 to 24 20. */
function yoloxOutput(): TinyOutput {
  const bias = zeros(21 * 7)
  const last = 20 * 7
  bias.splice(last, 5, 0.5, 0.375, Math.log(0.5), Math.log(0.5), 1)
  // The colours come as its family wants them: blue first, up to 255.
  return output('output', [21, 7], bias, [
    [last + 5, 2 - RED, 1 / 255],
    [last + 6, 2 - BLUE, 1 / 255],
  ])
}

/** 4 + 2 rows of two anchors; the second anchor is empty. */
function yolov8Output(): TinyOutput {
  const bias = [16, 0, 12, 0, 16, 0, 16, 0, 0, 0, 0, 0]
  return output('output0', [6, 2], bias, [
    [8, RED, 1],
    [10, BLUE, 1],
  ])
}

export const TINY = {
  yolox: { outputs: [yoloxOutput()] },
  'yolox in bytes': {
    input: { dtype: 'uint8', layout: 'NHWC' },
    outputs: [
      output('boxes', [1, 4], [8, 4, 24, 20], []),
      output(
        'scores',
        [1, 2],
        [0, 0],
        [
          [0, 2 - RED, 1 / 255],
          [1, 2 - BLUE, 1 / 255],
        ],
      ),
    ],
  },
  'yolov8-style': {
    outputs: [yolov8Output()],
  },
  'yolov8-style, one at a time': {
    input: { shape: [1, 3, 32, 32] },
    outputs: [yolov8Output()],
  },
  'rtdetr-style': {
    outputs: [
      output(
        'logits',
        [1, 2],
        [-5, -5],
        [
          [0, RED, 10],
          [1, BLUE, 10],
        ],
      ),
      output('pred_boxes', [1, 4], [0.5, 0.375, 0.5, 0.5], []),
    ],
  },
  'rtdetr-style, finished': {
    sizes: 'orig_target_sizes',
    outputs: [
      { ...output('labels', [1], [0], []), integers: true },
      { ...output('boxes', [1, 4], [0.25, 0.125, 0.75, 0.625], []), timesSizes: true },
      output('scores', [1], [0], [[0, RED, 1]]),
    ],
  },
  classifier: {
    outputs: [
      output(
        'logits',
        [2],
        [0, 0],
        [
          [0, RED, 10],
          [1, BLUE, 10],
        ],
      ),
    ],
  },
} as const satisfies Record<string, TinyNetwork>
export type TinyName = keyof typeof TINY

export const tinyOf = (name: TinyName): Uint8Array => tinyNetwork(TINY[name])
