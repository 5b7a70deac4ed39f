// Two pixels in every order that a network may want them in.
import { expect, test } from 'vitest'
import { inputSize, inputWriter, leastSize } from './input.ts'
import type { ModelInput } from './manifest.ts'

const INPUT: ModelInput = {
  ...{ name: 'images', dtype: 'float32', layout: 'NCHW', shape: ['n', 3, 1, 2] },
  ...{ colour: 'RGB', range: [0, 255], resize: 'stretch' },
}
/** Two pictures of two pixels. */
const PIXELS = Uint8Array.from([10, 20, 30, 40, 50, 60, 110, 120, 130, 140, 150, 160])
const LYING = { layout: 'NHWC', shape: ['n', 1, 2, 3] } as const satisfies Partial<ModelInput>

test.each<[string, Partial<ModelInput>, number[]]>([
  ['planes', {}, [10, 40, 20, 50, 30, 60]],
  ['planes of blue, green, red', { colour: 'BGR' }, [30, 60, 20, 50, 10, 40]],
  ['pixels', { ...LYING, shape: ['n', 1, 2, 3] }, [10, 20, 30, 40, 50, 60]],
  ['pixels of blue, green, red', { ...LYING, shape: ['n', 1, 2, 3], colour: 'BGR' }, [30, 20, 10, 60, 50, 40]],
  ['shares of one', { range: [0, 1] }, [10, 40, 20, 50, 30, 60].map(value => Math.fround(value / 255))],
  [
    'less the mean of each colour, by its deviation, whatever the order',
    { mean: [10, 20, 30], std: [1, 10, 30], colour: 'BGR' },
    [0, 1, 0, 3, 0, 30],
  ],
])('%s', (_, changed, numbers) => {
  expect([...inputWriter({ ...INPUT, ...changed })(PIXELS, 1)]).toEqual(numbers)
})

test('bytes stay bytes, and a second picture follows the first', () => {
  const written = inputWriter({ ...INPUT, dtype: 'uint8' })(PIXELS, 2)
  expect(written).toEqual(Uint8Array.from([10, 40, 20, 50, 30, 60, 110, 140, 120, 150, 130, 160]))
})

test('what the shipped networks take is not copied', () => {
  const written = inputWriter({ ...INPUT, ...LYING, shape: ['n', 1, 2, 3], dtype: 'uint8' })(PIXELS, 1)
  expect(written.buffer).toBe(PIXELS.buffer)
  expect(written).toHaveLength(6)
})

test('width and height are where the layout has them', () => {
  expect(inputSize({ layout: 'NCHW', shape: ['n', 3, 384, 640] })).toEqual({ widthPx: 640, heightPx: 384 })
  expect(inputSize({ layout: 'NHWC', shape: [1, 384, 640, 3] })).toEqual({ widthPx: 640, heightPx: 384 })
})

test.each([
  ['a flat crop takes its rows and some grey', [416, 211], [416, 256]],
  ['one that comes to the end of a step takes another step of grey', [416, 224], [416, 256]],
  ['a narrow one its columns', [100, 416], [128, 416]],
  ['one that fills nearly all, all', [416, 410], [416, 416]],
  ['a square one all', [416, 416], [416, 416]],
])('%s', (_, [widthPx = 0, heightPx = 0], [wide, high]) => {
  const input: ModelInput = { ...INPUT, layout: 'NHWC', shape: ['n', 416, 416, 3] }
  expect(leastSize({ ...input, sideStepPx: 32 }, { widthPx, heightPx })).toEqual({ widthPx: wide, heightPx: high })
  expect(leastSize(input, { widthPx, heightPx })).toEqual({ widthPx: 416, heightPx: 416 })
})
