// What a look at a key frame costs, step by step: decoding with each of FFmpeg's short cuts, scaling, and what the network runs on;
// writes benchmarks/results/key-frames.json.
//
// From the root of the checkout, after `npm run build`: `npm run bench:key-frames -- [--rounds 9] [--out FOLDER]`.

import { WHOLE_FRAME } from '../core/geometry.ts'
import type { CameraId } from '../core/ids.ts'
import { systemClock } from '../core/time.ts'
import { SLACK_BYTES } from '../detector/inference/fit-crop.ts'
import { Decoder, type Tuning } from '../streams/decoder.ts'
import { createSource } from '../streams/kinds/index.ts'
import { pause } from '../streams/pause.ts'
import { pictureOf } from '../streams/picture.ts'
import type { Unit } from '../streams/source.ts'
import { programArguments } from './arguments.ts'
import { make1080p } from './make-1080p.ts'
import { median, ROOT, rounded, writeResult } from './provenance.ts'

/** By the names of the decoder's own options (`ffmpeg -h full`). */
const WAYS: Readonly<Record<string, Tuning>> = {
  'as it is': {},
  'skip_loop_filter=all': { skip_loop_filter: 'all' },
  'flags2=fast': { flags2: 'fast' },
  'skip_loop_filter=all, flags2=fast': { skip_loop_filter: 'all', flags2: 'fast' },
  'two slice threads': { threads: '2', thread_type: 'slice' },
}
type Packet = Extract<Unit, { type: 'packet' }>['packet']

const SIDE_PX = 416
/** The way from a picture to the network's bytes, and the detour over the whole picture as RGB. */
const CROP = { x1: 0.1, y1: 0.4, x2: 0.32, y2: 0.6 }

const { amounts, out } = programArguments({ rounds: 9 })
const clip = await make1080p(ROOT)
const names = Object.keys(WAYS)
const decodeMs = new Map(names.map(way => [way, [] as number[]]))
const differences = new Map(names.map(way => [way, [] as number[]]))
const scaleMs = {
  'crop straight to the input': [] as number[],
  'whole picture to the input': [] as number[],
  'whole picture as RGB': [] as number[],
}
let keyFrames = 0
const camera = { id: 'key-frames' as CameraId, source: { kind: 'file', path: clip.path } }
const source = createSource(camera, { pace: 'replay', clock: systemClock, wait: pause, baseDir: '/' })
const decoders = new Map<string, Decoder>()
for await (const unit of source.read(new AbortController().signal)) {
  if (unit.type === 'format') for (const way of names) decoders.set(way, new Decoder(unit, way, WAYS[way]))
  if (unit.type !== 'packet' || !unit.packet.isKeyframe) continue
  keyFrames++
  for (let round = 0; round < amounts.rounds; round++) decodeEachWay(unit.packet, round === 0)
}
for (const decoder of decoders.values()) decoder.close()
const perWay = (values: ReadonlyMap<string, readonly number[]>) =>
  Object.fromEntries([...values].map(([way, all]) => [way, rounded(median(all))]))
await writeResult(
  'key-frames',
  {
    what:
      'CPU milliseconds of one key frame of the 1080p25 clip: decoded alone with each of FFmpeg’s short cuts, with the mean ' +
      'difference of the pixels from those of the way as it is; and scaled from YUV to the network’s input in one pass',
    footage: [clip.path],
    figures: {
      keyFrames,
      rounds: amounts.rounds,
      decodeMs: perWay(decodeMs),
      meanDifference: perWay(differences),
      scaleMs: Object.fromEntries(Object.entries(scaleMs).map(([way, all]) => [way, rounded(median(all))])),
    },
  },
  out,
)

function decodeEachWay(packet: Packet, first: boolean): void {
  let usual: Uint8Array | undefined
  for (const [way, decoder] of decoders) {
    const before = process.cpuUsage()
    const { frames } = decoder.decodeAlone(packet)
    decodeMs.get(way)?.push(spent(before))
    for (const frame of frames) {
      const picture = pictureOf(frame)
      if (first) {
        const { pixels } = picture.rgb(WHOLE_FRAME)
        usual ??= pixels
        differences.get(way)?.push(difference(pixels, usual))
      } else if (way === names[0]) scale(picture)
      picture.release()
    }
  }
}

function scale(picture: ReturnType<typeof pictureOf>): void {
  const input = new Uint8Array(SIDE_PX * SIDE_PX * 3)
  const whole = new Uint8Array(picture.widthPx * picture.heightPx * 3 + SLACK_BYTES)
  for (const [way, work] of [
    ['crop straight to the input', () => picture.letterbox(CROP, SIDE_PX, input)],
    ['whole picture to the input', () => picture.letterbox(WHOLE_FRAME, SIDE_PX, input)],
    ['whole picture as RGB', () => picture.rgb(WHOLE_FRAME, picture.widthPx, picture.heightPx, whole)],
  ] as const) {
    const before = process.cpuUsage()
    work()
    scaleMs[way].push(spent(before))
  }
}

function spent(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

function difference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += Math.abs((a[at] ?? 0) - (b[at] ?? 0))
  return sum / a.length
}
