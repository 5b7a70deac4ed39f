// What several cameras by a usual way come to: cores, memory, and how far what is looked at lies behind.
import { expect, test } from 'vitest'
import { figuresOf } from './usual.ts'

/** Five pictures a second, each seen so many ms after it was due, on a clock of its own. */
const run = (lateMs: readonly number[], elapsedMs = 4_000) => ({
  cpu: { ownMs: 1_000, childrenMs: 3_000 },
  elapsedMs,
  peakRssMiB: 100,
  childRssMiB: 50,
  analysed: lateMs.length,
  seenAtMs: lateMs.map((late, index) => 5_000 + index * 200 + late),
})

test('cores, memory and rate are those of all processes together', () => {
  expect(figuresOf([run([10, 10, 10], 2_000), run([10, 10, 10])])).toEqual({
    cores: 2,
    rssMb: 315,
    analysedPerSecondOfOne: 0.75,
    behindP95Ms: 0,
    behindAtTheEndMs: 0,
  })
})

test('a picture lies behind by what it came later than the promptest of its camera, the end by the last of the latest', () => {
  const hiccup = run([40, 40, 540, ...Array.from({ length: 37 }, () => 40)])
  const fallsBehind = run(Array.from({ length: 40 }, (_, index) => index * 20))
  expect(figuresOf([hiccup])).toMatchObject({ behindP95Ms: 0, behindAtTheEndMs: 0 })
  expect(figuresOf([hiccup, fallsBehind])).toMatchObject({ behindP95Ms: 700, behindAtTheEndMs: 780 })
})
