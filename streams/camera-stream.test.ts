// The outside surface on tiny drawn clips: replay, live, accounting, and what broken input does to them.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Camera } from '../core/camera.ts'
import type { Frame } from '../core/frame.ts'
import { WHOLE_FRAME } from '../core/geometry.ts'
import type { StreamHealth } from '../core/health.ts'
import type { CameraId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { type Clock, DEFAULT_START_AT, ManualClock, systemClock } from '../core/time.ts'
import { type CameraStream, type CameraStreamOptions, openCameraStream } from './camera-stream.ts'
import { encodeVideo } from './encode.ts'
import { movingBar } from './moving-bar.ts'
import type { RateLimit } from './sampler.ts'

let baseDir: string

beforeAll(async () => {
  baseDir = await mkdtemp(path.join(tmpdir(), 'jiemu-streams-'))
  const clip = { widthPx: 64, heightPx: 48, fps: 10, gopFrames: 10 }
  await encodeVideo({ ...clip, path: path.join(baseDir, 'h264.mp4'), codec: 'h264' }, movingBar(64, 48, 40))
  await encodeVideo({ ...clip, path: path.join(baseDir, 'hevc.mkv'), codec: 'hevc' }, movingBar(64, 48, 40))
  await encodeVideo({ ...clip, path: path.join(baseDir, 'small.h264'), codec: 'h264' }, movingBar(64, 48, 20))
  await encodeVideo(
    { ...clip, widthPx: 96, heightPx: 80, path: path.join(baseDir, 'large.h264'), codec: 'h264' },
    movingBar(96, 80, 20),
  )
  const long = { ...clip, gopFrames: 20, codec: 'h264' } as const
  await encodeVideo({ ...long, path: path.join(baseDir, 'attentive.mp4') }, movingBar(64, 48, 120))
  await encodeVideo({ ...long, gopFrames: 1_000, path: path.join(baseDir, 'keyless.mp4') }, movingBar(64, 48, 200))
  await encodeVideo({ ...long, path: path.join(baseDir, 'refreshed.ts'), intraRefresh: true }, movingBar(64, 48, 200))
  const parts = await Promise.all(['small.h264', 'large.h264'].map(name => readFile(path.join(baseDir, name))))
  await writeFile(path.join(baseDir, 'resized.h264'), Buffer.concat(parts))
  const bytes = await readFile(path.join(baseDir, 'h264.mp4'))
  // Behind the first key frame and before the index, which stands at the end.
  const media = bytes.indexOf('mdat')
  for (let at = media + 1_100; at < media + 2_400; at += 31) bytes[at] = (bytes[at] ?? 0) ^ 0xff
  await writeFile(path.join(baseDir, 'corrupt.mp4'), bytes)
  await writeFile(path.join(baseDir, 'cut.mp4'), bytes.subarray(0, bytes.length / 2))
  await writeFile(path.join(baseDir, 'text.mp4'), 'this is no video')
})
afterAll(() => rm(baseDir, { recursive: true, force: true }))

/** A clock that must not be looked at. */
const forbidden: Clock = {
  now: () => {
    throw new Error('the clock was looked at')
  },
}

function open(
  source: Camera['source'],
  sampling: Camera['sampling'] = 'keyframes',
  options: Partial<CameraStreamOptions> = {},
): CameraStream {
  return openCameraStream(
    { id: 'c' as CameraId, source, sampling },
    { pace: 'replay', clock: forbidden, log: silentLog, baseDir, ...options },
  )
}

async function consume(stream: CameraStream): Promise<Frame[]> {
  const frames: Frame[] = []
  for await (const frame of stream.frames()) {
    frame.picture?.release()
    stream.analysed(frame)
    frames.push(frame)
  }
  return frames
}

const accountedFor = ({ framesAnalysed, dropped }: StreamHealth): number =>
  framesAnalysed + Object.values(dropped).reduce((sum, count) => sum + count, 0)

const offsets = (frames: readonly Frame[]) => frames.map(frame => frame.capturedAt - DEFAULT_START_AT)

test.each(['h264.mp4', 'hevc.mkv'])(
  'a replay of %s hands on its key frames, stamped from the default start',
  async file => {
    const frames = await consume(open({ kind: 'file', path: file }))
    expect(offsets(frames)).toEqual([0, 1_000, 2_000, 3_000])
    expect(frames.map(frame => frame.sequence)).toEqual([0, 1, 2, 3])
    expect(frames.every(frame => frame.keyframe && frame.clock === 'media' && frame.density === 'keyframes')).toBe(true)
    expect(frames.every(frame => frame.receivedAt === frame.capturedAt)).toBe(true)
  },
)

test('a replay at five a second hands on every second picture of ten', async () => {
  const stream = open({ kind: 'file', path: 'h264.mp4', startAt: 5_000_000 }, { every: 5 })
  const frames = await consume(stream)
  expect(frames.map(frame => frame.capturedAt)).toEqual(Array.from({ length: 20 }, (_, i) => 5_000_000 + i * 200))
  expect(frames.every(frame => frame.density === 'dense')).toBe(true)
  expect(stream.health()).toMatchObject({
    state: 'ended',
    codec: 'h264',
    widthPx: 64,
    heightPx: 48,
    clock: 'media',
    keyframeIntervalMs: 1_000,
    framesIn: 40,
    framesAnalysed: 20,
    dropped: { 'not-sampled': 20 },
  })
})

/** Lets every so-manieth picture pass. */
const everyNth = (nth: number, everyMs: number): RateLimit => {
  let offered = 0
  return { admits: () => offered++ % nth === 0, everyMs }
}

describe('of a shard that has more to do than it can', () => {
  /** As fast as it can be read, so that newer frames may replace each other: what was left out before is exact. */
  const live = async (path: string, limit: RateLimit, sampling: Camera['sampling'] = 'keyframes', dense = false) => {
    const stream = open({ kind: 'file', path, pace: 'fast' }, sampling, { pace: 'live', clock: systemClock, limit })
    if (dense) stream.wish({ density: 'dense', everyMs: 2_000 })
    const frames = await consume(stream)
    expect(accountedFor(stream.health())).toBe(stream.health().framesIn)
    return { densities: new Set(frames.map(({ density }) => density)), dropped: stream.health().dropped }
  }

  test('key frames that are left out are not even decoded, and counted', async () => {
    const { dropped } = await live('h264.mp4', everyNth(2, 2_000))
    expect(dropped).toMatchObject({ shed: 2, 'not-sampled': 36 })
  })

  test('of what must be decoded in full fewer pictures are handed on, and are not taken for dense ones', async () => {
    const { densities, dropped } = await live('h264.mp4', everyNth(5, 1_000), { every: 5 })
    expect(dropped).toMatchObject({ shed: 16, 'not-sampled': 20 })
    expect(densities).toEqual(new Set(['keyframes']))
  })

  test('of a burst nothing is left out', async () => {
    const { densities, dropped } = await live('attentive.mp4', everyNth(1_000, 8_000), 'keyframes', true)
    expect(densities).toContain('dense')
    expect(dropped.shed).toBeUndefined()
  })

  test('key frames that no rule needs yet are not even decoded, in a replay too, and others have their turn first', async () => {
    const watch = async (pace: 'live' | 'replay', isBusy = false) => {
      const options = pace === 'live' ? ({ pace, clock: systemClock, isBusy: () => isBusy } as const) : {}
      const stream = open({ kind: 'file', path: 'attentive.mp4', pace: 'fast' }, 'keyframes', options)
      stream.wish({ density: 'keyframes', everyMs: 4_000 })
      await consume(stream)
      expect(accountedFor(stream.health())).toBe(stream.health().framesIn)
      return stream.health().dropped.spared
    }
    // Six key frames, two seconds apart.
    expect([await watch('replay'), await watch('live'), await watch('live', true)]).toEqual([3, 3, 4])
  })

  test('a replay leaves nothing out', async () => {
    const stream = open({ kind: 'file', path: 'h264.mp4' }, 'keyframes', { limit: everyNth(2, 2_000) })
    expect(await consume(stream)).toHaveLength(4)
  })
})

test('two replays are the same', async () => {
  const [first, second] = await Promise.all(
    [1, 2].map(async () => JSON.stringify(await consume(open({ kind: 'file', path: 'h264.mp4' }, { every: 3 })))),
  )
  expect(first).toBe(second)
})

test('the colours of a clip survive encoding and decoding', async () => {
  for await (const { picture } of open({ kind: 'file', path: 'h264.mp4' }).frames()) {
    const { pixels } = picture?.rgb(WHOLE_FRAME) ?? { pixels: new Uint8Array() }
    picture?.release()
    const left = pixels.subarray((24 * 64 + 8) * 3)
    const right = pixels.subarray((24 * 64 + 56) * 3)
    expect(left[0]).toBeGreaterThan(200)
    expect(left[2]).toBeLessThan(20)
    expect(right[2]).toBeGreaterThan(200)
    expect(right[0]).toBeLessThan(20)
    return
  }
  expect.unreachable('no frame came')
})

test('a change of resolution in the middle goes through', async () => {
  const sizes = new Set<string>()
  const stream = open({ kind: 'file', path: 'resized.h264' }, { every: 30 })
  for await (const frame of stream.frames()) {
    sizes.add(`${frame.picture?.widthPx}×${frame.picture?.heightPx}`)
    frame.picture?.release()
    stream.analysed(frame)
  }
  expect([...sizes]).toEqual(['64×48', '96×80'])
  expect(stream.health().framesAnalysed).toBe(40)
})

test('broken pictures are counted and skipped, the others go on', async () => {
  const told: StreamHealth[] = []
  const stream = open({ kind: 'file', path: 'corrupt.mp4' }, { every: 10 }, { onHealth: health => told.push(health) })
  const frames = await consume(stream)
  const health = stream.health()
  expect(frames.length).toBeGreaterThan(0)
  expect(health.dropped.undecodable).toBeGreaterThan(0)
  expect(health.framesIn).toBe(accountedFor(health))
  expect(told.map(({ state, problem }) => [state, problem?.code])).toContainEqual(['online', 'source-corrupt'])
})

test.each([
  [{ kind: 'file', path: 'nowhere.mp4' }, 'source-not-found'],
  [{ kind: 'file', path: 'text.mp4' }, 'source-not-video'],
  // An MP4 that is cut off has lost its index.
  [{ kind: 'file', path: 'cut.mp4' }, 'source-not-video'],
  [{ kind: 'file', path: '.' }, 'source-not-video'],
  [{ kind: 'film', path: 'h264.mp4' }, 'kind-unknown'],
  [{ kind: 'file', path: 'h264.mp4', speed: 2 }, 'options-invalid'],
  [{ kind: 'rtsp', url: 'rtsp://127.0.0.1/x' }, 'source-refused'],
])('a replay of %o throws %s', async (source, code) => {
  await expect(consume(open(source))).rejects.toMatchObject({ code })
})

test('a live stream whose source cannot be understood has failed, and hands on nothing', async () => {
  const told: StreamHealth[] = []
  const clock = new ManualClock(1_000)
  const source = { kind: 'rtsp', url: 'http://camera/x' }
  const stream = open(source, 'keyframes', { pace: 'live', clock, onHealth: health => told.push(health) })
  expect(await consume(stream)).toEqual([])
  expect(told.map(({ state, problem }) => [state, problem?.code])).toEqual([['failed', 'source-refused']])
})

test('live, the newest frame wins, and every frame is accounted for', async () => {
  const clock = new ManualClock(1_000)
  const stream = open({ kind: 'file', path: 'h264.mp4', pace: 'fast' }, { every: 10 }, { pace: 'live', clock })
  const taken: number[] = []
  for await (const frame of stream.frames()) {
    taken.push(frame.sequence)
    // A consumer that is slower than the whole file: it ends before the next frame is asked for.
    while (stream.health().state !== 'ended') await new Promise(setImmediate)
    frame.picture?.release()
    stream.analysed(frame)
  }
  expect(taken).toEqual([0, 39])
  const health = stream.health()
  expect(health.dropped).toEqual({ superseded: 38 })
  expect(health.framesIn).toBe(accountedFor(health))
})

test('live, closing in the middle frees and counts what is left', async () => {
  const clock = new ManualClock(1_000)
  const source = { kind: 'file', path: 'h264.mp4', loop: true, pace: 'fast' }
  const stream = open(source, { every: 10 }, { pace: 'live', clock })
  let seen = 0
  for await (const frame of stream.frames()) {
    frame.picture?.release()
    if (++seen === 3) {
      stream.dropped('inference-failed')
      break
    }
    stream.analysed(frame)
  }
  await stream.close()
  const health = stream.health()
  expect(health.framesAnalysed).toBe(2)
  expect(health.dropped['inference-failed']).toBe(1)
  expect(health.framesIn).toBe(accountedFor(health))
})

test('live, footage in real time comes when it is due, and a loop goes on in time', async () => {
  const clock = new ManualClock(9_000_000)
  const wait = async (durationMs: number) => clock.advanceBy(durationMs)
  const source = { kind: 'file', path: 'h264.mp4', loop: true, startAt: 'now' }
  const stream = open(source, 'keyframes', { pace: 'live', clock, wait })
  const captured: number[] = []
  for await (const frame of stream.frames()) {
    frame.picture?.release()
    stream.analysed(frame)
    captured.push(frame.capturedAt - 9_000_000)
    // The wait of this test takes no time, so that a frame or two may be superseded: the rest are in step.
    expect(frame.receivedAt).toBeGreaterThanOrEqual(frame.capturedAt)
    if (captured.length === 6) break
  }
  await stream.close()
  expect(captured.every(at => at % 1_000 === 0)).toBe(true)
  expect(captured).toEqual(captured.toSorted((a, b) => a - b))
  expect(captured.at(-1)).toBeGreaterThan(4_000)
})

describe('a burst of attention', () => {
  /** Wishes for every picture from one picture that was handed on to another. */
  async function watch(from: number, to: number) {
    const stream = open({ kind: 'file', path: 'attentive.mp4' })
    const frames: Frame[] = []
    for await (const frame of stream.frames()) {
      frame.picture?.release()
      stream.analysed(frame)
      frames.push(frame)
      stream.wish({ density: frames.length >= from && frames.length < to ? 'dense' : 'keyframes', everyMs: 2_000 })
    }
    const [first] = frames
    return { health: stream.health(), at: frames.map(frame => frame.capturedAt - (first?.capturedAt ?? 0)), frames }
  }

  test('begins within the group that was left out so far, and ends as it began: nothing is lost or counted twice', async () => {
    const { health, at, frames } = await watch(3, 10)
    // Key frames every two seconds; after the third one, up to four a second until the tenth.
    expect(at.slice(0, 3)).toEqual([0, 2_000, 4_000])
    expect(at[3]).toBeLessThanOrEqual(4_300)
    expect(at.slice(3, 10).every((ms, index) => index === 0 || ms - (at[index + 2] ?? 0) <= 300)).toBe(true)
    expect(at.slice(-2)).toEqual([8_000, 10_000])
    expect(frames.map(({ density }) => density).slice(2, 5)).toEqual(['keyframes', 'dense', 'dense'])
    expect(frames.at(-1)?.density).toBe('keyframes')
    expect(health.dropped.undecodable).toBeUndefined()
    expect([health.framesIn, accountedFor(health), health.mode]).toEqual([120, 120, 'economy'])
  })

  test('makes the same of the same footage', async () => {
    expect((await watch(2, 8)).at).toEqual((await watch(2, 8)).at)
  })
})

test('a stream that is refreshed stripe by stripe and has no key frames is decoded in full, and said to be', async () => {
  const stream = open({ kind: 'file', path: 'refreshed.ts' })
  const frames = await consume(stream)
  const health = stream.health()
  expect([health.mode, health.fullReason]).toEqual(['full', 'no-key-frames'])
  expect(frames.length).toBeGreaterThan(5)
  expect(health.framesIn).toBe(accountedFor(health))
  const gaps = frames.slice(1).map((frame, index) => frame.capturedAt - (frames[index]?.capturedAt ?? 0))
  expect(Math.max(...gaps.slice(2))).toBeLessThanOrEqual(2_100)
})

test('footage with a single key frame is joined in its middle, decoded in full, and every picture accounted for', async () => {
  const stream = open({ kind: 'file', path: 'keyless.mp4' })
  expect(offsets(await consume(stream))).toEqual([0, 4_200, 6_200, 8_200, 10_200, 12_200, 14_200, 16_200, 18_200])
  const health = stream.health()
  expect([health.mode, health.fullReason]).toEqual(['full', 'long-gaps'])
  expect(health.framesIn).toBe(accountedFor(health))
})
