// Admission control: a shard with more to do than its core can looks at every camera less often, all alike, before pictures are late.
import { performance } from 'node:perf_hooks'
import { LATENCY_BUDGET } from '../core/latency-budget.ts'
import type { AdmissionUsage } from '../core/shard-contract.ts'
import type { EpochMs } from '../core/time.ts'
import type { RateLimit } from '../streams/sampler.ts'

/** How often the shard looks at itself: most cameras send one key frame in this time. */
export const TICK_MS = 2_000
const { decoded, inferred, ruled } = LATENCY_BUDGET
/** Half of what a frame's stages in a shard may take together: who has waited longer for others is late. */
const LATE_MS = (decoded.ms + inferred.ms + ruled.ms) / 2
/** So many of a tick's pictures make it a late one: the budget is held to its 95th percentile. */
const LATE_SHARE = 0.1
/** Where few are looked at, one of them may be late by chance: two came at once. */
const LEAST_LATE = 2
/** So many late ticks of the last so many are a delay that stands; fewer are a peak, and pass by themselves. */
const STANDING = { late: 3, of: 5 }
/** The loop's share of time at work: above `high` for so many ticks the shard is about to fall behind, below `low` there is room. */
const BUSY = { ticks: 3, full: 0.97, high: 0.85, low: 0.74 }
/** A burst takes a third of a core, and nearly half of a slow one: where the loop is at work for more than this, pictures would be late. */
const ROOM_BELOW = 0.45
/** Pictures that wait while the loop rests wait for each other, not for want of a core: fewer of them would not help. */
const LEAST_BUSY = 0.6
/** Who uses less of a core is kept from it by others on the machine, and leaving out its own few pictures would help nobody. */
const LEAST_CORES = 0.3
/** What is looked at more often than rules need (`needsEveryMs`) goes first, in one step. */
const USUAL_MS = 2_000
/** Of the rate that is left: where the loop never rests nobody knows how much too much there is. */
const CUT = { pressed: 0.75, full: 0.5 }
/** Pictures a second, each tick, and never more than this share of the rate: from a quarter of the usual one to all of it takes a quarter of a minute. */
const EASE = { perS: 0.05, share: 0.2 }
/** No camera is looked at less often than this many times the interval that its rules ask for, its own key frames permitting. */
const LONGEST = 4
/** Only where even so pictures are late or the loop never rests: else newer ones would replace each other, and some cameras be starved. */
const LAST_RESORT = 12
/** From the start of a camera on, reference views are taken, and networks take their memory. */
const WARM_UP_MS = 30_000
/** However many cameras begin one after the other meanwhile. */
const LONGEST_WARM_UP_MS = 60_000
/** Spreads any number of cameras evenly over a round, one after the other (Kronecker's sequence of the golden ratio). */
const GOLDEN = 0.618034
/** Time stamps jitter: a key frame a little early is not left out for it. The debt is kept, so that the rate is. */
const NEARLY = 0.95

/** What bursts of attention are told. */
export interface Strain {
  /** How much of the usual rate is left. */
  readonly share: number
  /** Whether that has come to half of it. */
  readonly lasts: boolean
  /** Whether the loop was at work for so much of the last seconds that there is none left for what may wait. */
  readonly busy: boolean
  /** Whether it rests enough for a whole burst beside all that it has to do. */
  readonly hasRoom: boolean
}

export interface AdmissionOptions {
  /** Since it was last asked; undefined where too little time has passed to tell. */
  readonly load?: () => Load | undefined
  readonly warmUpMs?: number
}

/** What this process has to do. */
export interface Load {
  /** The loop's share of time at work, waiting for a core included; 0…1. */
  readonly busy: number
  /** CPU time of the whole process, in cores. */
  readonly cores: number
}

interface Tick extends Load {
  readonly late: boolean
}

/**
 * One per shard. Sheds by the delay that stands, never by a peak, as CoDel does (RFC 8289, section 3), and by the loop's
 * time at work, since pictures that wait in the network's buffers are seen by nobody. The rate falls by a factor and
 * rises by steps (AIMD: Chiu and Jain, "Analysis of the increase and decrease algorithms for congestion avoidance",
 * 1989), with a range between in which it stays.
 *
 * What is controlled is one rate for all cameras: who offers less keeps all of it, and nobody gets more than another
 * (max-min fairness). A picture that is left out has cost its reading only, where nothing else refers to it.
 */
export class Admission {
  readonly #load: () => Load | undefined
  readonly #warmUpMs: number
  readonly #credits = new Set<Credit>()
  /** Every camera has its own place in the round. */
  #places = 0
  /** The least distance of two pictures of a camera; 0 where nothing is held back. */
  #everyMs = 0
  #ticks: readonly Tick[] = []
  #lastLoad: Load | undefined
  #seen = 0
  #late = 0
  readonly #counts = { offered: 0, shed: 0 }
  /** Counts at the end of the last few ticks, oldest first. */
  #marks: readonly { readonly offered: number; readonly shed: number }[] = [{ offered: 0, shed: 0 }]
  #warm: { readonly from: EpochMs; readonly until: EpochMs } | undefined

  constructor({ load = loadOfProcess(), warmUpMs = WARM_UP_MS }: AdmissionOptions = {}) {
    this.#load = load
    this.#warmUpMs = warmUpMs
  }

  /**
   * A camera begins. @param needsEveryMs how far apart its pictures may be for its rules, as things stand
   * @returns its share, to be closed when it ends
   */
  enter(needsEveryMs: () => number, now: EpochMs): Credit {
    this.#warmUp(now)
    const credit = new Credit({
      limitMs: () => this.#limitOf(needsEveryMs()),
      counts: this.#counts,
      saved: this.#place(),
      looked: waitedMs => {
        this.#seen++
        if (waitedMs > LATE_MS) this.#late++
      },
      close: () => this.#credits.delete(credit),
    })
    this.#credits.add(credit)
    return credit
  }

  /** Cameras that begin again and again get no second one. */
  #warmUp(now: EpochMs): void {
    const { from, until } = this.#warm ?? { from: now, until: now }
    if (now <= until) this.#warm = { from, until: Math.min(now + this.#warmUpMs, from + LONGEST_WARM_UP_MS) }
    else if (now > until + LONGEST_WARM_UP_MS) this.#warm = { from: now, until: now + this.#warmUpMs }
  }

  /** Every two seconds. */
  tick(now: EpochMs): void {
    const load = this.#load()
    this.#lastLoad = load ?? this.#lastLoad
    const late = this.#late >= Math.max(LEAST_LATE, LATE_SHARE * this.#seen)
    this.#seen = 0
    this.#late = 0
    if (!load) return
    const isIdle = this.#counts.offered === this.#marks[0]?.offered
    const isUntouched = this.#counts.shed === this.#marks[0]?.shed && this.#marks.length > STANDING.of
    this.#marks = [...this.#marks.slice(-STANDING.of), { ...this.#counts }]
    // Where nobody has anything that could be left out, leaving out is no answer.
    if (isIdle || (this.#warm && now < this.#warm.until)) {
      this.#ticks = []
      if (isIdle) this.#everyMs = 0
      return
    }
    this.#ticks = [...this.#ticks, { ...load, late }].slice(-STANDING.of)
    this.#judge(isUntouched)
  }

  #judge(isUntouched: boolean): void {
    const recent = this.#ticks.slice(-BUSY.ticks)
    if (recent.length < BUSY.ticks) return
    const mean = (of: 'busy' | 'cores') => recent.reduce((sum, tick) => sum + tick[of], 0) / recent.length
    const busy = mean('busy')
    const stands = this.#ticks.filter(({ late }) => late).length >= STANDING.late
    const full = busy >= BUSY.full
    const pressed = recent.every(tick => tick.busy >= BUSY.high) || (stands && busy >= LEAST_BUSY)
    if (pressed && mean('cores') >= LEAST_CORES) this.#cut(full, full || stands)
    else if (this.#everyMs > 0 && busy <= BUSY.low && !stands && !recent.at(-1)?.late) this.#ease(isUntouched)
  }

  #cut(full: boolean, isLastResort: boolean): void {
    const begins = this.#everyMs === 0
    const offered = [...this.#credits].flatMap(({ offeredEveryMs }) => offeredEveryMs ?? [])
    const isMoreThanUsual = begins && offered.some(everyMs => everyMs < USUAL_MS * NEARLY)
    const fromMs = Math.max(USUAL_MS, this.#everyMs)
    const isAtEnd = fromMs >= LONGEST * USUAL_MS
    const mostMs = Math.max(fromMs, (isAtEnd && isLastResort ? LAST_RESORT : LONGEST) * USUAL_MS)
    const cutMs = isMoreThanUsual ? USUAL_MS : thinned(offered, fromMs, full ? CUT.full : CUT.pressed)
    this.#everyMs = Math.min(mostMs, cutMs)
    if (begins) for (const credit of this.#credits) credit.begin(this.#place())
    // What this has brought shows only in ticks of its own.
    this.#ticks = []
  }

  /** What rules ask for more often, they get more often at the end of the range and beyond. */
  #limitOf(needsEveryMs: number): number {
    const mostMs = LONGEST * USUAL_MS
    return Math.min(this.#everyMs, LONGEST * needsEveryMs * Math.max(1, this.#everyMs / mostMs))
  }

  /** Up to a rate that leaves nobody out any more. */
  #ease(isUntouched: boolean): void {
    const perS = 1_000 / this.#everyMs
    this.#everyMs = isUntouched ? 0 : 1_000 / (perS + Math.min(EASE.perS, EASE.share * perS))
  }

  #place(): number {
    this.#places = (this.#places + GOLDEN) % 1
    return this.#places
  }

  get strain(): Strain {
    const share = this.#everyMs === 0 ? 1 : Math.min(1, USUAL_MS / this.#everyMs)
    const busy = this.#lastLoad?.busy ?? 0
    return { share, lasts: share <= 0.5, busy: busy > BUSY.low, hasRoom: busy < ROOM_BELOW }
  }

  /** As main is told: what was admitted of late, at which distance, and how many pictures were left out since the start. */
  get usage(): AdmissionUsage {
    const [oldest = this.#counts] = this.#marks
    const offered = this.#counts.offered - oldest.offered
    const shed = this.#counts.shed - oldest.shed
    const share = this.#everyMs === 0 || offered === 0 ? 1 : 1 - shed / offered
    return { share, everyMs: this.#everyMs === 0 ? null : Math.round(this.#everyMs), shed: this.#counts.shed }
  }
}

/**
 * @param offered how far apart the pictures of each camera come
 * @returns which least distance leaves so much of what passes at `everyMs`: where few offer more than that, much more of them
 */
function thinned(offered: readonly number[], everyMs: number, share: number): number {
  const passing = (leastMs: number) => offered.reduce((sum, each) => sum + 1 / Math.max(leastMs, each), 0)
  const wanted = share * passing(everyMs)
  // At this distance the slowest camera, and so every one, is held to `share` of its rate.
  let [low, high] = [everyMs, Math.max(everyMs, ...offered) / share]
  while (high - low > 1) {
    const middle = (low + high) / 2
    if (passing(middle) > wanted) low = middle
    else high = middle
  }
  return high
}

interface CreditDeps {
  /** 0 where nothing is held back. */
  readonly limitMs: () => number
  readonly counts: { offered: number; shed: number }
  readonly saved: number
  readonly looked: (waitedMs: number) => void
  readonly close: () => void
}

/** One camera's share of the rate: it saves up for a picture, at most for two (a token bucket). */
export class Credit implements RateLimit {
  readonly #deps: CreditDeps
  #saved: number
  #lastMs: number | undefined
  #offeredEveryMs: number | undefined

  constructor(deps: CreditDeps) {
    this.#deps = deps
    this.#saved = deps.saved
  }

  /** A picture of it was looked at. @param waitedMs how long it waited for others on its way from its arrival to its rules */
  looked(waitedMs: number): void {
    this.#deps.looked(waitedMs)
  }

  /** @param saved of its first picture, 0…1: so far apart are cameras that all begin at once */
  begin(saved: number): void {
    this.#saved = saved
  }

  admits(mediaMs: number): boolean {
    const passedMs = Math.max(0, mediaMs - (this.#lastMs ?? mediaMs))
    this.#lastMs = mediaMs
    if (passedMs > 0) this.#offeredEveryMs = (passedMs + (this.#offeredEveryMs ?? passedMs)) / 2
    const { counts, limitMs: limited } = this.#deps
    counts.offered++
    const limitMs = limited()
    if (limitMs === 0) return true
    this.#saved = Math.min(2, this.#saved + passedMs / limitMs)
    if (this.#saved < NEARLY) {
      counts.shed++
      return false
    }
    this.#saved -= 1
    return true
  }

  /** How far apart its pictures come; undefined before there are two. */
  get offeredEveryMs(): number | undefined {
    return this.#offeredEveryMs
  }

  get everyMs(): number | null {
    const limitMs = this.#deps.limitMs()
    return limitMs * NEARLY > (this.#offeredEveryMs ?? 0) ? Math.round(limitMs) : null
  }

  close(): void {
    this.#deps.close()
  }
}

/** Too short to tell anything: timers of a machine that slept come all at once. */
const LEAST_TICK_MS = TICK_MS / 4

/** By `performance.eventLoopUtilization` and `process.cpuUsage`. */
function loadOfProcess(): () => Load | undefined {
  let loop = performance.eventLoopUtilization()
  let cpu = process.cpuUsage()
  return () => {
    const now = performance.eventLoopUtilization()
    const { active, idle } = performance.eventLoopUtilization(now, loop)
    const passedMs = active + idle
    if (passedMs < LEAST_TICK_MS) return undefined
    const { user, system } = process.cpuUsage(cpu)
    loop = now
    cpu = process.cpuUsage()
    return { busy: active / passedMs, cores: (user + system) / 1_000 / passedMs }
  }
}
