// Measures the main job on real footage and writes benchmarks/results/main-job.json: alarms found, invented, said twice, late.
//
// From the root of the checkout, after `npm run build`, with ../shared/footage: `npm run bench:main-job -- [--out FOLDER]`.
import { join } from 'node:path'
import type { Sampling } from '../core/camera.ts'
import { programArguments } from './arguments.ts'
import { describeCase, jamcamDay, kerbClips, kerbParking, mall } from './main-job-cases.ts'
import { FOOTAGE, ROOT, rounded, writeResult } from './provenance.ts'
import type { CountError } from './scoring/count-error.ts'

const JAMCAMS = ['jamcam-09747', 'jamcam-09801']

async function kerb(sampling: Sampling) {
  const described = describeCase(await kerbParking(FOOTAGE, sampling))
  const apart = await kerbParking(FOOTAGE, sampling, { joinWindowMs: 0 })
  const { jobs, ...figures } = described
  return said(`kerb-parking, ${JSON.stringify(sampling)}`, {
    ...figures,
    jobs: { joinWindow10m: jobs, joinWindow0s: apart.replay.jobs.length },
  })
}

async function hall() {
  const { counts, scale, scaledCounts, first, whole } = await mall(FOOTAGE)
  return said('mall', {
    counts: countFigures(counts),
    countScale: {
      method: 'ratio estimator: Σ counted by hand ÷ Σ detected',
      fittedOn: 'frames 101–250',
      factor: rounded(scale.factor),
      margin95: rounded(scale.margin),
      meanAbsoluteError: rounded(scale.error),
    },
    first100: { scaledCounts: countFigures(scaledCounts), ...describeCase(first) },
    all250: describeCase(whole),
  })
}

function countFigures({ pictures, meanAbsolute, bias, ratio }: CountError) {
  return {
    pictures,
    meanAbsoluteError: rounded(meanAbsolute),
    bias: rounded(bias),
    seenPerCounted: ratio === null ? null : rounded(ratio),
  }
}

function said<T extends object>(name: string, figures: T): T {
  console.log(name, JSON.stringify(figures))
  return figures
}

const { out } = programArguments({})
const days: Record<string, object> = {}
const figures = {
  kerbParking: { keyframes: await kerb('keyframes'), every5: await kerb({ every: 5 }) },
  kerbParkingAsClips: said(
    'kerb-parking as clips',
    describeCase(await kerbClips(FOOTAGE, join(ROOT, '.cache/benchmarks/kerb-clips'))),
  ),
  wholeDays: days,
  mall: await hall(),
}
for (const name of JAMCAMS) days[name] = said(name, describeCase(await jamcamDay(FOOTAGE, name)))

await writeResult(
  'main-job',
  {
    what: 'Footage replayed through the production pipeline: alarms against truth; an alarm counts within 10 s of its due time',
    footage: ['clips/kerb-parking.mp4', 'jamcam-2017/09747', 'jamcam-2017/09801', 'mall/frames'].map(path =>
      join(FOOTAGE, path),
    ),
    figures,
  },
  out,
)
