// A camera that is left alone because its stream has ended the process that watched it, again and again.
import { JiemuError } from './errors.ts'
import type { CameraId } from './ids.ts'
import type { EpochMs } from './time.ts'

/** For how long, and how many deaths it was blamed for. */
export interface QuarantineTerm {
  readonly until: EpochMs
  readonly times: number
}

export function quarantined(camera: CameraId, { until, times }: QuarantineTerm): JiemuError {
  return new JiemuError('camera-quarantined', { camera, times, until: new Date(until).toISOString() })
}
