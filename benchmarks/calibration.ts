// What calibration gives on the labelled bins and on the hall of people: `npm run bench:calibration`.
import { join } from 'node:path'
import { crowdingOptions } from '../detector/rules/kinds/crowding.ts'
import { loadModel } from '../models/manifest.ts'
import { programArguments } from './arguments.ts'
import { labelledBins } from './calibration/bins.ts'
import { type Calibration, calibrate, type Figure } from './calibration/calibrate.ts'
import { calibrateCounts, readCounts, WHOLE_ZONE } from './calibration/counts.ts'
import { FOOTAGE, rounded, writeResult } from './provenance.ts'

const MALL = join(FOOTAGE, 'mall')
const { out } = programArguments({})

const conditions = await loadModel('street-condition')
const bins = labelledBins(FOOTAGE)
const chosen = await calibrate(conditions, bins)
const card = await calibrate(conditions, bins, { split: 'report' })
// Which of the two ways to look is used was decided on the choosing half, like everything else.
const whole = await calibrate(conditions, bins, { split: 'choose' })
const tiles = await calibrate(conditions, bins, { split: 'choose', framing: 'tiles' })
const counted = await readCounts(join(MALL, 'counts.json'), join(MALL, 'frames'))
const { minScore } = crowdingOptions.parse({})
const counts = await calibrateCounts(counted, await loadModel('street-objects'), { ...WHOLE_ZONE, minScore })

await writeResult(
  'calibration',
  {
    what: 'score thresholds chosen on one half of the labelled bins and reported on the other, and the countScale of a hall of people',
    footage: [
      join(FOOTAGE, 'bins/images'),
      join(FOOTAGE, 'bins/labels'),
      join(MALL, 'counts.json'),
      join(MALL, 'frames'),
    ],
    figures: {
      pictures: chosen.pictures,
      dataSha256: chosen.data.sha256,
      chosenThresholds: describe(chosen),
      cardThresholds: describe(card),
      onTheChoosingHalf: { wholePictures: describe(whole), tilesAtNativeResolution: describe(tiles) },
      mallCounts: {
        pictures: counted.length,
        people: counts.people,
        detected: counts.seen,
        factor: figure({ value: counts.scale.factor, interval: counts.factor }),
        error: figure({ value: counts.scale.error, interval: counts.error }),
      },
    },
  },
  out,
)

function describe({ classes }: Calibration) {
  return Object.fromEntries(
    classes.map(({ label, level, before, chosen, figures }) => [
      label,
      {
        threshold: chosen ?? before,
        chosenFor: level,
        ...Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, figure(value)])),
      },
    ]),
  )
}

/** The value, and its 95 % interval. */
function figure({ value, interval }: Figure) {
  return {
    value: value === null ? null : rounded(value),
    interval: interval && [rounded(interval.low), rounded(interval.high)],
  }
}
