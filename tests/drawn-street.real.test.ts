// The drawn street through the whole pipeline: each of its four events alarmed in time, once, and nothing else.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { replayCamera } from '../benchmarks/replay.ts'
import { scoreReplay } from '../benchmarks/score-replay.ts'
import { readTruth } from '../benchmarks/truth.ts'
import { writeScene } from '../fixtures/generate.ts'
import { temporaryFolder } from './support/jiemu.ts'

const folder = temporaryFolder('drawn')
beforeAll(() => writeScene(folder.path), 120_000)
afterAll(folder.remove)

test('parking, crowd, bin and litter are found in time, once, and the camera reports no fault', async () => {
  const truth = await readTruth(join(folder.path, 'demo.json'))
  const { figures, text } = scoreReplay(truth, await replayCamera({ ...truth.camera, generated: true }))
  expect(figures, text).toMatchObject({ events: 4, incidents: 4, hits: 4, misses: 0, falseAlarms: 0, duplicates: 0 })
})
