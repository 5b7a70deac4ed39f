// How much of what must be hidden the privacy blur misses, and what it costs: `npm run bench:blur`; writes benchmarks/results/blur.json.
//
// Heads are the mall's hand-made points, by how far up the picture they lie: the camera looks down a hall. Nobody has marked
// number plates in any footage that we have, so how many of them are missed is not known.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Frame, Picture } from '../core/frame.ts'
import type { Box } from '../core/geometry.ts'
import type { CameraId } from '../core/ids.ts'
import { type Mask, masksOf } from '../core/privacy-mask.ts'
import type { Detection } from '../core/scene.ts'
import { stopwatch } from '../core/time.ts'
import { wilson } from '../core/wilson.ts'
import { openOnnxDetector } from '../detector/inference/kinds/onnx.ts'
import { seeAll } from '../detector/inference/see-all.ts'
import { loadModel } from '../models/manifest.ts'
import { blurJpeg } from '../store/privacy-blur.ts'
import { takeSnapshots } from '../streams/snapshot.ts'
import { readStill } from '../streams/still.ts'
import { programArguments } from './arguments.ts'
import { FOOTAGE, median, rounded, writeResult } from './provenance.ts'

const MALL = join(FOOTAGE, 'mall')
/** From the far end of the hall to the near one, as fractions of the picture's height. */
const BANDS = { far: [0, 1 / 3], middle: [1 / 3, 2 / 3], near: [2 / 3, 1] } as const
const HD = { widthPx: 1920, heightPx: 1080 }

const { amounts, out } = programArguments({ every: 2 })
const counts = z
  .record(z.string(), z.object({ heads: z.array(z.tuple([z.number(), z.number()])) }))
  .parse(JSON.parse(await readFile(join(MALL, 'counts.json'), 'utf8')))
const names = Object.keys(counts).filter((_, index) => index % amounts.every === 0)

const detector = await openOnnxDetector(await loadModel('street-objects'), { thresholds: {}, threads: 1, batch: 'one' })
const heads: { readonly y: number; readonly hidden: boolean; readonly byRules: boolean }[] = []
const masked: number[] = []
const lookMs: number[] = []
const blurMs: number[] = []
for (const name of names) {
  const picture = await readStill(join(MALL, 'frames', name))
  const frame = frameOf(picture)
  const looking = stopwatch()
  const inFrame = (await seeAll(detector, frame)) ?? []
  lookMs.push(looking())
  const masks = masksOf(inFrame)
  // What a rule would have found sure enough: without the second look there would be no more.
  const sure = masksOf(inFrame.filter(({ score }) => score >= 0.3))
  for (const [x, y] of counts[name]?.heads ?? []) {
    const at = { x: x / picture.widthPx, y: y / picture.heightPx }
    heads.push({ y: at.y, hidden: covers(masks, at), byRules: covers(sure, at) })
  }
  masked.push(shareOf(masks))
  if (blurMs.length < 20) blurMs.push(await blurring(picture, inFrame))
  picture.release()
}
await detector.close()

await writeResult(
  'blur',
  {
    what: 'share of hand-marked heads that no mask of the privacy blur covers, and what looking and blurring cost',
    footage: [join(MALL, 'counts.json'), join(MALL, 'frames')],
    figures: {
      pictures: names.length,
      heads: heads.length,
      missed: missed(heads, ({ hidden }) => hidden),
      missedAtTheThresholdsOfRules: missed(heads, ({ byRules }) => byRules),
      byBand: Object.fromEntries(
        Object.entries(BANDS).map(([band, [from, to]]) => {
          const within = heads.filter(({ y }) => y >= from && y < to)
          return [band, { heads: within.length, ...missed(within, ({ hidden }) => hidden) }]
        }),
      ),
      maskedShareOfPicture: rounded(masked.reduce((sum, share) => sum + share, 0) / masked.length),
      lookMs: rounded(median(lookMs)),
      blur1080pMs: rounded(median(blurMs)),
    },
  },
  out,
)

function frameOf(picture: Picture): Frame {
  return {
    cameraId: 'mall' as CameraId,
    sequence: 0,
    capturedAt: 0,
    clock: 'media',
    receivedAt: 0,
    keyframe: true,
    density: 'keyframes',
    picture,
  }
}

function missed<T>(of: readonly T[], isHidden: (one: T) => boolean) {
  const count = of.filter(one => !isHidden(one)).length
  const interval = wilson(count, of.length)
  return {
    count,
    share: rounded(count / of.length),
    interval: interval && [rounded(interval.low), rounded(interval.high)],
  }
}

function covers(masks: readonly Mask[], { x, y }: { readonly x: number; readonly y: number }): boolean {
  const within = ({ x1, y1, x2, y2 }: Box) => x >= x1 && x <= x2 && y >= y1 && y <= y2
  return masks.some(({ box }) => within(box))
}

/** On a grid of 50 × 50 points. */
function shareOf(masks: readonly Mask[]): number {
  const points = Array.from({ length: 2_500 }, (_, i) => ({
    x: ((i % 50) + 0.5) / 50,
    y: (Math.floor(i / 50) + 0.5) / 50,
  }))
  return points.filter(point => covers(masks, point)).length / points.length
}

/** From the stored JPEG to the one that is sent, at 1080p. */
async function blurring(picture: Picture, inFrame: readonly Detection[]): Promise<number> {
  const large: Picture = {
    ...HD,
    letterbox: (...asked) => picture.letterbox(...asked),
    rgb: (region, _wide, _high, target) => picture.rgb(region, HD.widthPx, HD.heightPx, target),
    release: () => undefined,
  }
  const request = { cameraName: 'mall', capturedAt: 0, caption: '', zone: [], boxes: [], generated: false }
  const [wide] = await takeSnapshots(large, request)
  if (!wide?.cut) throw new Error('a wide picture says what it shows')
  const spentMs = stopwatch()
  await blurJpeg(wide.jpeg, { cut: wide.cut, inFrame })
  return spentMs()
}
