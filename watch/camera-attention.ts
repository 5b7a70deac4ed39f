// What one camera would like to be looked at closely for, and whether it is its turn.
import type { AttentionHealth, StreamHealth } from '../core/health.ts'
import type { CameraId } from '../core/ids.ts'
import type { EpochMs } from '../core/time.ts'
import type { Rule } from '../detector/rule.ts'
import { FOLLOWING_EVERY_MS } from '../detector/rules/pace.ts'
import type { LookWish } from '../streams/sampler.ts'
import { type Attention, byTurn, type Claim } from './attention.ts'
import { needsEveryMs } from './camera-rules.ts'

export interface CameraAttentionDeps {
  readonly cameraId: CameraId
  readonly rules: readonly Pick<Rule, 'wish' | 'needsEveryMs' | 'conditions'>[]
  readonly attention: Attention
  /**
   * Whether somebody's work is being checked, for which `verification` says that more pictures would help; and whether
   * somebody looks at the camera right now.
   */
  readonly asked: () => { readonly checking: boolean; readonly verification: boolean; readonly watched: boolean }
  /** Whether every key frame is wanted, needed or not. */
  readonly isThorough: boolean
}

export class CameraAttention {
  readonly #deps: CameraAttentionDeps
  #health: AttentionHealth
  #inBurst = false

  constructor(deps: CameraAttentionDeps) {
    this.#deps = deps
    this.#health = { reason: null, waiting: false, bursts: 0, everyMs: this.#everyMs() }
  }

  get health(): AttentionHealth {
    return this.#health
  }

  /** After every picture that was looked at. @param now on the clock of all cameras that share the attention */
  next(stream: Pick<StreamHealth, 'keyframeIntervalMs' | 'fullReason'>, now: EpochMs): Required<LookWish> {
    const { cameraId, attention } = this.#deps
    const claim = this.#claims(stream).sort(byTurn)[0]
    const turn = claim && attention.ask(cameraId, claim, now)
    if (!claim) attention.leave(cameraId)
    const inBurst = turn === 'burst'
    const bursts = this.#health.bursts + (inBurst && !this.#inBurst ? 1 : 0)
    this.#inBurst = inBurst
    const everyMs = this.#everyMs()
    this.#health = { reason: claim?.reason ?? null, waiting: turn === 'waiting', bursts, everyMs }
    return { density: inBurst ? 'dense' : 'keyframes', everyMs, thorough: this.#thorough }
  }

  /** Before the first picture, and whenever somebody has asked for something. */
  get wish(): Required<LookWish> {
    this.#health = { ...this.#health, everyMs: this.#everyMs() }
    return { density: this.#inBurst ? 'dense' : 'keyframes', everyMs: this.#health.everyMs, thorough: this.#thorough }
  }

  get #thorough(): boolean {
    const { checking, watched } = this.#deps.asked()
    return checking || watched || this.#deps.isThorough
  }

  #everyMs(): number {
    const needed = needsEveryMs(this.#deps.rules)
    return this.#thorough ? Math.min(FOLLOWING_EVERY_MS, needed) : needed
  }

  close(): void {
    this.#deps.attention.leave(this.#deps.cameraId)
  }

  #claims({ keyframeIntervalMs, fullReason }: Pick<StreamHealth, 'keyframeIntervalMs' | 'fullReason'>): Claim[] {
    const { verification, watched } = this.#deps.asked()
    // What is decoded in full is looked at as often as the rules need anyway.
    const isEnough = (everyMs: number | undefined) =>
      everyMs !== undefined && (fullReason !== null || (keyframeIntervalMs !== null && keyframeIntervalMs <= everyMs))
    return [
      ...this.#deps.rules.flatMap(({ wish }) => (wish && !isEnough(wish.unlessEveryMs) ? wish : [])),
      // Somebody waits for the answer: as a severe incident would.
      ...(verification ? [{ reason: 'verification', severity: 'orange' } as const] : []),
      ...(watched ? [{ reason: 'watched', severity: 'blue' } as const] : []),
    ]
  }
}
