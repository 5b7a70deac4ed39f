// 垃圾满溢: a bin of the zone overflows in most looks of some minutes. One incident per bin, until it is seen emptied.
import { z } from 'zod'
import { applies, calendarSchema } from '../../../core/calendar.ts'
import type { Breach } from '../../../core/fresh-look.ts'
import type { Kind } from '../../../core/kind.ts'
import { type Finding, type Moment, SEVERITIES, type Severity } from '../../../core/observation.ts'
import type { Scene } from '../../../core/scene.ts'
import { duration, type EpochMs } from '../../../core/time.ts'
import type { ConditionWish, Judge, Rule, RuleStart } from '../../rule.ts'
import { kOfNSchema, type Looks, reached, scaled } from '../k-of-looks.ts'
import { isEndDue, isHoldDue, type Said, type Voice, voiceOf } from '../observing.ts'
import { isHidden, moversOf, sampleOf } from '../same-place.ts'
import {
  type BinLook,
  type BinState,
  counted,
  isSameBin,
  lookAtSlots,
  MOST_LOOKS,
  missedMs,
  type OpenSlot,
  type Slot,
  slotSchema,
  unseenMs,
} from '../slots.ts'

const score = z.number().min(0).max(1).default(0)

export const overflowingBinOptions = z
  .strictObject({
    every: duration
      .prefault('30s')
      .describe('how often the zone is looked at; shorter costs more and hardly alarms sooner'),
    within: duration
      .prefault('3m')
      .describe('time over which looks must agree; shorter alarms sooner, and on a bag held over the bin'),
    open: kOfNSchema
      .prefault({ k: 4, n: 6 })
      .describe('so many of the looks that fit into `within` must say overflow; with another `every`, the same share'),
    clear: kOfNSchema
      .prefault({ k: 3, n: 4 })
      .describe('so many of as many looks must say ok; fewer close sooner, and on one mistaken look'),
    minScore: z
      .strictObject({ bin: score, overflow: score, litter: score })
      .prefault({})
      .describe('surer than the network’s own threshold, per class; higher misses dim bins, and false ones'),
    beside: z
      .enum(['opens', 'keeps', 'ignored'])
      .default('ignored')
      .describe(
        'litter beside a bin that is not full: counts as overflow, only keeps open what is open, or counts as ok',
      ),
    coverShare: z
      .number()
      .min(0.1)
      .max(1)
      .default(0.5)
      .describe('a bin so much behind people or vehicles is not judged; lower judges less, and mistakes fewer'),
    goneAfter: duration
      .prefault('30m')
      .describe('an open incident ends after its place was seen without any bin for so long'),
    maxGap: duration
      .prefault('20m')
      .describe('looks further apart than this are not one series; longer trusts what nobody watched'),
    calendar: calendarSchema.prefault({}).describe('when an overflowing bin matters'),
    severity: z
      .enum(SEVERITIES)
      .default('yellow')
      .describe('severity of its incidents; with litter beside the overflowing bin it is one higher'),
  })
  .refine(({ every, within, open }) => scaled(open, within / open.n / every, 3).n <= MOST_LOOKS, {
    message: `within may hold at most ${MOST_LOOKS} looks`,
    path: ['every'],
  })
export type OverflowingBinOptions = z.output<typeof overflowingBinOptions>

const snapshotSchema = z.object({ version: z.literal(1), slots: z.array(slotSchema) })

type Why = 'emptied' | 'gone' | 'off'

class OverflowingBin implements Rule {
  readonly #options: OverflowingBinOptions
  readonly #start: RuleStart
  readonly #voice: Voice
  /** The options' k of n in looks of the present schedule. */
  readonly #opens: Looks
  readonly #clears: Looks
  readonly conditions: ConditionWish
  #slots: readonly Slot[] = []
  #revision = 0

  constructor(options: OverflowingBinOptions, start: RuleStart) {
    this.#options = options
    this.#start = start
    this.#voice = voiceOf('overflowing-bin', start)
    const looksPerSample = options.within / options.open.n / options.every
    this.#opens = scaled(options.open, looksPerSample, 3)
    this.#clears = scaled(options.clear, looksPerSample, 2)
    this.conditions = { everyMs: options.every, labels: ['bin', 'bin-overflow'], detail: 'place' }
    const restored = snapshotSchema.safeParse(start.restored)
    if (restored.success) this.#slots = restored.data.slots
  }

  bookmark(): () => void {
    const [slots, revision] = [this.#slots, this.#revision]
    return () => {
      this.#slots = slots
      this.#revision = revision
    }
  }

  get engaged(): boolean {
    return this.#slots.some(slot => slot.candidate || slot.open !== null || slot.looks.some(look => this.#isHit(look)))
  }

  get revision(): number {
    return this.#revision
  }

  snapshot(lean = false): z.output<typeof snapshotSchema> {
    const matters = (slot: Slot) => slot.candidate || slot.open !== null || slot.ended !== null
    const slots = lean ? this.#slots.filter(matters).map(slot => ({ ...slot, looks: [] })) : this.#slots
    return structuredClone({ version: 1, slots: [...slots] })
  }

  /** A person may have drawn what no slot is called by: then the bins that stand in their box are meant. */
  judgeOf({ subject, boxes }: Breach): Judge {
    const { zone } = this.#start
    return {
      judge: scene => {
        if (scene && scene.view !== 'clear') return 'blind'
        const sample = scene?.conditions?.find(({ zoneId }) => zoneId === zone.id)
        if (!scene || !sample) return undefined
        const movers = moversOf(scene.objects)
        const { slots } = lookAtSlots(this.#slots, sample.detections, movers, scene.at, zone, this.#options)
        const own = slots.filter(({ id }) => id === subject)
        const meant = own.length > 0 ? own : slots.filter(slot => boxes.some(box => isSameBin(slot.box, box)))
        if (meant.length === 0) {
          const hidden = boxes.some(box => isHidden(box, movers, this.#options.coverShare))
          return hidden ? 'blind' : 'unknown'
        }
        const states = meant.map(({ looks, unseen }) => (unseen === null ? looks.at(-1)?.[1] : undefined))
        const full = states.some(state => state !== undefined && !this.#isOk(state))
        if (full) return applies(this.#options.calendar, scene.at) ? 'there' : 'blind'
        return states.includes(undefined) ? 'blind' : 'clear'
      },
    }
  }

  observe(scene: Scene, receivedAt: EpochMs): readonly Finding[] {
    if (scene.view !== 'clear') return []
    const { at } = scene
    const findings: Finding[] = []
    const sample = sampleOf(scene, this.#start.zone.id)
    if (sample) {
      const { zone } = this.#start
      const seen = lookAtSlots(this.#slots, sample.detections, moversOf(scene.objects), at, zone, this.#options)
      this.#slots = seen.slots
      for (const slot of seen.forgotten) if (slot.candidate) findings.push(this.#voice.dropped(slot.id))
    }
    const on = applies(this.#options.calendar, at)
    this.#slots = this.#slots.map(slot => {
      const step = on ? this.#judge(slot, sample !== undefined, at) : this.#off(slot, at)
      const said = this.#say(step.slot, at, receivedAt)
      findings.push(...step.findings, ...said.findings)
      return said.slot
    })
    if (findings.length > 0) this.#revision++
    return findings
  }

  /** What one sample means for a slot: a candidate starts or dies, an incident opens, goes on or ends. */
  #judge(slot: Slot, sampled: boolean, at: EpochMs): Step {
    if (!sampled || slot.unseen === 'hidden') return { slot, findings: [] }
    if (slot.unseen === 'absent') {
      const gone = slot.absent * this.#options.every >= this.#options.goneAfter
      return gone ? this.#finish(slot, 'gone', at) : { slot, findings: [] }
    }
    return slot.open ? this.#whileOpen(slot, slot.open, at) : this.#whileClosed(slot, at)
  }

  #whileClosed(slot: Slot, at: EpochMs): Step {
    const looks = counted(slot)
    if (slot.candidate && looks.length === 1) {
      // It began before a gap: its first picture proves nothing any more.
      const anew = this.#whileClosed({ ...slot, candidate: false }, at)
      return { ...anew, findings: [this.#voice.dropped(slot.id), ...anew.findings] }
    }
    const window = looks.slice(-this.#opens.n)
    const hits = window.filter(look => this.#isHit(look))
    const last = looks.at(-1)
    if (!last || !this.#isHit(last)) return this.#hasCleared(looks) ? this.#finish(slot, 'emptied', at) : still(slot)
    if (!reached(window, this.#opens, look => this.#isHit(look))) {
      if (slot.candidate) return still(slot)
      return { slot: { ...slot, candidate: true }, findings: [this.#picture(slot, 'first', at, 'overflow?')] }
    }
    const since = hits[0]?.[0] ?? at
    const blindMs = unseenMs(looks, since, this.#options.every)
    const { severity } = this.#options
    const open = { score: mean(hits), since, dueAt: at, saidAt: 0, severity: this.#level(window, severity), blindMs }
    const opened = { ...slot, candidate: false, open, ended: null, countedFrom: at + 1 }
    return { slot: opened, findings: [this.#picture(slot, 'fired', at, `overflow in ${hits.length} looks`)] }
  }

  #whileOpen(slot: Slot, open: OpenSlot, at: EpochMs): Step {
    const [before, last] = slot.looks.slice(-2)
    const missed = before && last ? missedMs(last[0] - before[0], this.#options.every) : 0
    const window = slot.looks.slice(-this.#opens.n)
    const hits = window.filter(look => this.#isHit(look))
    const severity = this.#level(window, open.severity)
    const next = {
      ...open,
      severity,
      // A higher level is told at once.
      saidAt: severity === open.severity ? open.saidAt : 0,
      score: hits.length > 0 ? mean(hits) : open.score,
      blindMs: open.blindMs + missed,
    }
    const after = { ...slot, open: next }
    return this.#hasCleared(counted(slot)) ? this.#finish(after, 'emptied', at) : still(after)
  }

  /** Ends what is open and drops what is a candidate. */
  #finish(slot: Slot, why: Why, at: EpochMs): Step {
    const closed = { ...slot, candidate: false, open: null }
    if (!slot.open) return { slot: closed, findings: slot.candidate ? [this.#voice.dropped(slot.id)] : [] }
    const caption = why === 'gone' ? 'no bin there any more' : 'emptied'
    const ended = { ...slot.open, blindMs: this.#blindMs(slot, slot.open, at), endedAt: at, sayings: 0 }
    return {
      slot: { ...closed, ended, countedFrom: at + 1 },
      findings: why === 'off' ? [] : [this.#picture(slot, 'cleared', at, caption)],
    }
  }

  /** Outside its calendar nothing counts, and what was open ends. */
  #off(slot: Slot, at: EpochMs): Step {
    return this.#finish({ ...slot, countedFrom: at + 1 }, 'off', at)
  }

  /** While it holds every 10 s, and its end three times. */
  #say(slot: Slot, at: EpochMs, receivedAt: EpochMs): Step {
    const { open, ended } = slot
    if (open && isHoldDue(open, at)) {
      const told = { ...open, blindMs: this.#blindMs(slot, open, at) }
      const findings = [this.#observation(slot, told, 'holds', at, receivedAt)]
      return { slot: { ...slot, open: { ...open, saidAt: at } }, findings }
    }
    if (ended && isEndDue(ended, at)) {
      const findings = [this.#observation(slot, ended, 'ended', at, receivedAt)]
      return { slot: { ...slot, ended: { ...ended, sayings: ended.sayings + 1 } }, findings }
    }
    return still(slot)
  }

  /** Also the time since the last look. */
  #blindMs(slot: Slot, open: OpenSlot, at: EpochMs): number {
    return open.blindMs + missedMs(at - (slot.looks.at(-1)?.[0] ?? at), this.#options.every)
  }

  #isHit([, state]: BinLook): boolean {
    return state === 'overflow' || (state === 'litter-beside' && this.#options.beside === 'opens')
  }

  #isOk(state: BinState): boolean {
    return state === 'ok' || (state === 'litter-beside' && this.#options.beside === 'ignored')
  }

  #hasCleared(looks: readonly BinLook[]): boolean {
    return reached(looks.slice(-this.#clears.n), this.#clears, ([, state]) => this.#isOk(state))
  }

  /** One above the rule's severity where litter lay beside the bin in at least half of the hits; it does not fall. */
  #level(window: readonly BinLook[], least: Severity): Severity {
    const hits = window.filter(look => this.#isHit(look))
    const littered = hits.filter(([, state, , beside]) => state === 'overflow' && beside)
    if (hits.length === 0 || littered.length < hits.length / 2) return least
    const base = SEVERITIES.indexOf(this.#options.severity)
    return SEVERITIES[Math.max(SEVERITIES.indexOf(least), Math.min(base + 1, SEVERITIES.length - 1))] ?? least
  }

  #picture(slot: Slot, moment: Moment, at: EpochMs, caption: string): Finding {
    return this.#voice.picture(slot.id, moment, at, [slot.box], `${this.#start.zone.name}: ${caption}`)
  }

  #observation(slot: Slot, open: OpenSlot, phase: Said['phase'], at: EpochMs, receivedAt: EpochMs): Finding {
    const { every, within, minScore, coverShare, maxGap, goneAfter } = this.#options
    const hits = slot.looks.slice(-this.#opens.n).filter(look => this.#isHit(look)).length
    return this.#voice.observation({
      subject: slot.id,
      phase,
      at,
      since: open.since,
      dueAt: open.dueAt,
      score: open.score,
      severity: open.severity,
      measure: { name: 'samples', value: hits, limit: this.#opens.k, unit: 'samples' },
      boxes: [slot.box],
      thresholds: {
        ...{ everyMs: every, withinMs: within, k: this.#opens.k, n: this.#opens.n },
        ...{ clearK: this.#clears.k, clearN: this.#clears.n, coverShare, maxGapMs: maxGap, goneAfterMs: goneAfter },
        ...{ minBin: minScore.bin, minOverflow: minScore.overflow, minLitter: minScore.litter },
      },
      history: slot.looks.map(([lookedAt, , value]) => ({ at: lookedAt, value })),
      blindMs: open.blindMs,
      receivedAt,
    })
  }
}

interface Step {
  readonly slot: Slot
  readonly findings: readonly Finding[]
}

const still = (slot: Slot): Step => ({ slot, findings: [] })

function mean(looks: readonly BinLook[]): number {
  const sum = looks.reduce((total, [, , value]) => total + value, 0)
  return Math.round((sum / Math.max(1, looks.length)) * 1_000) / 1_000
}

export const overflowingBin: Kind<OverflowingBinOptions, RuleStart, Rule> = {
  name: 'overflowing-bin',
  summary: '垃圾满溢: a bin of the zone overflows in most looks of some minutes',
  options: overflowingBinOptions,
  create: (options, start) => new OverflowingBin(options, start),
}
