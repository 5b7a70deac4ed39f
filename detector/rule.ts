// The port of a rule: one small stateful object per zone, fed with scenes, never with pixels or a clock.
import type { Camera, Zone } from '../core/camera.ts'
import type { Finding } from '../core/observation.ts'
import type { Scene } from '../core/scene.ts'
import type { EpochMs } from '../core/time.ts'

export interface RuleDeps {
  readonly camera: Pick<Camera, 'id'>
  readonly zone: Zone
  readonly model: { readonly name: string; readonly sha256: string }
}

/** What a rule would like the stream to do until its next scene. */
export interface Wish {
  readonly density: 'keyframes' | 'dense'
  readonly reason: 'candidate-started' | 'about-to-fire' | 'short-hold' | 'none'
}

export interface Rule {
  /**
   * Takes in one scene; scenes come in the order of their `at`. Deterministic: the same scenes give the same findings.
   * @param receivedAt carried into observations for the latency figures, looked at for nothing else
   */
  observe(scene: Scene, receivedAt: EpochMs): readonly Finding[]
  readonly wish: Wish
  /**
   * Everything that a new shard needs to go on as if nothing had happened: plain JSON.
   * @param lean only what keeps its breaches the same ones, for a camera whose rules would not fit into their limit together
   */
  snapshot(lean?: boolean): unknown
  /** Rises whenever a candidate starts, changes or dies, so that the snapshot is worth storing at once. */
  readonly revision: number
}

/** The kinds' `create` gets the state that an earlier rule of this zone left, if any; foreign state is ignored. */
export interface RuleStart extends RuleDeps {
  readonly restored?: unknown
}
