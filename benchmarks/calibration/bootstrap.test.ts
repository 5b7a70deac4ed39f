// The bootstrap: seeded, by whole pictures, and as wide as it should be.
import { expect, test } from 'vitest'
import { bootstrap } from './bootstrap.ts'

const share = (values: readonly number[]) => (weightOf: (picture: number) => number) => ({
  share: values.reduce((sum, value, picture) => sum + value * weightOf(picture), 0) / values.length,
})
const half = Array.from({ length: 100 }, (_, index) => index % 2)

test('one seed gives one interval, another seed nearly the same', () => {
  const uneven = share(half.map((_, index) => (index / 100) ** 2))
  const first = bootstrap(100, uneven, { seed: 1 }).share
  const other = bootstrap(100, uneven, { seed: 2 }).share
  expect(bootstrap(100, uneven, { seed: 1 }).share).toEqual(first)
  expect(other).not.toEqual(first)
  expect(other?.low).toBeCloseTo(first?.low ?? 0, 1)
})

test('a share of one half in 100 pictures lies within ± 0.1, as the binomial has it', () => {
  const interval = bootstrap(100, share(half), { seed: 1 }).share
  expect(interval?.low).toBeCloseTo(0.4, 1)
  expect(interval?.high).toBeCloseTo(0.6, 1)
})

test('each draw has as many pictures as there are', () => {
  bootstrap(
    7,
    weightOf => {
      const drawn = Array.from({ length: 7 }, (_, picture) => weightOf(picture))
      expect(drawn.reduce((sum, times) => sum + times, 0)).toBe(7)
      return { none: null }
    },
    { seed: 3, resamples: 20 },
  )
})

test('what does not vary has no width, and what is never defined no interval', () => {
  expect(bootstrap(10, () => ({ always: 0.7, never: null }), { seed: 1 })).toEqual({
    always: { low: 0.7, high: 0.7 },
    never: null,
  })
})

test('more coverage makes a wider interval', () => {
  const wide = bootstrap(100, share(half), { seed: 1, coverage: 0.995 }).share
  expect(wide?.low).toBeCloseTo(0.36, 1)
  expect(wide?.low).toBeLessThan(bootstrap(100, share(half), { seed: 1 }).share?.low ?? 0)
})
