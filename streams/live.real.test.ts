// Clips and live view from a real RTSP camera, judged by FFmpeg's own program.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { CameraId } from '../core/ids.ts'
import type { LiveShow } from '../core/live-view.ts'
import { silentLog } from '../core/log.ts'
import { systemClock } from '../core/time.ts'
import { beginsWithSync } from '../tests/support/mp4-boxes.ts'
import { type RtspServer, startRtspServer } from '../tests/support/rtsp.ts'
import { openCameraStream } from './camera-stream.ts'
import { CameraTap, mediaTally } from './camera-tap.ts'
import { encodeVideo } from './encode.ts'
import { movingBar } from './moving-bar.ts'

const ABSENT = [
  ...(existsSync('/usr/bin/ffprobe') ? [] : ['ffmpeg']),
  ...(['x86_64-linux-gnu', 'aarch64-linux-gnu'].some(machine =>
    existsSync(`/usr/lib/${machine}/girepository-1.0/GstRtspServer-1.0.typelib`),
  )
    ? []
    : ['gir1.2-gst-rtsp-server-1.0']),
]
/** Pictures from one key frame to the next. */
const GROUP = 50

interface Probed {
  readonly streams: readonly {
    readonly codec_name: string
    readonly codec_type: string
    readonly nb_read_frames: string
  }[]
  readonly packets: readonly { readonly pts_time: string; readonly flags: string }[]
}

describe.skipIf(ABSENT.length > 0)(`over RTSP (absent: ${ABSENT.join(', ')})`, () => {
  let folder: string
  let server: RtspServer
  const closers: (() => unknown)[] = []

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'jiemu-live-'))
    const clip = { widthPx: 320, heightPx: 240, fps: 25, gopFrames: GROUP }
    const files = { avc: path.join(folder, 'avc.mp4'), hevc: path.join(folder, 'hevc.mp4') }
    await encodeVideo({ ...clip, path: files.avc, codec: 'h264' }, movingBar(320, 240, 1_500))
    await encodeVideo({ ...clip, path: files.hevc, codec: 'hevc' }, movingBar(320, 240, 1_500))
    server = await startRtspServer({ files })
  })
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
  })
  afterAll(async () => {
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  function watch(name: string) {
    const shown: LiveShow[] = []
    const tap = new CameraTap({
      tally: mediaTally(),
      clips: { preRollMs: 4_000, postRollMs: 2_000 },
      ringBytes: 12_000_000,
      show: show => shown.push(show) > 0,
    })
    const camera = {
      id: name as CameraId,
      source: { kind: 'rtsp', url: server.url(name) },
      sampling: 'keyframes',
    } as const
    const stream = openCameraStream(camera, { pace: 'live', clock: systemClock, log: silentLog, baseDir: folder, tap })
    closers.push(() => stream.close())
    const run = async () => {
      for await (const frame of stream.frames()) {
        frame.picture?.release()
        stream.analysed(frame)
      }
    }
    void run()
    return { tap, shown, stream }
  }

  async function probe(bytes: Uint8Array): Promise<Probed> {
    const file = path.join(folder, 'made.mp4')
    await writeFile(file, bytes)
    const asked = [
      '-count_frames',
      '-show_entries',
      'stream=codec_name,codec_type,nb_read_frames:packet=pts_time,flags',
    ]
    return JSON.parse(execFileSync('/usr/bin/ffprobe', ['-v', 'error', ...asked, '-of', 'json', file]).toString())
  }

  test.each([
    ['avc', 'h264'],
    ['hevc', 'hevc'],
  ])('a clip of %s plays, begins with a key frame and has its pre-roll and post-roll', async (name, codec) => {
    const { tap, stream } = watch(name)
    await expect.poll(() => stream.health().framesIn, { timeout: 30_000 }).toBeGreaterThan(7 * 25)
    const clip = await tap.clip(systemClock.now())
    const { streams, packets } = await probe(clip?.mp4 ?? new Uint8Array())
    expect(streams).toMatchObject([{ codec_name: codec, codec_type: 'video' }])
    expect(packets[0]?.flags).toMatch(/^K/)
    const seconds = Number(packets.at(-1)?.pts_time) - Number(packets[0]?.pts_time)
    // At least what is asked, at most one group of pictures more; every picture of it can be decoded.
    expect(seconds).toBeGreaterThan(5.8)
    expect(seconds).toBeLessThan(6 + GROUP / 25 + 0.5)
    expect(Number(streams[0]?.nb_read_frames)).toBe(packets.length)
  })

  test('live begins with a key frame that was there before, and FFmpeg decodes all that follows', async () => {
    const { tap, shown, stream } = watch('avc')
    await expect.poll(() => stream.health().framesIn, { timeout: 30_000 }).toBeGreaterThan(GROUP + 20)
    const before = stream.health().framesIn
    tap.watch({ video: true, stills: false })
    const fragments = () => shown.filter(show => show.as === 'fragment')
    await expect.poll(() => fragments().length, { interval: 5 }).toBeGreaterThan(0)
    // Within one interval of key frames, counted in pictures: a slow machine is no fault.
    expect(stream.health().framesIn - before).toBeLessThan(GROUP)
    expect(fragments()[0]?.key).toBe(true)
    await delay(3_000)
    tap.watch({ video: false, stills: false })
    const [video] = shown.filter(show => show.as === 'video')
    const parts = fragments().map(({ bytes }) => bytes)
    expect(beginsWithSync(parts[0] ?? new Uint8Array())).toBe(true)
    const { streams, packets } = await probe(Buffer.concat([video?.init ?? new Uint8Array(), ...parts]))
    expect(Number(streams[0]?.nb_read_frames)).toBe(packets.length)
    expect(packets.length).toBeGreaterThan(50)
  })

  test('what browsers cannot play comes as stills, one for each key frame', async () => {
    const { tap, shown } = watch('hevc')
    tap.watch({ video: true, stills: false })
    await expect.poll(() => shown.filter(show => show.as === 'still').length, { timeout: 30_000 }).toBeGreaterThan(2)
    expect(shown[0]).toEqual({ as: 'stills', why: 'codec', codec: 'hevc' })
  })
})
