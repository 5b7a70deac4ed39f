// One camera under watch: its stream, its rules and the pipeline between them, said in the words of the shard contract.
// The shard runs it live; replay runs the very same thing as fast as the footage can be read.
import type { Camera } from './core/camera.ts'
import { JiemuError, toJiemuError } from './core/errors.ts'
import type { Frame } from './core/frame.ts'
import type { StreamHealth } from './core/health.ts'
import type { ZoneId } from './core/ids.ts'
import { kindNamed, parseOptions } from './core/kind.ts'
import type { Log } from './core/log.ts'
import type { Finding, PictureRequest } from './core/observation.ts'
import { encodeScene, type Scene } from './core/scene.ts'
import { type FromShard, RULE_SNAPSHOT_LIMIT_BYTES, type RuleSnapshot } from './core/shard-contract.ts'
import type { Clock, EpochMs } from './core/time.ts'
import { appearanceOf } from './detector/appearance.ts'
import type { Detector } from './detector/inference/detector.ts'
import { DETECTOR_KINDS } from './detector/inference/kinds/index.ts'
import { observe } from './detector/pipeline.ts'
import type { Rule, Wish } from './detector/rule.ts'
import { RULE_TABLE } from './detector/rules/kinds/index.ts'
import { ByteTracker } from './detector/tracking/byte-tracker.ts'
import { type CameraStream, openCameraStream } from './streams/camera-stream.ts'
import { takeSnapshots } from './streams/snapshot.ts'

/** A snapshot of the rules is sent at every change of a candidate, and at least this often (frame time). */
const SNAPSHOT_EVERY_MS = 10_000
const ECONOMY = { density: 'keyframes' } as const
/** Scenes are sent in batches: this many, or this old. */
const SCENES_PER_BATCH = 16
const SCENE_BATCH_MS = 10_000

export interface Detectors {
  readonly onnx: Detector
  readonly recorded: Detector
  close(): Promise<void>
}

/**
 * Opens what cameras are looked at with; all cameras of a process share it.
 * @throws JiemuError model-unknown, model-altered, model-missing or model-misfit
 */
export async function openDetectors(model: string): Promise<Detectors> {
  const open = (kind: string, options: unknown) => {
    const found = kindNamed('detector', DETECTOR_KINDS, kind)
    return found.create(parseOptions(found.options, `detector ${kind}`, options), {})
  }
  const [onnx, recorded] = await Promise.all([open('onnx', { model }), open('recorded', {})])
  return { onnx, recorded, close: async () => void (await Promise.all([onnx.close(), recorded.close()])) }
}

export interface WatchDeps {
  readonly pace: 'live' | 'replay'
  /** For cameras with pixels, and for those that deliver recorded detections. */
  readonly detectors: Detectors
  readonly baseDir: string
  readonly clock: Clock
  readonly log: Log
  /** In the order in which main must take them in. Replay waits until it has. */
  emit(message: FromShard): unknown
}

export class CameraWatch {
  readonly camera: Camera
  /** Settles when the footage is over or the watch was closed; rejects in a replay that fails, and where our own code does. */
  readonly done: Promise<void>
  readonly #deps: WatchDeps
  readonly #stream: CameraStream
  readonly #rules: ReadonlyMap<ZoneId, Rule>
  #scenes: { at: EpochMs; line: string }[] = []
  #lastRules: RuleSnapshot | undefined
  #sentRevision = -1

  /**
   * @param restored what an earlier watch of this camera left; a zone that was redrawn keeps its stays, and those outside it end
   * @throws JiemuError options-invalid, rule-not-built or source-refused
   */
  constructor(camera: Camera, restored: RuleSnapshot | undefined, deps: WatchDeps) {
    this.camera = camera
    this.#deps = deps
    this.#lastRules = restored
    const detector = camera.source.kind === 'recorded' ? deps.detectors.recorded : deps.detectors.onnx
    this.#rules = createRules(camera, detector.model, restored)
    this.#stream = openCameraStream(camera, {
      pace: deps.pace,
      clock: deps.clock,
      log: deps.log,
      baseDir: deps.baseDir,
      onHealth: (health: StreamHealth) => void deps.emit({ type: 'health', health }),
    })
    this.done = this.#run(detector)
  }

  /** The rules as main heard of them last: where another watch of this camera can go on. */
  get lastRules(): RuleSnapshot | undefined {
    return this.#lastRules
  }

  health(): StreamHealth {
    return this.#stream.health()
  }

  async close(): Promise<void> {
    await this.#stream.close()
    await this.done.catch(() => undefined)
  }

  async #run(detector: Detector): Promise<void> {
    const observed = observe(this.#stream.frames(), {
      detector,
      tracker: new ByteTracker(),
      zones: this.camera.zones,
      rules: [...this.#rules.values()],
      appearance: appearanceOf,
      onFailure: (_frame: Frame, error: JiemuError) => {
        this.#stream.dropped('inference-failed')
        this.#deps.log.error({ camera: this.camera.id, code: error.code }, error.message)
      },
    })
    for await (const { frame, scene, findings } of observed) {
      for (const finding of urgentFirst(findings)) await this.#report(finding, frame)
      this.#stream.analysed(frame)
      this.#stream.wish(this.#wish())
      await this.#keep(scene)
    }
    await this.#flush()
  }

  /** One rule that wants to see more is enough. */
  #wish(): Pick<Wish, 'density'> {
    return [...this.#rules.values()].map(rule => rule.wish).find(({ density }) => density === 'dense') ?? ECONOMY
  }

  async #report(finding: Finding, frame: Frame): Promise<void> {
    if (finding.type === 'observation') await this.#deps.emit(finding)
    else if (finding.type === 'dropped') await this.#deps.emit({ ...finding, cameraId: this.camera.id })
    else await this.#keepPictures(finding.request, frame)
  }

  /** A picture that cannot be taken costs its evidence, never the incident. */
  async #keepPictures(request: PictureRequest, frame: Frame): Promise<void> {
    if (!frame.picture) return
    const zone = this.camera.zones.find(one => one.id === request.zoneId)
    try {
      const snapshots = await takeSnapshots(frame.picture, {
        cameraName: this.camera.name,
        capturedAt: request.at,
        caption: request.caption,
        zone: zone?.polygon ?? [],
        boxes: request.boxes,
        generated: this.camera.generated,
      })
      await this.#deps.emit({ type: 'pictures', cameraId: this.camera.id, request, snapshots })
    } catch (thrown) {
      const error = toJiemuError(thrown)
      this.#deps.log.error({ camera: this.camera.id, code: error.code }, error.message)
    }
  }

  async #keep(scene: Scene): Promise<void> {
    this.#scenes.push({ at: scene.at, line: encodeScene(scene) })
    const [oldest] = this.#scenes
    if (this.#scenes.length >= SCENES_PER_BATCH || (oldest && scene.at - oldest.at >= SCENE_BATCH_MS)) {
      await this.#flushScenes()
    }
    const revision = this.#revision()
    const last = this.#lastRules
    if (!last || this.#sentRevision !== revision || scene.at - last.takenAt >= SNAPSHOT_EVERY_MS) {
      this.#sentRevision = revision
      await this.#sendRules(scene.at)
    }
  }

  #revision(): number {
    return [...this.#rules.values()].reduce((sum, rule) => sum + rule.revision, 0)
  }

  #takeSnapshot(takenAt: EpochMs): RuleSnapshot {
    const take = (lean: boolean): RuleSnapshot => {
      const zones = [...this.#rules].map(([zoneId, rule]) => [zoneId, rule.snapshot(lean)])
      return { version: 1, takenAt, zones: Object.fromEntries(zones) }
    }
    const full = take(false)
    return JSON.stringify(full).length <= RULE_SNAPSHOT_LIMIT_BYTES ? full : take(true)
  }

  async #sendRules(takenAt: EpochMs): Promise<void> {
    const snapshot = this.#takeSnapshot(takenAt)
    this.#lastRules = snapshot
    await this.#deps.emit({ type: 'rules', cameraId: this.camera.id, snapshot })
  }

  async #flushScenes(): Promise<void> {
    if (this.#scenes.length === 0) return
    const lines = this.#scenes
    this.#scenes = []
    await this.#deps.emit({ type: 'scenes', cameraId: this.camera.id, lines })
  }

  async #flush(): Promise<void> {
    await this.#flushScenes()
    if (this.#lastRules) await this.#sendRules(this.#lastRules.takenAt)
  }
}

/**
 * Observations before pictures: encoding one costs as much as all the rest of the way to the job, and pictures find the
 * incident that is open by the time they arrive. Rules are stored after both, so that a death in between repeats both.
 */
function urgentFirst(findings: readonly Finding[]): readonly Finding[] {
  const isUrgent = ({ type }: Finding) => type === 'observation'
  return [...findings.filter(isUrgent), ...findings.filter(finding => !isUrgent(finding))]
}

/** @throws JiemuError rule-not-built */
export function ruleNamed(kind: string, where: string): (typeof RULE_TABLE)[number] {
  const found = RULE_TABLE.find(({ name }) => name === kind)
  if (found) return found
  throw new JiemuError('rule-not-built', { where, kind, known: RULE_TABLE.map(({ name }) => name).join(', ') })
}

/**
 * The rules of a camera's zones, by zone: for a live camera, or to be run again on its detection log.
 * @throws JiemuError rule-not-built or options-invalid
 */
export function createRules(
  camera: Camera,
  model: Detector['model'],
  restored?: RuleSnapshot,
): ReadonlyMap<ZoneId, Rule> {
  return new Map(
    camera.zones.map(zone => {
      const where = `zone ${camera.id}/${zone.id}`
      const kind = ruleNamed(zone.rule, where)
      const options = parseOptions(kind.options, where, zone.options)
      return [zone.id, kind.create(options, { camera, zone, model, restored: restored?.zones[zone.id] })]
    }),
  )
}
