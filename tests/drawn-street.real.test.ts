// The drawn street through the whole pipeline: each of its four events alarmed in time, once, and the same way every time.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { incidentLog } from '../benchmarks/incident-log.ts'
import { type Replay, replayCamera } from '../benchmarks/replay.ts'
import { scoreReplay } from '../benchmarks/score-replay.ts'
import { readTruth, type Truth } from '../benchmarks/truth.ts'
import { encodeScene } from '../core/scene.ts'
import { temporaryFolder } from './support/jiemu.ts'
import { sceneIn } from './support/scene.ts'

const folder = temporaryFolder('drawn')
let truth: Truth
let first: Replay
const replay = () => replayCamera({ ...truth.camera, generated: true })
beforeAll(async () => {
  await sceneIn(folder.path)
  truth = await readTruth(join(folder.path, 'demo.json'))
  first = await replay()
}, 240_000)
afterAll(folder.remove)

test('parking, crowd, bin and litter are found in time, once, and the camera reports no fault', () => {
  const { figures, text } = scoreReplay(truth, first)
  expect(figures, text).toMatchObject({ events: 4, incidents: 4, hits: 4, misses: 0, falseAlarms: 0, duplicates: 0 })
})

test('the same pixels give the same log on one machine, byte for byte, and the same scenes', async () => {
  const second = await replay()
  expect(incidentLog(second)).toEqual(incidentLog(first))
  expect(second.scenes.map(encodeScene)).toEqual(first.scenes.map(encodeScene))
})
