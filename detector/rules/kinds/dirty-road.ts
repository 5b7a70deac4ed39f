// 道路不洁: litter that stays where it is. Measured as pieces and as a share of the zone; one incident of the place.
import { z } from 'zod'
import { applies, calendarSchema } from '../../../core/calendar.ts'
import type { Breach } from '../../../core/fresh-look.ts'
import { polygonArea } from '../../../core/geometry.ts'
import type { Kind } from '../../../core/kind.ts'
import {
  type Finding,
  type Measure,
  type Moment,
  SEVERITIES,
  type Severity,
  severest,
} from '../../../core/observation.ts'
import type { ConditionSample, Scene } from '../../../core/scene.ts'
import { duration, type EpochMs } from '../../../core/time.ts'
import type { ConditionWish, Judge, Rule, RuleStart } from '../../rule.ts'
import { kOfNSchema, reached } from '../k-of-looks.ts'
import { type Held, heldSchema, isEndDue, isHoldDue, overSchema, type Said, type Voice, voiceOf } from '../observing.ts'
import { moversOf, sampleOf } from '../same-place.ts'
import { look, seeingSchema, UNSEEN } from '../seeing.ts'
import { SpotJudge } from '../spot-judge.ts'
import { type Dirt, dirtOf, isThere, lookAtSpots, type Spot, type SpotOptions, spotSchema } from '../spots.ts'

const fraction = z.number().min(0).max(1)
const edges = z.tuple([fraction, fraction, fraction, fraction])

/**
 * `maxPiece`: on the two days of JamCam footage the network's false litter (14 of 192 samples, scores up to 0.79) is glare
 * and traffic in boxes over 19 to 91 % of the carriageway, 6 % of the picture and more; a piece of 64 px covers 4 %.
 */
export const dirtyRoadOptions = z.strictObject({
  every: duration
    .prefault('60s')
    .describe('how often the zone is looked at; shorter costs more and hardly alarms sooner'),
  persist: duration
    .prefault('10m')
    .describe('litter counts after lying in one place for so long; shorter alarms sooner, and on what blows past'),
  pieces: z.int().positive().default(3).describe('so many pieces make a road dirty; fewer warn of a single bag'),
  area: z
    .number()
    .positive()
    .max(1)
    .default(0.005)
    .describe('so does this share of the zone under litter; lower warns of one smaller heap'),
  presence: z
    .number()
    .min(0.2)
    .max(1)
    .default(0.5)
    .describe('share of the looks that must find a piece; lower keeps small ones that are often missed, and flicker'),
  levels: z
    .array(z.strictObject({ times: z.number().min(1), severity: z.enum(SEVERITIES) }))
    .default([{ times: 3, severity: 'orange' }])
    .describe('so many times the limit raises the severity; it does not fall again within an incident'),
  clear: kOfNSchema
    .prefault({ k: 3, n: 4 })
    .describe('so many of as many looks must be clean: below half of both limits; fewer close sooner'),
  minScore: fraction
    .default(0)
    .describe('surer than the network’s own threshold; higher misses small litter, and false litter'),
  coverShare: z
    .number()
    .min(0.1)
    .max(1)
    .default(0.5)
    .describe('litter so much behind people or vehicles is not judged; lower judges less, and mistakes fewer'),
  maxPiece: fraction
    .default(0.05)
    .describe(
      'a box over more than this share of the picture is no litter but glare or road works; higher finds huge heaps',
    ),
  except: z
    .array(edges.transform(([x1, y1, x2, y2]) => ({ x1, y1, x2, y2 })))
    .max(64)
    .default([])
    .describe(
      'boxes [x1, y1, x2, y2] in which nothing is litter: what a rejected alert took for it, such as a manhole',
    ),
  maxGap: duration
    .prefault('20m')
    .describe('what lies in one place on both sides of a gap up to this has stayed; longer trusts what nobody watched'),
  calendar: calendarSchema.prefault({}).describe('when a dirty road matters'),
  severity: z.enum(SEVERITIES).default('yellow').describe('severity below the first level'),
})
export type DirtyRoadOptions = z.output<typeof dirtyRoadOptions>

const stateSchema = z.object({
  seeing: seeingSchema,
  spots: z.array(spotSchema),
  /** Blind time since the last sample. */
  blindMs: z.number(),
  /** [at, unseen ms] of the latest looks away. */
  blinks: z.array(z.tuple([z.number(), z.number()])),
  /** [at, pieces, share] of each sample. */
  history: z.array(z.tuple([z.number(), z.number(), z.number()])),
  candidate: z.boolean(),
  /** Whether each of the latest samples since the opening was clean. */
  clean: z.array(z.boolean()),
  open: heldSchema.nullable(),
  ended: overSchema.nullable(),
})
type State = z.output<typeof stateSchema>
const snapshotSchema = z.object({ version: z.literal(1), state: stateSchema })

const NOTHING: State = {
  ...{ seeing: UNSEEN, spots: [], blindMs: 0, blinks: [], history: [] },
  ...{ candidate: false, clean: [], open: null, ended: null },
}
const HISTORY_POINTS = 60
const MOST_BLINKS = 32
/** A person checks a picture with so many boxes; more of them hide the road. */
const MOST_BOXES = 60
/** Below this part of its limits a road is clean: one that hovers at the limit is one incident. */
const CLEAN_BELOW = 0.5

class DirtyRoad implements Rule {
  readonly #options: DirtyRoadOptions
  readonly #start: RuleStart
  readonly #voice: Voice
  readonly #zoneArea: number
  readonly #spotOptions: SpotOptions
  readonly conditions: ConditionWish
  #state = NOTHING
  #revision = 0

  constructor(options: DirtyRoadOptions, start: RuleStart) {
    this.#options = options
    this.#start = start
    this.#voice = voiceOf('dirty-road', start)
    this.#zoneArea = polygonArea(start.zone.polygon)
    this.#spotOptions = { ...options, mostArea: options.maxPiece }
    this.conditions = { everyMs: options.every, labels: ['litter'], detail: 'pieces' }
    const restored = snapshotSchema.safeParse(start.restored)
    if (restored.success) this.#state = restored.data.state
  }

  bookmark(): () => void {
    const [state, revision] = [this.#state, this.#revision]
    return () => {
      this.#state = state
      this.#revision = revision
    }
  }

  get engaged(): boolean {
    return this.#state.open !== null || this.#state.spots.length > 0
  }

  get revision(): number {
    return this.#revision
  }

  snapshot(lean = false): z.output<typeof snapshotSchema> {
    const spots = this.#state.spots.filter(({ lasting }) => lasting).slice(0, MOST_BOXES)
    const state = lean ? { ...this.#state, spots, history: [], blinks: [] } : this.#state
    return structuredClone({ version: 1, state })
  }

  judgeOf(breach: Breach): Judge {
    const { zone } = this.#start
    const spots = new SpotJudge(this.#state.spots, breach, zone.id, this.#spotOptions)
    return spots.judging(
      found => this.#timesLimit(this.#dirt(found)) >= CLEAN_BELOW,
      at => applies(this.#options.calendar, at),
    )
  }

  observe(scene: Scene, receivedAt: EpochMs): readonly Finding[] {
    const { blindSince } = this.#state.seeing
    const { next, glance } = look(this.#state.seeing, scene)
    this.#state = { ...this.#state, seeing: next }
    if (!glance) return []
    const { at } = scene
    if (!glance.watched && glance.elapsedMs > 0) this.#unseen(at, glance.elapsedMs, blindSince)
    const findings = applies(this.#options.calendar, at) ? this.#look(scene) : this.#off(at)
    findings.push(...this.#say(at, receivedAt))
    if (findings.length > 0) this.#revision++
    return findings
  }

  /** A pause between two clips may be bridged by what lies on both sides of it; blind time counts for nothing. */
  #unseen(at: EpochMs, elapsedMs: number, blind: boolean): void {
    const { open, blinks, blindMs } = this.#state
    this.#state = {
      ...this.#state,
      blindMs: blindMs + (blind ? elapsedMs : 0),
      blinks: [...blinks, [at, elapsedMs] as [number, number]].slice(-MOST_BLINKS),
      open: open && { ...open, blindMs: open.blindMs + elapsedMs },
    }
  }

  #look(scene: Scene): Finding[] {
    const sample = sampleOf(scene, this.#start.zone.id)
    if (!sample) return []
    this.#remember(scene, sample)
    return this.#state.open ? this.#whileOpen(this.#state.open, scene.at) : this.#whileClosed(scene.at)
  }

  #remember({ at, objects }: Scene, { detections }: ConditionSample): void {
    const { spots, blindMs, history } = this.#state
    const seen = lookAtSpots(spots, detections, moversOf(objects), at, blindMs, this.#spotOptions)
    const { pieces, share } = dirtOf(lying(seen), this.#zoneArea)
    const point: State['history'][number] = [at, pieces, share]
    this.#state = {
      ...this.#state,
      spots: [...seen],
      blindMs: 0,
      history: [...history, point].slice(-HISTORY_POINTS),
    }
  }

  #whileClosed(at: EpochMs): Finding[] {
    const { candidate, spots } = this.#state
    if (this.#timesLimit(this.#dirt(lying(spots))) >= 1) return this.#open(at)
    const promising = spots.filter(spot => spot.sightings > 1 && isThere(spot))
    const times = this.#timesLimit(this.#dirt(promising))
    if (!candidate && times >= 1) {
      this.#state = { ...this.#state, candidate: true }
      return [this.#picture('first', at, promising)]
    }
    if (!candidate || times >= CLEAN_BELOW) return []
    this.#state = { ...this.#state, candidate: false }
    return [this.#voice.dropped('')]
  }

  #open(at: EpochMs): Finding[] {
    const there = lying(this.#state.spots)
    const since = this.#since(there) ?? at
    const blindMs = this.#state.blinks.reduce((sum, [when, ms]) => (when > since ? sum + ms : sum), 0)
    const dueAt = Math.min(at, since + this.#options.persist + blindMs)
    const open = { since, dueAt, saidAt: 0, severity: this.#level(this.#options.severity), blindMs }
    this.#state = { ...this.#state, open, ended: null, candidate: false, clean: [] }
    return [this.#picture('fired', at, there)]
  }

  /** The road was dirty from when the piece appeared with which its limit was reached. */
  #since(there: readonly Spot[]): EpochMs | undefined {
    const byAge = there.toSorted((a, b) => a.firstAt - b.firstAt)
    const enough = byAge.findIndex((_, index) => this.#timesLimit(this.#dirt(byAge.slice(0, index + 1))) >= 1)
    return byAge[enough]?.firstAt
  }

  #whileOpen(open: Held, at: EpochMs): Finding[] {
    const there = lying(this.#state.spots)
    const { clear } = this.#options
    const clean = [...this.#state.clean, this.#timesLimit(this.#dirt(there)) < CLEAN_BELOW].slice(-clear.n)
    if (reached(clean, clear, yes => yes)) {
      this.#end(open, at)
      return [this.#picture('cleared', at, there)]
    }
    const severity = this.#level(open.severity)
    const saidAt = severity === open.severity ? open.saidAt : 0
    this.#state = { ...this.#state, clean, open: { ...open, severity, saidAt } }
    return []
  }

  #end(open: Held, at: EpochMs): void {
    this.#state = { ...this.#state, open: null, clean: [], ended: { ...open, endedAt: at, sayings: 0 } }
  }

  /** Outside its calendar litter may lie: what was open ends, and counting starts anew afterwards. */
  #off(at: EpochMs): Finding[] {
    const { seeing, open, ended, candidate } = this.#state
    this.#state = { ...NOTHING, seeing, ended }
    if (open) this.#end(open, at)
    return candidate ? [this.#voice.dropped('')] : []
  }

  /** While it holds every 10 s, and its end three times. */
  #say(at: EpochMs, receivedAt: EpochMs): Finding[] {
    const { open, ended } = this.#state
    if (open && isHoldDue(open, at)) {
      this.#state = { ...this.#state, open: { ...open, saidAt: at } }
      return [this.#observation(open, 'holds', at, receivedAt)]
    }
    if (ended && isEndDue(ended, at)) {
      this.#state = { ...this.#state, ended: { ...ended, sayings: ended.sayings + 1 } }
      return [this.#observation(ended, 'ended', at, receivedAt)]
    }
    return []
  }

  #dirt(spots: readonly Spot[]): Dirt {
    return dirtOf(spots, this.#zoneArea)
  }

  /** How dirty, as a multiple of the limit that is exceeded more. */
  #timesLimit({ pieces, share }: Dirt): number {
    return Math.max(pieces / this.#options.pieces, share / this.#options.area)
  }

  #level(least: Severity): Severity {
    const times = this.#timesLimit(this.#dirt(lying(this.#state.spots)))
    const reachedLevels = this.#options.levels.filter(level => times >= level.times).map(({ severity }) => severity)
    return severest(least, ...reachedLevels)
  }

  /** Whichever is larger beside its limit. */
  #measure({ pieces, share }: Dirt): Measure {
    const limits = this.#options
    return pieces / limits.pieces >= share / limits.area
      ? { name: 'pieces', value: pieces, limit: limits.pieces, unit: 'pieces' }
      : { name: 'share', value: share, limit: limits.area, unit: 'share' }
  }

  #picture(moment: Moment, at: EpochMs, spots: readonly Spot[]): Finding {
    const { pieces, share } = this.#dirt(spots)
    const caption = `${this.#start.zone.name}: ${pieces} ${pieces === 1 ? 'piece' : 'pieces'}, ${(100 * share).toFixed(2)} %`
    return this.#voice.picture('', moment, at, boxesOf(spots), caption)
  }

  #observation(open: Held, phase: Said['phase'], at: EpochMs, receivedAt: EpochMs): Finding {
    const { every, persist, pieces, area, presence, clear, minScore, maxPiece, coverShare, maxGap } = this.#options
    const there = lying(this.#state.spots)
    const measure = this.#measure(this.#dirt(there))
    const mean = there.reduce((sum, spot) => sum + spot.score, 0) / Math.max(1, there.length)
    return this.#voice.observation({
      ...{ subject: '', phase, at, since: open.since, dueAt: open.dueAt },
      ...{ severity: open.severity, score: Math.round(mean * 1_000) / 1_000 },
      measure,
      boxes: boxesOf(there),
      thresholds: {
        ...{ everyMs: every, persistMs: persist, pieces, area, presence, clearK: clear.k, clearN: clear.n },
        ...{ minScore, maxPiece, coverShare, maxGapMs: maxGap },
      },
      history: this.#state.history.map(([seenAt, seenPieces, seenShare]) => ({
        at: seenAt,
        value: measure.name === 'pieces' ? seenPieces : seenShare,
      })),
      blindMs: open.blindMs,
      receivedAt,
    })
  }
}

const lying = (spots: readonly Spot[]): readonly Spot[] => spots.filter(spot => spot.lasting && isThere(spot))
const boxesOf = (spots: readonly Spot[]) => spots.map(({ box }) => box).slice(0, MOST_BOXES)

export const dirtyRoad: Kind<DirtyRoadOptions, RuleStart, Rule> = {
  name: 'dirty-road',
  summary: '道路不洁: litter stays where it is on the road',
  options: dirtyRoadOptions,
  create: (options, start) => new DirtyRoad(options, start),
}
