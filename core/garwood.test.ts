// The Poisson interval against published tables and chi-squared quantiles.
import { describe, expect, test } from 'vitest'
import { garwood } from './garwood.ts'

// Up to 10: the table that is printed with the method in epidemiology; 100 and more: chi-squared quantiles ÷ 2.
const AT_95: [number, number, number][] = [
  [0, 0, 3.689],
  [1, 0.0253, 5.572],
  [2, 0.242, 7.225],
  [5, 1.623, 11.668],
  [10, 4.795, 18.39],
  [100, 81.364, 121.627],
  [1_000, 938.973, 1_063.952],
  [10_000, 9_804.952, 10_197.952],
]

describe('garwood', () => {
  test.each(AT_95)('%i events: the mean lies in %f…%f', (count, low, high) => {
    const interval = garwood(count)
    expect(interval.low).toBeCloseTo(low, 3)
    expect(interval.high).toBeCloseTo(high, 3)
  })

  test('is wider the surer it is to be: 25 events at 90 %, 95 % and 99 %', () => {
    const rounded = [0.9, 0.95, 0.99].map(confidence => {
      const { low, high } = garwood(25, confidence)
      return [low.toFixed(2), high.toFixed(2)]
    })
    // https://graphpad.com/support/faq/how-quickcalcs-computes-the-confidence-interval-of-a-count
    expect(rounded).toEqual([
      ['17.38', '34.92'],
      ['16.18', '36.90'],
      ['14.00', '41.00'],
    ])
  })
})
