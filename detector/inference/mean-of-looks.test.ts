// Literal candidates of two looks, and what the looks say together.
import { expect, test } from 'vitest'
import type { Box } from '../../core/geometry.ts'
import { closest, meanOfLooks } from './mean-of-looks.ts'
import type { Candidate } from './nms.ts'

const box = (x1: number, y1: number, x2: number, y2: number): Box => ({ x1, y1, x2, y2 })
const NEAR = box(0.4, 0.4, 0.6, 0.6)
const AFAR = box(0.2, 0.2, 0.8, 0.8)
const BIN = box(0.45, 0.45, 0.55, 0.55)
/** The heap on it is in the box; of the smaller box all lies in it. */
const HEAPED = box(0.45, 0.41, 0.55, 0.55)
/** Beside it: two fifths of each lie in the other. */
const NEXT = box(0.51, 0.45, 0.61, 0.55)
const OUTSIDE = box(0.65, 0.45, 0.75, 0.55)

const seen = (label: string, score: number, crop: number, at: Box = BIN, cut = false): Candidate => ({
  label,
  score,
  box: at,
  crop,
  cut,
})
const LEAST: Readonly<Record<string, number>> = { bin: 0.4, 'bin-overflow': 0.2 }
const judged = (candidates: readonly Candidate[]) =>
  meanOfLooks(candidates, [NEAR, AFAR], ({ label, score }) => score >= (LEAST[label] ?? 1)).map(
    ({ label, score }) => `${label} ${score.toFixed(2)}`,
  )

test.each<[string, readonly Candidate[], readonly string[]]>([
  ['nothing', [], []],
  ['two looks that agree', [seen('bin', 0.6, 0), seen('bin', 0.8, 1)], ['bin 0.70']],
  [
    'two looks that do not: the one that is surer over both',
    [seen('bin', 0.5, 0), seen('bin-overflow', 0.3, 0), seen('bin-overflow', 0.7, 1), seen('bin', 0.1, 1)],
    ['bin-overflow 0.50'],
  ],
  [
    'a doubt below its threshold counts',
    [seen('bin', 0.39, 0), seen('bin-overflow', 0.25, 0), seen('bin', 0.39, 1)],
    ['bin 0.39'],
  ],
  ['but where everything is a doubt there is nothing', [seen('bin', 0.39, 0), seen('bin-overflow', 0.19, 1)], []],
  ['a look that says nothing says 0', [seen('bin', 0.8, 0)], ['bin 0.40']],
  ['a look that does not show it has no say', [seen('bin', 0.8, 1, OUTSIDE)], ['bin 0.80']],
  [
    'with its heap and without it is one bin',
    [seen('bin-overflow', 0.6, 0, HEAPED), seen('bin', 0.4, 1)],
    ['bin-overflow 0.30'],
  ],
  ['the bin beside it is another', [seen('bin', 0.8, 1), seen('bin', 0.6, 1, NEXT)], ['bin 0.60', 'bin 0.40']],
  [
    'what is cut in one look is judged as the other has it',
    [seen('bin-overflow', 0.9, 0, box(0.56, 0.45, 0.6, 0.55), true), seen('bin', 0.6, 1, box(0.5, 0.45, 0.62, 0.55))],
    ['bin 0.60'],
  ],
])('%s', (_, candidates, expected) => {
  expect(judged(candidates)).toEqual(expected)
})

test('the box is the mean of the looks, weighted by their scores', () => {
  const found = meanOfLooks([seen('bin', 0.75, 0), seen('bin', 0.25, 1, HEAPED)], [NEAR, AFAR], () => true)
  expect(found[0]?.box.y1).toBeCloseTo(0.44)
})

test('of nested looks the closest is kept, and all of those side by side', () => {
  expect(closest([NEAR, AFAR])).toEqual([NEAR])
  expect(closest([NEAR, OUTSIDE])).toEqual([NEAR, OUTSIDE])
})
