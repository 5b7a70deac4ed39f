// Hands the rules of a camera to main in mid-flight, so that another watch can go on with them: at every change, and now and then.
import type { CameraId, ZoneId } from '../core/ids.ts'
import { type FromShard, RULE_SNAPSHOT_LIMIT_BYTES, type RuleSnapshot } from '../core/shard-contract.ts'
import type { EpochMs } from '../core/time.ts'
import type { Rule } from '../detector/rule.ts'

/** A snapshot is sent at every change of a candidate, and at least this often (frame time). */
const EVERY_MS = 10_000

export interface RuleKeeperDeps {
  readonly cameraId: CameraId
  readonly rules: ReadonlyMap<ZoneId, Rule>
  emit(message: FromShard): unknown
}

export class RuleKeeper {
  readonly #deps: RuleKeeperDeps
  #last: RuleSnapshot | undefined
  #sentRevision = -1

  /** @param last what an earlier watch of the camera sent */
  constructor(deps: RuleKeeperDeps, last: RuleSnapshot | undefined) {
    this.#deps = deps
    this.#last = last
  }

  /** What main heard of them last. */
  get last(): RuleSnapshot | undefined {
    return this.#last
  }

  /** After a scene: sends them where they have changed, or were not sent for a while. */
  async keep(at: EpochMs): Promise<void> {
    const revision = [...this.#deps.rules.values()].reduce((sum, rule) => sum + rule.revision, 0)
    if (this.#last && this.#sentRevision === revision && at - this.#last.takenAt < EVERY_MS) return
    this.#sentRevision = revision
    await this.send(at)
  }

  async send(takenAt: EpochMs): Promise<void> {
    const snapshot = this.#take(takenAt)
    this.#last = snapshot
    await this.#deps.emit({ type: 'rules', cameraId: this.#deps.cameraId, snapshot })
  }

  #take(takenAt: EpochMs): RuleSnapshot {
    const take = (lean: boolean): RuleSnapshot => {
      const zones = [...this.#deps.rules].map(([zoneId, rule]) => [zoneId, rule.snapshot(lean)])
      return { version: 1, takenAt, zones: Object.fromEntries(zones) }
    }
    const full = take(false)
    return JSON.stringify(full).length <= RULE_SNAPSHOT_LIMIT_BYTES ? full : take(true)
  }
}
