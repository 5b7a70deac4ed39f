// Illegal parking on real footage, with the shipped network and the production pipeline.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownPlace, type Sampling, type Zone, zoneSchema } from '../../../core/camera.ts'
import { type Box, iou } from '../../../core/geometry.ts'
import type { CameraId } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import { NO_WORD } from '../../../core/reference-view.ts'
import type { Scene } from '../../../core/scene.ts'
import { ManualClock } from '../../../core/time.ts'
import { openCameraStream } from '../../../streams/camera-stream.ts'
import { appearanceOf } from '../../appearance.ts'
import type { Detector } from '../../inference/detector.ts'
import { onnx } from '../../inference/kinds/onnx.ts'
import { observe } from '../../pipeline.ts'
import { ByteTracker } from '../../tracking/byte-tracker.ts'
import { ViewGate } from '../../view-gate.ts'
import { illegalParking } from './illegal-parking.ts'

const TRUTH = join(import.meta.dirname, '../../../../shared/footage/truth')
const ABSENT = existsSync(TRUTH) ? '' : ' (skipped: ../shared/footage is absent)'
const CAMERA = { id: 'c' as CameraId }

let detector: Detector
beforeAll(async () => {
  detector = await onnx.create(onnx.options.parse({}), {})
})
afterAll(() => detector.close())

interface Truth {
  readonly source: { readonly kind: string }
  readonly zones: readonly unknown[]
  readonly events: readonly { readonly box: readonly [number, number, number, number] }[]
}
const readTruth = async (name: string): Promise<Truth> =>
  JSON.parse(await readFile(join(TRUTH, `${name}.json`), 'utf8'))

const zonesOf = (truth: Truth): readonly Zone[] =>
  truth.zones.map(entry => {
    const zone = zoneSchema.parse(entry)
    return { ...zone, name: zone.id, cameraId: CAMERA.id, version: 1, placeId: ownPlace(CAMERA.id, zone.id) }
  })

async function scenesOf(truth: Truth, sampling: Sampling): Promise<readonly Scene[]> {
  const deps = { pace: 'replay', clock: new ManualClock(0), log: silentLog, baseDir: TRUTH } as const
  const stream = openCameraStream({ ...CAMERA, source: truth.source, sampling }, deps)
  const scenes: Scene[] = []
  const pipeline = observe(stream.frames(), {
    detector,
    tracker: new ByteTracker(),
    sight: new ViewGate({ id: CAMERA.id, zones: zonesOf(truth), viewWord: NO_WORD }),
    zones: zonesOf(truth),
    conditions: { due: () => [], sample: async () => [] },
    rules: [],
    appearance: appearanceOf,
    onFailure: (_, error) => {
      throw error
    },
  })
  for await (const { frame, scene } of pipeline) {
    scenes.push(scene)
    stream.analysed(frame)
  }
  return scenes
}

interface Alarm {
  readonly box: Box
  readonly secondsAfterDue: number
}

function alarms(truth: Truth, scenes: readonly Scene[], options: object): readonly Alarm[] {
  const first = new Map<string, Alarm>()
  for (const zone of zonesOf(truth)) {
    const rule = illegalParking.create(illegalParking.options.parse(options), {
      camera: CAMERA,
      zone,
      model: detector.model,
    })
    for (const finding of scenes.flatMap(scene => rule.observe(scene, scene.at))) {
      if (finding.type !== 'observation' || first.has(finding.observation.fingerprint)) continue
      const { fingerprint, boxes, at, dueAt } = finding.observation
      const [box] = boxes
      if (box) first.set(fingerprint, { box, secondsAfterDue: (at - dueAt) / 1_000 })
    }
  }
  return [...first.values()]
}

function expectEachCarOnce(truth: Truth, found: readonly Alarm[]): void {
  const boxes = truth.events.map(({ box: [x1, y1, x2, y2] }) => ({ x1, y1, x2, y2 }))
  expect(boxes.map(box => found.filter(alarm => iou(alarm.box, box) > 0.3).length)).toEqual(boxes.map(() => 1))
  expect(found.length).toBe(boxes.length)
}

/** Ten-second clips a quarter of an hour apart. */
const inClips = (scenes: readonly Scene[]): readonly Scene[] => {
  const startAt = scenes[0]?.at ?? 0
  return scenes.map(scene => ({ ...scene, at: scene.at + Math.floor((scene.at - startAt) / 10_000) * 890_000 }))
}

const samplings: readonly (readonly [string, Sampling])[] = [
  ['key frames', 'keyframes'],
  ['five frames a second', { every: 5 }],
]
test.skipIf(ABSENT !== '').each(samplings)(
  `kerb-parking, %s: each of six cars once, within 10 s of its due time, and again as clips a quarter of an hour apart${ABSENT}`,
  async (_, sampling) => {
    const truth = await readTruth('kerb-parking')
    const scenes = await scenesOf(truth, sampling)
    const found = alarms(truth, scenes, { grace: '30s' })
    expectEachCarOnce(truth, found)
    expect(Math.max(...found.map(alarm => alarm.secondsAfterDue))).toBeLessThanOrEqual(10)
    expectEachCarOnce(truth, alarms(truth, inClips(scenes), {}))
  },
)

test.skipIf(ABSENT !== '').each(['jamcam-09747', 'jamcam-09801'])(
  `%s: a whole day of queues at a junction in clips a quarter of an hour apart is no parking${ABSENT}`,
  async name => {
    const truth = await readTruth(name)
    expect(alarms(truth, await scenesOf(truth, 'keyframes'), {})).toEqual([])
  },
)
