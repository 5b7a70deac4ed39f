// Durations as people write them, and the clock that moves only when told to.
import { expect, test } from 'vitest'
import { duration, formatDuration, ManualClock, parseDuration } from './time.ts'

test.each([
  ['7m', 420_000],
  ['1m30s', 90_000],
  ['2.5h', 9_000_000],
  ['0s', 0],
  ['250ms', 250],
  ['1d', 86_400_000],
])('%s is %d ms', (text, expected) => {
  expect(parseDuration(text)).toBe(expected)
})

test.each(['', '7', 'm', '-7m', '7 m', '7min', '1m 30s'])('"%s" is no duration', text => {
  expect(parseDuration(text)).toBeUndefined()
  expect(duration.safeParse(text).success).toBe(false)
})

test.each(['1m30s', '7m', '0s', '1h1ms', '2d'])('%s is written as it was read', text => {
  expect(formatDuration(parseDuration(text) ?? -1)).toBe(text)
})

test('a manual clock never goes back', () => {
  const clock = new ManualClock(1_000)
  clock.advanceTo(500)
  clock.advanceBy(-1)
  expect(clock.now()).toBe(1_000)
  clock.advanceBy(5)
  expect(clock.now()).toBe(1_005)
})
