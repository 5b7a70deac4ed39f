// A classifier of crops serves the rule of overflowing bins as a detector does: pixels in, one incident out.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Zone } from '../../../core/camera.ts'
import type { Frame } from '../../../core/frame.ts'
import type { CameraId, PlaceId, ZoneId } from '../../../core/ids.ts'
import type { Finding } from '../../../core/observation.ts'
import { adopt } from '../../../models/adopt.ts'
import { RgbPicture } from '../../../tests/support/rgb-picture.ts'
import { tinyOf } from '../../../tests/support/tiny-families.ts'
import { ConditionSampler } from '../../conditions/sampler.ts'
import { overflowingBin } from '../../rules/kinds/overflowing-bin.ts'
import { ruleOf, sceneAt, story } from '../../rules/painted.ts'
import type { Detector } from '../detector.ts'
import { openOnnxDetector } from './onnx.ts'

const [WIDTH_PX, HEIGHT_PX] = [640, 360]
/** A bin's zone of 64 × 72 pixels in the middle of the street. */
const ZONE: Zone = {
  ...{ id: 'kerb' as ZoneId, name: 'kerb', cameraId: 'gate' as CameraId, placeId: 'gate/kerb' as PlaceId },
  ...{ version: 1, rule: 'overflowing-bin', options: {} },
  polygon: [
    { x: 0.45, y: 0.4 },
    { x: 0.55, y: 0.4 },
    { x: 0.55, y: 0.6 },
    { x: 0.45, y: 0.6 },
  ],
}

/** A street that is all red where the bin overflows, all blue where it does not. */
const painted = (overflows: boolean) =>
  new RgbPicture({
    ...{ widthPx: WIDTH_PX, heightPx: HEIGHT_PX },
    pixels: Uint8Array.from({ length: WIDTH_PX * HEIGHT_PX * 3 }, (_, at) =>
      at % 3 === (overflows ? 0 : 2) ? 230 : 0,
    ),
  })
const [FULL, EMPTIED] = [painted(true), painted(false)]

let detector: Detector
beforeAll(async () => {
  const wishes = { name: 'ok-or-overflow', family: 'classifier', classes: ['overflow', 'ok'], licence: '' } as const
  const classMap = { overflow: 'bin-overflow', ok: 'bin' }
  const model = await adopt(tinyOf('classifier'), 'theirs.onnx', { ...wishes, classMap }, ['bin', 'bin-overflow'])
  detector = await openOnnxDetector(model, { thresholds: {}, threads: 1, batch: 'crops' })
})
afterAll(() => detector.close())

/** Plays a bin that is full (O) or emptied (k) every 30 s through sampler and rule. */
async function play(series: string): Promise<readonly Finding[]> {
  const rule = ruleOf(overflowingBin, {}, ZONE)()
  const sampler = new ConditionSampler([{ zone: ZONE, everyMs: 30_000, detail: 'place' }], {
    detector,
    onFailure: (_, error) => {
      throw error
    },
  })
  const findings: Finding[] = []
  for (const [index, state] of [...series].entries()) {
    const scene = sceneAt(index * 30, [])
    const picture = state === 'O' ? FULL : EMPTIED
    const frame: Frame = {
      ...{ cameraId: ZONE.cameraId, sequence: index, capturedAt: scene.at, clock: 'media', receivedAt: scene.at },
      ...{ keyframe: true, density: 'keyframes', picture },
    }
    const conditions = await sampler.sample(frame, sampler.due(scene.at))
    findings.push(...rule.observe({ ...scene, conditions }, scene.at))
  }
  return findings
}

test('a bin that overflows in four looks is one incident, and ends once it is seen emptied', async () => {
  expect(story(await play('kOOOOOkkkkk'))).toEqual([
    '30 first A',
    '120 fired A',
    '120 holds A',
    '240 cleared A',
    '240 ended A',
  ])
})

test('a bin that is ok is none', async () => {
  expect(story(await play('kkkkkkkk'))).toEqual([])
})
