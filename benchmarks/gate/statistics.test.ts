// The gate's statistics, by literal tables: what is blamed, what is let pass, and what cannot be told.
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../fixtures/random.ts'
import { compare, coverageOf, estimate, leastPairs, type Pair, type Verdict } from './statistics.ts'

const COMPARISONS = 11
const pairs = (...ratios: readonly number[]): Pair[] => ratios.map(ratio => ({ baseline: 200, present: 200 * ratio }))
const twelve = (ratio: number) => pairs(...Array<number>(12).fill(ratio))

const TABLE: readonly [what: string, pairs: readonly Pair[], verdict: Verdict, settled: boolean][] = [
  ['no pairs', [], 'inconclusive', false],
  ['eight pairs, however slow', pairs(2, 2, 2, 2, 2, 2, 2, 2), 'inconclusive', false],
  ['an unchanged commit', pairs(1.01, 0.99, 1.02, 0.98, 1, 1.01, 0.99, 1, 1.03, 0.97, 1, 1), 'pass', true],
  ['a fifth slower', pairs(1.2, 1.19, 1.22, 1.18, 1.2, 1.21, 1.2, 1.17, 1.2, 1.24, 1.2, 1.2), 'slower', true],
  ['a tenth slower exactly', twelve(1.1), 'pass', true],
  ['a little more than a tenth slower', twelve(1.11), 'slower', true],
  ['a fifth faster', twelve(0.8), 'faster', true],
  ['a twentieth faster', twelve(0.95), 'pass', true],
  [
    'mostly slower, often not',
    pairs(1.4, 0.9, 1.3, 0.8, 1.2, 0.9, 1.5, 0.95, 1.3, 0.9, 1.4, 1.2),
    'inconclusive',
    false,
  ],
  [
    'slower by about the limit',
    pairs(1.2, 1.05, 1.15, 1.08, 1.2, 1.06, 1.12, 1.14, 1.05, 1.2, 1.04, 1.16),
    'slower',
    false,
  ],
  ['unchanged, with three spoilt repetitions', pairs(1, 1.01, 3, 1, 0.99, 1, 2.5, 1, 1.01, 0.98, 4, 1), 'pass', false],
]

test.each(TABLE)('%s', (_what, measured, verdict, settled) => {
  expect(compare(measured, COMPARISONS)).toMatchObject({ verdict, settled, pairs: measured.length })
})

test('the ratio is that of the median pair, present to baseline', () => {
  const { ratio } = compare([...twelve(1.3), ...pairs(9)], COMPARISONS)
  expect(ratio?.median).toBeCloseTo(1.3, 12)
  expect(ratio?.low).toBeCloseTo(1.3, 12)
})

test('the same pairs give the same interval', () => {
  const measured = pairs(1.2, 1.05, 1.15, 1.08, 1.2, 1.06, 1.12, 1.14, 1.05)
  expect(compare(measured, COMPARISONS)).toEqual(compare(measured, COMPARISONS))
})

describe('the correction for many comparisons', () => {
  test.each([
    [1, 0.95, 6],
    [2, 0.975, 7],
    [7, 0.992_857, 9],
    [11, 0.995_455, 9],
  ])('%i comparisons: each covers %f, from %i pairs on', (comparisons, coverage, least) => {
    expect(coverageOf(comparisons)).toBeCloseTo(coverage, 6)
    expect(leastPairs(comparisons)).toBe(least)
  })

  test('more comparisons make each interval wider', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    const [alone, among] = [estimate(values, 1), estimate(values, 50)]
    expect(among?.low).toBeLessThan(alone?.low ?? 0)
    expect(among?.high).toBeGreaterThan(alone?.high ?? 0)
  })
})

test('of 60 unchanged comparisons whose repetitions scatter by a tenth, none is blamed', () => {
  const random = seededRandom(4)
  const noise = () => 1 + 0.2 * (random() - 0.5)
  const verdicts = Array.from({ length: 60 }, () => {
    const measured = Array.from({ length: 12 }, () => ({ baseline: 100 * noise(), present: 100 * noise() }))
    return compare(measured, COMPARISONS).verdict
  })
  expect(verdicts.filter(verdict => verdict === 'slower')).toEqual([])
})
