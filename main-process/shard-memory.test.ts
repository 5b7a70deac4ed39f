// When a shard that grows is to begin anew.
import { expect, test } from 'vitest'
import { memoryLimitMb, ShardMemory } from './shard-memory.ts'

const MB = 1_048_576

test.each([
  [null, 0, 512],
  [null, 4, 704],
  [null, 100, 5_312],
  [300, 100, 300],
])('a setting of %s allows a shard of %i cameras %i MB', (setting, cameras, limitMb) => {
  expect(memoryLimitMb(setting, cameras)).toBe(limitMb)
})

test('what lasts is too much, a peak is not', () => {
  const memory = new ShardMemory()
  const reported = [600, 600, 400, 600, 600, 600].map((mb, index) => memory.report(mb * MB, 500, index * 5_000))
  expect(reported).toEqual([false, false, false, false, false, true])
  expect(memory.renewals).toBe(1)
  expect(memory.exceeded(30_000)).toMatchObject({ usedMb: 600, limitMb: 500 })
  expect(memory.exceeded(3_600_000)).toBeUndefined()
})

test('a limit that its cameras cannot keep to begins it anew every ten minutes, and no more often', () => {
  const memory = new ShardMemory()
  const renewedAt = Array.from({ length: 361 }, (_, index) => index * 5).filter(seconds =>
    memory.report(600 * MB, 500, seconds * 1_000),
  )
  expect(renewedAt).toEqual([10, 610, 1_210])
})
