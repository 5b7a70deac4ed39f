// Hands the rules of a camera to main in mid-flight, so that another watch can go on with them: at every change, and now and then.
import type { CameraId, Fingerprint, ZoneId } from '../core/ids.ts'
import type { Finding } from '../core/observation.ts'
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
  /** What holds, and was foretold. */
  readonly #told = new Set<Fingerprint>()

  /** @param last what an earlier watch of the camera sent */
  constructor(deps: RuleKeeperDeps, last: RuleSnapshot | undefined) {
    this.#deps = deps
    this.#last = last
  }

  /** What main heard of them last. */
  get last(): RuleSnapshot | undefined {
    return this.#last
  }

  /**
   * Before anything is said of a breach for the first time: sends the rules with what they are about to say. Main may die
   * once the ledger has heard of the breach, and what stood there may leave meanwhile: only rules that know of it end it.
   * Later words need no such care: rules from before them say them again.
   */
  async foretell(at: EpochMs, findings: readonly Finding[]): Promise<void> {
    const said = findings.flatMap(finding => (finding.type === 'observation' ? [finding.observation] : []))
    const isNew = said.some(({ phase, fingerprint }) => phase === 'holds' && !this.#told.has(fingerprint))
    for (const { phase, fingerprint } of said) {
      if (phase === 'holds') this.#told.add(fingerprint)
      else this.#told.delete(fingerprint)
    }
    if (!isNew) return
    const snapshot = { ...this.#take(at, bytesOf(findings)), pending: findings }
    // Of fifty cars that are all due at once there is too much to say: their rules follow behind their words, as always.
    if (bytesOf(snapshot) > RULE_SNAPSHOT_LIMIT_BYTES) return
    this.#sentRevision = this.#revision()
    await this.#send(snapshot)
  }

  /** After a scene: sends them where they have changed, or were not sent for a while. */
  async keep(at: EpochMs): Promise<void> {
    const revision = this.#revision()
    if (this.#last && this.#sentRevision === revision && at - this.#last.takenAt < EVERY_MS) return
    this.#sentRevision = revision
    await this.send(at)
  }

  async send(takenAt: EpochMs): Promise<void> {
    await this.#send(this.#take(takenAt))
  }

  async #send(snapshot: RuleSnapshot): Promise<void> {
    this.#last = snapshot
    await this.#deps.emit({ type: 'rules', cameraId: this.#deps.cameraId, snapshot })
  }

  #revision(): number {
    return [...this.#deps.rules.values()].reduce((sum, rule) => sum + rule.revision, 0)
  }

  /** @param besides bytes that are stored with it, under the same limit */
  #take(takenAt: EpochMs, besides = 0): RuleSnapshot {
    const take = (lean: boolean): RuleSnapshot => {
      const zones = [...this.#deps.rules].map(([zoneId, rule]) => [zoneId, rule.snapshot(lean)])
      return { version: 1, takenAt, zones: Object.fromEntries(zones) }
    }
    const full = take(false)
    return bytesOf(full) + besides <= RULE_SNAPSHOT_LIMIT_BYTES ? full : take(true)
  }
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))
