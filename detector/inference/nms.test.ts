// Literal boxes and what is left of them.
import { expect, test } from 'vitest'
import type { Box } from '../../core/geometry.ts'
import { type Candidate, isCut, suppress } from './nms.ts'

const box = (x1: number, y1: number, x2: number, y2: number): Box => ({ x1, y1, x2, y2 })
const seen = (label: string, score: number, at: Box, crop = 0, cut = false): Candidate => ({
  label,
  score,
  box: at,
  crop,
  cut,
})
const A = box(0.1, 0.1, 0.3, 0.2)
/** IoU with A: 0.818. */
const NEAR_A = box(0.12, 0.1, 0.32, 0.2)
/** IoU with A: 1/3. */
const BESIDE_A = box(0.2, 0.1, 0.4, 0.2)

test.each<[string, Candidate[], string[]]>([
  ['nothing', [], []],
  ['two boxes of one car leave the better one', [seen('car', 0.6, A), seen('car', 0.9, NEAR_A)], ['car 0.9']],
  [
    'two cars that overlap a little stay two',
    [seen('car', 0.9, A), seen('car', 0.6, BESIDE_A)],
    ['car 0.9', 'car 0.6'],
  ],
  [
    'car, bus and truck are one vehicle, by its best name',
    [seen('car', 0.5, A), seen('truck', 0.7, A), seen('bus', 0.6, NEAR_A)],
    ['truck 0.7'],
  ],
  ['a bin is full or it is not', [seen('bin', 0.5, A), seen('bin-overflow', 0.6, A)], ['bin-overflow 0.6']],
  ['a person before a car hides nothing', [seen('person', 0.5, A), seen('car', 0.9, A)], ['car 0.9', 'person 0.5']],
  [
    'a rider and the bicycle are two',
    [seen('person', 0.5, A), seen('bicycle', 0.4, NEAR_A)],
    ['person 0.5', 'bicycle 0.4'],
  ],
  [
    'a chain of three keeps both ends',
    [seen('car', 0.9, A), seen('car', 0.8, NEAR_A), seen('car', 0.7, BESIDE_A)],
    ['car 0.9', 'car 0.7'],
  ],
  [
    'equal scores keep the order of the candidates',
    [seen('car', 0.5, A), seen('person', 0.5, BESIDE_A)],
    ['car 0.5', 'person 0.5'],
  ],
  ['the same car in two crops is one', [seen('car', 0.6, A, 0), seen('car', 0.9, NEAR_A, 1)], ['car 0.9']],
  [
    'a part cut by a crop gives way to the whole car of another, though its score is higher',
    [seen('car', 0.9, box(0.22, 0.1, 0.3, 0.2), 0, true), seen('car', 0.5, A, 1)],
    ['car 0.5'],
  ],
  ['a cut car that no other crop shows whole is kept', [seen('car', 0.9, A, 0, true)], ['car 0.9']],
  [
    'a small car before a bus is no part of it: both are whole',
    [seen('bus', 0.9, box(0, 0, 0.6, 0.6)), seen('car', 0.5, box(0.1, 0.4, 0.3, 0.5), 1)],
    ['bus 0.9', 'car 0.5'],
  ],
])('%s', (_, candidates, left) => {
  expect(suppress(candidates, 0.5).map(({ label, score }) => `${label} ${score}`)).toEqual(left)
})

test('a detection says nothing of the crop it came from', () => {
  expect(suppress([seen('car', 0.9, A, 2, true)], 0.5)).toEqual([{ label: 'car', score: 0.9, box: A }])
})

test.each([
  ['at the inner border', box(0.3, 0.3, 0.5, 0.5), box(0, 0, 0.5, 1), true],
  ['a hair from the inner border', box(0.3, 0.3, 0.498, 0.5), box(0, 0, 0.5, 1), true],
  ['well inside', box(0.3, 0.3, 0.45, 0.5), box(0, 0, 0.5, 1), false],
  ['at the frame’s own border', box(0, 0.3, 0.2, 1), box(0, 0, 0.5, 1), false],
  ['at a lower border within the frame', box(0.1, 0.3, 0.2, 0.5), box(0, 0, 0.5, 0.5), true],
])('%s: cut or not', (_, at, crop, cut) => {
  expect(isCut(at, crop)).toBe(cut)
})
