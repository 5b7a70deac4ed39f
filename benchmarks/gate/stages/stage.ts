// The port of a stage of the path from a frame to a person: how the gate has production code do the same work again and again.
import type { Scope } from '../../../core/scope.ts'

export const STAGE_NAMES = ['decode', 'infer', 'track-rules', 'commit', 'queue', 'assign', 'notify'] as const
export type StageName = (typeof STAGE_NAMES)[number]

/** What both sides of a comparison are given: made once, by the commit that compares. */
export interface StageInput {
  /** H.264 with a key frame each second. */
  readonly clip: string
  /** JSON lines `{ at, objects }`, a frame each. */
  readonly recording: string
  /** Answers each POST with 204. */
  readonly receiver: string
  /** Of this side and this stage; a database is copied into it where the stage needs one. */
  readonly folder: string
}

/** To be called after each unit: where a slow-down is planted it happens here. */
export type AfterUnit = () => Promise<void> | undefined

/** Makes ready, unmeasured, for `count` units; what it hands back does them, and is what is measured. */
export type Prepare = (count: number) => Promise<(after: AfterUnit) => Promise<void>>

export interface Stage {
  readonly name: StageName
  /** One of what is repeated: "a frame". */
  readonly unit: string
  /**
   * `cpu`: one thread at work; what it waits for is nobody's fault here. `wall`: it waits for a database, a queue or a
   * network, and whoever stands in the street waits with it; its CPU time is compared too.
   */
  readonly felt: 'cpu' | 'wall'
  /** @param scope closes what was opened */
  open(input: StageInput, scope: Scope): Promise<Prepare>
}
