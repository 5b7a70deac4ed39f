// One camera under watch: its stream, its rules and the pipeline between them, said in the words of the shard contract.
// The shard runs it live; replay runs the very same thing as fast as the footage can be read.

import type { Camera } from '../core/camera.ts'
import { type JiemuError, toJiemuError } from '../core/errors.ts'
import type { Frame } from '../core/frame.ts'
import type { LookRequest } from '../core/fresh-look.ts'
import type { Point } from '../core/geometry.ts'
import type { CameraHealth, StreamHealth } from '../core/health.ts'
import type { CameraId, ZoneId } from '../core/ids.ts'
import type { LiveShow, LiveWish } from '../core/live-view.ts'
import { CONDITION_RULES, type Finding, type PictureRequest } from '../core/observation.ts'
import type { QuarantineTerm } from '../core/quarantine.ts'
import type { ReferenceView } from '../core/reference-view.ts'
import type { Scene } from '../core/scene.ts'
import type { FromShard, RuleSnapshot } from '../core/shard-contract.ts'
import type { EpochMs } from '../core/time.ts'
import type { FrameTrace } from '../core/trace.ts'
import { appearanceOf } from '../detector/appearance.ts'
import { ConditionSampler } from '../detector/conditions/sampler.ts'
import type { Detector } from '../detector/inference/detector.ts'
import { type Observed, observe } from '../detector/pipeline.ts'
import type { Rule } from '../detector/rule.ts'
import { ByteTracker } from '../detector/tracking/byte-tracker.ts'
import { ViewGate } from '../detector/view-gate.ts'
import { type CameraStream, type CameraStreamOptions, openCameraStream } from '../streams/camera-stream.ts'
import { CameraTap, type TapOptions } from '../streams/camera-tap.ts'
import type { Admission, Credit } from './admission.ts'
import { Attention } from './attention.ts'
import { CameraAttention } from './camera-attention.ts'
import { CameraLooks, type Looked } from './camera-looks.ts'
import { CameraPictures } from './camera-pictures.ts'
import { createRules, needsEveryMs, scheduled } from './camera-rules.ts'
import { type Detectors, looking } from './detectors.ts'
import { LookBursts } from './look-bursts.ts'
import { RuleKeeper } from './rule-keeper.ts'
import { SceneBatch } from './scene-batch.ts'
import { traceOf, urgentFirst, withTrace } from './telling.ts'
import type { Turns } from './turns.ts'

/** A look at a bin or a road lets others go first for so long: they come every half minute, and pictures every two seconds. */
const CONDITIONS_WAIT_MS = 1_000

export interface WatchDeps
  extends Pick<
    CameraStreamOptions,
    'pace' | 'clock' | 'log' | 'baseDir' | 'arrival' | 'connections' | 'opening' | 'marks'
  > {
  /** For cameras with pixels, and for those that deliver recorded detections. */
  readonly detectors: Detectors
  /** In the order in which main must take them in. Replay waits until it has. */
  emit(message: FromShard): unknown
  /** How clips and live view are made; without it there are none, as in a replay. */
  readonly media?: Omit<TapOptions, 'show'> & {
    /** @returns whether it was taken */
    show(cameraId: CameraId, show: LiveShow): boolean
  }
  /**
   * Whether pictures may go without an inference that show no change, or that no rule needs yet; they may, if left out.
   */
  readonly thrifty?: boolean
  /** Live only: whose pictures are being looked at in this process. */
  readonly turns?: Turns
  /** Shared by the cameras of a shard. */
  readonly bursts?: LookBursts
  readonly attention?: Attention
  /** Live only: holds all cameras of a shard back where it has more to do than it can. */
  readonly admission?: Admission
  /** Told the way of every frame that was analysed live. */
  readonly onTrace?: (trace: FrameTrace, only: Scene['only']) => void
  /** Told of every analysed frame, before anybody is told of what was found in it; its picture lives until this resolves. */
  readonly onLook?: (look: Look) => Promise<void>
}

/** One analysed frame, and what the rules found in it. */
export type Look = Pick<Observed, 'frame' | 'scene' | 'findings'>

/** A frame, and how far it lies from the reference view in whose coordinates the rules speak. */
interface Shown {
  readonly frame: Frame
  readonly drift: Point | undefined
  readonly trace: FrameTrace | undefined
}

/** What an earlier watch of a camera left, and what is known of its stream. */
export interface WatchMemory {
  readonly rules?: RuleSnapshot | undefined
  readonly reference?: ReferenceView | undefined
  /** Why it is not to be opened now. */
  readonly quarantine?: QuarantineTerm | undefined
}

export class CameraWatch {
  readonly camera: Camera
  /** Settles when the footage is over or the watch was closed; rejects in a replay that fails, and where our own code does. */
  readonly done: Promise<void>
  readonly #deps: WatchDeps
  readonly #tap: CameraTap | undefined
  readonly #stream: CameraStream
  readonly #rules: ReadonlyMap<ZoneId, Rule>
  readonly #keeper: RuleKeeper
  /** What an earlier watch was about to say. */
  readonly #pending: readonly Finding[]
  readonly #gate: ViewGate
  readonly #sampler: ConditionSampler
  readonly #looks: CameraLooks
  readonly #pictures: CameraPictures
  readonly #attention: CameraAttention
  readonly #credit: Credit | undefined
  #inferMs = 0
  #sentReference = 0
  readonly #scenes: SceneBatch

  /**
   * @param memory what an earlier watch of this camera left; a zone that was redrawn keeps its stays, and those outside it end
   * @throws JiemuError options-invalid, rule-not-built, model-lacks-class or source-refused
   */
  constructor(camera: Camera, memory: WatchMemory, deps: WatchDeps) {
    this.camera = camera
    this.#deps = deps
    const detectors = looking(camera, deps.detectors)
    this.#rules = createRules(camera, detectors, memory.rules)
    this.#keeper = new RuleKeeper({ cameraId: camera.id, rules: this.#rules, emit: deps.emit }, memory.rules)
    this.#pending = memory.rules?.pending ?? []
    this.#scenes = new SceneBatch(camera.id, deps.emit)
    this.#gate = new ViewGate(camera, memory.reference)
    this.#sentReference = this.#gate.revision
    this.#sampler = new ConditionSampler(scheduled(camera, this.#rules), {
      detector: detectors.conditions,
      onFailure: (zone, error) => this.#tellFailure(error, { zone: zone.id }),
      staggered: deps.pace === 'live',
      isEngaged: zoneId => this.#rules.get(zoneId)?.engaged ?? true,
    })
    this.#looks = new CameraLooks({
      rules: this.#rules,
      sampler: this.#sampler,
      bursts: deps.bursts ?? new LookBursts(() => 1),
    })
    this.#pictures = new CameraPictures(camera, detectors.objects, error => this.#tellFailure(error))
    this.#attention = new CameraAttention({
      cameraId: camera.id,
      rules: [...this.#rules.values()],
      attention: deps.attention ?? new Attention(() => 1),
      asked: () => ({
        checking: this.#looks.isWaiting,
        verification: this.#looks.wantsPictures,
        watched: this.#pictures.watched,
      }),
      isThorough: !(deps.thrifty ?? true),
    })
    this.#credit = deps.admission?.enter(() => needsEveryMs(this.#rules.values()), deps.clock.now())
    const { media } = deps
    this.#tap = media && new CameraTap({ ...media, show: show => media.show(camera.id, show) })
    this.#stream = openCameraStream(camera, {
      ...deps,
      tap: this.#tap,
      limit: this.#credit,
      isBusy: () => deps.turns?.isBusy ?? false,
      quarantine: memory.quarantine,
      onHealth: health => void deps.emit({ type: 'health', health: this.#withSight(health) }),
    })
    this.#stream.wish(this.#attention.wish)
    this.done = this.#run(detectors.objects).finally(() => this.#credit?.close())
  }

  /** What main heard of it last: where another watch of this camera can go on. */
  get memory(): WatchMemory {
    return { rules: this.#keeper.last, reference: this.#gate.reference }
  }

  /** Whether any of its rules follows something that is, or may become, an incident. */
  get engaged(): boolean {
    return [...this.#rules.values()].some(({ engaged }) => engaged)
  }

  health(): CameraHealth {
    return this.#withSight(this.#stream.health())
  }

  /** Lets the rules that watch the camera itself know how its stream does, frames or none; every few seconds. */
  async attend(at: EpochMs): Promise<void> {
    const health = this.#stream.health()
    const findings = [...this.#rules.values()].flatMap(rule => rule.attend?.(health, at) ?? [])
    const takenAt = Math.max(at, this.#keeper.last?.takenAt ?? at)
    await this.#keeper.foretell(takenAt, findings)
    for (const finding of urgentFirst(findings)) await this.#report(finding)
    if (findings.length > 0) await this.#keeper.send(takenAt)
    for (const looked of this.#looks.attend(health, at)) await this.#tellLooked(looked)
  }

  /** The fresh looks that this camera owes: all of them, each as often as its answer is wanted. */
  async look(requests: readonly LookRequest[]): Promise<void> {
    const answers = this.#looks.ask(requests)
    this.#stream.wish(this.#attention.wish)
    for (const answer of answers) await this.#tellLooked({ answer })
  }

  /** Whether somebody looks at this camera right now. */
  watched(now: boolean): void {
    this.#pictures.watched = now
    this.#stream.wish(this.#attention.wish)
  }

  /** What of it somebody looks at live. */
  watch(wish: Pick<LiveWish, 'video' | 'stills'>): void {
    this.#tap?.watch(wish)
  }

  async close(): Promise<void> {
    this.#looks.close()
    this.#attention.close()
    await this.#stream.close()
    await this.done.catch(() => undefined)
  }

  async #run(detector: Detector): Promise<void> {
    const observed = observe(this.#stream.frames(), {
      sight: this.#gate,
      detector,
      tracker: new ByteTracker(),
      zones: this.camera.zones.filter(({ rule }) => !CONDITION_RULES.includes(rule)),
      conditions: this.#sampler,
      rules: [...this.#rules.values()],
      appearance: appearanceOf,
      begin: () => this.#deps.turns?.begin(),
      patience: () => this.#deps.turns?.patience(CONDITIONS_WAIT_MS),
      onSeen: (frame, unchanged) => (unchanged ? this.#stream.unchanged(frame) : this.#stream.analysed(frame)),
      // Whoever checks that work was done wants to see the street, not the memory of it.
      thrifty: () => (this.#deps.thrifty ?? true) && !this.#looks.isWaiting,
      onSpent: spentMs => {
        this.#inferMs += spentMs
      },
      onFailure: (_frame: Frame, error: JiemuError) => {
        this.#stream.dropped('inference-failed')
        this.#tellFailure(error)
      },
    })
    let networksMs = 0
    const owed = this.#pending.filter(({ type }) => type === 'picture')
    for (const finding of this.#pending) if (finding.type !== 'picture') await this.#report(finding)
    for await (const { frame, scene, findings, spentMs } of observed) {
      const ownMs = this.#networksMs() - networksMs
      networksMs += ownMs
      const { decodedAt } = frame
      if (decodedAt !== undefined && !scene.only) this.#credit?.looked(this.#deps.clock.now() - decodedAt - ownMs)
      await this.#deps.onLook?.({ frame, scene, findings })
      const trace = traceOf(frame, spentMs, this.#deps.clock.now())
      if (trace) this.#deps.onTrace?.(trace, scene.only)
      await this.#keeper.foretell(scene.at, findings)
      // Pictures that an earlier watch owes show what there is to be seen now.
      for (const finding of urgentFirst([...owed.splice(0), ...findings])) {
        await this.#report(finding, { frame, drift: scene.drift, trace })
      }
      for (const looked of this.#looks.take(frame, scene, this.#deps.clock.now())) {
        await this.#tellLooked(looked, { frame, drift: scene.drift, trace })
      }
      if (!scene.only) await this.#tellPictures(frame, scene)
      const now = this.#deps.pace === 'live' ? this.#deps.clock.now() : scene.at
      this.#stream.wish(this.#attention.next(this.#stream.health(), now))
      await this.#keepReference()
      await this.#scenes.add(scene)
      await this.#keeper.keep(scene.at)
    }
    await this.#flush()
  }

  /** What the networks have taken for this camera so far; waiting for a turn is not in it. */
  #networksMs(): number {
    return this.#sampler.costs().reduce((sum, { spentMs }) => sum + spentMs, this.#inferMs)
  }

  #tellFailure({ code, message, hint }: JiemuError, where: object = {}): void {
    this.#deps.log.error({ camera: this.camera.id, ...where, code, hint }, message)
  }

  #withSight(health: StreamHealth): CameraHealth {
    const { problem } = this.#gate
    const seen = problem && { code: problem.code, message: problem.message, hint: problem.hint }
    return {
      ...health,
      problem: (isMinor(health) ? (seen ?? health.problem) : (health.problem ?? seen)) ?? null,
      // Before the first picture there is nothing to say of it.
      sight: health.lastFrameAt === null ? null : this.#gate.sight(),
      costs: this.#sampler.costs(),
      attention: this.#attention.health,
      shedEveryMs: this.#credit?.everyMs ?? null,
      inferMs: Math.round(this.#inferMs),
    }
  }

  async #keepReference(): Promise<void> {
    const { revision, reference } = this.#gate
    if (!reference || revision === this.#sentReference) return
    this.#sentReference = revision
    await this.#deps.emit({ type: 'reference', reference })
  }

  /** Of a replay nobody looks at pictures that belong to no incident. */
  async #tellPictures(frame: Frame, scene: Scene): Promise<void> {
    if (this.#deps.pace === 'replay') return
    try {
      for await (const message of this.#pictures.of(frame, scene)) await this.#deps.emit(message)
    } catch (thrown) {
      this.#tellFailure(toJiemuError(thrown))
    }
  }

  /** @param shown the frame that it was found in; a rule that was told of the stream has none */
  async #report(finding: Finding, shown?: Shown): Promise<void> {
    if (finding.type === 'observation') await this.#deps.emit(withTrace(finding, shown?.trace))
    else if (finding.type === 'dropped') await this.#deps.emit({ ...finding, cameraId: this.camera.id })
    else if (shown) {
      if (finding.request.moment === 'fired') void this.#keepClip(finding.request, shown.frame.receivedAt)
      await this.#keepPictures(finding.request, shown)
    }
  }

  async #tellLooked({ answer, picture }: Looked, shown?: Shown): Promise<void> {
    if (picture && shown) await this.#keepPictures(picture, shown)
    await this.#deps.emit({ type: 'looked', answer })
  }

  /** A picture that cannot be taken costs its evidence, never the incident. */
  async #keepPictures(request: PictureRequest, { frame, drift }: Shown): Promise<void> {
    try {
      const message = await this.#pictures.ofIncident(request, frame, drift)
      if (message) await this.#deps.emit(message)
    } catch (thrown) {
      this.#tellFailure(toJiemuError(thrown))
    }
  }

  /** Comes seconds after the incident, which never waits for it; what cannot be had, is not. */
  async #keepClip(request: PictureRequest, receivedAt: EpochMs): Promise<void> {
    const clip = await this.#tap?.clip(receivedAt)
    if (clip) await this.#deps.emit({ type: 'clip', cameraId: this.camera.id, request, clip })
  }

  async #flush(): Promise<void> {
    await this.#scenes.flush()
    if (this.#keeper.last) await this.#keeper.send(this.#keeper.last.takenAt)
  }
}

const isMinor = ({ problem }: StreamHealth): boolean => problem?.code === 'camera-clock-off'
