// `jiemu tune`: runs the rules again on the detection log with other options, and proposes those that verdicts speak for.
import { writeFile } from 'node:fs/promises'
import { describeTuning, proposalYaml } from '../benchmarks/tuning/report.ts'
import { type TunedZone, tuneCamera } from '../benchmarks/tuning/tune-camera.ts'
import type { Camera, Zone } from '../core/camera.ts'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { CameraId } from '../core/ids.ts'
import { decodeScene, type Scene } from '../core/scene.ts'
import { policyOf } from '../core/team.ts'
import type { EpochMs } from '../core/time.ts'
import type { DetectionLog } from '../store/detection-log.ts'
import type { Store } from '../store/open.ts'
import type { ConfigOptions } from './check.ts'
import { withBar } from './replay-bar.ts'
import { withStore } from './with-store.ts'

export interface TuneCliOptions extends ConfigOptions {
  readonly camera?: string
  readonly zone?: string
  readonly keep: number
  readonly write?: string
  readonly json: boolean
}

/** All that there is of the log: 72 h unless the settings say otherwise. */
const EVER = Date.parse('9000-01-01')
const USUAL_LOG_MS = 72 * 3_600_000

/** @throws JiemuError not-found, file-unwritable, options-invalid */
export async function tune(options: TuneCliOptions): Promise<void> {
  const tuned = await withStore(options, store => tuneAll(store, options))
  const proposed = tuned.filter(({ proposal }) => proposal !== null)
  if (options.json) console.log(JSON.stringify(tuned, null, 2))
  else if (tuned.length === 0) console.log('there is no zone whose rule can be tuned')
  else console.log(tuned.map(describeTuning).join('\n\n'))
  if (options.write === undefined || proposed.length === 0) return
  await writeFile(options.write, proposalYaml(tuned)).catch((error: NodeJS.ErrnoException) => {
    throw toJiemuError(error, 'file-unwritable', { file: options.write ?? '', problem: error.code ?? error.message })
  })
  console.error(`written to ${options.write}: look at it, then jiemu cameras import ${options.write}`)
}

async function tuneAll(store: Store, options: TuneCliOptions): Promise<readonly TunedZone[]> {
  const policies = await store.configuration.policies()
  const tuned: TunedZone[] = []
  for (const { camera, zones } of chosen(await store.configuration.cameras(), options)) {
    const deps = {
      policyFor: (zone: Zone) => policyOf(policies, zone.rule, zone.cameraId, zone.id),
      incidents: (from: EpochMs, to: EpochMs) => store.verdicts.incidents(camera.id, from, to),
    }
    const zonesOfCamera = await withBar(camera.id, USUAL_LOG_MS, onFrame =>
      tuneCamera(camera, zones, logged(store.detections, camera.id, onFrame), deps, options),
    )
    tuned.push(...zonesOfCamera)
  }
  return tuned
}

function chosen(cameras: readonly Camera[], { camera: id, zone }: TuneCliOptions) {
  if (zone !== undefined && id === undefined) {
    throw new JiemuError('request-invalid', { problem: '--zone is one of a camera: say --camera too' })
  }
  const found = cameras
    .filter(camera => id === undefined || camera.id === id)
    .map(camera => ({ camera, zones: camera.zones.filter(one => zone === undefined || one.id === zone) }))
  const [first] = found
  if (id !== undefined && !first) throw new JiemuError('not-found', { what: 'camera', id })
  if (zone !== undefined && first?.zones.length === 0) throw new JiemuError('not-found', { what: 'zone', id: zone })
  return found
}

/** A line that is not one of ours is passed over: a kill may have left half of it. */
async function* logged(log: DetectionLog, camera: CameraId, onFrame: (at: EpochMs) => void): AsyncGenerator<Scene> {
  for await (const { at, line } of log.read(camera, 0, EVER)) {
    onFrame(at)
    const scene = decoded(line)
    if (scene) yield scene
  }
}

function decoded(line: string): Scene | undefined {
  try {
    return decodeScene(line)
  } catch {
    return undefined
  }
}
