// The truth reader: what it makes of a file, and what it says of a wrong one.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_START_AT } from '../core/time.ts'
import { readTruth } from './truth.ts'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'jiemu-truth-'))
})
afterAll(() => rm(directory, { recursive: true }))

const SQUARE = [
  [0.1, 0.1],
  [0.9, 0.1],
  [0.9, 0.9],
  [0.1, 0.9],
]
const RIGHT = {
  version: 1,
  camera: 'corner',
  source: { kind: 'file', path: 'clips/corner.mp4' },
  frame: { widthPx: 640, heightPx: 360 },
  durationMs: 60_000,
  zones: [{ id: 'kerb', rule: 'illegal-parking', options: { grace: '30s' }, polygon: SQUARE }],
  events: [{ rule: 'illegal-parking', zone: 'kerb', fromMs: 5_000, box: [0.2, 0.2, 0.4, 0.4], what: 'a van' }],
}

async function read(content: unknown) {
  const file = join(directory, 'corner.json')
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return readTruth(file)
}

test('makes a camera with zones and events in epoch time', async () => {
  const { camera, events, durationMs, counts } = await read(RIGHT)
  expect(camera).toMatchObject({ id: 'corner', sampling: 'keyframes', zones: [{ id: 'kerb' }] })
  expect(camera.source).toEqual({ kind: 'file', path: join(directory, 'clips/corner.mp4') })
  expect(events).toEqual([
    {
      rule: 'illegal-parking',
      zone: 'kerb',
      fromAt: DEFAULT_START_AT + 5_000,
      dueAt: DEFAULT_START_AT + 35_000,
      toAt: DEFAULT_START_AT + 60_000,
      box: { x1: 0.2, y1: 0.2, x2: 0.4, y2: 0.4 },
      what: 'a van',
    },
  ])
  expect([durationMs, counts]).toEqual([60_000, []])
})

test('takes absolute times, events without zone or end, and a rule’s default where the zone sets none', async () => {
  const { events } = await read({
    ...RIGHT,
    durationMs: undefined,
    zones: [{ id: 'square', rule: 'crowding', polygon: SQUARE }],
    events: [
      { rule: 'camera-health', fromAt: 1_000_000 },
      { rule: 'crowding', zone: 'square', fromAt: 1_000_000, toAt: 1_090_000 },
    ],
  })
  expect(events).toMatchObject([
    { zone: null, fromAt: 1_000_000, dueAt: 1_030_000, toAt: null, box: null },
    { zone: 'square', fromAt: 1_000_000, dueAt: 1_020_000, toAt: 1_090_000 },
  ])
})

test('a fault of the camera is due after the time of its own option, else after its default', async () => {
  const fault = (subject: string) => ({ rule: 'camera-health', subject, fromMs: 0 })
  const { camera, events } = await read({
    ...RIGHT,
    health: { moved: { after: '3s' }, clockSkew: { after: '1m' }, frozen: false },
    events: ['moved', 'frozen', 'clock-skew', 'offline'].map(fault),
  })
  expect(camera.health).toEqual({ moved: { after: '3s' }, clockSkew: { after: '1m' }, frozen: false })
  expect(events.map(({ subject, dueAt }) => [subject, dueAt - DEFAULT_START_AT])).toEqual([
    ['moved', 3_000],
    ['frozen', 60_000],
    ['clock-skew', 60_000],
    ['offline', 30_000],
  ])
})

test('reads the counts beside it, one for each picture in the order of names', async () => {
  await writeFile(
    join(directory, 'counts.json'),
    JSON.stringify({ 'b.jpg': { count: 4, heads: [] }, 'a.jpg': { count: 3 } }),
  )
  const source = { kind: 'images', path: 'frames', frameIntervalMs: 500 }
  const { counts } = await read({ ...RIGHT, source, counts: 'counts.json' })
  expect(counts).toEqual([
    { file: 'a.jpg', at: DEFAULT_START_AT, count: 3 },
    { file: 'b.jpg', at: DEFAULT_START_AT + 500, count: 4 },
  ])
})

const [EVENT] = RIGHT.events
const FAULT = { rule: 'camera-health', fromMs: 5_000 }
const WRONG: [string, unknown, string][] = [
  ['a subject of what has none', { ...RIGHT, events: [{ ...EVENT, subject: 'moved' }] }, 'events.0.subject: only'],
  ['a fault that no camera has', { ...RIGHT, events: [{ ...FAULT, subject: 'sad' }] }, 'events.0.subject: Invalid'],
  ['a fault of a zone', { ...RIGHT, events: [{ ...FAULT, zone: 'kerb' }] }, 'events.0.zone: camera-health concerns'],
  [
    'a fault’s time that is no duration',
    { ...RIGHT, health: { dark: { after: 'long' } }, events: [{ ...FAULT, subject: 'dark' }] },
    'health.dark.after: expected a duration',
  ],
  ['what is not JSON', '{', 'file: it is not JSON'],
  ['an unknown field', { ...RIGHT, evnets: [] }, 'evnets: Unrecognized key: "evnets"'],
  [
    'an unknown field of an event',
    { ...RIGHT, events: [{ ...EVENT, form: 1 }] },
    'events.0.form: Unrecognized key: "form"',
  ],
  ['an unknown version', { ...RIGHT, version: 2 }, 'version: Invalid input: expected 1'],
  [
    'a zone that is not there',
    { ...RIGHT, events: [{ ...EVENT, zone: 'yard' }] },
    'events.0.zone: there is no zone "yard"',
  ],
  [
    'a zone of another rule',
    { ...RIGHT, events: [{ ...EVENT, rule: 'crowding' }] },
    'events.0.rule: zone "kerb" is for illegal-parking',
  ],
  [
    'no start',
    { ...RIGHT, events: [{ ...EVENT, fromMs: undefined }] },
    'events.0.fromMs: expected either fromMs or fromAt',
  ],
  ['two starts', { ...RIGHT, events: [{ ...EVENT, fromAt: 5 }] }, 'events.0.fromMs: expected either fromMs or fromAt'],
  ['an end before the start', { ...RIGHT, events: [{ ...EVENT, toMs: 4_000 }] }, 'events.0: it ends before it begins'],
  [
    'a box inside out',
    { ...RIGHT, events: [{ ...EVENT, box: [0.4, 0.2, 0.2, 0.4] }] },
    'events.0.box: expected x1 < x2 and y1 < y2',
  ],
  [
    'a grace that is no duration',
    { ...RIGHT, zones: [{ ...RIGHT.zones[0], options: { grace: 'long' } }] },
    'zones.kerb.options.grace: expected a duration',
  ],
]
test.each(WRONG)('names the file and the field of %s', async (_name, content, expected) => {
  await expect(read(content)).rejects.toMatchObject({
    code: 'truth-invalid',
    message: expect.stringContaining(`${join(directory, 'corner.json')}: ${expected}`),
  })
})

test('says when the file is not there', async () => {
  await expect(readTruth(join(directory, 'nowhere.json'))).rejects.toMatchObject({ code: 'file-unreadable' })
})

test('an overflowing bin is due with the fourth of the six looks that its rule takes over the time within', async () => {
  const { events } = await read({
    ...RIGHT,
    zones: [{ id: 'bins', rule: 'overflowing-bin', options: { within: '2m' }, polygon: SQUARE }],
    events: [{ rule: 'overflowing-bin', zone: 'bins', fromMs: 5_000 }],
  })
  // It may take all of that time, and one look more.
  const [dueAt, sufficedAt] = [DEFAULT_START_AT + 65_000, DEFAULT_START_AT + 155_000]
  expect(events[0]).toMatchObject({ dueAt, sufficedAt })
})
