// The judge's book of one fresh look: samples since it was asked, until they agree that a breach is gone or still there.
import type { Clearance, LookSample, LookVerdict } from '../core/fresh-look.ts'
import type { Scene } from '../core/scene.ts'
import type { EpochMs } from '../core/time.ts'
import type { Judge } from './rule.ts'
import { reached } from './rules/k-of-looks.ts'
import { addSample, heldSince, type Window } from './rules/k-of-n.ts'
import { VIEW_GAP_MS } from './rules/seeing.ts'

/** A parked car is missed in one picture of five at worst (benchmarks of detection), never in half of them. */
const THERE_SHARE = 0.5
/**
 * Of what passes between two key frames nobody knows, and their time is time seen: no more is asked of denser pictures,
 * which see every car that hides the place for a moment.
 */
const HIDDEN_FOR_A_MOMENT_MS = 1_500
/** Where the look is over time: whoever stood before it for one picture has moved on. */
const UNKNOWN_LOOKS = 4
const CLEAR = 0
const THERE = 1

export class FreshLook {
  readonly #judge: Judge
  readonly #clear: Clearance
  readonly #counts = { clear: 0, there: 0, blind: 0 }
  /** Of the samples that say something: over time, or one by one. */
  #window: Window = []
  #marks: number[] = []
  #seenMs = 0
  /** In a row. */
  #unknown = 0
  /** The sample before, unless the camera could not tell since, for longer than a moment. */
  #judgedAt: EpochMs | undefined

  constructor(judge: Judge, clear: Clearance) {
    this.#judge = judge
    this.#clear = clear
  }

  get samples(): Readonly<Record<LookSample, number>> {
    return { ...this.#counts }
  }

  /**
   * @param scene the rule has taken it in; absent where the stream alone speaks
   * @returns what the samples agree on with this one, `blind` where the rule knows nothing of what is meant; undefined
   * while they do not agree
   */
  take(at: EpochMs, scene?: Scene): LookVerdict | undefined {
    const said = this.#judge.judge(scene)
    if (said === undefined) return undefined
    const sample = said === 'unknown' ? 'blind' : said
    this.#counts[sample]++
    this.#unknown = said === 'unknown' ? this.#unknown + 1 : 0
    if (this.#unknown >= ('n' in this.#clear ? this.#clear.n : UNKNOWN_LOOKS)) return 'blind'
    if (sample === 'blind') {
      if (this.#judgedAt !== undefined && at - this.#judgedAt > HIDDEN_FOR_A_MOMENT_MS) this.#judgedAt = undefined
      return undefined
    }
    const mark = sample === 'clear' ? CLEAR : THERE
    return 'forMs' in this.#clear ? this.#over(this.#clear.forMs, at, mark) : this.#of(this.#clear, mark)
  }

  /** Only time between two pictures that both say something is time seen. */
  #over(forMs: number, at: EpochMs, mark: number): 'clear' | 'there' | undefined {
    const gapMs = this.#judgedAt === undefined ? 0 : at - this.#judgedAt
    this.#seenMs += gapMs <= VIEW_GAP_MS ? gapMs : 0
    this.#judgedAt = at
    this.#window = addSample(this.#window, forMs, this.#seenMs, at, mark)
    const held = (share: number, wanted: number) =>
      heldSince(this.#window, forMs, share, value => value === wanted) !== undefined
    if (held(this.#judge.clearShare ?? 1, CLEAR)) return 'clear'
    return held(THERE_SHARE, THERE) ? 'there' : undefined
  }

  #of(looks: { readonly k: number; readonly n: number }, mark: number): 'clear' | 'there' | undefined {
    this.#marks = [...this.#marks, mark].slice(-looks.n)
    if (reached(this.#marks, looks, value => value === CLEAR)) return 'clear'
    return reached(this.#marks, looks, value => value === THERE) ? 'there' : undefined
  }
}
