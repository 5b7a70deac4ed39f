// The kinds of source: what their options refuse, and what each of them gives.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Camera } from '../../core/camera.ts'
import type { Frame } from '../../core/frame.ts'
import type { CameraId } from '../../core/ids.ts'
import { parseOptions } from '../../core/kind.ts'
import { silentLog } from '../../core/log.ts'
import { DEFAULT_START_AT, ManualClock } from '../../core/time.ts'
import { openCameraStream } from '../camera-stream.ts'
import { encodeVideo } from '../encode.ts'
import { movingBar } from '../moving-bar.ts'
import { createSource, SOURCE_KINDS } from './index.ts'

let baseDir: string
const inFolder = (...names: string[]) => path.join(baseDir, ...names)

beforeAll(async () => {
  baseDir = await mkdtemp(path.join(tmpdir(), 'jiemu-kinds-'))
  for (const folder of ['stills', 'clips', 'empty']) await mkdir(inFolder(folder))
  for (const name of ['shot 9.jpg', 'shot 10.jpg', 'shot 11.png']) {
    const still = sharp({ create: { width: 33, height: 25, channels: 3, background: '#c02020' } })
    await writeFile(inFolder('stills', name), await still.toFormat(name.endsWith('png') ? 'png' : 'jpeg').toBuffer())
  }
  await writeFile(inFolder('stills', 'notes.txt'), 'no picture')
  const clip = { widthPx: 64, heightPx: 48, fps: 10, gopFrames: 5, codec: 'h264' } as const
  await encodeVideo({ ...clip, path: inFolder('clips', 'b_1489036503123.mp4') }, movingBar(64, 48, 10))
  await writeFile(inFolder('clips', 'a_1489037403123.mp4'), await readFile(inFolder('clips', 'b_1489036503123.mp4')))
  await writeFile(inFolder('clips', 'readme.mp4'), 'has no time in its name, and is left out')
  const lines = [0, 1_000, 3_000].map(atMs => ({
    atMs,
    objects: [{ label: 'car', score: 0.9, box: [0.1, 0.2, 0.3, 0.4] }],
  }))
  await writeFile(inFolder('relative.jsonl'), lines.map(it => JSON.stringify(it)).join('\n'))
  const absolute = lines.map(({ atMs, objects }) => ({ at: 1_700_000_000_000 + atMs, objects }))
  await writeFile(inFolder('absolute.jsonl'), `${absolute.map(it => JSON.stringify(it)).join('\n')}\n\n`)
  await writeFile(inFolder('wrong.jsonl'), '{"atMs":0,"objects":[]}\n{"atMs":1,"objects":[{"label":"car"}]}\n')
})
afterAll(() => rm(baseDir, { recursive: true, force: true }))

interface Play {
  readonly pace?: 'live' | 'replay'
  readonly clock?: ManualClock
  readonly count?: number
}

async function play(source: Camera['source'], { pace = 'replay', clock = new ManualClock(0), count = 99 }: Play = {}) {
  const wait = async (durationMs: number) => {
    // The consumer fetches what has come before time goes on.
    await new Promise(setImmediate)
    clock.advanceBy(durationMs)
  }
  const camera = { id: 'c' as CameraId, source, sampling: { every: 30 } }
  const stream = openCameraStream(camera, { pace, clock, wait, log: silentLog, baseDir })
  const frames: Frame[] = []
  for await (const frame of stream.frames()) {
    frame.picture?.release()
    stream.analysed(frame)
    if (frames.push(frame) === count) break
  }
  await stream.close()
  return frames
}
const times = (frames: readonly Frame[]) => frames.map(frame => frame.capturedAt)

test('every kind has a name of its own and a sentence', () => {
  expect(SOURCE_KINDS.map(kind => kind.name)).toEqual(['rtsp', 'file', 'images', 'clips', 'recorded'])
  expect(SOURCE_KINDS.every(kind => kind.summary.length > 10)).toBe(true)
})

test.each([
  [{ kind: 'file', path: 'x.mp4', bogus: 1 }],
  [{ kind: 'file' }],
  [{ kind: 'file', path: 'x.mp4', startAt: 'yesterday' }],
  [{ kind: 'file', path: 'x.mp4', startAt: '2026-01-05T08:00:00' }],
  [{ kind: 'images', path: 'x' }],
  [{ kind: 'images', path: 'x', frameInterval: '1s', frameIntervalMs: 1000 }],
  [{ kind: 'rtsp', url: 'rtsp://x/y', transport: 'http' }],
  [{ kind: 'recorded', path: 'x', anchor: 'sea' }],
])('refuses the options %o', raw => {
  const kind = SOURCE_KINDS.find(it => it.name === raw.kind)
  expect(() => kind && parseOptions(kind.options, 'camera c', raw)).toThrow(/^camera c: /)
})

test.each([
  ['http://camera/stream', /the scheme http: is not one of a camera/],
  ['file:///etc/passwd', /the scheme file: /],
  ['concat:rtsp://a|rtsp://b', /the scheme concat: /],
  ['rtsp:///stream', /names no host/],
  ['rtsp://camera/a b', /holds blanks/],
  ['camera.local/stream', /not an address/],
])('refuses the address %s', (url, problem) => {
  const deps = { pace: 'live', clock: new ManualClock(0), baseDir: '/', wait: async () => {} } as const
  expect(() => createSource({ id: 'c' as CameraId, source: { kind: 'rtsp', url } }, deps)).toThrow(problem)
})

test('an address with a password is named without it', () => {
  const deps = { pace: 'live', clock: new ManualClock(0), baseDir: '/', wait: async () => {} } as const
  const url = 'rtsp://admin:geheim@10.0.0.7/stream?token=abc'
  const source = createSource({ id: 'c' as CameraId, source: { kind: 'rtsp', url } }, deps)
  expect(source.label).toBe('rtsp://***@10.0.0.7/stream?***')
})

test.each([
  'admin:geheim@10.0.0.7/stream',
  'rtsp:/admin:geheim@10.0.0.7/stream',
  'rtsp://admin:ge/heim@10.0.0.7/stream',
])('the mistaken address %s is refused without its password', url => {
  const deps = { pace: 'live', clock: new ManualClock(0), baseDir: '/', wait: async () => {} } as const
  const create = () => createSource({ id: 'c' as CameraId, source: { kind: 'rtsp', url } }, deps)
  expect(create).toThrow(expect.objectContaining({ code: 'source-refused' }))
  expect(create).not.toThrow(/heim/)
})

test('images come in the order of their numbers, at their interval, whatever their format', async () => {
  const frames = await play({ kind: 'images', path: 'stills', frameInterval: '500ms' })
  expect(times(frames)).toEqual([0, 500, 1_000].map(ms => DEFAULT_START_AT + ms))
  expect(frames.map(frame => [frame.picture?.widthPx, frame.picture?.heightPx])).toEqual(Array(3).fill([33, 25]))
})

test('clips take their times from their names', async () => {
  const frames = await play({ kind: 'clips', path: 'clips', clock: 'file name' })
  expect(frames).toHaveLength(20)
  expect([times(frames)[0], times(frames)[9]]).toEqual([1_489_036_503_123, 1_489_036_504_023])
  expect(times(frames)[10]).toBe(1_489_037_403_123)
})

test('clips move as a whole to a given start', async () => {
  const frames = await play({ kind: 'clips', path: 'clips', startAt: '2026-01-05T08:00:00+08:00' })
  expect([times(frames)[0], times(frames)[10]]).toEqual([DEFAULT_START_AT, DEFAULT_START_AT + 900_000])
})

test.each([
  [{ kind: 'images', path: 'empty', frameInterval: '1s' }, 'source-not-video'],
  [{ kind: 'clips', path: 'empty' }, 'source-not-video'],
  [{ kind: 'clips', path: 'nowhere' }, 'source-not-found'],
  [{ kind: 'images', path: 'relative.jsonl', frameInterval: '1s' }, 'source-not-video'],
])('%o has nothing to show: %s', async (source, code) => {
  await expect(play(source)).rejects.toMatchObject({ code })
})

test('recorded detections come without pixels, at their times', async () => {
  const frames = await play({ kind: 'recorded', path: 'relative.jsonl', startAt: 50_000 })
  expect(times(frames)).toEqual([50_000, 51_000, 53_000])
  expect(frames[0]?.picture).toBeUndefined()
  expect(frames[0]?.recorded).toEqual([{ label: 'car', score: 0.9, box: { x1: 0.1, y1: 0.2, x2: 0.3, y2: 0.4 } }])
})

test.each([
  [{}, 1_700_000_000_000],
  [{ startAt: 60_000 }, 60_000],
])('recorded detections with absolute times keep or move them: %o', async (option, from) => {
  const frames = await play({ kind: 'recorded', path: 'absolute.jsonl', ...option })
  expect(times(frames)).toEqual([0, 1_000, 3_000].map(ms => from + ms))
})

test('recorded detections anchored to the wall begin at the present and are given when they are due', async () => {
  const clock = new ManualClock(50_900)
  const source = { kind: 'recorded', path: 'relative.jsonl', startAt: 50_000, anchor: 'wall' }
  const frames = await play(source, { pace: 'live', clock })
  expect(times(frames)).toEqual([51_000, 53_000])
  expect(frames.map(frame => frame.receivedAt)).toEqual([51_000, 53_000])
})

test('recorded detections of MOT Challenge come at the times of their frames', async () => {
  await writeFile(inFolder('det.txt'), '1,-1,64,36,64,36,0.9\n3,-1,64,36,64,36,0.9\n')
  const mot = { frameRate: 10, widthPx: 640, heightPx: 360 }
  const frames = await play({ kind: 'recorded', path: 'det.txt', mot, startAt: 50_000 })
  expect(times(frames)).toEqual([50_000, 50_100, 50_200])
  expect(frames.map(frame => frame.recorded?.length)).toEqual([1, 0, 1])
})

test('a line that cannot be understood is named', async () => {
  const source = { kind: 'recorded', path: 'wrong.jsonl' }
  await expect(play(source)).rejects.toThrow(/^wrong\.jsonl: cannot be read \(line 2: objects\.0\.score: /)
})

test('a loop goes on in time, and a replay plays once', async () => {
  const source = { kind: 'recorded', path: 'relative.jsonl', startAt: 50_000, loop: true }
  const live = await play(source, { pace: 'live', clock: new ManualClock(0), count: 5 })
  expect(times(live)).toEqual([50_000, 51_000, 53_000, 55_000, 56_000])
  expect(await play(source)).toHaveLength(3)
})
