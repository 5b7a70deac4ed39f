// 违停: a vehicle that stands in the zone for longer than the grace. One incident per stay, however long.
import { z } from 'zod'
import { applies, calendarSchema } from '../../../core/calendar.ts'
import type { Breach } from '../../../core/fresh-look.ts'
import type { Kind } from '../../../core/kind.ts'
import { type Finding, SEVERITIES } from '../../../core/observation.ts'
import type { Scene } from '../../../core/scene.ts'
import { duration, type EpochMs, formatDuration } from '../../../core/time.ts'
import type { Judge, Rule, RuleStart, Wish } from '../../rule.ts'
import { isEndDue, REPEAT_EVERY_MS, type Said, type Voice, voiceOf } from '../observing.ts'
import { calmEveryMs, FOLLOWING_EVERY_MS } from '../pace.ts'
import { inQueue } from '../queue.ts'
import { look, seeingSchema, UNSEEN } from '../seeing.ts'
import { judgeStay } from '../stay-judge.ts'
import {
  advance,
  type Departed,
  leaner,
  NO_STAYS,
  type Stay,
  type StayState,
  stayStateSchema,
  withoutTracks,
} from '../stays.ts'
import { vehiclesOf } from '../vehicles.ts'

export const illegalParkingOptions = z.strictObject({
  grace: duration
    .prefault('7m')
    .describe('standing shorter than this is allowed; shorter alarms sooner, and on loading and waiting too'),
  clearAfter: duration
    .prefault('30s')
    .describe('the place must be seen empty for so long; shorter closes sooner, and on missed detections too'),
  maxGap: duration
    .prefault('20m')
    .describe('a vehicle unseen for up to this may be recognised again; longer risks taking a similar one for it'),
  cooldown: duration.prefault('10m').describe('what returns to its place within this is the same stay'),
  settle: duration
    .prefault('1500ms')
    .describe('seen twice on one spot over this time is standing; shorter takes pictures of what merely slows down'),
  ignoreQueues: z
    .boolean()
    .default(true)
    .describe('a group that stopped together and fills the view waits for the light: it is left twice the grace'),
  calendar: calendarSchema.prefault({}).describe('when parking is not allowed; the clock starts with it'),
  severity: z.enum(SEVERITIES).default('yellow').describe('severity of its incidents'),
  minScore: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe(
      'a stay starts with a detection this sure and fires if it was so on average; lower finds dim vehicles, and heaps',
    ),
  moveTolerance: z
    .number()
    .min(0.05)
    .max(0.6)
    .default(0.3)
    .describe(
      '1 − overlap of two boxes of one place; higher survives jittery boxes, and mistakes creeping for standing',
    ),
  appearanceMatch: z
    .number()
    .min(0.55)
    .max(0.99)
    .default(0.65)
    .describe('likeness that proves the same vehicle after a gap; lower joins look-alikes, higher loses true ones'),
})
export type IllegalParkingOptions = z.output<typeof illegalParkingOptions>

const snapshotSchema = z.object({ version: z.literal(1), seeing: seeingSchema, stays: stayStateSchema })

/** Attention is a burst: it lasts so long after a candidate's start, and begins so long before it fires. */
const BURST_MS = 10_000
/** What has not fired so long after its time waits for something else: a queue, or a surer look. */
const LATE_MS = 30_000
const HISTORY_POINTS = 20

class IllegalParking implements Rule {
  readonly #options: IllegalParkingOptions
  readonly #start: RuleStart
  readonly #voice: Voice
  #seeing = UNSEEN
  #state: StayState = NO_STAYS
  #revision = 0

  constructor(options: IllegalParkingOptions, start: RuleStart) {
    this.#options = options
    this.#start = start
    this.#voice = voiceOf('illegal-parking', start)
    const restored = snapshotSchema.safeParse(start.restored)
    if (!restored.success) return
    this.#seeing = restored.data.seeing
    this.#state = withoutTracks(restored.data.stays)
  }

  bookmark(): () => void {
    const [seeing, state, revision] = [this.#seeing, this.#state, this.#revision]
    return () => {
      this.#seeing = seeing
      this.#state = state
      this.#revision = revision
    }
  }

  get engaged(): boolean {
    return this.#state.stays.some(({ phase }) => phase !== 'idle')
  }

  get revision(): number {
    return this.#revision
  }

  get wish(): Wish | undefined {
    const now = this.#seeing.lastClearAt ?? 0
    const candidates = this.#state.stays.filter(stay => stay.phase === 'candidate')
    const dueIn = (stay: Stay) => this.#options.grace - dwellMs(stay, now)
    if (candidates.some(stay => dueIn(stay) <= BURST_MS && dueIn(stay) > 0)) {
      return { reason: 'about-to-fire', severity: this.#options.severity }
    }
    const started = candidates.some(stay => dwellMs(stay, now) <= BURST_MS)
    return started ? { reason: 'candidate-started', severity: this.#options.severity } : undefined
  }

  /** Minutes of standing are told from a few looks; only what is about to fire, or should have, is waited for. */
  get needsEveryMs(): number {
    const { grace, clearAfter } = this.#options
    const calmMs = calmEveryMs(Math.min(grace / 40, clearAfter / 5))
    const now = this.#seeing.lastClearAt ?? 0
    const isDue = this.#state.stays.some(stay => {
      const dueInMs = grace - dwellMs(stay, now)
      return stay.phase === 'candidate' && dueInMs <= BURST_MS + calmMs && dueInMs > -LATE_MS
    })
    return isDue ? FOLLOWING_EVERY_MS : calmMs
  }

  snapshot(lean = false): z.output<typeof snapshotSchema> {
    return structuredClone({ version: 1, seeing: this.#seeing, stays: lean ? leaner(this.#state) : this.#state })
  }

  /** What may stand there by now, the hours being over, was not handled: that is a person's to say. */
  judgeOf(breach: Breach): Judge {
    const { appearanceMatch, calendar } = this.#options
    return {
      judge: scene => {
        if (!scene) return undefined
        if (scene.view !== 'clear') return 'blind'
        const sample = judgeStay(this.#state, breach, vehiclesOf(scene.objects), scene.at, appearanceMatch)
        return sample === 'there' && !applies(calendar, scene.at) ? 'blind' : sample
      },
    }
  }

  observe(scene: Scene, receivedAt: EpochMs): readonly Finding[] {
    const { next, glance } = look(this.#seeing, scene)
    this.#seeing = next
    if (!glance) return []
    const { at } = scene
    const vehicles = vehiclesOf(scene.objects)
    const step = advance(this.#state, glance, vehicles, at, this.#start.zone, this.#options)
    const findings = step.ended.flatMap(gone => this.#end(gone, at, receivedAt))

    const standing = [...step.state.sprouts.filter(sprout => sprout.sightings > 1), ...step.state.stays]
    const stays = step.state.stays.map(stay => {
      const queueing = this.#options.ignoreQueues && inQueue(stay, standing, vehicles.length, at)
      const told = this.#tell(stay, step.seen.has(stay.id), queueing, at, receivedAt)
      findings.push(...told.findings)
      return told.stay
    })
    const departed = step.state.departed.map(gone => {
      const again = gone.phase === 'fired' && isEndDue(gone, at)
      if (!again) return gone
      if (gone.sayings > 0) findings.push(this.#ended(gone, at, receivedAt))
      return { ...gone, sayings: gone.sayings + 1 }
    })
    this.#state = { ...step.state, stays, departed }
    if (findings.length > 0 || step.ended.length > 0) this.#revision++
    return findings
  }

  /** What one stay has to say, and the stay after having said it. */
  #tell(stay: Stay, seen: boolean, queueing: boolean, at: EpochMs, receivedAt: EpochMs) {
    const { grace, calendar, minScore } = this.#options
    const findings: Finding[] = []
    if (!applies(calendar, at)) {
      if (stay.phase === 'fired') findings.push(this.#observation(stay, 'ended', at, receivedAt))
      if (stay.phase === 'candidate') findings.push(this.#voice.dropped(stay.id))
      const reset = { phase: 'idle', since: at, awayMs: 0, blindMs: 0, halfTaken: false, saidAt: null } as const
      return { findings, stay: { ...stay, ...reset } }
    }
    let next = seen ? remembered(stay, grace) : stay
    if (next.phase === 'idle' && seen) {
      findings.push(this.#picture(next, 'first', at))
      next = { ...next, phase: 'candidate' }
    }
    const dwell = dwellMs(next, at)
    if (next.phase === 'candidate' && seen && !next.halfTaken && dwell >= grace / 2 && dwell < grace) {
      findings.push(this.#picture(next, 'half', at))
      next = { ...next, halfTaken: true }
    }
    const sure = next.score >= minScore
    if (next.phase === 'candidate' && seen && sure && dwell >= (queueing ? 2 * grace : grace)) {
      findings.push(this.#picture(next, 'fired', at))
      next = { ...next, phase: 'fired' }
    }
    if (next.phase === 'fired' && !next.unproven && (next.saidAt === null || at - next.saidAt >= REPEAT_EVERY_MS)) {
      findings.push(this.#observation(next, 'holds', at, receivedAt))
      next = { ...next, saidAt: at }
    }
    return { findings, stay: next }
  }

  #end(gone: Departed, at: EpochMs, receivedAt: EpochMs): Finding[] {
    if (gone.phase === 'fired') return [this.#picture(gone, 'cleared', at), this.#ended(gone, at, receivedAt)]
    return gone.phase === 'candidate' ? [this.#voice.dropped(gone.id)] : []
  }

  #ended(gone: Departed, at: EpochMs, receivedAt: EpochMs): Finding {
    return this.#observation(gone, 'ended', at, receivedAt)
  }

  #picture(stay: Stay, moment: 'first' | 'half' | 'fired' | 'cleared', at: EpochMs): Finding {
    const until = moment === 'cleared' ? stay.lastAt : at
    const caption = `${this.#start.zone.name}: ${formatDuration(Math.floor(dwellMs(stay, until) / 1_000) * 1_000)}`
    return this.#voice.picture(stay.id, moment, at, [stay.box], caption)
  }

  #observation(stay: Stay, phase: Said['phase'], at: EpochMs, receivedAt: EpochMs): Finding {
    const { grace, clearAfter, maxGap, appearanceMatch, minScore, severity } = this.#options
    return this.#voice.observation({
      subject: stay.id,
      phase,
      at,
      since: stay.since,
      dueAt: stay.since + grace,
      score: Math.round(stay.score * 1_000) / 1_000,
      severity,
      measure: { name: 'dwell', value: dwellMs(stay, phase === 'ended' ? stay.lastAt : at), limit: grace, unit: 'ms' },
      boxes: [stay.box],
      thresholds: { graceMs: grace, clearAfterMs: clearAfter, maxGapMs: maxGap, appearanceMatch, minScore },
      history: stay.history,
      blindMs: stay.blindMs,
      receivedAt,
    })
  }
}

function dwellMs(stay: Stay, at: EpochMs): number {
  return Math.max(0, at - stay.since - stay.awayMs)
}

/** A point of the score's history at most every tenth of the grace, so that a long stay keeps a short one. */
function remembered(stay: Stay, graceMs: number): Stay {
  const last = stay.history.at(-1)
  if (last && stay.lastAt - last.at < Math.max(2_000, graceMs / 10)) return stay
  const point = { at: stay.lastAt, value: Math.round(stay.score * 1_000) / 1_000 }
  return { ...stay, history: [...stay.history, point].slice(-HISTORY_POINTS) }
}

export const illegalParking: Kind<IllegalParkingOptions, RuleStart, Rule> = {
  name: 'illegal-parking',
  summary: '违停: a vehicle stands in the zone for longer than the grace',
  options: illegalParkingOptions,
  create: (options, start) => new IllegalParking(options, start),
}
