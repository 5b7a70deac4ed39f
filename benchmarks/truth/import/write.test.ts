// What importers write is a truth file that can be read, moved with its footage, and mended where it is refused.
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CountedFolder, writeCounted, writeLike } from './write.ts'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'jiemu-import-'))
})
afterAll(() => rm(directory, { recursive: true }))
const at = (name: string) => join(directory, name)

const counted = (people: readonly number[]): CountedFolder => ({
  pictures: people.map((count, index) => ({ name: `${index + 1}.jpg`, people: count })),
  folder: at('sequences/img1'),
  ...{ intervalMs: 500, widthPx: 640, heightPx: 480 },
  zoneOptions: { threshold: 4, clearBelow: 1, hold: '1s', clearAfter: '1s' },
})

test('counts become a zone of the whole picture, its events and the counts themselves', async () => {
  const { camera, events, counts, startAt, durationMs } = await writeCounted(
    at('truth/hall.json'),
    'hall',
    counted([0, 4, 5, 4, 1, 0, 2]),
  )
  expect(camera).toMatchObject({
    id: 'hall',
    source: { kind: 'images', path: at('sequences/img1'), frameIntervalMs: 500 },
    zones: [{ rule: 'crowding', options: { threshold: 4 } }],
  })
  expect(events.map(({ fromAt, dueAt, toAt }) => [fromAt, dueAt, toAt].map(ms => (ms ?? 0) - startAt))).toEqual([
    [500, 1_500, 2_000],
  ])
  expect([durationMs, counts.map(({ count }) => count)]).toEqual([3_500, [0, 4, 5, 4, 1, 0, 2]])
  expect(JSON.parse(await readFile(at('truth/hall.json'), 'utf8'))).toMatchObject({
    source: { path: '../sequences/img1' },
    counts: 'hall.counts.json',
  })
})

const DRAWN = {
  version: 1,
  camera: 'lot',
  source: { kind: 'file', path: 'clips/lot.mp4' },
  frame: { widthPx: 200, heightPx: 100 },
  zones: [
    {
      id: 'kerb',
      rule: 'illegal-parking',
      options: { grace: '30s' },
      polygon: [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
    },
  ],
  events: [],
  notes: 'drawn by hand',
}
const PARKED = { rule: 'illegal-parking', zone: 'kerb', fromMs: 0, toMs: 90_000, what: 'parked 1' } as const

test('events take their camera, footage and zones from another truth file', async () => {
  await writeFile(at('drawn.json'), JSON.stringify(DRAWN))
  const { camera, events } = await writeLike(at('made/lot.json'), at('drawn.json'), [PARKED])
  expect(camera).toMatchObject({ id: 'lot', source: { path: at('clips/lot.mp4') }, zones: [{ id: 'kerb' }] })
  expect(events).toMatchObject([{ zone: 'kerb', what: 'parked 1' }])
  expect(JSON.parse(await readFile(at('made/lot.json'), 'utf8'))).toMatchObject({
    source: { path: '../clips/lot.mp4' },
    notes: 'drawn by hand',
  })
})

test('a file that is refused is left to be mended, and named with its field', async () => {
  await writeFile(at('drawn.json'), JSON.stringify(DRAWN))
  const out = at('two-at-once.json')
  await expect(writeLike(out, at('drawn.json'), [PARKED, PARKED])).rejects.toMatchObject({
    code: 'truth-invalid',
    message: expect.stringContaining(`${out}: events.1: it overlaps events.0`),
  })
  expect(existsSync(out)).toBe(true)
})

test('says where it cannot write', async () => {
  await writeFile(at('a-file'), '')
  await expect(writeCounted(at('a-file/hall.json'), 'hall', counted([1]))).rejects.toMatchObject({
    code: 'file-unwritable',
  })
})
