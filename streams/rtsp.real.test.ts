// Cameras over real RTSP: GStreamer's server sends clips that were drawn and encoded here.
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Frame } from '../core/frame.ts'
import type { StreamHealth } from '../core/health.ts'
import type { CameraId } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import { systemClock } from '../core/time.ts'
import { type RtspServer, startRtspServer } from '../tests/support/rtsp.ts'
import { type CameraStream, openCameraStream } from './camera-stream.ts'
import { encodeVideo } from './encode.ts'
import { movingBar } from './moving-bar.ts'

const GSTREAMER = ['/usr/lib', '/usr/lib64'].some(folder =>
  ['x86_64-linux-gnu', 'aarch64-linux-gnu'].some(machine =>
    existsSync(path.join(folder, machine, 'girepository-1.0/GstRtspServer-1.0.typelib')),
  ),
)
const PASSWORD = 'geheim#1/x'

describe.skipIf(!GSTREAMER)('over RTSP (absent: the Debian package gir1.2-gst-rtsp-server-1.0)', () => {
  let folder: string
  const files = () => ({ avc: path.join(folder, 'avc.mp4'), hevc: path.join(folder, 'hevc.mp4') })
  const open: { stream?: CameraStream; server?: RtspServer } = {}
  const told: StreamHealth[] = []
  const logged: string[] = []
  const log: Log = {
    debug: () => {},
    info: () => {},
    warn: (fields, message) => logged.push(message, JSON.stringify(fields)),
    error: (fields, message) => logged.push(message, JSON.stringify(fields)),
    child: () => log,
  }

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'jiemu-rtsp-'))
    const clip = { widthPx: 320, heightPx: 240, fps: 25, gopFrames: 25 }
    await encodeVideo({ ...clip, path: files().avc, codec: 'h264' }, movingBar(320, 240, 1_000))
    await encodeVideo({ ...clip, path: files().hevc, codec: 'hevc' }, movingBar(320, 240, 1_000))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  afterEach(async () => {
    await open.stream?.close()
    await open.server?.stop()
    told.length = 0
    logged.length = 0
  })

  function watch(
    url: string,
    transport: 'tcp' | 'udp' = 'tcp',
    sampling: 'keyframes' | { every: number } = 'keyframes',
  ) {
    open.stream = openCameraStream(
      { id: 'c' as CameraId, source: { kind: 'rtsp', url, transport }, sampling },
      { pace: 'live', clock: systemClock, log, baseDir: folder, onHealth: health => told.push(health) },
    )
    return open.stream
  }

  async function serve(port = 0, credentials: { user?: string; password?: string } = {}): Promise<RtspServer> {
    open.server = await startRtspServer({ files: files(), port, ...credentials })
    return open.server
  }

  /** Takes frames until one fits. */
  async function until(stream: CameraStream, fits: (frame: Frame) => boolean): Promise<Frame[]> {
    const frames: Frame[] = []
    for await (const frame of stream.frames()) {
      frame.picture?.release()
      stream.analysed(frame)
      frames.push(frame)
      if (fits(frame)) return frames
    }
    throw new Error('the stream ended')
  }

  test.each([
    ['avc', 'tcp', 'h264'],
    ['avc', 'udp', 'h264'],
    ['hevc', 'tcp', 'hevc'],
    ['hevc', 'udp', 'hevc'],
  ] as const)('%s comes over %s, on the sender’s clock once it has reported', async (name, transport, codec) => {
    const server = await serve()
    const stream = watch(server.url(name), transport)
    const frames = await until(stream, frame => frame.clock === 'sender' && frame.sequence >= 3)
    const times = frames.map(frame => frame.capturedAt)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(new Set(times).size).toBe(times.length)
    expect(frames[0]?.keyframe).toBe(true)
    const health = stream.health()
    expect(health).toMatchObject({ state: 'online', problem: null, codec, widthPx: 320, heightPx: 240 })
    expect(health.keyframeIntervalMs).toBe(1_000)
    expect(Math.abs(health.clockSkewMs ?? Number.NaN)).toBeLessThan(2_000)
    expect(health.framesIn).toBeGreaterThan(health.framesAnalysed)
  })

  test('every(n) decodes all and hands on n a second', async () => {
    const server = await serve()
    const stream = watch(server.url('avc'), 'tcp', { every: 5 })
    const frames = await until(stream, frame => frame.sequence >= 10)
    expect(frames.some(frame => !frame.keyframe)).toBe(true)
    expect(frames.every(frame => frame.density === 'dense')).toBe(true)
  })

  test('the right password opens, also with characters that an address must escape', async () => {
    const server = await serve(0, { user: 'admin', password: PASSWORD })
    expect(await until(watch(server.url('avc')), () => true)).toHaveLength(1)
  })

  test.each([
    ['a wrong password', 'admin:falsch-geheim@', 'avc', 'source-unauthorised'],
    ['no password', '', 'avc', 'source-unauthorised'],
    ['a wrong path', `admin:${encodeURIComponent(PASSWORD)}@`, 'nowhere', 'source-not-found'],
  ])('%s is said as such, without the secret', async (_what, userInfo, name, code) => {
    const server = await serve(0, { user: 'admin', password: PASSWORD })
    const stream = watch(`rtsp://${userInfo}127.0.0.1:${server.port}/${name}`)
    const ended = (async () => {
      for await (const frame of stream.frames()) frame.picture?.release()
    })()
    await expect.poll(() => stream.health().problem?.code, { timeout: 10_000 }).toBe(code)
    await stream.close()
    await ended
    const said = JSON.stringify([told, logged])
    expect(said).toContain(code)
    for (const secret of ['geheim', 'falsch', encodeURIComponent(PASSWORD)]) expect(said).not.toContain(secret)
  })

  test('where nothing listens, the camera is unreachable and tried again', async () => {
    const server = await serve()
    const url = server.url('avc')
    await server.stop()
    const stream = watch(url)
    const ended = (async () => {
      for await (const frame of stream.frames()) frame.picture?.release()
    })()
    await expect.poll(() => stream.health().reconnects, { timeout: 20_000 }).toBeGreaterThanOrEqual(2)
    expect(stream.health()).toMatchObject({ state: 'retrying', problem: { code: 'source-unreachable' } })
    await stream.close()
    await ended
  })

  test('a camera that hangs has stalled, and is online again when it answers', async () => {
    const server = await serve()
    const stream = watch(server.url('avc'))
    const frames = await until(stream, frame => {
      if (frame.sequence === 1) {
        server.freeze()
        void expect
          .poll(() => told.some(({ problem }) => problem?.code === 'source-stalled'), { timeout: 30_000 })
          .toBe(true)
          .finally(() => server.thaw())
      }
      return stream.health().reconnects > 0 && stream.health().state === 'online'
    })
    expect(told.map(({ problem }) => problem?.code)).toContain('source-stalled')
    expect(frames.map(frame => frame.capturedAt)).toEqual(
      frames.map(frame => frame.capturedAt).toSorted((a, b) => a - b),
    )
  })

  test('a server that dies and comes back is online again, and time goes on rising', async () => {
    const first = await serve()
    const stream = watch(first.url('avc'))
    let revived = false
    let reconnectsBefore = 0
    const frames = await until(stream, frame => {
      if (frame.sequence === 2) {
        void first.stop().then(() => serve(first.port))
        reconnectsBefore = stream.health().reconnects
        revived = true
      }
      return revived && stream.health().reconnects > reconnectsBefore && stream.health().state === 'online'
    })
    const times = frames.map(frame => frame.capturedAt)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(told.map(health => health.state)).toContain('retrying')
    expect(stream.health().problem).toBeNull()
  })
})
