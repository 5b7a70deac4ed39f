// Holds the shipped networks on bytes against those of floats: what they cost, where they agree, which events they find; writes
// benchmarks/results/int8.json.
//
// From the root of the checkout, after `npm run build`, with ../shared/footage: `npm run bench:int8 -- [--runs 60] [--truths 9] [--out FOLDER]`.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Box, iou } from '../core/geometry.ts'
import type { Detection } from '../core/scene.ts'
import { planCrops } from '../detector/inference/crops.ts'
import { openOnnxDetector } from '../detector/inference/kinds/onnx.ts'
import { loadModel } from '../models/manifest.ts'
import { openSession } from '../models/session.ts'
import { type Networks, SHIPPED_NETWORKS } from '../watch/detectors.ts'
import { programArguments } from './arguments.ts'
import { calibrate } from './calibration/calibrate.ts'
import { corners, detect, withPicture } from './calibration/look.ts'
import { CALIBRATED_ON } from './calibration/street-crops.ts'
import { binsFolder } from './conditions/cuttings.ts'
import { FOOTAGE, median, rounded, writeResult } from './provenance.ts'
import { replayCamera } from './replay.ts'
import { scoredCamera } from './score-replay.ts'
import { countError } from './scoring/count-error.ts'
import { readTruth } from './truth.ts'

const WAYS = {
  float: SHIPPED_NETWORKS,
  int8: { objects: `${SHIPPED_NETWORKS.objects}-int8`, conditions: `${SHIPPED_NETWORKS.conditions}-int8` },
} as const satisfies Record<string, Networks>
type Way = keyof typeof WAYS
const BOTH = ['float', 'int8'] as const satisfies readonly Way[]
/** The whole input, and what flat crops fill of it. */
const SIZES = [416, 320, 256, 160].map(heightPx => ({ widthPx: 416, heightPx }))
const EVERY_FRAME = 6
const LEAST_IOU = 0.5
const EVERYWHERE = [{ polygon: corners({ x1: 0, y1: 0, x2: 1, y2: 1 }) }]

const { amounts, out } = programArguments({ runs: 60, truths: 9 })
const named = (await readdir(join(FOOTAGE, 'truth'))).filter(name => name.endsWith('.json')).sort()
const truths = named.slice(0, amounts.truths)
await writeResult(
  'int8',
  {
    what:
      'The shipped networks as floats and on bytes (static quantisation, models/rewrite): CPU milliseconds of a run on one thread, ' +
      'in turn; what both see in tiles of a hall whose pictures gave no ranges, but chose the stages that stay floats; labelled bins of the reporting half; events of the truth files',
    footage: [
      ...truths.map(name => join(FOOTAGE, 'truth', name)),
      ...CALIBRATED_ON.map(path => join(FOOTAGE, path)),
      join(FOOTAGE, 'mall/frames'),
    ],
    figures: {
      cpu: await vnni(),
      cpuMsPerRun: {
        objects: await speed('objects'),
        conditions: await speed('conditions'),
      },
      hall: await agreement(),
      bins: Object.fromEntries(await Promise.all(BOTH.map(async way => [way, await bins(way)] as const))),
      events: await events(),
    },
  },
  out,
)

/** What this machine has for products of bytes. */
async function vnni(): Promise<readonly string[]> {
  const flags = await readFile('/proc/cpuinfo', 'utf8').catch(() => '')
  return ['avx2', 'avx512_vnni', 'avx_vnni', 'amx_int8'].filter(flag => new RegExp(`\\b${flag}\\b`).test(flags))
}

async function speed(network: keyof Networks & ('objects' | 'conditions')) {
  const sessions = await Promise.all(BOTH.map(async way => openSession(await loadModel(WAYS[way][network]))))
  const figures = []
  for (const size of SIZES) {
    const picture = Uint8Array.from({ length: size.widthPx * size.heightPx * 3 }, (_, at) => (at * 7919) % 251)
    const spent: number[][] = BOTH.map(() => [])
    for (let run = 0; run < amounts.runs; run++) {
      for (const [at, session] of sessions.entries()) {
        const before = process.cpuUsage()
        await session.run(picture, 1, size)
        const { user, system } = process.cpuUsage(before)
        spent[at]?.push((user + system) / 1_000)
      }
    }
    const [float = 0, int8 = 0] = spent.map(median)
    figures.push({ ...size, float: rounded(float), int8: rounded(int8), ratio: rounded(int8 / float) })
  }
  for (const session of sessions) await session.close()
  return figures
}

async function agreement() {
  const folder = join(FOOTAGE, 'mall/frames')
  const names = (await readdir(folder)).sort().filter((_, index) => index % EVERY_FRAME === 0)
  const seen: Detection[][][] = []
  for (const way of BOTH) {
    const detector = await openOnnxDetector(await loadModel(WAYS[way].objects), {
      thresholds: {},
      threads: 1,
      batch: 'one',
    })
    const frames: Detection[][] = []
    for (const name of names) {
      await withPicture(join(folder, name), async picture => {
        frames.push([...(await detect(detector, picture, planCrops(EVERYWHERE, picture)))])
      })
    }
    await detector.close()
    seen.push(frames)
  }
  const [float = [], int8 = []] = seen
  const same = (a: { label: string; box: Box }, b: { label: string; box: Box }) =>
    a.label === b.label && iou(a.box, b.box) > LEAST_IOU
  const both = int8.reduce(
    (sum, all, at) => sum + all.filter(one => float[at]?.some(other => same(one, other))).length,
    0,
  )
  const [ofFloat, ofInt8] = [float.flat().length, int8.flat().length]
  return { frames: names.length, float: ofFloat, int8: ofInt8, both, f1: rounded((2 * both) / (ofFloat + ofInt8)) }
}

async function bins(way: Way) {
  const { classes } = await calibrate(await loadModel(WAYS[way].conditions), binsFolder(FOOTAGE), { split: 'report' })
  return Object.fromEntries(
    classes.map(({ label, figures }) => [
      label,
      {
        ap50: rounded(figures.ap50.value ?? Number.NaN),
        ap50Interval: figures.ap50.interval && [
          rounded(figures.ap50.interval.low),
          rounded(figures.ap50.interval.high),
        ],
        pictureF1: rounded(figures['pictures f1'].value ?? Number.NaN),
      },
    ]),
  )
}

async function events() {
  const told: Record<string, object> = {}
  for (const name of truths) {
    const truth = await readTruth(join(FOOTAGE, 'truth', name))
    const found: Partial<Record<Way, object>> = {}
    for (const way of BOTH) {
      const { score, counts } = scoredCamera(truth, await replayCamera(truth.camera, { networks: WAYS[way] }))
      const counted = countError(counts)
      found[way] = {
        events: truth.events.length,
        found: score.hits.length,
        false: score.falseAlarms.length,
        twice: score.duplicates.length,
        secondsAfterDue: score.hits.map(({ offsetMs }) => offsetMs / 1_000),
        ...(counted && { people: counted }),
      }
    }
    told[name] = found
    console.log(name, JSON.stringify(found))
  }
  return told
}
