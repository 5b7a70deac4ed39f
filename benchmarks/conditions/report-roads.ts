// Part c: litter planted on real roads, beside two whole days on which nobody litters.
//
// The threshold is chosen with cuttings of the choosing half on some frames, and reported with those of the other half on
// other frames. The days are the same for both, since there are no others: their alarms are shown for every threshold.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PIECES_OF_THRESHOLD } from '../../detector/conditions/sampler.ts'
import type { Detector } from '../../detector/inference/detector.ts'
import { openOnnxDetector } from '../../detector/inference/kinds/onnx.ts'
import { writeStill } from '../../fixtures/still-file.ts'
import { loadModel } from '../../models/manifest.ts'
import type { Detectors } from '../../watch/detectors.ts'
import type { Half } from '../calibration/labelled.ts'
import { rounded } from '../provenance.ts'
import { cuttings } from './cuttings.ts'
import { isDoubtful } from './doubtful.ts'
import { type Found, type Planted, plant, recallBySize, search, thresholdFor, WANTED_PX } from './litter.ts'
import { alarmsAt, type RoadDay, watchRoadDay } from './road-days.ts'
import { JAMCAMS, ROAD_CAMERAS, roads } from './roads.ts'

const WANTED_RECALL = 0.8
const THRESHOLDS = [0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4]
/** Below every threshold that is asked about. */
const LEAST_SCORE = 0.01
const SEED = 7
/** Of each camera: frames to choose on, frames to report on, none to both; clips are a quarter of an hour apart. */
const EVERY = 4
const FIRST: Readonly<Record<Half, number>> = { choose: 0, report: 2 }
/** Kerb-parking lasts 75 s. */
const isWanted = (half: Half, camera: string) => (index: number) =>
  camera === 'kerb-parking' ? index % 2 === FIRST[half] / 2 : index % EVERY === FIRST[half]

/** The condition network with hardly any threshold for litter. */
export async function openSensitive(): Promise<Detector> {
  const model = await loadModel('street-condition')
  return openOnnxDetector(model, { thresholds: { litter: LEAST_SCORE }, threads: 1, batch: 'crops' })
}

async function plantRoads(footage: string, half: Half, objects: Detector): Promise<readonly Planted[]> {
  const litter = await litterOf(footage, half)
  const planted: Planted[] = []
  for (const camera of ROAD_CAMERAS) {
    planted.push(...(await plant(await roads(footage, camera, objects, isWanted(half, camera)), litter, SEED)))
  }
  return planted
}

export async function dirtyRoads(footage: string, detectors: Detectors, picturesFolder: string) {
  const sensitive = await openSensitive()
  try {
    const found: Partial<Record<Half, readonly Found[]>> = {}
    for (const half of ['choose', 'report'] as const) {
      const planted = await plantRoads(footage, half, detectors.objects)
      await keep(planted, join(picturesFolder, `roads-${half}`))
      found[half] = await search(planted, sensitive)
    }
    const { choose = [], report = [] } = found
    const days: RoadDay[] = []
    for (const name of JAMCAMS) days.push(await watchRoadDay(footage, name, { ...detectors, conditions: sensitive }))
    const { litter = 1 } = (await loadModel('street-condition')).card.suggestedThresholds
    const asked = litter * PIECES_OF_THRESHOLD
    const wanted = thresholdFor(choose, WANTED_RECALL)
    const quiet = THRESHOLDS.find(least => [...THRESHOLDS, asked].every(one => one < least || alarms(days, one) === 0))
    return {
      seed: SEED,
      planted: {
        cuttings: {
          choose: (await litterOf(footage, 'choose')).length,
          report: (await litterOf(footage, 'report')).length,
        },
      },
      /** Chosen on the choosing half; null where no threshold finds so many. */
      thresholdFor80Percent: wanted,
      atIt: wanted === null ? null : described(wanted, report, days),
      /** What a dirty-road zone asks of the shipped network. */
      atTheDefault: described(asked, report, days),
      /** The lowest threshold above which both days are silent. */
      atTheFirstSilentOne: quiet === undefined ? null : described(quiet, report, days),
      everyThreshold: THRESHOLDS.map(threshold => ({
        threshold,
        recallChoosing: recallAbove(choose, threshold),
        recallReporting: recallAbove(report, threshold),
        alarms: days.map(day => alarmsAt(day, threshold).alarms.length),
      })),
    }
  } finally {
    await sensitive.close()
  }
}

const litterOf = async (footage: string, half: Half) =>
  (await cuttings(footage, half)).filter(cutting => cutting.label === 'litter' && !isDoubtful(cutting))

const alarms = (days: readonly RoadDay[], threshold: number): number =>
  days.reduce((sum, day) => sum + alarmsAt(day, threshold).alarms.length, 0)

function recallAbove(found: readonly Found[], threshold: number): number | null {
  const large = found.filter(({ sizePx }) => sizePx >= WANTED_PX)
  return large.length > 0 ? rounded(large.filter(({ score }) => score >= threshold).length / large.length) : null
}

function described(threshold: number, report: readonly Found[], days: readonly RoadDay[]) {
  return {
    threshold,
    recall: recallBySize(report, threshold).map(row => ({
      ...row,
      recall: row.recall === null ? null : rounded(row.recall),
    })),
    recallByCamera: Object.fromEntries(
      ROAD_CAMERAS.map(name => [
        name,
        recallAbove(
          report.filter(({ camera }) => camera === name),
          threshold,
        ),
      ]),
    ),
    days: days.map(day => {
      const { alarms: raised, nearest } = alarmsAt(day, threshold)
      return {
        camera: day.camera.id,
        samples: day.scenes.filter(({ conditions }) => conditions).length,
        falseAlarms: raised.length,
        at: raised.map(({ openedAt }) => new Date(openedAt).toISOString()),
        nearestMiss: raised.length > 0 || !nearest ? null : nearest,
        /** The highest threshold at which the day would have raised an alarm. */
        alarmsUpTo: [...THRESHOLDS].reverse().find(lower => alarmsAt(day, lower).alarms.length > 0) ?? null,
      }
    }),
  }
}

/** Every tenth, for a person to look at. */
async function keep(planted: readonly Planted[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const { road, image } of planted.filter((_, index) => index % 10 === 0)) {
    await writeStill(join(folder, `${road.camera}-${road.index}.png`), image)
  }
}
