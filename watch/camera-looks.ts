// The fresh looks that one camera owes an answer: each judged by its zone's rule, from the pictures since it was asked.
import type { Frame } from '../core/frame.ts'
import type { LookAnswer, LookRequest, LookVerdict } from '../core/fresh-look.ts'
import type { StreamHealth } from '../core/health.ts'
import type { ZoneId } from '../core/ids.ts'
import type { PictureRequest } from '../core/observation.ts'
import type { Scene } from '../core/scene.ts'
import type { EpochMs } from '../core/time.ts'
import type { ConditionSampler } from '../detector/conditions/sampler.ts'
import { FreshLook } from '../detector/fresh-look.ts'
import { hears, type Rule } from '../detector/rule.ts'
import type { Burst, LookBursts } from './look-bursts.ts'

/** How often the condition network looks at a zone meanwhile: three of four samples within twenty seconds. */
const HURRY_EVERY_MS = 5_000
/** A stream that was away for so long does not come back while anybody waits. */
const AWAY_MS = 60_000

interface Pending {
  readonly request: LookRequest
  readonly look: FreshLook
  answer?: LookAnswer
  burst?: Burst
}

/** What a look has come to, and the pictures that show it, to be handed in before. */
export interface Looked {
  readonly answer: LookAnswer
  readonly picture?: PictureRequest
}

export interface CameraLooksDeps {
  readonly rules: ReadonlyMap<ZoneId, Rule>
  readonly sampler: Pick<ConditionSampler, 'hurry'>
  readonly bursts: LookBursts
}

export class CameraLooks {
  readonly #deps: CameraLooksDeps
  #pending = new Map<string, Pending>()

  constructor(deps: CameraLooksDeps) {
    this.#deps = deps
  }

  /**
   * Takes in the looks that this camera owes; those that are not among them any more are forgotten.
   * @returns answers that were given before and are still asked for, and those of zones that are gone: nobody can judge them
   */
  ask(requests: readonly LookRequest[]): readonly LookAnswer[] {
    const wanted = new Set(requests.map(({ id }) => id))
    for (const [id, { burst }] of this.#pending) {
      if (wanted.has(id)) continue
      burst?.end()
      this.#pending.delete(id)
    }
    for (const request of requests) {
      const rule = this.#pending.has(request.id) ? undefined : this.#deps.rules.get(request.zoneId)
      if (rule) this.#pending.set(request.id, { request, look: new FreshLook(rule.judgeOf(request), request.clear) })
    }
    const gone = requests.filter(({ zoneId }) => !this.#deps.rules.has(zoneId))
    return [...[...this.#pending.values()].flatMap(({ answer }) => answer ?? []), ...gone.map(unjudged)]
  }

  /** Whether any look still owes its answer. */
  get isWaiting(): boolean {
    return this.#waiting().length > 0
  }

  /** Whether more pictures would help: of a condition, its schedule hurries, and the camera's own faults need no network. */
  get wantsPictures(): boolean {
    return this.#waiting().some(({ request }) => {
      const rule = this.#deps.rules.get(request.zoneId)
      return rule !== undefined && !rule.conditions && !rule.attend
    })
  }

  /** After the rules have taken a scene in, and while its picture lives. @param now our clock */
  take(frame: Pick<Frame, 'capturedAt' | 'receivedAt' | 'picture'>, scene: Scene, now: EpochMs): readonly Looked[] {
    return this.#waiting().flatMap(pending => {
      const { request, look } = pending
      const rule = this.#deps.rules.get(request.zoneId)
      if (frame.receivedAt < request.askedAt || (rule && !hears(rule, scene))) return []
      this.#hurry(pending, frame.capturedAt, now)
      const verdict = look.take(scene.at, scene)
      if (!verdict) return []
      return [this.#answered(pending, verdict, scene.at, verdict !== 'blind' && frame.picture !== undefined)]
    })
  }

  /**
   * Told every few seconds how the stream does: a rule that watches the camera itself may know enough, and a camera that
   * is away, or that could not tell in its time, leaves it to people.
   */
  attend(health: Pick<StreamHealth, 'state' | 'since'>, now: EpochMs): readonly Looked[] {
    return this.#waiting().flatMap(pending => {
      const { request, look } = pending
      const attended = this.#deps.rules.get(request.zoneId)?.attend !== undefined
      const verdict = attended && health.state !== 'online' ? look.take(now) : undefined
      if (verdict) return [this.#answered(pending, verdict, now, false)]
      const away = !attended && isAway(health, Math.min(now - request.askedAt, now - health.since))
      return away || now - request.askedAt >= request.withinMs ? [this.#answered(pending, 'blind', now, false)] : []
    })
  }

  close(): void {
    for (const { burst } of this.#pending.values()) burst?.end()
    this.#pending.clear()
  }

  #waiting(): readonly Pending[] {
    return [...this.#pending.values()].filter(({ answer }) => !answer)
  }

  /** Zones that are looked at on a schedule are looked at more often for a while, where the shard can afford it. */
  #hurry(pending: Pending, at: EpochMs, now: EpochMs): void {
    const { zoneId } = pending.request
    if (pending.burst || !this.#deps.rules.get(zoneId)?.conditions) return
    const burst = this.#deps.bursts.begin(now)
    if (!burst) return
    pending.burst = burst
    this.#deps.sampler.hurry(zoneId, HURRY_EVERY_MS, at + burst.forMs)
  }

  #answered(pending: Pending, verdict: LookVerdict, at: EpochMs, pictured: boolean): Looked {
    const { request, look, burst } = pending
    burst?.end()
    this.#deps.sampler.hurry(request.zoneId, HURRY_EVERY_MS, Number.NEGATIVE_INFINITY)
    const { id: lookId, cameraId, zoneId, fingerprint, incidentId, boxes } = request
    const answer: LookAnswer = { lookId, cameraId, verdict, samples: look.samples, at, pictured }
    pending.answer = answer
    if (!pictured || verdict === 'blind') return { answer }
    const [moment, caption] =
      verdict === 'clear' ? (['verified', 'clear'] as const) : (['still-there', 'still there'] as const)
    return { answer, picture: { fingerprint, incidentId, moment, at, zoneId, boxes, caption } }
  }
}

function isAway({ state }: Pick<StreamHealth, 'state'>, forMs: number): boolean {
  if (state === 'online') return false
  return state === 'ended' || state === 'failed' || forMs >= AWAY_MS
}

function unjudged({ id, cameraId, askedAt }: LookRequest): LookAnswer {
  const samples = { clear: 0, there: 0, blind: 0 }
  return { lookId: id, cameraId, verdict: 'blind', samples, at: askedAt, pictured: false }
}
