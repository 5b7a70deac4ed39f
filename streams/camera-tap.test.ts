// Clips and live view out of real packets: boxes, key frames, pre-roll and post-roll, and what cannot be played.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LiveShow } from '../core/live-view.ts'
import { beginsWithSync, find, typesOf } from '../tests/support/mp4-boxes.ts'
import { CameraTap, mediaTally } from './camera-tap.ts'
import { encodeVideo } from './encode.ts'
import { movingBar } from './moving-bar.ts'
import { readVideo } from './read-video.ts'
import type { Unit } from './source.ts'

const FPS = 10
const FROM = 1_000_000
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'jiemu-tap-'))
  const clip = { widthPx: 64, heightPx: 48, fps: FPS, gopFrames: 10 }
  await encodeVideo({ ...clip, path: path.join(folder, 'h264.mp4'), codec: 'h264' }, movingBar(64, 48, 100))
  await encodeVideo({ ...clip, path: path.join(folder, 'hevc.mkv'), codec: 'hevc' }, movingBar(64, 48, 40))
  // Annex B, as RTSP gives it.
  await encodeVideo({ ...clip, path: path.join(folder, 'raw.h264'), codec: 'h264' }, movingBar(64, 48, 40))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Ten seconds of video, one picture every 100 ms, each arriving when it was taken. */
async function play(tap: CameraTap, name = 'h264.mp4', at: (index: number) => Promise<void> | void = () => undefined) {
  const input = { url: path.join(folder, name), label: name, live: false, options: { protocol_whitelist: 'file' } }
  let index = 0
  for await (const unit of readVideo(input, undefined, new AbortController().signal)) {
    const arrived: Unit = unit.type === 'packet' ? { ...unit, arrivedAt: FROM + index * 100 } : unit
    tap.unit(arrived)
    if (unit.type === 'packet') await at(index++)
  }
}

function tapped(clips = { preRollMs: 2_000, postRollMs: 1_000 }) {
  const shown: LiveShow[] = []
  const tap = new CameraTap({
    tally: mediaTally(),
    clips,
    ringBytes: 1_000_000,
    show: show => {
      shown.push(show)
      return true
    },
  })
  return { tap, shown }
}
const of = <As extends LiveShow['as']>(shown: readonly LiveShow[], as: As) =>
  shown.filter((show): show is Extract<LiveShow, { as: As }> => show.as === as)

test('a clip has its pre-roll from a key frame on, and its post-roll', async () => {
  const { tap } = tapped()
  let clip: ReturnType<CameraTap['clip']> | undefined
  await play(tap, 'h264.mp4', index => {
    if (index === 56) clip = tap.clip(FROM + 5_500)
  })
  const { mp4, durationMs } = (await clip) ?? { mp4: new Uint8Array(), durationMs: 0 }
  tap.close()
  // From the key frame at 3.0 s, the last one at or before 3.5 s, to 6.5 s.
  expect(durationMs).toBeGreaterThanOrEqual(3_500)
  expect(durationMs).toBeLessThanOrEqual(3_700)
  const types = typesOf(mp4)
  expect(types.slice(0, 4)).toEqual(['ftyp', 'moov', 'moof', 'mdat'])
  expect(new Set(types.slice(2))).toEqual(new Set(['moof', 'mdat']))
  expect(beginsWithSync(mp4)).toBe(true)
})

test('what is kept is counted, and nothing is left once the camera is gone', async () => {
  const tally = mediaTally()
  const tap = new CameraTap({
    clips: { preRollMs: 2_000, postRollMs: 1_000 },
    ringBytes: 1_000_000,
    show: () => true,
    tally,
  })
  await tap.clip(FROM)
  await play(tap)
  expect(tally).toMatchObject({ clips: 0, clipsMissing: 1, ringDropped: 0 })
  expect(tally.ringBytes).toBeGreaterThan(1_000)
  const clip = tap.clip(FROM + 9_000)
  tap.close()
  await clip
  expect(tally).toMatchObject({ clips: 1, clipsMissing: 1, ringBytes: 0 })
})

test('what happens at the same moment is in the same clip, and a third moment at once gets none', async () => {
  const { tap } = tapped({ preRollMs: 2_000, postRollMs: 5_000 })
  const clips: ReturnType<CameraTap['clip']>[] = []
  await play(tap, 'h264.mp4', index => {
    if ([20, 30, 45, 68].includes(index)) clips.push(tap.clip(FROM + index * 100))
  })
  tap.close()
  const [one, same, other, third] = await Promise.all(clips)
  expect(one).toBe(same)
  expect(one).not.toBe(other)
  expect(other).toBeDefined()
  expect(third).toBeUndefined()
})

test('a stream that ends ends its clip, and one without a picture has none', async () => {
  const { tap } = tapped()
  expect(await tap.clip(FROM)).toBeUndefined()
  await play(tap)
  const clip = tap.clip(FROM + 9_900)
  tap.close()
  expect((await clip)?.durationMs).toBeGreaterThan(1_900)
})

test.each(['h264.mp4', 'raw.h264'])(
  'live, %s is an init segment and fragments that begin with key frames',
  async name => {
    const { tap, shown } = tapped()
    await play(tap, name, index => {
      if (index === 15) tap.watch({ video: true, stills: false })
    })
    tap.close()
    const [video] = of(shown, 'video')
    expect(video?.codec).toMatch(/^avc1\.64[0-9a-f]{4}$/)
    expect(typesOf(video?.init ?? new Uint8Array())).toEqual(['ftyp', 'moov'])
    expect(find(video?.init ?? new Uint8Array(), 'mvex')).toHaveLength(1)
    const fragments = of(shown, 'fragment')
    expect(fragments.length).toBeGreaterThan(4)
    for (const { key, bytes } of fragments) {
      expect(typesOf(bytes)).toEqual(['moof', 'mdat'])
      expect(beginsWithSync(bytes)).toBe(key)
    }
    // The key frame of before the viewer came is the first picture.
    expect(fragments[0]?.key).toBe(true)
    expect(shown.indexOf(fragments[0] as LiveShow)).toBeLessThanOrEqual(4)
  },
)

test('nothing is shown while nobody looks', async () => {
  const { tap, shown } = tapped()
  await play(tap, 'h264.mp4', index => {
    if (index === 20) tap.watch({ video: true, stills: false })
    if (index === 40) tap.watch({ video: false, stills: false })
    if (index === 45) shown.length = 0
  })
  tap.close()
  expect(shown).toEqual([])
})

test('a stream that browsers cannot play is shown as stills, with the reason and the newest picture at once', async () => {
  const { tap, shown } = tapped()
  await play(tap, 'hevc.mkv')
  tap.watch({ video: true, stills: false })
  expect(shown).toEqual([{ as: 'stills', why: 'codec', codec: 'hevc' }])
  await expect.poll(() => of(shown, 'still').length).toBe(1)
  tap.close()
  const [still] = of(shown, 'still')
  expect(Buffer.from(still?.jpeg.subarray(0, 3) ?? []).toString('hex')).toBe('ffd8ff')
})

test('fragments that nobody takes are left out up to the next key frame', async () => {
  const shown: LiveShow[] = []
  let room = true
  const tap = new CameraTap({
    tally: mediaTally(),
    clips: { preRollMs: 2_000, postRollMs: 1_000 },
    ringBytes: 1_000_000,
    show: show => {
      if (!room && show.as === 'fragment') return false
      shown.push(show)
      return true
    },
  })
  tap.watch({ video: true, stills: false })
  let before = 0
  await play(tap, 'h264.mp4', index => {
    if (index === 24) room = false
    if (index === 26) before = of(shown, 'fragment').length
    if (index === 27) room = true
  })
  tap.close()
  expect(of(shown, 'fragment')[before]?.key).toBe(true)
})

test('footage that starts over is a new stretch of video', async () => {
  const { tap, shown } = tapped()
  tap.watch({ video: true, stills: false })
  await play(tap, 'raw.h264')
  await play(tap, 'raw.h264')
  tap.close()
  expect(of(shown, 'video')).toHaveLength(2)
})
