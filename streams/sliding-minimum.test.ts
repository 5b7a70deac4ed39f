// The smallest value of a window, against a plain search.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SlidingMinimum } from './sliding-minimum.ts'

test('is what a search through the window finds', () => {
  const samples = fc.array(fc.record({ stepMs: fc.nat(40), value: fc.integer({ min: -50, max: 50 }) }), {
    minLength: 1,
  })
  fc.assert(
    fc.property(samples, steps => {
      const minimum = new SlidingMinimum(100)
      const seen: { at: number; value: number }[] = []
      let at = 0
      for (const { stepMs, value } of steps) {
        at += stepMs
        seen.push({ at, value })
        minimum.add(at, value)
        const inWindow = seen.filter(sample => sample.at >= at - 100)
        expect(minimum.value).toBe(Math.min(...inWindow.map(sample => sample.value)))
      }
    }),
  )
})

test('is undefined before the first value', () => {
  expect(new SlidingMinimum(100).value).toBeUndefined()
})
