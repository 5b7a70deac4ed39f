// The area around places.
import { expect, test } from 'vitest'
import { hullAround } from './hull.ts'

test('nothing has no area', () => {
  expect(hullAround([], 100)).toEqual([])
})

test('one place has a closed disc around it, as wide as asked', () => {
  const ring = hullAround([[120, 30]], 111.32)
  expect(ring.at(0)).toEqual(ring.at(-1))
  const lats = ring.map(([, lat]) => lat)
  expect(Math.max(...lats) - 30).toBeCloseTo(0.001, 6)
  const lons = ring.map(([lon]) => lon)
  expect(Math.max(...lons) - 120).toBeCloseTo(0.001 / Math.cos(Math.PI / 6), 6)
})

test('a place amid others changes nothing', () => {
  const corners = [
    [120, 30],
    [120.01, 30],
    [120.01, 30.01],
    [120, 30.01],
  ] as const
  expect(hullAround([...corners, [120.005, 30.005]], 50)).toEqual(hullAround(corners, 50))
})
