// The port of a rule: one small stateful object per zone, fed with scenes, never with pixels or a clock.
import type { Camera, Zone } from '../core/camera.ts'
import type { Breach, LookSample } from '../core/fresh-look.ts'
import type { AttentionReason, StreamHealth } from '../core/health.ts'
import type { Finding, Severity } from '../core/observation.ts'
import type { Scene } from '../core/scene.ts'
import type { EpochMs } from '../core/time.ts'

export interface RuleDeps {
  readonly camera: Pick<Camera, 'id'>
  readonly zone: Zone
  readonly model: { readonly name: string; readonly sha256: string }
}

/** For what a rule would like to see every picture for a moment, and how much that matters; what comes first matters most. */
export interface Wish {
  readonly reason: Exclude<AttentionReason, 'verification' | 'watched'>
  readonly severity: Severity
  /** Where key frames come at least so often, they are enough. */
  readonly unlessEveryMs?: number
}

/** How often the condition network looks at a rule's zone, and for what. */
export interface ConditionWish {
  readonly everyMs: number
  /** Classes without which the rule cannot work. */
  readonly labels: readonly string[]
  /** `place`: a bin, with what is round it. `pieces`: small things anywhere in the zone, as closely as tiles allow. */
  readonly detail: 'place' | 'pieces'
}

/** Says picture by picture what is to be seen of one breach, without what was seen of it before the look was asked for. */
export interface Judge {
  /**
   * @param scene after the rule has taken it in; absent where only the stream has something to say
   * @returns undefined where it is no sample of the breach's place; `unknown` where the rule knows of nothing there that
   * it could judge: it counts as blind, and so many in a row as would decide it are an answer
   */
  judge(scene?: Scene): LookSample | 'unknown' | undefined
  /** Share of the pictures that must be clear over the time of a look; all of them, if left out. */
  readonly clearShare?: number
}

export interface Rule {
  /** Set by rules that judge a condition of their place; their samples come with the scenes (`Scene.conditions`). */
  readonly conditions?: ConditionWish
  /**
   * Set by rules that watch the camera itself: told every few seconds what its stream does, frames or none.
   * @param at our clock where no frames come, so never before the last scene
   */
  attend?(health: StreamHealth, at: EpochMs): readonly Finding[]
  /**
   * Takes in one scene; scenes come in the order of their `at`. Deterministic: the same scenes give the same findings.
   * @param receivedAt carried into observations for the latency figures, looked at for nothing else
   */
  observe(scene: Scene, receivedAt: EpochMs): readonly Finding[]
  /** @returns takes the rule back to what it knows now, as if it had not observed anything since */
  bookmark(): () => void
  /** Whether it follows what may become a breach, or is one: of a condition, only what is really seen counts then. */
  readonly engaged: boolean
  /** Absent where key frames are enough. */
  readonly wish?: Wish | undefined
  /** How far apart pictures may be as things stand; of rules with a condition, a part of its own interval, if left out. */
  readonly needsEveryMs?: number
  /** Begins a fresh look at one of its breaches, over or not. */
  judgeOf(breach: Breach): Judge
  /**
   * Everything that a new shard needs to go on as if nothing had happened: plain JSON.
   * @param lean only what keeps its breaches the same ones, for a camera whose rules would not fit into their limit together
   */
  snapshot(lean?: boolean): unknown
  /** Rises whenever a candidate starts, changes or dies, so that the snapshot is worth storing at once. */
  readonly revision: number
}

/** Whether a scene is told to a rule at all. */
export function hears({ conditions }: Pick<Rule, 'conditions'>, { only }: Pick<Scene, 'only'>): boolean {
  return only !== 'conditions' || conditions !== undefined
}

/** The kinds' `create` gets the state that an earlier rule of this zone left, if any; foreign state is ignored. */
export interface RuleStart extends RuleDeps {
  readonly restored?: unknown
}
