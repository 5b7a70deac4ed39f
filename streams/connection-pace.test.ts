// Turns to connect, on a clock that moves only when waited on.
import { expect, test } from 'vitest'
import { ConnectionPace } from './connection-pace.ts'

test('a hundred that come at once begin one after the other, and whoever comes later does not wait', async () => {
  let nowMs = 0
  const pace = new ConnectionPace(25, () => nowMs)
  const begunAt = await Promise.all(
    Array.from({ length: 100 }, async () => {
      let waitedMs = 0
      await pace.turn(async durationMs => {
        waitedMs = durationMs
      }, new AbortController().signal)
      return waitedMs
    }),
  )
  expect(begunAt).toEqual(Array.from({ length: 100 }, (_, index) => index * 40))
  nowMs = 4_000
  let waited = false
  await pace.turn(async () => {
    waited = true
  }, new AbortController().signal)
  expect(waited).toBe(false)
})
