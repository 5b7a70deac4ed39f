// Cameras whose clocks lie, over real RTSP and RTCP: when their pictures were taken, and what is said of their clocks.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaptureClock, Frame } from '../core/frame.ts'
import type { CameraId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { systemClock } from '../core/time.ts'
import { readElementaryStream } from '../tests/support/access-units.ts'
import { type FaultyRtsp, startFaultyRtsp } from '../tests/support/faulty-rtsp.ts'
import { temporaryFolder } from '../tests/support/jiemu.ts'
import { openCameraStream } from './camera-stream.ts'
import { encodeVideo } from './encode.ts'
import { movingBar } from './moving-bar.ts'

const HOUR_MS = 3_600_000
const FPS = 25
/** Two key frames a second. */
const GOP_FRAMES = 12
/** Six seconds, of which the clock's first report comes with the first picture. */
const PICTURES = 12
const OLDEST_MS = 12_000

type Lie = (trueMs: number, elapsedMs: number) => number | undefined
/** What it says, which clock its pictures are timed by in the end, the code of the alarm, and how far off it is said to be. */
const CASES: readonly (readonly [
  name: string,
  lie: Lie,
  clock: CaptureClock,
  code: string | null,
  skewMs: number | null,
])[] = [
  ['the truth', trueMs => trueMs, 'sender', null, 0],
  ['half a second late', trueMs => trueMs - 500, 'sender', null, -500],
  ['local time, eight hours ahead', trueMs => trueMs + 8 * HOUR_MS, 'corrected', 'camera-clock-off', 8 * HOUR_MS],
  ['local time, five hours behind', trueMs => trueMs - 5 * HOUR_MS, 'corrected', 'camera-clock-off', -5 * HOUR_MS],
  ['time since boot, from 1970', (_, ms) => 60_000 + ms, 'corrected', 'camera-clock-off', Number.NaN],
  ['time since boot, from 1900', (_, ms) => ms - 2_208_988_740_000, 'corrected', 'camera-clock-off', Number.NaN],
  ['nothing', () => undefined, 'arrival', null, null],
  ['the truth, and after three seconds nothing', (t, ms) => (ms < 3_000 ? t : undefined), 'sender', null, 0],
  ['500 ppm fast', (trueMs, ms) => trueMs + ms * 5e-4, 'sender', null, 0],
  ['500 ppm slow', (trueMs, ms) => trueMs - ms * 5e-4, 'sender', null, 0],
  [
    'an hour more after three seconds',
    (t, ms) => t + (ms < 3_000 ? 0 : HOUR_MS),
    'corrected',
    'camera-clock-off',
    HOUR_MS,
  ],
  [
    'an hour less after three seconds',
    (t, ms) => t - (ms < 3_000 ? 0 : HOUR_MS),
    'corrected',
    'camera-clock-off',
    -HOUR_MS,
  ],
]

describe('a camera that reports', () => {
  const folder = temporaryFolder('clocks')
  let server: FaultyRtsp
  beforeAll(async () => {
    const path = join(folder.path, 'clip.h264')
    await encodeVideo(
      { path, widthPx: 320, heightPx: 240, fps: FPS, gopFrames: GOP_FRAMES, codec: 'h264' },
      movingBar(320, 240, 10 * GOP_FRAMES),
    )
    const clip = await readElementaryStream(path)
    server = await startFaultyRtsp(
      Object.fromEntries(CASES.map(([, clock], index) => [`camera-${index}`, { clip, fps: FPS, clock }])),
    )
  })
  afterAll(async () => {
    await server.close()
    folder.remove()
  })

  test.concurrent.each(CASES.map((each, index) => [...each, index] as const))(
    '%s',
    async (_name, _lie, clock, code, skewMs, index) => {
      const stream = openCameraStream(
        {
          id: `camera-${index}` as CameraId,
          source: { kind: 'rtsp', url: server.url(`camera-${index}`), transport: 'tcp' },
          sampling: 'keyframes',
        },
        { pace: 'live', clock: systemClock, log: silentLog, baseDir: folder.path },
      )
      const frames: Frame[] = []
      try {
        for await (const frame of stream.frames()) {
          frame.picture?.release()
          stream.analysed(frame)
          frames.push(frame)
          if (frames.length === PICTURES) break
        }
      } finally {
        await stream.close()
      }
      expect(frames.at(-1)?.clock).toBe(clock)
      for (const [at, { capturedAt, receivedAt }] of frames.entries()) {
        // Pictures that come all at once are a millisecond apart.
        expect(capturedAt).toBeLessThanOrEqual(receivedAt + 2 * GOP_FRAMES)
        expect(capturedAt).toBeGreaterThanOrEqual(receivedAt - OLDEST_MS)
        expect(capturedAt).toBeGreaterThan(frames[at - 1]?.capturedAt ?? 0)
      }
      const health = stream.health()
      expect(health.problem?.code ?? null).toBe(code)
      if (skewMs === null) expect(health.clockSkewMs).toBeNull()
      // A picture waits for the next one to be told from it, and a busy machine takes its time.
      else if (!Number.isNaN(skewMs)) expect(Math.abs((health.clockSkewMs ?? Number.NaN) - skewMs)).toBeLessThan(1_000)
      else expect(health.clockSkewMs).toBeLessThan(-HOUR_MS)
    },
  )
})
