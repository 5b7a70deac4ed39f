// 设备异常: a camera that is silent, shows nothing that could be judged, or looks elsewhere. One incident of each fault.
import { z } from 'zod'
import { applies, calendarSchema } from '../../../core/calendar.ts'
import type { Breach, LookSample } from '../../../core/fresh-look.ts'
import type { StreamHealth } from '../../../core/health.ts'
import type { Kind } from '../../../core/kind.ts'
import { type Finding, SEVERITIES, type Severity } from '../../../core/observation.ts'
import type { Scene, View } from '../../../core/scene.ts'
import { duration, type EpochMs } from '../../../core/time.ts'
import type { Judge, Rule, RuleStart } from '../../rule.ts'
import { type Fault, faultSchema, NO_FAULT, type Span, type Spell, step, type Word, wordSchema } from '../faults.ts'
import { END_SAYINGS, isEndDue, REPEAT_EVERY_MS, type Said, type Voice, voiceOf } from '../observing.ts'
import { calmEveryMs } from '../pace.ts'
import { VIEW_GAP_MS } from '../seeing.ts'

/**
 * Of these one is so at any time, or the view is clear. What has a lower number was asked first: it hides what follows (nobody
 * can tell in the dark whether the camera has moved) and is denied by it (a covered camera is not in the dark). Those of one
 * number say nothing of each other.
 */
const ASKED = {
  offline: 0,
  dark: 1,
  overexposed: 2,
  covered: 3,
  frozen: 3,
  drops: 4,
  blurred: 4,
  moved: 4,
} satisfies Record<Exclude<View, 'clear'> | 'offline', number>
const SIGHT_FAULTS = Object.keys(ASKED) as (keyof typeof ASKED)[]
/** Told by the stream, whatever the picture shows. */
const STREAM_FAULTS = ['corrupt', 'clock-skew'] as const
const FAULTS = [...SIGHT_FAULTS, ...STREAM_FAULTS] as const
type FaultName = (typeof FAULTS)[number]
const SIGHTS = ['clear', ...SIGHT_FAULTS] as const
type Sight = (typeof SIGHTS)[number]

/**
 * A stream that is `online` and gave no picture for so long is silent too: its packets hold none, or none that decodes.
 * Long, since a camera may be looked at once in many seconds; a stall is noticed after ten by the stream itself.
 */
const SILENT_AFTER_MS = VIEW_GAP_MS

function watched(after: string, severity: Severity, what: string) {
  const shape = z.strictObject({
    after: duration.prefault(after),
    severity: z.enum(SEVERITIES).default(severity),
    calendar: calendarSchema.prefault({}),
  })
  const defaults = `\`after\` ${after}, \`severity\` ${severity}`
  return z
    .union([z.literal(false), shape])
    .prefault({})
    .describe(`${what}; ${defaults}, \`calendar\` always; or \`false\``)
}

export const cameraHealthOptions = z.strictObject({
  offline: watched('30s', 'orange', 'no pictures come'),
  frozen: watched('60s', 'orange', 'packets come, and every picture is the same, bit by bit'),
  dark: watched(
    '60s',
    'yellow',
    'black, lamps too: where a street has no light, a calendar of daylight spares an incident each night',
  ),
  overexposed: watched('60s', 'yellow', 'nearly all is white'),
  covered: watched('60s', 'orange', 'neither contrast nor texture: a bag, a leaf, paint, dense fog'),
  drops: watched('60s', 'yellow', 'rain or dirt on the lens'),
  blurred: watched('60s', 'yellow', 'out of focus against its reference view'),
  moved: watched('30s', 'orange', 'looks elsewhere than when its zones were drawn, or waits to be confirmed'),
  corrupt: watched('60s', 'yellow', 'every fourth picture or more is broken'),
  clockSkew: watched('5m', 'blue', 'its clock is off by more than `clockSkewLimit`'),
  clockSkewLimit: duration
    .prefault('10s')
    .describe('how far off its clock may be: times of evidence are corrected, recordings in the camera are not'),
  clearAfter: duration
    .prefault('60s')
    .describe('a fault must be gone for so long; shorter closes sooner, and reopens on a network that comes and goes'),
})
export type CameraHealthOptions = z.output<typeof cameraHealthOptions>

const stateSchema = z.object({
  /** What was so, up to when it is known. */
  sight: z.object({ is: z.enum(SIGHTS), upTo: z.number() }).nullable(),
  stream: z.object({ corrupt: wordSchema, 'clock-skew': wordSchema, upTo: z.number() }).nullable(),
  faults: z.partialRecord(z.enum(FAULTS), faultSchema),
})
type State = z.output<typeof stateSchema>
const snapshotSchema = z.object({ version: z.literal(1), state: stateSchema })
const NOTHING: State = { sight: null, stream: null, faults: {} }

/** No network judges a camera, and evidence that shows this hash says so. */
const NO_MODEL = { name: 'camera-health', sha256: '0'.repeat(64) }

/** For the last word on a fault that is not watched any more. */
const NOT_WATCHED = { after: 0, severity: 'blue' } as const

/** When a step is taken, and whether there is a picture to show for it. */
interface Instant {
  readonly at: EpochMs
  readonly receivedAt: EpochMs
  readonly pictured: boolean
}

class CameraHealth implements Rule {
  readonly #options: CameraHealthOptions
  readonly #voice: Voice
  #state = NOTHING
  #revision = 0

  constructor(options: CameraHealthOptions, start: RuleStart) {
    this.#options = options
    this.#voice = voiceOf('camera-health', { ...start, model: NO_MODEL })
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
    return Object.values(this.#state.faults).some(({ spell }) => spell !== null)
  }

  get revision(): number {
    return this.#revision
  }

  get needsEveryMs(): number {
    const waits = SIGHT_FAULTS.map(name => this.#options[optionOf(name)]).flatMap(watched => watched || [])
    return calmEveryMs(Math.min(...waits.map(({ after }) => after)) / 5)
  }

  snapshot(lean = false): z.output<typeof snapshotSchema> {
    const state = structuredClone(this.#state)
    if (!lean) return { version: 1, state }
    const slim = <S extends Spell>(spell: S | null) => spell && { ...spell, history: [] }
    const faults = Object.entries(state.faults).map(([name, { spell, ended }]) => [
      name,
      { spell: slim(spell), ended: slim(ended) },
    ])
    return { version: 1, state: { ...state, faults: Object.fromEntries(faults) } }
  }

  /** What was said of the fault last, by the picture or by the stream. */
  judgeOf({ subject }: Breach): Judge {
    const fault = FAULTS.find(name => name === subject)
    return { judge: () => this.#sampleOf(fault) }
  }

  #sampleOf(fault: FaultName | undefined): LookSample {
    const { sight, stream } = this.#state
    const told =
      fault === 'corrupt' || fault === 'clock-skew' ? stream?.[fault] : fault && sight && wordOf(fault, sight.is)
    return told ? SAMPLES[told] : 'blind'
  }

  observe({ at, view }: Scene, receivedAt: EpochMs): readonly Finding[] {
    const turned = this.#turnBack(at, receivedAt)
    const { sight } = this.#state
    const span = { ...passed(sight?.upTo ?? at, at), was: sight?.is ?? view, is: view }
    return [...turned, ...this.#see(span, { at, receivedAt, pictured: true })]
  }

  /** Footage is no camera: it has a time of its own, it ends, and nobody can repair its network. */
  attend(health: StreamHealth, at: EpochMs): readonly Finding[] {
    if (health.clock === 'media' || health.state === 'ended') return []
    const instant: Instant = { at, receivedAt: at, pictured: false }
    const turned = this.#turnBack(at, at)
    return [...turned, ...this.#listen(health, instant), ...this.#check(health, instant)]
  }

  /** Whether pictures come. A silence began with the last one; what lay before it while we were away is unknown. */
  #listen(health: StreamHealth, instant: Instant): readonly Finding[] {
    const { state, since, lastFrameAt } = health
    const lastSign = lastFrameAt ?? since
    if (state === 'online' && instant.at - lastSign < SILENT_AFTER_MS) return []
    const upTo = this.#state.sight?.upTo ?? lastSign
    const from = Math.max(upTo, lastSign)
    const span = { untoldMs: from - upTo, was: 'offline', ms: Math.max(0, instant.at - from), is: 'offline' } as const
    return this.#see(span, instant)
  }

  /** What else the stream says of the camera; nothing, while it is not there. */
  #check(health: StreamHealth, instant: Instant): readonly Finding[] {
    const { state, problem, clockSkewMs } = health
    const word = (known: boolean, holds: boolean): Word => {
      if (state !== 'online' || !known) return 'unknown'
      return holds ? 'holds' : 'denied'
    }
    const before = this.#state.stream
    const now = {
      corrupt: word(true, problem?.code === 'source-corrupt'),
      'clock-skew': word(clockSkewMs !== null, Math.abs(clockSkewMs ?? 0) > this.#options.clockSkewLimit),
      upTo: Math.max(instant.at, before?.upTo ?? instant.at),
    }
    this.#state = { ...this.#state, stream: now }
    const time = passed(before?.upTo ?? now.upTo, now.upTo)
    return STREAM_FAULTS.flatMap(name =>
      this.#step(name, { ...time, was: before?.[name] ?? now[name], is: now[name] }, instant),
    )
  }

  #see(span: Omit<Span, 'was' | 'is'> & { readonly was: Sight; readonly is: Sight }, instant: Instant): Finding[] {
    const upTo = Math.max(instant.at, this.#state.sight?.upTo ?? instant.at)
    this.#state = { ...this.#state, sight: { is: span.is, upTo } }
    return SIGHT_FAULTS.flatMap(name =>
      this.#step(name, { ...span, was: wordOf(name, span.was), is: wordOf(name, span.is) }, instant),
    )
  }

  /** One fault further, and what there is to say of it. */
  #step(name: FaultName, span: Span, instant: Instant): Finding[] {
    const { at } = instant
    const known = this.#state.faults[name]
    if (!known && span.is !== 'holds') return []
    const before = known ?? NO_FAULT
    const wanted = this.#options[optionOf(name)]
    if (!wanted) return this.#giveUp(name, instant)
    const patience = { after: wanted.after, clearAfter: this.#options.clearAfter }
    // Outside its calendar a fault cannot be told: it does not open, and one that is open is not forgotten overnight.
    const hushed = (span.was === 'holds' || span.is === 'holds') && !applies(wanted.calendar, at)
    const told = hushed ? { ...span, was: hush(span.was), is: hush(span.is) } : span
    const { fault, change } = step(before, told, at, patience)
    let { spell, ended } = fault
    const findings: Finding[] = []
    if (change && instant.pictured) findings.push(this.#picture(name, change === 'opened' ? 'fired' : 'cleared', at))
    const again = told.is !== 'unknown' && at - (spell?.saidAt ?? at) >= REPEAT_EVERY_MS
    if (spell && spell.openedAt !== null && (change || again)) {
      findings.push(this.#observation(name, spell, 'holds', instant))
      spell = { ...spell, saidAt: at }
    }
    if (ended && isEndDue(ended, at)) {
      findings.push(this.#observation(name, ended, 'ended', instant))
      ended = ended.sayings + 1 < END_SAYINGS ? { ...ended, sayings: ended.sayings + 1 } : null
    }
    if (findings.length > 0 || !before.spell !== !spell) this.#revision++
    this.#keep(name, { spell, ended })
    return findings
  }

  #keep(name: FaultName, fault: Fault): void {
    const { [name]: _, ...others } = this.#state.faults
    const faults = fault.spell || fault.ended ? { ...others, [name]: fault } : others
    this.#state = { ...this.#state, faults }
  }

  /** What is not watched any more has ended, whatever became of it. */
  #giveUp(name: FaultName, instant: Instant): Finding[] {
    const spell = this.#state.faults[name]?.spell
    if (!this.#state.faults[name]) return []
    this.#keep(name, NO_FAULT)
    this.#revision++
    return spell && spell.openedAt !== null ? [this.#observation(name, spell, 'ended', instant)] : []
  }

  /**
   * Time goes back where a camera is replaced by footage, or footage begins late: what was measured by the old clock ends
   * with it, since nothing could ever end it by the new one.
   */
  #turnBack(at: EpochMs, receivedAt: EpochMs): readonly Finding[] {
    const { sight, stream } = this.#state
    const now = Math.max(sight?.upTo ?? at, stream?.upTo ?? at)
    if (at >= now - VIEW_GAP_MS) return []
    const findings = FAULTS.flatMap(name => this.#giveUp(name, { at: now + 1, receivedAt, pictured: false }))
    this.#state = NOTHING
    return findings
  }

  #picture(name: FaultName, moment: 'fired' | 'cleared', at: EpochMs): Finding {
    return this.#voice.picture(name, moment, at, [], moment === 'fired' ? name : `no longer ${name}`)
  }

  #observation(name: FaultName, spell: Spell, phase: Said['phase'], { at, receivedAt }: Instant): Finding {
    const { clearAfter, clockSkewLimit } = this.#options
    const wanted = this.#options[optionOf(name)]
    const { after, severity } = wanted || NOT_WATCHED
    const { since, dueAt, heldMs, deniedMs, blindMs, history } = spell
    return this.#voice.observation({
      subject: name,
      phase,
      at,
      since,
      dueAt,
      score: Math.round((1_000 * heldMs) / Math.max(1, heldMs + deniedMs)) / 1_000,
      severity,
      measure: { name: 'fault', value: at - since, limit: after, unit: 'ms' },
      boxes: [],
      thresholds: {
        afterMs: after,
        clearAfterMs: clearAfter,
        ...(name === 'clock-skew' && { clockSkewLimitMs: clockSkewLimit }),
      },
      history,
      blindMs,
      receivedAt,
    })
  }
}

const SAMPLES = { holds: 'there', denied: 'clear', unknown: 'blind' } as const satisfies Record<Word, LookSample>

/** Between two looks that are too far apart anything may have happened. */
function passed(upTo: EpochMs, at: EpochMs): Pick<Span, 'untoldMs' | 'ms'> {
  const ms = Math.max(0, at - upTo)
  return ms <= VIEW_GAP_MS ? { untoldMs: 0, ms } : { untoldMs: ms, ms: 0 }
}

function optionOf(name: FaultName): Exclude<FaultName, 'clock-skew'> | 'clockSkew' {
  return name === 'clock-skew' ? 'clockSkew' : name
}

/** What a sight says of a sight fault: itself; of those that it hides nothing; of the others that they are not there. */
function wordOf(fault: Exclude<Sight, 'clear'>, sight: Sight): Word {
  if (sight === fault) return 'holds'
  return sight === 'clear' || ASKED[sight] > ASKED[fault] ? 'denied' : 'unknown'
}

const hush = (word: Word): Word => (word === 'holds' ? 'unknown' : word)

export const cameraHealth: Kind<CameraHealthOptions, RuleStart, Rule> = {
  name: 'camera-health',
  summary: '设备异常: silent, frozen, black, blurred, covered, moved, or with a wrong clock; watches the whole camera',
  options: cameraHealthOptions,
  create: (options, start) => new CameraHealth(options, start),
}
