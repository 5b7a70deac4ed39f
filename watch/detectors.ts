// What cameras are looked at with: the networks of a process, opened once and shared by all its cameras.
import type { Camera } from '../core/camera.ts'
import { kindNamed, parseOptions } from '../core/kind.ts'
import type { Detector } from '../detector/inference/detector.ts'
import { DETECTOR_KINDS } from '../detector/inference/kinds/index.ts'
import { lazyDetector } from '../detector/inference/lazy.ts'

export interface Detectors {
  /** People and vehicles, in crops of the frame. */
  readonly objects: Detector
  /** Bins and litter, in tiles at native resolution. */
  readonly conditions: Detector
  /** Both, for sources that deliver detections instead of pixels. */
  readonly recorded: Detector
  close(): Promise<void>
}

/** Names of networks in the manifest that is shipped, or in one of `directories`. */
export interface Networks {
  readonly objects: string
  readonly conditions: string
  readonly directories?: readonly string[]
}

export const SHIPPED_NETWORKS: Networks = { objects: 'street-objects', conditions: 'street-condition' }

/**
 * Opens what cameras are looked at with; all cameras of a process share it. The condition network is held against its
 * card at once, but takes memory only with the first sample: most cameras have neither a bin nor a road to watch.
 * @throws JiemuError model-unknown, model-altered, model-missing or model-misfit
 */
export async function openDetectors({ objects: model, conditions, directories }: Networks): Promise<Detectors> {
  const open = (kind: string, options: unknown) => {
    const found = kindNamed('detector', DETECTOR_KINDS, kind)
    const deps = directories ? { modelsDirectories: directories } : {}
    return found.create(parseOptions(found.options, `detector ${kind}`, options), deps)
  }
  const detectors = await Promise.all([
    open('onnx', { model }),
    lazyDetector(conditions, directories, () => open('onnx', { model: conditions })),
    open('recorded', {}),
  ])
  const [objects, lazy, recorded] = detectors
  return {
    ...{ objects, conditions: lazy, recorded },
    close: async () => void (await Promise.all(detectors.map(detector => detector.close()))),
  }
}

/** Which of them look at a camera. */
export function looking(
  camera: Pick<Camera, 'source'>,
  detectors: Detectors,
): Pick<Detectors, 'objects' | 'conditions'> {
  const { recorded } = detectors
  return camera.source.kind === 'recorded' ? { objects: recorded, conditions: recorded } : detectors
}
