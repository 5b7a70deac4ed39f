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

test('takes picture 10 after picture 9, as the source of pictures does', async () => {
  const names = ['10.jpg', '9.jpg', '1.jpg']
  await writeFile(
    join(directory, 'numbers.json'),
    JSON.stringify(Object.fromEntries(names.map(name => [name, { count: 1 }]))),
  )
  const source = { kind: 'images', path: 'frames', frameIntervalMs: 1_000 / 30 }
  const { counts } = await read({ ...RIGHT, source, counts: 'numbers.json' })
  expect(counts.map(({ file, at }) => [file, at - DEFAULT_START_AT])).toEqual([
    ['1.jpg', 0],
    ['9.jpg', 33],
    ['10.jpg', 67],
  ])
})

const [EVENT] = RIGHT.events
const CROWD = { rule: 'crowding', zone: 'square', fromMs: 5_000, toMs: 20_000 }
const SQUARE_ZONE = { id: 'square', rule: 'crowding', polygon: SQUARE }
const BESIDE = { ...EVENT, box: [0.45, 0.2, 0.65, 0.4] }

const APART: [string, unknown[]][] = [
  ['two cars side by side, told apart by their boxes', [EVENT, BESIDE]],
  ['a crowd that begins when another has ended', [CROWD, { ...CROWD, fromMs: 20_000, toMs: 30_000 }]],
  ['a crowd beside a parked car', [EVENT, CROWD]],
  ['two faults of one camera', ['moved', 'dark'].map(subject => ({ rule: 'camera-health', subject, fromMs: 0 }))],
]
test.each(APART)('takes %s', async (_name, events) => {
  const found = await read({ ...RIGHT, zones: [...RIGHT.zones, SQUARE_ZONE], events })
  expect(found.events).toHaveLength(2)
})

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
  [
    'a rule that there is not',
    { ...RIGHT, events: [{ ...EVENT, rule: 'jaywalking' }] },
    'events.0.rule: Invalid option',
  ],
  [
    'a zone’s rule that there is not',
    { ...RIGHT, zones: [{ ...RIGHT.zones[0], rule: 'jaywalking' }] },
    'zones.0.rule: Invalid option',
  ],
  ['a time that is a text', { ...RIGHT, events: [{ ...EVENT, fromMs: '5s' }] }, 'events.0.fromMs: Invalid input'],
  ['a box of three corners', { ...RIGHT, events: [{ ...EVENT, box: [0, 0, 1] }] }, 'events.0.box'],
  ['zones that are no list', { ...RIGHT, zones: {} }, 'zones: Invalid input'],
  ['two zones of one name', { ...RIGHT, zones: [...RIGHT.zones, ...RIGHT.zones] }, 'zones.1.id: there is another zone'],
  [
    'an event after the footage',
    { ...RIGHT, events: [{ ...EVENT, fromMs: 60_000 }] },
    'events.0: it begins after the footage has ended',
  ],
  [
    'an event longer than the footage',
    { ...RIGHT, events: [{ ...EVENT, toMs: 60_001 }] },
    'events.0: it ends after the footage has',
  ],
  [
    'two events of one zone and time, one of them without a box',
    { ...RIGHT, events: [EVENT, { ...BESIDE, box: undefined }] },
    'events.1: it overlaps events.0',
  ],
  [
    'two events whose boxes say the same',
    { ...RIGHT, events: [EVENT, BESIDE, { ...EVENT, box: [0.2, 0.2, 0.4, 0.35], fromMs: 59_000 }] },
    'events.2: it overlaps events.0',
  ],
  [
    'a crowd that begins while another lasts to an unknown end',
    {
      ...RIGHT,
      durationMs: undefined,
      zones: [SQUARE_ZONE],
      events: [
        { ...CROWD, toMs: undefined },
        { ...CROWD, fromMs: 90_000, toMs: 99_000 },
      ],
    },
    'events.1: it overlaps events.0',
  ],
  [
    'two faults of one kind at once',
    { ...RIGHT, events: ['dark', 'dark'].map(subject => ({ ...FAULT, subject })) },
    'events.1: it overlaps events.0',
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
