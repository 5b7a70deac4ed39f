// Replay: the same input gives the same log, byte for byte, on every machine and whether or not a queue does the work.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Incident } from '../core/incident.ts'
import { GOLDEN_LOG, goldenLines, replayGolden, replayGoldenTwice } from '../tests/support/golden.ts'
import { temporaryFolder } from '../tests/support/jiemu.ts'
import { incidentLog, openLogFile } from './incident-log.ts'

const folder = temporaryFolder('replay')
afterAll(folder.remove)

test('recorded detections give the golden log, twice in a row', async () => {
  const golden = await readFile(GOLDEN_LOG, 'utf8')
  for (const name of ['first.jsonl', 'second.jsonl']) {
    const replay = await replayGolden()
    const log = await openLogFile(join(folder.path, name), [replay.camera.id])
    await log.add(incidentLog(replay))
    await log.complete()
    expect(await readFile(join(folder.path, name), 'utf8')).toBe(golden)
  }
})

test('the queue in the database does the same work to the same log', async () => {
  expect(incidentLog(await replayGolden({ queue: {} }))).toEqual(await goldenLines())
})

test('a deadline between two observations is kept at its own time, before what is observed later', async () => {
  // Frames at 86 and 88 s, and in the second the crowd is seen gone; at 87 s its time to be confirmed is up.
  const replay = await replayGolden({ confirmWithinMs: 49_000 })
  const crowd = replay.incidents.find(({ kind }) => kind === 'crowding')
  const secondsAfter = (at: number) => (at - Date.parse('2026-01-05T08:00:00+08:00')) / 1_000
  const events = replay.incidentEvents.filter(({ incidentId }) => incidentId === crowd?.id)
  expect(events.map(({ event, at }) => [event, secondsAfter(at)])).toEqual([
    ['opened', 38],
    ['auto-confirmed', 87],
    ['cleared', 88],
  ])
  const job = replay.jobs.find(({ kind }) => kind === 'crowding')
  expect(job && [job.createdAt, job.assignedAt].map(at => secondsAfter(at ?? 0))).toEqual([87, 87])
})

test('a poor link loses and delays the same frames every time, and every frame is accounted for', async () => {
  const link = { jitterMs: 3_000, loss: 0.2, seed: 5 }
  const replay = await replayGolden({ link })
  const { framesIn, dropped } = replay.health
  expect(dropped.lost).toBeGreaterThan(3)
  expect([framesIn, replay.scenes.length]).toEqual([61, 61 - (dropped.lost ?? 0)])
  expect(incidentLog(replay)).not.toEqual(await goldenLines())
  expect(incidentLog(await replayGolden({ link }))).toEqual(incidentLog(replay))
})

test('two cameras of one street are replayed on one clock: what both see at one place is one incident, every time', async () => {
  const street = await replayGoldenTwice()
  expect(street.cameras.map(({ camera, scenes }) => [camera.id, scenes.length])).toEqual([
    ['golden-street', 61],
    ['golden-across', 61],
  ])
  const alone = await replayGolden()
  const countOf = (incidents: readonly Incident[], rule: string) => incidents.filter(({ kind }) => kind === rule).length
  expect([countOf(street.incidents, 'crowding'), countOf(street.incidents, 'illegal-parking')]).toEqual([
    countOf(alone.incidents, 'crowding'),
    2 * countOf(alone.incidents, 'illegal-parking'),
  ])
  expect(incidentLog(await replayGoldenTwice())).toEqual(incidentLog(street))
})
