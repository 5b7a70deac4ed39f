// The detection log: what was appended comes back in order, whatever a kill left behind.
import { appendFile, mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CameraId } from '../core/ids.ts'
import { DetectionLog } from './detection-log.ts'

const GATE = 'gate' as CameraId
const START = Date.parse('2026-01-05T00:59:58Z')
const lineAt = (at: number) => ({ at, line: JSON.stringify({ at, d: 'k' }) })

let directory: string
let log: DetectionLog
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'jiemu-test-'))
  log = new DetectionLog(directory)
})
afterEach(() => rm(directory, { recursive: true, force: true }))

async function read(from: number, to: number, of: DetectionLog = log): Promise<readonly number[]> {
  const found: number[] = []
  for await (const { at } of of.read(GATE, from, to)) found.push(at)
  return found
}

test('gives back a range across the hour, without its end', async () => {
  await log.append(
    GATE,
    [0, 1_000, 2_000, 3_000].map(ms => lineAt(START + ms)),
  )
  expect(await readdir(join(directory, 'detections', 'gate'))).toEqual(['2026-01-05T00.jsonl', '2026-01-05T01.jsonl'])
  expect(await read(START + 1_000, START + 3_000)).toEqual([START + 1_000, START + 2_000])
  expect(await read(START - 9_000, START)).toEqual([])
})

test('keeps the order of batches that are appended at once', async () => {
  const instants = Array.from({ length: 50 }, (_, n) => START + n)
  await Promise.all(instants.map(at => log.append(GATE, [lineAt(at)])))
  expect(await read(START, START + 50)).toEqual(instants)
})

test('passes over the half line that a kill left, and loses nothing after it', async () => {
  await log.append(GATE, [lineAt(START)])
  await appendFile(join(directory, 'detections', 'gate', '2026-01-05T00.jsonl'), '{"at":1767574')
  const restarted = new DetectionLog(directory)
  expect(await read(0, START + 9, restarted)).toEqual([START])
  await restarted.append(GATE, [lineAt(START + 5)])
  expect(await read(0, START + 9, restarted)).toEqual([START, START + 5])
})

test('finds nothing for a camera that never logged', async () => {
  expect(await read(0, START)).toEqual([])
})

test('lists files by when they were last added to, oldest first, and removes those it is told to', async () => {
  await log.append(GATE, [lineAt(START), lineAt(START + 3_000)])
  await log.append('zoo' as CameraId, [lineAt(START)])
  const at = (path: string, hours: number) =>
    utimes(
      join(directory, 'detections', path),
      (START - hours * 3_600_000) / 1_000,
      (START - hours * 3_600_000) / 1_000,
    )
  await at('gate/2026-01-05T00.jsonl', 73)
  await at('gate/2026-01-05T01.jsonl', 71)
  await at('zoo/2026-01-05T00.jsonl', 80)
  const old = await log.old(START - 72 * 3_600_000, 9)
  expect(old.map(({ id, since }) => [id, START - since])).toEqual([
    ['zoo/2026-01-05T00.jsonl', 80 * 3_600_000],
    ['gate/2026-01-05T00.jsonl', 73 * 3_600_000],
  ])
  expect(await log.remove(old.map(({ id }) => id))).toBe(2)
  expect(await read(0, START + 9_000)).toEqual([START + 3_000])
  expect(await log.old(START, 9)).toHaveLength(1)
})
