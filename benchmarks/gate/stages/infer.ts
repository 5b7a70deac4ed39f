// Stage infer: the object network on fixed frames, cropped around two zones as a camera's are; scaling included.
import { cameraSchema } from '../../../core/camera.ts'
import type { Frame } from '../../../core/frame.ts'
import { silentLog } from '../../../core/log.ts'
import { systemClock } from '../../../core/time.ts'
import { planCrops } from '../../../detector/inference/crops.ts'
import { openCameraStream } from '../../../streams/camera-stream.ts'
import { openDetectors, SHIPPED_NETWORKS } from '../../../watch/detectors.ts'
import type { Stage } from './stage.ts'

const KEPT_FRAMES = 4
/** A kerb and the pavement before a shop: far enough apart for a crop each. */
const ZONES = [{ polygon: rectangle(0.15, 0.655, 0.56, 0.735) }, { polygon: rectangle(0.63, 0.475, 0.98, 0.63) }]

function rectangle(x1: number, y1: number, x2: number, y2: number) {
  return [
    { x: x1, y: y1 },
    { x: x2, y: y1 },
    { x: x2, y: y2 },
    { x: x1, y: y2 },
  ]
}

async function firstFrames(clip: string): Promise<readonly Frame[]> {
  const source = { kind: 'file', path: clip }
  const camera = cameraSchema.parse({ id: 'infer', name: 'infer', street: 'gate', grid: 'gate', source })
  const stream = openCameraStream(camera, { pace: 'replay', clock: systemClock, log: silentLog, baseDir: '/' })
  const kept: Frame[] = []
  for await (const frame of stream.frames()) if (kept.push(frame) === KEPT_FRAMES) break
  return kept
}

export const infer: Stage = {
  name: 'infer',
  unit: 'a frame with its crops',
  felt: 'cpu',
  async open({ clip }, scope) {
    const detectors = scope.use(await openDetectors(SHIPPED_NETWORKS), opened => opened.close())
    const frames = await firstFrames(clip)
    scope.defer(() => {
      for (const frame of frames) frame.picture?.release()
    })
    const looks = frames.flatMap(frame => (frame.picture ? [{ frame, crops: planCrops(ZONES, frame.picture) }] : []))
    return async count => async after => {
      for (let done = 0; done < count; done++) {
        const look = looks[done % looks.length]
        if (look) await detectors.objects.detect(look.frame, look.crops)
        await after()
      }
    }
  },
}
