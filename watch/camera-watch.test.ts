// A watched camera: what it reports, that a restart in the middle changes nothing, and that its log tells the same story.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type Camera, cameraSchema, ownPlace } from '../core/camera.ts'
import { silentLog } from '../core/log.ts'
import type { Observation } from '../core/observation.ts'
import { NO_WORD } from '../core/reference-view.ts'
import { decodeScene } from '../core/scene.ts'
import type { FromShard, RuleSnapshot } from '../core/shard-contract.ts'
import { ManualClock } from '../core/time.ts'
import { type RecordingOptions, writeRecording } from '../fixtures/recorded.ts'
import { DetectionLog } from '../store/detection-log.ts'
import { temporaryFolder } from '../tests/support/jiemu.ts'
import { createRules } from './camera-rules.ts'
import { CameraWatch, type WatchMemory } from './camera-watch.ts'
import { type Detectors, openDetectors, SHIPPED_NETWORKS } from './detectors.ts'

const folder = temporaryFolder('watch')
let detectors: Detectors
let camera: Camera
beforeAll(async () => {
  detectors = await openDetectors(SHIPPED_NETWORKS)
  camera = await recordedCamera(folder.path, { incidents: 20, durationMs: 120_000, openAtOnce: 5 })
})
afterAll(async () => {
  await detectors.close()
  folder.remove()
})

const RECORDED = () => ({ objects: detectors.recorded, conditions: detectors.recorded })

async function recordedCamera(directory: string, options: RecordingOptions): Promise<Camera> {
  const { yamlPath } = await writeRecording(directory, 0, options)
  const file = parse(await readFile(yamlPath, 'utf8'))
  const { zones, street: streetId, grid: gridId, ...entry } = cameraSchema.parse(file.cameras[0])
  return {
    ...entry,
    streetId,
    gridId,
    source: { ...entry.source, path: join(directory, 'recorded-1.jsonl') },
    viewWord: NO_WORD,
    version: 1,
    zones: zones.map(zone => ({
      ...zone,
      name: zone.id,
      cameraId: entry.id,
      version: 1,
      placeId: ownPlace(entry.id, zone.id),
    })),
  }
}

async function reports(watched = camera, memory: WatchMemory = {}): Promise<FromShard[]> {
  const messages: FromShard[] = []
  const emit = (message: FromShard) => messages.push(message)
  const clock = new ManualClock(0)
  const deps = { pace: 'replay', detectors, baseDir: folder.path, clock, log: silentLog, emit } as const
  await new CameraWatch(watched, memory, deps).done
  return messages
}

const observationsIn = (messages: readonly FromShard[]): Observation[] =>
  messages.flatMap(message => (message.type === 'observation' ? [message.observation] : []))

test('each parked car is observed as one breach, from its due time to its end', async () => {
  const observations = observationsIn(await reports())
  const stays = new Set(observations.map(({ fingerprint }) => fingerprint))
  expect(stays.size).toBe(20)
  for (const stay of stays) {
    const said = observations.filter(({ fingerprint }) => fingerprint === stay)
    expect(said[0]).toMatchObject({ phase: 'holds', measure: { name: 'dwell' } })
    expect(said.map(({ sequence }) => sequence)).toEqual(said.map(({ sequence }) => sequence).toSorted((a, b) => a - b))
  }
})

test('an end is said of every breach that was said, though main dies right behind its first word and the car leaves meanwhile', async () => {
  const messages = await reports()
  // Whoever goes on has what was stored before the first word of each, and a street on which nothing stands any more.
  const empty = Array.from({ length: 40 }, (_, second) =>
    JSON.stringify({ atMs: 140_000 + second * 1_000, objects: [] }),
  )
  await writeFile(
    join(folder.path, 'empty.jsonl'),
    `${JSON.stringify({ atMs: 0, objects: [] })}\n${empty.join('\n')}\n`,
  )
  const later = { ...camera, source: { ...camera.source, path: join(folder.path, 'empty.jsonl') } }
  const heard = new Set<Observation['fingerprint']>()
  let stored: RuleSnapshot | undefined
  for (const message of messages) {
    if (message.type === 'rules') stored = message.snapshot
    if (message.type !== 'observation' || heard.has(message.observation.fingerprint)) continue
    const { fingerprint, sequence } = message.observation
    heard.add(fingerprint)
    if (heard.size % 4 > 0) continue
    const after = await reports(later, { rules: JSON.parse(JSON.stringify(stored)) })
    const said = observationsIn(after).filter(one => one.fingerprint === fingerprint)
    // What was never taken in is said again as it was; the ledger knows it by its sequence.
    expect(said[0]).toMatchObject({ phase: 'holds', sequence })
    expect(said.at(-1)).toMatchObject({ phase: 'ended' })
  }
  expect(heard.size).toBe(20)
})

test('the same footage gives the same reports, to the last byte', async () => {
  expect(JSON.stringify(await reports())).toBe(JSON.stringify(await reports()))
})

test('running the rules again on the detection log gives the live observations', async () => {
  const messages = await reports()
  const log = new DetectionLog(folder.path)
  for (const message of messages) if (message.type === 'scenes') await log.append(camera.id, message.lines)
  const rules = [...createRules(camera, RECORDED()).values()]
  const again: Observation[] = []
  for await (const { line } of log.read(camera.id, 0, Date.parse('2100-01-01'))) {
    const scene = decodeScene(line)
    for (const finding of rules.flatMap(rule => rule.observe(scene, scene.at))) {
      if (finding.type === 'observation') again.push(finding.observation)
    }
  }
  await log.close()
  expect(again).toEqual(observationsIn(messages))
})

test.each([
  ['in the middle', { incidents: 20, durationMs: 120_000, openAtOnce: 5 }],
  [
    'of fifty cars that stand in five zones, which as a whole is too large',
    { incidents: 50, durationMs: 120_000, openAtOnce: 60 },
  ],
])('a snapshot %s lets another shard go on with the same stays', async (_, options) => {
  const watched = await recordedCamera(join(folder.path, String(options.incidents)), options)
  const messages = await reports(watched)
  const snapshots = messages.flatMap(message => (message.type === 'rules' ? [message.snapshot] : []))
  expect(Math.max(...snapshots.map(snapshot => JSON.stringify(snapshot).length))).toBeLessThanOrEqual(65_536)
  const middle = snapshots[Math.floor(snapshots.length / 2)]
  if (!middle) throw new Error('no snapshot was taken')
  const rules = createRules(watched, RECORDED(), JSON.parse(JSON.stringify(middle)))
  const later = messages
    .flatMap(message => (message.type === 'scenes' ? message.lines : []))
    .map(({ line }) => decodeScene(line))
    .filter(({ at }) => at > middle.takenAt)
  const continued = later.flatMap(scene =>
    [...rules.values()]
      .flatMap(rule => rule.observe(scene, scene.at))
      .flatMap(finding => (finding.type === 'observation' ? [finding.observation.fingerprint] : [])),
  )
  const uninterrupted = observationsIn(messages)
    .filter(({ at }) => at > middle.takenAt)
    .map(({ fingerprint }) => fingerprint)
  expect(new Set(continued)).toEqual(new Set(uninterrupted))
})
