// A recording that is read over and over: whoever reads it notices no end, and where it cannot be begun again it ends.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeVideo } from './encode.ts'
import { movingBar } from './moving-bar.ts'
import { readVideo } from './read-video.ts'

const FRAMES = 20
const PICTURE_MS = 100
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'jiemu-read-video-'))
  const clip = { widthPx: 64, heightPx: 48, fps: 10, gopFrames: 10 }
  for (const [name, codec] of [
    ['h264.mp4', 'h264'],
    ['hevc.mkv', 'hevc'],
    ['bare.h264', 'h264'],
  ] as const) {
    await encodeVideo({ ...clip, path: path.join(folder, name), codec }, movingBar(64, 48, FRAMES))
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The packets' times, in ms from the first on, and which of them are key frames, until there are so many. */
async function read(name: string, most: number) {
  const options = { protocol_whitelist: 'file' }
  const input = { url: path.join(folder, name), label: name, live: false, options, loops: true }
  const units = readVideo(input, undefined, new AbortController().signal)
  const read = { formats: 0, at: [] as number[], keys: [] as number[], lengthMs: undefined as number | undefined }
  let tickMs = 0
  for (;;) {
    const next = await units.next()
    if (next.done) return { ...read, lengthMs: next.value }
    if (next.value.type === 'format') {
      tickMs = next.value.tickMs
      read.formats++
    } else if (next.value.type === 'packet') {
      const { packet } = next.value
      if (packet.isKeyframe) read.keys.push(read.at.length)
      read.at.push(Math.round(Number(packet.pts) * tickMs))
      if (read.at.length < most) continue
      await units.return(0)
      return read
    }
  }
}

test.each(['h264.mp4', 'hevc.mkv'])('%s begins again at its end, and its time goes on', async name => {
  const { formats, at, keys } = await read(name, 3 * FRAMES)
  expect(formats).toBe(1)
  const first = at[0] ?? Number.NaN
  expect(at.map(each => each - first)).toEqual(Array.from({ length: 3 * FRAMES }, (_, index) => index * PICTURE_MS))
  expect(keys).toEqual([0, 10, 20, 30, 40, 50])
})

test('a bare stream, which has no times to search by, ends after all', async () => {
  const { at, lengthMs } = await read('bare.h264', 3 * FRAMES)
  expect(at).toHaveLength(FRAMES)
  expect(lengthMs).toBeGreaterThan(0)
})
