// Distances against known ones.
import { expect, test } from 'vitest'
import { boundsAround, distanceM } from './geo.ts'

const HANGZHOU = { lat: 30.2741, lon: 120.1551 }

test.each([
  ['the same spot', HANGZHOU, HANGZHOU, 0, 0],
  ['a degree of latitude', { lat: 30, lon: 120 }, { lat: 31, lon: 120 }, 111_195, 1],
  ['a degree of longitude at 60° north', { lat: 60, lon: 10 }, { lat: 60, lon: 11 }, 55_597, 5],
  ['Hangzhou to Shanghai', HANGZHOU, { lat: 31.2304, lon: 121.4737 }, 164_500, 500],
  ['across the date line', { lat: 0, lon: 179.999 }, { lat: 0, lon: -179.999 }, 222.4, 0.1],
])('%s', (_, one, other, expected, tolerance) => {
  expect(Math.abs(distanceM(one, other) - expected)).toBeLessThanOrEqual(tolerance)
  expect(distanceM(other, one)).toBeCloseTo(distanceM(one, other), 6)
})

test('bounds touch the circle', () => {
  const { south, north, west, east } = boundsAround(HANGZHOU, 200)
  for (const edge of [
    { lat: south, lon: HANGZHOU.lon },
    { lat: north, lon: HANGZHOU.lon },
    { lat: HANGZHOU.lat, lon: west },
    { lat: HANGZHOU.lat, lon: east },
  ]) {
    expect(distanceM(HANGZHOU, edge)).toBeCloseTo(200, 1)
  }
})
