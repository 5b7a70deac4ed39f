// The connection test against a real RTSP server, and against hosts that are none: each answer says what is wrong.
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RtspServer, startRtspServer } from '../tests/support/rtsp.ts'
import { encodeVideo } from './encode.ts'
import { probe } from './probe.ts'

const SIZE = { widthPx: 640, heightPx: 360 }
const LIMITS = { reachMs: 1_500, pictureMs: 4_000, measureMs: 3_000 }

let folder: string
let rtsp: RtspServer
let silent: Server
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jiemu-probe-'))
  const write = (name: string, gopFrames: number) => {
    const path = join(folder, `${name}.mp4`)
    async function* grey() {
      for (let n = 0; n < 250; n++) yield new Uint8Array(SIZE.widthPx * SIZE.heightPx * 3).fill(n)
    }
    return encodeVideo({ path, ...SIZE, fps: 25, gopFrames, codec: 'h264' }, grey()).then(() => path)
  }
  const files = { street: await write('street', 25), rare: await write('rare', 250) }
  rtsp = await startRtspServer({ files, user: 'admin', password: 'p@ss' })
  silent = createServer(socket => void socket.on('error', () => undefined)).listen(0, '127.0.0.1')
  await once(silent, 'listening')
}, 60_000)
afterAll(async () => {
  await rtsp?.stop()
  silent?.close()
  await rm(folder, { recursive: true, force: true })
})

const look = (url: string) => probe({ kind: 'rtsp', url }, LIMITS)

test('a camera that works answers with its picture, codec, size, rate and key frames', async () => {
  const report = await look(rtsp.url('street'))
  expect(report).toMatchObject({ problem: null, notes: [], codec: 'h264', ...SIZE, keyframeIntervalMs: 1_000 })
  expect(report.fps).toBeCloseTo(25, 0)
  expect(Buffer.from(report.jpeg ?? []).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]))
})

test('key frames that are too far apart are told, with a picture all the same', async () => {
  const { problem, notes, jpeg } = await look(rtsp.url('rare'))
  expect([problem, notes, jpeg !== null]).toEqual([null, ['keyframes-far-apart'], true])
})

test.each<[string, () => string, string]>([
  ['a wrong password', () => rtsp.url('street').replace('p%40ss', 'guess'), 'source-unauthorised'],
  ['no login at all', () => `rtsp://127.0.0.1:${rtsp.port}/street`, 'source-unauthorised'],
  ['a path that is not there', () => rtsp.url('nowhere'), 'source-not-found'],
  ['a port that is closed', () => 'rtsp://127.0.0.1:9/street', 'camera-port-closed'],
  ['a name that nobody knows', () => 'rtsp://camera.invalid/street', 'camera-name-unknown'],
  ['a host that says nothing', () => `rtsp://127.0.0.1:${(silent.address() as AddressInfo).port}/a`, 'camera-silent'],
])('%s is told as such', async (_, url, code) => {
  const { problem, jpeg } = await look(url())
  expect([problem?.code, jpeg]).toEqual([code, null])
  expect(JSON.stringify(problem)).not.toMatch(/p%40ss|guess/)
})
