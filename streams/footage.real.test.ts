// The real footage, where it is present: formats, key frames and time stamps as cameras and converters really write them.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Camera, Sampling } from '../core/camera.ts'
import type { Frame } from '../core/frame.ts'
import type { CameraId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { DEFAULT_START_AT, ManualClock } from '../core/time.ts'
import { openCameraStream } from './camera-stream.ts'

const FOOTAGE = path.join(import.meta.dirname, '../../shared/footage')

async function replay(source: Camera['source'], sampling: Sampling) {
  const stream = openCameraStream(
    { id: 'c' as CameraId, source, sampling },
    { pace: 'replay', clock: new ManualClock(0), log: silentLog, baseDir: FOOTAGE },
  )
  const frames: Frame[] = []
  for await (const frame of stream.frames()) {
    frame.picture?.release()
    stream.analysed(frame)
    frames.push(frame)
  }
  const health = stream.health()
  const dropped = Object.values(health.dropped).reduce((sum, count) => sum + count, 0)
  expect(health.framesIn).toBe(health.framesAnalysed + dropped)
  return { frames, health, lastMs: (frames.at(-1)?.capturedAt ?? 0) - DEFAULT_START_AT }
}

const absent = (name: string) => !existsSync(path.join(FOOTAGE, name))

test.skipIf(absent('clips/kerb-parking.mp4'))('kerb-parking: a key frame every two seconds', async () => {
  const { frames, health, lastMs } = await replay({ kind: 'file', path: 'clips/kerb-parking.mp4' }, 'keyframes')
  expect(frames).toHaveLength(36)
  expect(health.keyframeIntervalMs).toBe(1_979)
  expect(lastMs).toBe(73_107)
})

test.skipIf(absent('clips/kerb-parking.mp4'))('kerb-parking: five a second of a variable rate', async () => {
  const { frames, health } = await replay({ kind: 'file', path: 'clips/kerb-parking.mp4' }, { every: 5 })
  const gaps = frames.slice(1).map((frame, index) => frame.capturedAt - (frames[index]?.capturedAt ?? 0))
  expect(frames.length).toBeGreaterThan(350)
  // The clip itself has a hole of 781 ms after 11.76 s.
  expect(gaps.filter(gap => gap >= 500)).toEqual([860])
  expect(health.dropped.undecodable).toBeUndefined()
})

test.skipIf(absent('clips/roadside-cars-broken.mp4'))('roadside-cars-broken: plays to its end', async () => {
  const { frames, health, lastMs } = await replay(
    { kind: 'file', path: 'clips/roadside-cars-broken.mp4' },
    { every: 5 },
  )
  expect(health.state).toBe('ended')
  expect(frames.length).toBeGreaterThan(180)
  expect(lastMs).toBeGreaterThan(37_000)
})

test.skipIf(absent('clips/yard-pedestrians.avi'))(
  'yard-pedestrians: key frames 25 s apart, so sampled every 2 s',
  async () => {
    const { frames, health } = await replay({ kind: 'file', path: 'clips/yard-pedestrians.avi' }, 'keyframes')
    expect(health.keyframeIntervalMs).toBe(25_000)
    const gaps = frames.slice(2).map((frame, index) => frame.capturedAt - (frames[index + 1]?.capturedAt ?? 0))
    expect(Math.max(...gaps)).toBe(2_000)
  },
)

test.skipIf(absent('mall/frames'))('mall: 250 pictures, two a second', async () => {
  const { frames, lastMs } = await replay({ kind: 'images', path: 'mall/frames', frameIntervalMs: 500 }, 'keyframes')
  expect(frames).toHaveLength(250)
  expect(lastMs).toBe(124_500)
})

test.skipIf(absent('jamcam-2017/09747'))('jamcam: 96 clips of a day, each at its own time', async () => {
  const { frames } = await replay({ kind: 'clips', path: 'jamcam-2017/09747' }, 'keyframes')
  const clips = new Set(frames.map(frame => Math.floor(frame.capturedAt / 300_000)))
  expect(clips.size).toBe(96)
  expect(new Date(frames[0]?.capturedAt ?? 0).toISOString().slice(0, 10)).toBe('2017-03-09')
})
