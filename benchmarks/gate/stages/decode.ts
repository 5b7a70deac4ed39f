// Stage decode: footage read, depacketised and decoded by a camera's stream, at key frames alone and in full, turn by turn.
import { cameraSchema } from '../../../core/camera.ts'
import { silentLog } from '../../../core/log.ts'
import { systemClock } from '../../../core/time.ts'
import { openCameraStream } from '../../../streams/camera-stream.ts'
import type { Stage } from './stage.ts'

/** A camera is economical at key frames, and attentive at up to six frames a second. */
const SAMPLINGS = ['keyframes', { every: 6 }] as const

export const decode: Stage = {
  name: 'decode',
  unit: 'a decoded frame',
  felt: 'cpu',
  async open({ clip }) {
    const frames = (pass: number) => {
      const entry = { id: 'decode', name: 'decode', street: 'gate', grid: 'gate', source: { kind: 'file', path: clip } }
      const camera = cameraSchema.parse({ ...entry, sampling: SAMPLINGS[pass % SAMPLINGS.length] })
      return openCameraStream(camera, { pace: 'replay', clock: systemClock, log: silentLog, baseDir: '/' }).frames()
    }
    return async count => async after => {
      for (let pass = 0, done = 0; done < count; pass++) {
        for await (const { picture } of frames(pass)) {
          picture?.release()
          await after()
          if (++done === count) break
        }
      }
    }
  },
}
