// What a camera costs by the floor at a rate of looks between those that were measured, and with others in its process.
import { expect, test } from 'vitest'
import { floorAt } from './floor.ts'

const turn = { cpuMs: 0, seconds: 60, conditionLooks: 3 }
/** 0.02 core of reading, and 0.06 for one look a second. */
const alone = {
  every: { ...turn, cameras: 1, keyFrames: 30, core: 0.05 },
  some: { ...turn, cameras: 1, keyFrames: 10, core: 0.03 },
}

test.each([
  [0.5, 0.05],
  [1 / 6, 0.03],
  [0.25, 0.035],
  [1, 0.08],
])('looked at %d times a second it costs %d core', (rate, core) => {
  expect(floorAt(alone, rate)).toBeCloseTo(core)
})

test('ten in one process cost what those ten did, and by one camera’s figures only what they were looked at more', () => {
  const together = { ...turn, cameras: 10, keyFrames: 100, core: 0.2 }
  expect(floorAt(alone, 1 / 6, together)).toBeCloseTo(0.02)
  expect(floorAt(alone, 1 / 3, together)).toBeCloseTo(0.03)
})
