// The condition network on labelled pictures that no threshold was chosen on: boxes by class, and "is it here at all".
import { loadModel } from '../../models/manifest.ts'
import { type Calibration, calibrate, type Figure } from '../calibration/calibrate.ts'
import { rounded } from '../provenance.ts'
import { binsFolder } from './cuttings.ts'

/** With the thresholds of the card; each picture as a whole, as near as a bin's zone with its margin is. */
export async function detection(footage: string) {
  const model = await loadModel('street-condition')
  return described(await calibrate(model, binsFolder(footage), { split: 'report' }))
}

function described({ pictures, classes, model }: Calibration) {
  const perClass = classes.map(({ label, before, labelled, figures }) => [
    label,
    {
      threshold: before,
      labels: labelled.report.labels,
      picturesWithIt: labelled.report.pictures,
      ap50: figure(figures.ap50),
      boxes: {
        precision: figure(figures['boxes precision']),
        recall: figure(figures['boxes recall']),
        f1: figure(figures['boxes f1']),
      },
      pictures: {
        precision: figure(figures['pictures precision']),
        recall: figure(figures['pictures recall']),
        f1: figure(figures['pictures f1']),
      },
    },
  ])
  return {
    model: { name: model.name, sha256: model.sha256 },
    half: 'report',
    pictures: pictures.report,
    classes: Object.fromEntries(perClass),
  }
}

const figure = ({ value, interval }: Figure) => ({
  value: value === null ? null : rounded(value),
  interval95: interval && [rounded(interval.low), rounded(interval.high)],
})
