// Bursts of attention: a few cameras of a shard at once are looked at closely for a moment, the rest wait their turn by severity.
import { ATTENTION_REASONS, type AttentionReason } from '../core/health.ts'
import type { CameraId } from '../core/ids.ts'
import { SEVERITIES, type Severity } from '../core/observation.ts'
import type { EpochMs } from '../core/time.ts'
import type { Strain } from './admission.ts'

/** Of the shard's cameras: in a burst a camera costs ten times as much. */
const USUAL_SHARE = 0.1
const BURST_MS = 10_000
const [LEAST_SEVERE] = SEVERITIES
/** Whoever asked last so long ago has stopped asking; cameras ask with every picture that they look at. */
const FORGOTTEN_AFTER_MS = 15_000

export interface Claim {
  readonly reason: AttentionReason
  readonly severity: Severity
}

interface Waiting extends Claim {
  readonly since: EpochMs
  readonly askedAt: EpochMs
}

/** Whose turn is first: the severest, then the most pressing, then whoever waits for longest. */
export function byTurn(a: Claim & { readonly since?: EpochMs }, b: Claim & { readonly since?: EpochMs }): number {
  const severity = SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity)
  const reason = ATTENTION_REASONS.indexOf(a.reason) - ATTENTION_REASONS.indexOf(b.reason)
  return severity || reason || (a.since ?? 0) - (b.since ?? 0)
}

const AT_EASE: Strain = { share: 1, lasts: false, busy: false, hasRoom: true }

interface Running extends Claim {
  readonly since: EpochMs
  readonly untilAt: EpochMs
}

/**
 * One per shard. Where that has more to do than it can, nothing is left out of a burst that runs: a tracker that sees half is
 * worth nothing. There are fewer of them instead, since each costs ten cameras their looks: fewer begin, none of them for
 * what is least severe, one at a time where the loop hardly rests; and where the strain lasts the surplus ends, the least severe
 * first. The severest keeps its own. What has only just begun to stand is looked at closely where that makes nobody else's
 * pictures late: at a busy junction that is any car at a red light, and minutes are left to tell it from one that is parked.
 */
export class Attention {
  readonly #cameras: () => number
  readonly #strain: () => Strain
  readonly #share: number
  readonly #running = new Map<CameraId, Running>()
  readonly #waiting = new Map<CameraId, Waiting>()
  /** A reason that lasts has bursts with pauses of their own length. */
  readonly #resting = new Map<CameraId, { readonly reason: AttentionReason; readonly untilAt: EpochMs }>()
  readonly #counts = { begun: 0, waited: 0 }

  /**
   * @param cameras how many the shard has
   * @param share of them, those that may be in a burst at once; one always may
   */
  constructor(cameras: () => number, strain: () => Strain = () => AT_EASE, share = USUAL_SHARE) {
    this.#cameras = cameras
    this.#strain = strain
    this.#share = share
  }

  /** How many bursts have begun, and how many of them had to wait. */
  get counts(): { readonly begun: number; readonly waited: number } {
    return { ...this.#counts }
  }

  /**
   * Asked with every picture for which a camera has a reason.
   * @returns `burst` while it has its turn, `resting` where it had it just now, `waiting` where others have it
   */
  ask(camera: CameraId, claim: Claim, now: EpochMs): 'burst' | 'resting' | 'waiting' {
    this.#end(now)
    const { share, lasts, busy, hasRoom } = this.#strain()
    const most = Math.max(1, Math.floor(this.#share * this.#cameras() * share))
    if (lasts) this.#endBeyond(most, now)
    if (this.#running.has(camera)) return 'burst'
    const rest = this.#resting.get(camera)
    if (rest && rest.reason === claim.reason) return 'resting'
    if (claim.reason === 'candidate-started' && !hasRoom) {
      // Nobody waits behind it.
      this.#waiting.delete(camera)
      return 'waiting'
    }
    const since = this.#waiting.get(camera)?.since ?? now
    this.#waiting.set(camera, { ...claim, since, askedAt: now })
    if (share < 1 && claim.severity === LEAST_SEVERE) return 'waiting'
    // One at a time always may.
    const free = (busy ? 1 : most) - this.#running.size
    const turns = [...this.#waiting].sort(([, a], [, b]) => byTurn(a, b)).map(([id]) => id)
    if (turns.indexOf(camera) >= free) return 'waiting'
    if (since < now) this.#counts.waited++
    this.#counts.begun++
    this.#waiting.delete(camera)
    this.#running.set(camera, { ...claim, since: now, untilAt: now + BURST_MS })
    return 'burst'
  }

  /** It has no reason any more. */
  leave(camera: CameraId): void {
    this.#running.delete(camera)
    this.#waiting.delete(camera)
  }

  #endBeyond(most: number, now: EpochMs): void {
    if (this.#running.size <= most) return
    for (const [camera, { reason }] of [...this.#running].sort(([, a], [, b]) => byTurn(a, b)).slice(most)) {
      this.#running.delete(camera)
      this.#resting.set(camera, { reason, untilAt: now + BURST_MS })
    }
  }

  #end(now: EpochMs): void {
    for (const [camera, { reason, untilAt }] of this.#running) {
      if (untilAt > now) continue
      this.#running.delete(camera)
      this.#resting.set(camera, { reason, untilAt: untilAt + BURST_MS })
    }
    for (const [camera, { untilAt }] of this.#resting) if (untilAt <= now) this.#resting.delete(camera)
    for (const [camera, { askedAt }] of this.#waiting) {
      if (now - askedAt > FORGOTTEN_AFTER_MS) this.#waiting.delete(camera)
    }
  }
}
