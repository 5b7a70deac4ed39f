// The pipeline on real footage with the shipped network: parked cars found where they stand, people counted, nights not blind.
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Zone, zoneSchema } from '../core/camera.ts'
import { bottomCentre, contains, iou } from '../core/geometry.ts'
import type { CameraId, PlaceId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { NO_WORD } from '../core/reference-view.ts'
import type { Scene, SceneObject } from '../core/scene.ts'
import { ManualClock } from '../core/time.ts'
import { openCameraStream } from '../streams/camera-stream.ts'
import { VEHICLES } from './inference/classes.ts'
import type { Detector } from './inference/detector.ts'
import { onnx } from './inference/kinds/onnx.ts'
import { observe } from './pipeline.ts'
import { ByteTracker } from './tracking/byte-tracker.ts'
import { ViewGate } from './view-gate.ts'

const FOOTAGE = join(import.meta.dirname, '../../shared/footage')
const ABSENT = existsSync(FOOTAGE) ? '' : ' (skipped: ../shared/footage is absent)'

let detector: Detector
beforeAll(async () => {
  detector = await onnx.create(onnx.options.parse({}), {})
})
afterAll(() => detector.close())

interface Truth {
  readonly source: Readonly<Record<string, unknown>> & { readonly kind: string }
  readonly zones: readonly unknown[]
  readonly events: readonly { readonly zone: string; readonly box: readonly [number, number, number, number] }[]
}
const readTruth = async (name: string): Promise<Truth> =>
  JSON.parse(await readFile(join(FOOTAGE, 'truth', `${name}.json`), 'utf8'))

const zonesOf = (truth: Pick<Truth, 'zones'>): Zone[] =>
  truth.zones.map(entry => {
    const { id, rule, polygon, options } = zoneSchema.parse(entry)
    return {
      id,
      name: id,
      cameraId: 'c' as CameraId,
      version: 1,
      rule,
      polygon,
      options,
      placeId: id as string as PlaceId,
    }
  })

/** Every scene of the footage at key frames, or every `spacing`-th still. */
async function scenesOf(source: Truth['source'], zones: readonly Zone[], at: Detector = detector): Promise<Scene[]> {
  const camera = { id: 'c' as CameraId, source, sampling: 'keyframes' as const }
  const stream = openCameraStream(camera, {
    pace: 'replay',
    clock: new ManualClock(0),
    log: silentLog,
    baseDir: join(FOOTAGE, 'truth'),
  })
  const scenes: Scene[] = []
  const sight = new ViewGate({ id: camera.id, zones, viewWord: NO_WORD })
  const conditions = { due: () => [], sample: async () => [] }
  const deps = { sight, conditions, detector: at, tracker: new ByteTracker(), zones, rules: [] }
  const onFailure = (_: unknown, error: Error) => {
    throw error
  }
  for await (const { frame, scene } of observe(stream.frames(), { ...deps, onFailure })) {
    stream.analysed(frame)
    scenes.push(scene)
  }
  await stream.close()
  return scenes
}

test.skipIf(ABSENT)(`each of six parked cars stands in its zone in 9 of 10 key frames${ABSENT}`, async () => {
  const truth = await readTruth('kerb-parking')
  const zones = zonesOf(truth)
  const scenes = await scenesOf(truth.source, zones)
  expect(scenes.length).toBeGreaterThan(10)
  const standsThere = ({ objects }: Scene, { zone, box: [x1, y1, x2, y2] }: Truth['events'][number]) => {
    const polygon = zones.find(({ id }) => id === zone)?.polygon ?? []
    const isCar = ({ label, box }: SceneObject) => VEHICLES.includes(label) && contains(polygon, bottomCentre(box))
    return objects.some(object => isCar(object) && iou(object.box, { x1, y1, x2, y2 }) >= 0.5)
  }
  const shares = truth.events.map(event => scenes.filter(scene => standsThere(scene, event)).length / scenes.length)
  expect(Math.min(...shares)).toBeGreaterThan(0.9)
})

test.skipIf(ABSENT)(
  `people in a mall are counted to within a quarter, and more people count as more${ABSENT}`,
  async () => {
    const truth = await readTruth('mall')
    const counts: Record<string, { readonly count: number }> = JSON.parse(
      await readFile(join(FOOTAGE, 'mall/counts.json'), 'utf8'),
    )
    const wanted = Object.keys(counts)
      .sort()
      .map(name => counts[name]?.count ?? 0)
    let index = 0
    // Every tenth still: the rest is skipped before the network.
    const sparse: Detector = {
      ...{ model: detector.model, classes: detector.classes },
      detect: async (frame, plan) => (index++ % 10 === 0 ? detector.detect(frame, plan) : []),
      close: async () => {},
    }
    const scenes = await scenesOf(truth.source, zonesOf(truth), sparse)
    const pairs = scenes.flatMap(({ objects }, i) =>
      i % 10 === 0 ? [[objects.filter(({ label }) => label === 'person').length, wanted[i] ?? 0] as const] : [],
    )
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    const [seen, real] = [mean(pairs.map(([a]) => a)), mean(pairs.map(([, b]) => b))]
    const covariance = mean(pairs.map(([a, b]) => (a - seen) * (b - real)))
    const deviation = (of: 0 | 1, around: number) => Math.sqrt(mean(pairs.map(pair => (pair[of] - around) ** 2)))
    const correlation = covariance / (deviation(0, seen) * deviation(1, real))
    expect(scenes).toHaveLength(wanted.length)
    expect(seen / real).toBeGreaterThan(0.75)
    expect(seen / real).toBeLessThan(1.25)
    expect(correlation).toBeGreaterThan(0.85)
  },
)

test.skipIf(ABSENT).each(['09747', '09801'])(
  `no hour of a day and night at camera %s is called blind${ABSENT}`,
  async camera => {
    const folder = join(FOOTAGE, 'jamcam-2017', camera)
    const clips = (await readdir(folder)).filter(name => name.endsWith('.mp4')).sort()
    const views: string[] = []
    for (const clip of clips.filter((_, index) => index % 4 === 0)) {
      const scenes = await scenesOf({ kind: 'file', path: join(folder, clip) }, [])
      views.push(...scenes.map(({ view }) => view))
    }
    expect(views.length).toBeGreaterThanOrEqual(24)
    expect(views.filter(view => view !== 'clear')).toEqual([])
  },
)
