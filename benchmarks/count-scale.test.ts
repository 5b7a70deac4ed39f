// The fit of people there to people seen, by hand on small numbers.
import { expect, test } from 'vitest'
import { fitCountScale } from '../core/count-scale.ts'

const pairs = (...counts: readonly (readonly [truth: number, seen: number])[]) =>
  counts.map(([truth, seen]) => ({ truth, seen }))

test.each<[string, ReturnType<typeof pairs>, object]>([
  [
    'a detector that sees half of the people is off by nothing once doubled',
    pairs([10, 5], [30, 15], [20, 10]),
    { factor: 2, error: 0, margin: 0, pictures: 3 },
  ],
  ['a perfect count is left as it is', pairs([7, 7], [9, 9]), { factor: 1, error: 0, margin: 0, pictures: 2 }],
  // 30 ÷ 20 = 1.5; scaled 15 and 15, off by 3 each; √(18 ÷ 2) ÷ 10 × 1.96 = 0.588.
  [
    'what scatters has an error and a margin',
    pairs([12, 10], [18, 10]),
    { factor: 1.5, error: 3, margin: 0.588, pictures: 2 },
  ],
])('%s', (_, counted, expected) => {
  const fit = fitCountScale(counted)
  for (const [name, value] of Object.entries(expected)) {
    expect(fit?.[name as keyof typeof fit], name).toBeCloseTo(value, 9)
  }
})

test('scaled counts are right on average', () => {
  const counted = pairs([31, 27], [28, 26], [40, 33], [22, 21], [35, 28])
  const { factor = 0 } = fitCountScale(counted) ?? {}
  expect(counted.reduce((sum, { truth, seen }) => sum + truth - factor * seen, 0)).toBeCloseTo(0, 9)
})

test.each([
  ['no picture', pairs()],
  ['one picture', pairs([5, 4])],
  ['nobody ever seen', pairs([5, 0], [3, 0])],
])('%s allows no fit', (_, counted) => {
  expect(fitCountScale(counted)).toBeNull()
})
