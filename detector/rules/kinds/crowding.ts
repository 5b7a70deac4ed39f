// 人员聚集: many people in the zone for a while. One incident of the place, however often the count crosses the limit.
import { z } from 'zod'
import { applies, calendarSchema } from '../../../core/calendar.ts'
import { stands } from '../../../core/camera.ts'
import type { Breach } from '../../../core/fresh-look.ts'
import { bottomCentre } from '../../../core/geometry.ts'
import type { Kind } from '../../../core/kind.ts'
import { type Finding, SEVERITIES, type Severity, severest } from '../../../core/observation.ts'
import type { Scene, SceneObject } from '../../../core/scene.ts'
import { duration, type EpochMs } from '../../../core/time.ts'
import type { Judge, Rule, RuleStart, Wish } from '../../rule.ts'
import { addSample, heldSince, windowSchema } from '../k-of-n.ts'
import { type Held, heldSchema, isEndDue, isHoldDue, overSchema, type Said, type Voice, voiceOf } from '../observing.ts'
import { calmEveryMs, FOLLOWING_EVERY_MS } from '../pace.ts'
import { look, seeingSchema, UNSEEN } from '../seeing.ts'

const people = z.number().nonnegative()

export const crowdingOptions = z
  .strictObject({
    threshold: people
      .default(15)
      .describe('people at or above which it is a crowd; lower warns of ordinary busy hours'),
    clearBelow: people
      .default(10)
      .describe('people at or below which it is over; closer to the threshold closes sooner, and reopens more often'),
    hold: duration
      .prefault('20s')
      .describe('the crowd must last so long; shorter alarms sooner, and on people who merely pass'),
    clearAfter: duration
      .prefault('60s')
      .describe('it must be over for so long; shorter closes sooner, and on a lull too'),
    k: z
      .number()
      .min(0.5)
      .max(1)
      .default(0.8)
      .describe('share of the samples that must agree; lower forgives missed people, and calls a flicker a crowd'),
    levels: z
      .array(z.strictObject({ atLeast: people, severity: z.enum(SEVERITIES) }))
      .default([])
      .describe('more people raise the severity; it does not fall again within an incident'),
    severity: z.enum(SEVERITIES).default('yellow').describe('severity below the first level'),
    minScore: z
      .number()
      .min(0)
      .max(1)
      .default(0.3)
      .describe('a person this sure is counted; lower counts more of a dense crowd, and lamp posts'),
    countScale: z
      .strictObject({
        factor: z
          .number()
          .positive()
          .describe('people there ÷ people detected, fitted on pictures that a person counted'),
        error: z.number().nonnegative().describe('mean absolute error of the fit, in people'),
      })
      .optional()
      .describe('small, overlapping people are under-counted; the scale corrects the mean and shows its error'),
    areaM2: z.number().positive().optional().describe('ground area of the zone, for people per m²'),
    calendar: calendarSchema.prefault({}).describe('when a crowd matters'),
  })
  .refine(options => options.clearBelow < options.threshold, {
    message: 'clearBelow must be less than threshold',
    path: ['clearBelow'],
  })
export type CrowdingOptions = z.output<typeof crowdingOptions>

const stateSchema = z.object({
  seeing: seeingSchema,
  seenMs: z.number(),
  /** People detected in the last pictures, newest last; kept where they are scaled. */
  detected: z.array(z.number()).default([]),
  /** Samples over `hold` and over `clearAfter`. */
  rising: windowSchema,
  falling: windowSchema,
  /** [at, blind ms] of the looks away within the rising window. */
  blinks: z.array(z.tuple([z.number(), z.number()])),
  history: z.array(z.object({ at: z.number(), value: z.number() })),
  open: heldSchema.nullable(),
  ended: overSchema.nullable(),
})
type State = z.output<typeof stateSchema>
const snapshotSchema = z.object({ version: z.literal(1), state: stateSchema })

const NOTHING: State = {
  seeing: UNSEEN,
  seenMs: 0,
  detected: [],
  rising: [],
  falling: [],
  blinks: [],
  history: [],
  open: null,
  ended: null,
}

const HISTORY_POINTS = 60
const MOST_BLINKS = 32
/** A hold is told from so many samples or more. */
const LEAST_OF_HOLD = 4
/** Pictures of which the middle count is scaled. */
const SCALED_OVER = 3

class Crowding implements Rule {
  readonly #options: CrowdingOptions
  readonly #start: RuleStart
  readonly #voice: Voice
  #state = NOTHING
  #revision = 0

  constructor(options: CrowdingOptions, start: RuleStart) {
    this.#options = options
    this.#start = start
    this.#voice = voiceOf('crowding', start)
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
    return this.#state.open !== null
  }

  get revision(): number {
    return this.#revision
  }

  /** Only while there is something to count: people above the lower limit who are no crowd yet. */
  get wish(): Wish | undefined {
    const { clearBelow, severity } = this.#options
    const [, , count = 0] = this.#state.rising.at(-1) ?? []
    if (this.#state.open || count <= clearBelow) return undefined
    return { reason: 'short-hold', severity, unlessEveryMs: this.#options.hold / LEAST_OF_HOLD }
  }

  /** Closely while a crowd may be forming; a hold that begins a third of itself late is still told in time. */
  get needsEveryMs(): number {
    const { hold, clearAfter, clearBelow } = this.#options
    const { open, rising } = this.#state
    if (open) return Math.max(this.#followingEveryMs, calmEveryMs(clearAfter / 10))
    const [, , count = 0] = rising.at(-1) ?? []
    if (Math.max(count, this.#newest) > clearBelow) return this.#followingEveryMs
    return Math.max(this.#followingEveryMs, hold === 0 ? 0 : calmEveryMs(0.3 * hold))
  }

  get #followingEveryMs(): number {
    return Math.min(FOLLOWING_EVERY_MS, this.#options.hold / LEAST_OF_HOLD)
  }

  /** People in the last picture, where the middle of three is what counts. */
  get #newest(): number {
    const { factor = 1 } = this.#options.countScale ?? {}
    return factor * (this.#state.detected.at(-1) ?? 0)
  }

  snapshot(): z.output<typeof snapshotSchema> {
    return structuredClone({ version: 1, state: this.#state })
  }

  /** Above `clearBelow` it is not over. Outside its calendar a crowd is allowed, which nobody's work has brought about. */
  judgeOf(_: Breach): Judge {
    const { clearBelow, k, calendar } = this.#options
    return {
      clearShare: k,
      judge: scene => {
        if (!scene) return undefined
        if (scene.view !== 'clear') return 'blind'
        const on = applies(calendar, scene.at)
        const [, , counted] = this.#state.rising.at(-1) ?? []
        const count = on ? counted : scene.objects.filter(object => this.#counts(object)).length
        if (count !== undefined && count <= clearBelow) return 'clear'
        return on ? 'there' : 'blind'
      },
    }
  }

  observe(scene: Scene, receivedAt: EpochMs): readonly Finding[] {
    const { next, glance } = look(this.#state.seeing, scene)
    this.#state = { ...this.#state, seeing: next }
    if (!glance) return []
    const { at } = scene
    if (!applies(this.#options.calendar, at)) return this.#off(at, receivedAt)

    const inZone = scene.objects.filter(object => this.#counts(object))
    const count = this.#count(inZone.length, glance.watched)
    this.#remember(at, count, glance.watched ? glance.elapsedMs : 0, glance.watched ? 0 : glance.elapsedMs)

    const findings = this.#state.open ? this.#whileOpen(at) : this.#whileClosed(at)
    const { open } = this.#state
    if (open && (findings.length > 0 || isHoldDue(open, at))) {
      findings.push(this.#observation(open, 'holds', at, count, inZone, receivedAt))
      this.#state = { ...this.#state, open: { ...open, saidAt: at } }
    }
    const { ended } = this.#state
    if (ended && isEndDue(ended, at)) {
      findings.push(this.#observation(ended, 'ended', at, count, inZone, receivedAt))
      this.#state = { ...this.#state, ended: { ...ended, sayings: ended.sayings + 1 } }
    }
    if (findings.length > 0) this.#revision++
    return findings
  }

  /**
   * People there. A scale also multiplies what comes and goes between two pictures (±3 of 30 people in a hall), and one
   * picture alone began a hold too early there: so the middle of the last three is scaled.
   */
  #count(detected: number, watched: boolean): number {
    const { countScale } = this.#options
    if (!countScale) return detected
    const last = [...(watched ? this.#state.detected : []), detected].slice(-SCALED_OVER)
    this.#state = { ...this.#state, detected: last }
    const middle = last.toSorted((a, b) => a - b)[(last.length - 1) >> 1] ?? detected
    return Math.round(middle * countScale.factor * 10) / 10
  }

  #counts(object: SceneObject): boolean {
    const { zone } = this.#start
    return object.label === 'person' && object.score >= this.#options.minScore && stands(zone, bottomCentre(object.box))
  }

  #remember(at: EpochMs, count: number, seenMs: number, blindMs: number): void {
    const { hold, clearAfter } = this.#options
    const state = this.#state
    const clock = state.seenMs + seenMs
    const last = state.history.at(-1)
    const keep = !last || at - last.at >= Math.max(1_000, hold / 10)
    this.#state = {
      ...state,
      seenMs: clock,
      rising: addSample(state.rising, hold, clock, at, count),
      falling: addSample(state.falling, clearAfter, clock, at, count),
      blinks: blindMs > 0 ? [...state.blinks, [at, blindMs] as [number, number]].slice(-MOST_BLINKS) : state.blinks,
      history: keep ? [...state.history, { at, value: count }].slice(-HISTORY_POINTS) : state.history,
      open: state.open ? { ...state.open, blindMs: state.open.blindMs + blindMs } : null,
    }
  }

  #whileClosed(at: EpochMs): Finding[] {
    const { hold, k, threshold, severity } = this.#options
    const { rising, blinks } = this.#state
    const since = heldSince(rising, hold, k, count => count >= threshold)
    if (since === undefined) return []
    const blindMs = blinks.reduce((sum, [when, ms]) => (when > since ? sum + ms : sum), 0)
    const open = { since, dueAt: since + hold + blindMs, saidAt: at, severity: this.#level(severity), blindMs }
    this.#state = { ...this.#state, open, ended: null, falling: this.#state.falling.slice(-1) }
    return [this.#picture('fired', at)]
  }

  #whileOpen(at: EpochMs): Finding[] {
    const { clearAfter, clearBelow, k } = this.#options
    const { open, falling } = this.#state
    if (!open) return []
    if (heldSince(falling, clearAfter, k, count => count <= clearBelow) !== undefined) {
      this.#close(at)
      return [this.#picture('cleared', at)]
    }
    const severity = this.#level(open.severity)
    if (severity !== open.severity) this.#state = { ...this.#state, open: { ...open, severity, saidAt: 0 } }
    return []
  }

  #close(at: EpochMs): void {
    const { open } = this.#state
    if (!open) return
    this.#state = {
      ...this.#state,
      open: null,
      ended: { ...open, endedAt: at, sayings: 0 },
      rising: this.#state.rising.slice(-1),
    }
  }

  /** The severity that the samples of the last hold agree on; never below what it is already. */
  #level(least: Severity): Severity {
    const values = this.#state.rising.map(([, , value]) => value).sort((a, b) => a - b)
    const median = values[Math.floor((values.length - 1) / 2)] ?? 0
    const reached = this.#options.levels.filter(level => median >= level.atLeast).map(level => level.severity)
    return severest(least, ...reached)
  }

  /** Outside its calendar a crowd is allowed: what was open ends, and counting starts anew afterwards. */
  #off(at: EpochMs, receivedAt: EpochMs): readonly Finding[] {
    const { open, seeing } = this.#state
    this.#state = { ...NOTHING, seeing }
    if (!open) return []
    this.#revision++
    return [this.#observation(open, 'ended', at, 0, [], receivedAt)]
  }

  #picture(moment: 'fired' | 'cleared', at: EpochMs): Finding {
    const count = this.#state.rising.at(-1)?.[2] ?? 0
    return this.#voice.picture('', moment, at, [], `${this.#start.zone.name}: ${count} people`)
  }

  #observation(
    open: Held,
    phase: Said['phase'],
    at: EpochMs,
    count: number,
    inZone: readonly SceneObject[],
    receivedAt: EpochMs,
  ): Finding {
    const { threshold, clearBelow, hold, clearAfter, k, countScale, areaM2 } = this.#options
    const mean = inZone.reduce((sum, person) => sum + person.score, 0) / Math.max(1, inZone.length)
    return this.#voice.observation({
      subject: '',
      phase,
      at,
      since: open.since,
      dueAt: open.dueAt,
      score: Math.round(mean * 1_000) / 1_000,
      severity: open.severity,
      measure: { name: 'people', value: count, limit: threshold, unit: 'people' },
      boxes: inZone.map(person => person.box),
      thresholds: {
        ...{ threshold, clearBelow, holdMs: hold, clearAfterMs: clearAfter, k },
        ...(countScale ? { countScale: countScale.factor, countError: countScale.error } : {}),
        ...(areaM2 ? { areaM2, peoplePerM2: Math.round((count / areaM2) * 100) / 100 } : {}),
      },
      history: this.#state.history,
      blindMs: open.blindMs,
      receivedAt,
    })
  }
}

export const crowding: Kind<CrowdingOptions, RuleStart, Rule> = {
  name: 'crowding',
  summary: '人员聚集: at least so many people in the zone for a while',
  options: crowdingOptions,
  create: (options, start) => new Crowding(options, start),
}
