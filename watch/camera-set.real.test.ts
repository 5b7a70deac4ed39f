// A shard that has more to do than it can, for real: a detector that takes its time, several cameras, and where their frames went.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Camera, ownPlace } from '../core/camera.ts'
import type { CameraHealth } from '../core/health.ts'
import type { CameraId, GridId, StreetId, ZoneId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { NO_WORD } from '../core/reference-view.ts'
import { stopwatch, systemClock } from '../core/time.ts'
import type { Detector } from '../detector/inference/detector.ts'
import { encodeVideo } from '../streams/encode.ts'
import { movingBar } from '../streams/moving-bar.ts'
import { temporaryFolder } from '../tests/support/jiemu.ts'
import { CameraSet } from './camera-set.ts'

const folder = temporaryFolder('admission')
beforeAll(async () => {
  const clip = { widthPx: 320, heightPx: 240, fps: 10, gopFrames: 5, codec: 'h264' } as const
  await encodeVideo({ ...clip, path: join(folder.path, 'bar.mp4') }, movingBar(320, 240, 400))
})
afterAll(folder.remove)

/** Keeps the thread to itself, as a network does. */
const slowDetector = (takesMs: number): Detector => ({
  model: { name: 'slow', sha256: '0' },
  classes: ['car', 'person'],
  async detect(_frame, _plan, options) {
    const spentMs = stopwatch()
    while (spentMs() < takesMs);
    options?.onSpent?.(spentMs())
    return []
  },
  close: async () => {},
})

function camera(index: number): Camera {
  const id = `camera-${index}` as CameraId
  const zoneId = 'kerb' as ZoneId
  const corners = [0.1, 0.9].flatMap(x => [0.1, 0.9].map(y => ({ x, y: x < 0.5 ? y : 1 - y })))
  return {
    ...{ id, name: id, streetId: 's' as StreetId, gridId: 'g' as GridId, version: 1, viewWord: NO_WORD },
    source: { kind: 'file', path: 'bar.mp4', startAt: 'now' },
    ...{ sampling: 'keyframes', generated: true, health: false },
    zones: [
      {
        ...{ id: zoneId, name: zoneId, cameraId: id, version: 1, rule: 'illegal-parking', options: {} },
        ...{ polygon: corners, placeId: ownPlace(id, zoneId) },
      },
    ],
  }
}

test('every camera is looked at less often, alike, and every frame is accounted for', async () => {
  const healths = new Map<CameraId, CameraHealth>()
  const detector = slowDetector(80)
  const set = new CameraSet({
    ...{ pace: 'live', clock: systemClock, log: silentLog, baseDir: folder.path, admission: { warmUpMs: 0 } },
    detectors: { objects: detector, conditions: detector, recorded: detector, close: async () => {} },
    thrifty: false,
    emit: message => {
      if (message.type === 'health') healths.set(message.health.cameraId, message.health)
    },
  })
  // Ten cameras that send two key frames a second would keep 1.6 cores busy.
  const cameras = Array.from({ length: 10 }, (_, index) => camera(index))
  set.become(cameras, () => ({}))
  const told = () => {
    set.report()
    return [...healths.values()]
  }
  const shedding = await vi.waitUntil(
    () => {
      const all = told()
      const isShed =
        all.length === cameras.length && all.every(({ dropped, shedEveryMs }) => dropped.shed && shedEveryMs)
      return isShed && all
    },
    { timeout: 120_000, interval: 500 },
  )
  expect(set.admission.usage).toMatchObject({ everyMs: expect.any(Number), shed: expect.any(Number) })
  expect(set.admission.usage.share).toBeLessThan(1)
  // From here on each of them still gets its looks.
  const before = new Map(shedding.map(({ cameraId, framesAnalysed }) => [cameraId, framesAnalysed]))
  await vi.waitUntil(
    () => told().every(({ cameraId, framesAnalysed }) => framesAnalysed >= (before.get(cameraId) ?? 0) + 2),
    { timeout: 60_000, interval: 500 },
  )
  // Forty seconds of footage: all that came in has gone somewhere.
  const accountedFor = ({ framesAnalysed, framesUnchanged, dropped }: CameraHealth) =>
    Object.values(dropped).reduce((sum, count) => sum + count, framesAnalysed + framesUnchanged)
  await vi.waitUntil(
    () => told().every(health => health.state === 'ended' && accountedFor(health) === health.framesIn),
    { timeout: 60_000, interval: 500 },
  )
  expect(new Set(told().map(({ framesIn }) => framesIn))).toEqual(new Set([400]))
  await set.close()
})
