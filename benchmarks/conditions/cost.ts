// What looking at a zone's condition costs: CPU time of one sample, as a share of a core over the default schedule.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Frame } from '../../core/frame.ts'
import { type Polygon, WHOLE_FRAME } from '../../core/geometry.ts'
import { ConditionSampler, type Scheduled } from '../../detector/conditions/sampler.ts'
import { planTiles } from '../../detector/conditions/tiles.ts'
import { planCrops } from '../../detector/inference/crops.ts'
import { dirtyRoadOptions } from '../../detector/rules/kinds/dirty-road.ts'
import { overflowingBinOptions } from '../../detector/rules/kinds/overflowing-bin.ts'
import { writeStill } from '../../fixtures/still-file.ts'
import { readStill } from '../../streams/still.ts'
import type { Detectors } from '../../watch/detectors.ts'
import { rounded } from '../provenance.ts'
import { roadZone } from './roads.ts'
import { eachFrame, sparsely } from './streets.ts'

const FULL_HD = { widthPx: 1920, heightPx: 1080 }
const WARM_UP = 5
const SAMPLES = 40

/** In pixels of a 1080p frame: a bin of 90 × 130 px, a square that is four tiles, and a strip that is as many as may be close. */
const BIN: Polygon = rectangle(900, 500, 990, 630)
const ROAD: Polygon = rectangle(500, 420, 1100, 1020)
const STRIP: Polygon = rectangle(400, 600, 1400, 900)

function rectangle(x1: number, y1: number, x2: number, y2: number): Polygon {
  const at = (x: number, y: number) => ({ x: x / FULL_HD.widthPx, y: y / FULL_HD.heightPx })
  return [at(x1, y1), at(x2, y1), at(x2, y2), at(x1, y2)]
}

/**
 * One frame of kerb-parking, enlarged to 1080p, looked at again and again: condition tiles, and the crops in which people
 * and vehicles are looked for because the zone is due; scaling and networks, without reading and decoding.
 */
export async function cost(footage: string, detectors: Detectors) {
  const folder = await mkdtemp(join(tmpdir(), 'jiemu-cost-'))
  try {
    const first = sparsely(Number.POSITIVE_INFINITY)
    const path = join(footage, 'clips/kerb-parking.mp4')
    const [image] = await eachFrame({ kind: 'file', path }, ({ capturedAt, picture }) =>
      first(capturedAt) ? picture.rgb(WHOLE_FRAME, FULL_HD.widthPx, FULL_HD.heightPx) : undefined,
    )
    if (!image) throw new Error(`no picture in ${path}`)
    const file = join(folder, 'frame.jpg')
    await writeStill(file, image)
    const everyMs = dirtyRoadOptions.parse({}).every
    const bin = { ...roadZone('cost', BIN), rule: 'overflowing-bin' as const }
    return {
      bin: await costOf(
        { zone: bin, everyMs: overflowingBinOptions.parse({}).every, detail: 'place' },
        file,
        detectors,
      ),
      road: await costOf({ zone: roadZone('cost', ROAD), everyMs, detail: 'pieces' }, file, detectors),
      strip: await costOf({ zone: roadZone('cost', STRIP), everyMs, detail: 'pieces' }, file, detectors),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function costOf(scheduled: Scheduled, file: string, detectors: Detectors) {
  const { zone, everyMs, detail } = scheduled
  const picture = await readStill(file)
  const problems: Error[] = []
  const sampler = new ConditionSampler([scheduled], {
    detector: detectors.conditions,
    onFailure: (_, error) => problems.push(error),
  })
  const frame: Frame = {
    ...{ cameraId: zone.cameraId, sequence: 0, capturedAt: 0, receivedAt: 0, keyframe: true, picture },
    clock: 'media',
    density: 'keyframes',
  }
  const cpuMs = async (work: () => Promise<unknown>) => {
    for (let i = 0; i < WARM_UP; i++) await work()
    const before = process.cpuUsage()
    for (let i = 0; i < SAMPLES; i++) await work()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000 / SAMPLES
  }
  const crops = planCrops([zone], picture)
  const conditionsMs = await cpuMs(() => sampler.sample(frame, [zone]))
  const objectsMs = await cpuMs(() => detectors.objects.detect(frame, crops))
  picture.release()
  if (problems[0]) throw problems[0]
  return {
    tiles: planTiles(zone.polygon, FULL_HD, detail).length,
    objectCrops: crops.length,
    everyMs,
    samples: SAMPLES,
    cpuMsPerSample: { conditions: rounded(conditionsMs), objects: rounded(objectsMs) },
    coreShare: Math.round(((conditionsMs + objectsMs) / everyMs) * 100_000) / 100_000,
  }
}
