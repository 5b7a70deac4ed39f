// Setting up cameras and zones as the API sees it: what people change one by one, what they try before, and what they look at.
import { join } from 'node:path'
import type { CameraChanges, LiveScenes as LiveScenesPort, RuleForm, Trials, TrialZone } from '../api/setup-ports.ts'
import { type Config, networksOf } from '../config.ts'
import { checkPolygon, ownPlace } from '../core/camera.ts'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { CameraId, ZoneId } from '../core/ids.ts'
import { parseOptions } from '../core/kind.ts'
import type { Log } from '../core/log.ts'
import type { FromCamera, FromShard } from '../core/shard-contract.ts'
import { policyOf } from '../core/team.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { Trial } from '../core/trial.ts'
import type { Store } from '../store/open.ts'
import { ruleNamed } from '../watch/camera-rules.ts'
import { CLIP_WITHIN_MS, ClipTrials } from './clip-trials.ts'
import { Errands } from './errands.ts'
import { LiveScenes } from './live-scenes.ts'
import { ruleForms } from './rule-forms.ts'

export interface CameraSetupDeps {
  readonly store: Store
  readonly config: Config
  readonly program: string
  readonly keeping: { keep(what: 'detections', work: () => Promise<unknown>): Promise<void> }
  watch(cameras: readonly CameraId[]): void
  readonly clock: Clock
  readonly log: Log
}

const PROBE_WITHIN_MS = 40_000
const DISCOVERY_MS = 4_000
const ANSWER_WITHIN_MS = 60_000
const TRY_WITHIN_MS = 90_000
/** Of a zone that is tried and not there. */
const TRIED = 'tried' as ZoneId

export interface SetupPorts {
  readonly changes: CameraChanges
  readonly rules: readonly RuleForm[]
  readonly trials: Trials
  readonly scenes: LiveScenesPort
}

type ForPeople = Extract<FromShard, { type: 'seen' | 'thumbnail' }>

export class CameraSetup {
  readonly #rules = ruleForms()
  readonly #trials: Trials
  readonly #deps: CameraSetupDeps
  readonly #errands: Errands
  readonly #clips: ClipTrials
  readonly #scenes: LiveScenes

  constructor(deps: CameraSetupDeps) {
    this.#deps = deps
    const { store, config, clock } = deps
    this.#scenes = new LiveScenes({ clock, watch: cameras => deps.watch(cameras) })
    this.#errands = new Errands({ program: deps.program, args: ['errand'] })
    this.#clips = new ClipTrials({
      folder: join(config.dataDir, 'uploads'),
      admit: () => store.retention.admit(),
      run: (clip, options) =>
        this.#errands.run(
          { type: 'try-clip', networks: networksOf(config), ...clip },
          { ...options, timeoutMs: CLIP_WITHIN_MS },
        ),
      clock,
    })
    this.#trials = this.#openTrials()
  }

  get ports(): SetupPorts {
    const { store } = this.#deps
    return { changes: store.cameraChanges, rules: this.#rules, trials: this.#trials, scenes: this.#scenes }
  }

  async open(): Promise<this> {
    await this.#clips.open()
    return this
  }

  /** Takes in what a shard says for people who look, and hands on the rest. */
  heard(message: FromCamera, otherwise: (message: Exclude<FromCamera, ForPeople>) => void): void {
    if (message.type === 'seen') this.#scenes.heard(message.seen)
    else if (message.type === 'thumbnail') void this.#keepThumbnail(message)
    else otherwise(message)
  }

  close(): void {
    this.#scenes.close()
    this.#clips.close()
    this.#errands.close()
  }

  async #keepThumbnail({ cameraId, at, jpeg }: Extract<FromShard, { type: 'thumbnail' }>): Promise<void> {
    const { store, keeping, log } = this.#deps
    try {
      await keeping.keep('detections', () => store.detections.appendThumbnail(cameraId, { at, jpeg }))
    } catch (thrown) {
      const { code, message } = toJiemuError(thrown)
      log.warn({ camera: cameraId, code }, message)
    }
  }

  #openTrials(): Trials {
    const errands = this.#errands
    const { config, store } = this.#deps
    return {
      test: source => errands.run({ type: 'probe', source }, { timeoutMs: PROBE_WITHIN_MS }),
      sourceWith: (id, given) => store.cameraChanges.sourceWith(id, given),
      discover: () => errands.run({ type: 'discover', waitMs: DISCOVERY_MS }, { timeoutMs: ANSWER_WITHIN_MS }),
      profiles: (address, login) => errands.run({ type: 'profiles', address, login }, { timeoutMs: ANSWER_WITHIN_MS }),
      onLog: async (id, zone, { from, to }) => {
        const trial = await this.#trial(id, zone)
        const reference = (await store.references.load([id]))[id]
        const frame = reference?.frame ?? null
        return errands.run(
          { type: 'try-log', trial, dataDirectory: config.dataDir, from, to, frame },
          { timeoutMs: TRY_WITHIN_MS },
        )
      },
      onClip: async (id, zone, clip: AsyncIterable<Uint8Array>, startAt: EpochMs) =>
        this.#clips.start(await this.#trial(id, zone), clip, startAt),
      clip: (id, trial) => this.#clips.get(id, trial),
      cancelClip: (id, trial) => this.#clips.cancel(id, trial),
    }
  }

  /** @throws JiemuError not-found, zone-…, options-invalid, rule-not-built */
  async #trial(id: CameraId, { zoneId, rule, polygon, options }: TrialZone): Promise<Trial> {
    const { configuration } = this.#deps.store
    const found = (await configuration.cameras()).find(camera => camera.id === id)
    if (!found) throw new JiemuError('not-found', { what: 'camera', id })
    const where = `zone ${ownPlace(id, zoneId ?? TRIED)}`
    checkPolygon(where, polygon)
    parseOptions(ruleNamed(rule, where).options, where, options)
    // A child has no use for the password.
    const camera = { ...found, source: { kind: found.source.kind } }
    const zone = {
      id: zoneId ?? TRIED,
      name: zoneId ?? TRIED,
      cameraId: id,
      version: 0,
      ...{ rule, polygon, options },
      placeId: ownPlace(id, zoneId ?? TRIED),
    }
    const policy = policyOf(await configuration.policies(), rule, id, zone.id)
    return { camera, zone, policy }
  }
}
