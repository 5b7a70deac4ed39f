// Percentiles by nearest rank against literal values.
import { expect, test } from 'vitest'
import { percentiles } from './percentiles.ts'

const upTo = (n: number) => Array.from({ length: n }, (_, index) => n - index)
const CASES: [string, number[], ReturnType<typeof percentiles>][] = [
  ['nothing', [], null],
  ['one value', [7], { n: 1, p50: 7, p95: 7, p99: 7 }],
  ['two values: half of them do not exceed the lower', [9, 1], { n: 2, p50: 1, p95: 9, p99: 9 }],
  ['twenty values: the 19th is the 95th percentile', upTo(20), { n: 20, p50: 10, p95: 19, p99: 20 }],
  ['a hundred values', upTo(100), { n: 100, p50: 50, p95: 95, p99: 99 }],
  ['a hundred and one values', upTo(101), { n: 101, p50: 51, p95: 96, p99: 100 }],
  ['numbers, not texts: 10 is above 9', [10, 9, 100], { n: 3, p50: 10, p95: 100, p99: 100 }],
]
test.each(CASES)('of %s', (_name, values, expected) => {
  expect(percentiles(values)).toEqual(expected)
})
