// Stage track-rules: recorded detections through tracker, scene and rules, as the pipeline of a camera has them.
import { readFile } from 'node:fs/promises'
import { type Camera, cameraSchema, ownPlace } from '../../../core/camera.ts'
import type { Frame } from '../../../core/frame.ts'
import type { ZoneId } from '../../../core/ids.ts'
import { NO_WORD } from '../../../core/reference-view.ts'
import type { Detection } from '../../../core/scene.ts'
import { VEHICLES } from '../../../detector/inference/classes.ts'
import type { Detector } from '../../../detector/inference/detector.ts'
import { observe } from '../../../detector/pipeline.ts'
import { ByteTracker } from '../../../detector/tracking/byte-tracker.ts'
import { createRules } from '../../../watch/camera-rules.ts'
import type { Stage } from './stage.ts'

const rows = [0.17, 0.35, 0.53, 0.71, 0.89]
const ZONES = [
  ...rows.map((bottom, row) => ({
    id: `row-${row}`,
    rule: 'illegal-parking',
    options: { grace: '5s', clearAfter: '4s' },
    polygon: strip(bottom - 0.03, bottom + 0.02),
  })),
  { id: 'square', rule: 'crowding', options: { threshold: 12, clearBelow: 6, hold: '10s' }, polygon: strip(0.1, 0.9) },
]

function strip(top: number, bottom: number) {
  return [
    [0.02, top],
    [0.98, top],
    [0.98, bottom],
    [0.02, bottom],
  ]
}

function recordedCamera(): Camera {
  const { street, grid, zones, ...camera } = cameraSchema.parse({
    ...{ id: 'recorded', name: 'recorded', street: 'gate', grid: 'gate' },
    source: { kind: 'recorded' },
    zones: ZONES,
  })
  return {
    ...camera,
    ...{ streetId: street, gridId: grid, viewWord: NO_WORD, version: 1 },
    zones: zones.map(zone => ({
      ...zone,
      ...{ name: zone.id, cameraId: camera.id, version: 1, placeId: ownPlace(camera.id, zone.id as ZoneId) },
    })),
  }
}

async function readFrames(camera: Camera, recording: string): Promise<readonly Frame[]> {
  const lines = (await readFile(recording, 'utf8')).trimEnd().split('\n')
  return lines.map((line, sequence) => {
    const { at, objects } = JSON.parse(line) as { readonly at: number; readonly objects: readonly Detection[] }
    return {
      ...{ cameraId: camera.id, sequence, capturedAt: at, receivedAt: at, clock: 'media', keyframe: true },
      ...{ density: 'dense', recorded: objects },
    } as const
  })
}

const detector: Detector = {
  model: { name: 'recorded', sha256: '0'.repeat(64) },
  classes: ['person', ...VEHICLES],
  detect: async ({ recorded = [] }) => recorded,
  close: async () => {},
}

export const trackRules: Stage = {
  name: 'track-rules',
  unit: 'a frame',
  felt: 'cpu',
  async open({ recording }) {
    const camera = recordedCamera()
    const frames = await readFrames(camera, recording)
    const watch = () =>
      observe(inOrder(frames), {
        sight: { judge: () => ({ view: 'clear', drift: undefined }) },
        detector,
        tracker: new ByteTracker(),
        zones: camera.zones,
        conditions: { due: () => [], sample: async () => [] },
        rules: [...createRules(camera, { objects: detector, conditions: detector }).values()],
        onFailure: (_frame, error) => {
          throw error
        },
      })
    return async count => async after => {
      for (let done = 0; done < count; ) {
        for await (const _observed of watch()) {
          await after()
          if (++done === count) break
        }
      }
    }
  },
}

async function* inOrder(frames: readonly Frame[]): AsyncGenerator<Frame> {
  yield* frames
}
