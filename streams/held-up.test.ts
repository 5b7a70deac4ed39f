// A key frame that waited for a busy thread has lost its place in the round: one that may wait is put off to the camera's next.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CameraId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { ManualClock } from '../core/time.ts'
import { openCameraStream } from './camera-stream.ts'
import { encodeVideo } from './encode.ts'
import { movingBar } from './moving-bar.ts'

let baseDir: string
beforeAll(async () => {
  baseDir = await mkdtemp(path.join(tmpdir(), 'jiemu-held-up-'))
  const clip = { path: path.join(baseDir, 'clip.mp4'), widthPx: 64, heightPx: 48, fps: 10, gopFrames: 10 }
  await encodeVideo({ ...clip, codec: 'h264' }, movingBar(64, 48, 80))
})
afterAll(() => rm(baseDir, { recursive: true, force: true }))

/** The seconds at which a camera is looked at that has a key frame each second and needs two looks in four. */
async function looked(heldUpMs: (atMs: number) => number): Promise<readonly number[]> {
  const clock = new ManualClock(0)
  const wait = async (durationMs: number) => {
    // The consumer fetches what has come before time goes on.
    await new Promise(setImmediate)
    clock.advanceBy(durationMs)
    clock.advanceBy(heldUpMs(clock.now()))
  }
  const camera = {
    id: 'c' as CameraId,
    source: { kind: 'file', path: 'clip.mp4', startAt: 'now' },
    sampling: 'keyframes',
  } as const
  const stream = openCameraStream(camera, { pace: 'live', clock, wait, log: silentLog, baseDir })
  stream.wish({ density: 'keyframes', everyMs: 2_000 })
  const seconds: number[] = []
  for await (const frame of stream.frames()) {
    frame.picture?.release()
    stream.analysed(frame)
    seconds.push(frame.capturedAt / 1_000)
  }
  await stream.close()
  return seconds
}

test.each([
  ['in time', () => 0, [0, 2, 4, 6]],
  ['held up at 2 s: put off to 3 s, from where it goes on', (atMs: number) => (atMs === 2_000 ? 90 : 0), [0, 3, 5, 7]],
  ['a moment late at 2 s', (atMs: number) => (atMs === 2_000 ? 30 : 0), [0, 2, 4, 6]],
  ['held up at every key frame: put off once, and then looked at all the same', () => 90, [0, 3, 6]],
])('%s', async (_what, heldUpMs, seconds) => {
  expect(await looked(heldUpMs)).toEqual(seconds)
})
