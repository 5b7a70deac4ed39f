// What a truth file says of its footage's length, held against recordings and pictures that are longer or shorter.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTruth } from '../truth.ts'
import { checkLength } from './length.ts'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'jiemu-length-'))
  // 31 lines, one each two seconds: the last picture lasts as long as the one before it.
  const lines = Array.from({ length: 31 }, (_, index) => JSON.stringify({ atMs: index * 2_000, objects: [] }))
  await writeFile(join(directory, 'seen.jsonl'), lines.join('\n'))
  await mkdir(join(directory, 'frames'))
  for (const name of ['1.jpg', '2.jpg', '3.jpg']) await writeFile(join(directory, 'frames', name), 'not decoded')
})
afterAll(() => rm(directory, { recursive: true }))

const RECORDED = { kind: 'recorded', path: 'seen.jsonl' }
const PICTURES = { kind: 'images', path: 'frames', frameIntervalMs: 5_000 }
const read = async (content: object) => {
  const file = join(directory, 'truth.json')
  const frame = { widthPx: 640, heightPx: 360 }
  await writeFile(file, JSON.stringify({ version: 1, camera: 'corner', frame, zones: [], events: [], ...content }))
  return readTruth(file)
}

const RIGHT: [string, object, number][] = [
  ['a recording', { source: RECORDED, durationMs: 62_000 }, 62_000],
  ['a recording within a second of what is said', { source: RECORDED, durationMs: 61_000 }, 62_000],
  ['a recording of unsaid length', { source: RECORDED }, 62_000],
  ['a folder of pictures', { source: PICTURES, durationMs: 15_000 }, 15_000],
]
test.each(RIGHT)('reads the length of %s', async (_name, content, lengthMs) => {
  expect(await checkLength(await read(content))).toBe(lengthMs)
})

const EVENT = { rule: 'camera-health', fromMs: 63_000 }
const WRONG: [string, object, string][] = [
  [
    'footage that is shorter',
    { source: RECORDED, durationMs: 75_000 },
    'durationMs: the footage lasts 62.0 s, not 75.0 s',
  ],
  [
    'footage that is longer',
    { source: RECORDED, durationMs: 60_999 },
    'durationMs: the footage lasts 62.0 s, not 61.0 s',
  ],
  ['an event after its end', { source: RECORDED, events: [EVENT] }, 'events.0: it begins after the footage'],
  [
    'a picture that nobody counted',
    { source: PICTURES, counts: 'counts.json' },
    'counts: 2 pictures were counted, which is 10.0 s; the footage lasts 15.0 s',
  ],
]
test.each(WRONG)('names the file and the field of %s', async (_name, content, expected) => {
  await writeFile(join(directory, 'counts.json'), JSON.stringify({ '1.jpg': { count: 3 }, '2.jpg': { count: 4 } }))
  await expect(read(content).then(checkLength)).rejects.toMatchObject({
    code: 'truth-invalid',
    message: expect.stringContaining(`${join(directory, 'truth.json')}: ${expected}`),
  })
})
