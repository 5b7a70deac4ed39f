// Holds alarms against the truth: which events were found in time, which alarms were false, which were said twice.
//
//        fromAt        dueAt                 +10 s            toAt
//   ───────┼─────────────┼─────────────────────┼────────────────┼───►
//          │   false     │        hit          │ late: a miss,  │
//          │   (early)   │ (a second: double)  │ and false      │
//
// The convention of the i-LIDS evaluations: an alarm counts within 10 s of the instant at which it is due.
import { type Box, iou } from '../core/geometry.ts'
import type { RuleKind } from '../core/observation.ts'
import type { EpochMs } from '../core/time.ts'
import type { TruthEvent } from './truth.ts'

/** What of an incident the score looks at; every `Incident` is one. */
export interface Alarm {
  readonly kind: RuleKind
  /** Empty or any text where the kind concerns the camera as a whole. */
  readonly zoneId: string
  /** Which of the place: a stay, a bin, a camera's fault. */
  readonly subject?: string
  readonly openedAt: EpochMs
  /** Fractions of the frame. */
  readonly boxes: readonly Box[]
}

export interface Hit<A extends Alarm> {
  readonly event: TruthEvent
  readonly alarm: A
  /** From due to the alarm. */
  readonly offsetMs: number
}

export interface Score<A extends Alarm> extends Ratios {
  readonly hits: readonly Hit<A>[]
  readonly misses: readonly TruthEvent[]
  readonly falseAlarms: readonly { readonly alarm: A; readonly why: 'early' | 'late' | 'no-event' }[]
  readonly duplicates: readonly { readonly alarm: A; readonly event: TruthEvent }[]
}

export interface ScoreOptions {
  /** Instants at which the footage was looked at, rising: they matter where they are further apart than 10 s. */
  readonly sampledAt?: readonly EpochMs[]
  /** The least IoU of an alarm's box with the event's, where both have one. */
  readonly leastIou?: number
}

const TOLERANCE_MS = 10_000
/** Boxes annotated by eye reach 0.5 against good detections; neighbours at a kerb stay below 0.2. */
export const LEAST_IOU = 0.3

/** Scores the alarms of one camera. Each event takes at most one alarm and each alarm at most one event. */
export function score<A extends Alarm>(
  events: readonly TruthEvent[],
  alarms: readonly A[],
  options: ScoreOptions = {},
): Score<A> {
  const { sampledAt = [], leastIou = LEAST_IOU } = options
  const likeness = events.map(event => alarms.map(alarm => likenessOf(event, alarm, leastIou)))
  const inTime = events.map((event, e) =>
    alarms.flatMap((alarm, a) => {
      const alike = likeness[e]?.[a]
      const right = alarm.openedAt >= event.dueAt && alarm.openedAt <= lastRightAt(event, sampledAt)
      return right && alike !== undefined ? [{ a, alike }] : []
    }),
  )
  const matched = assign(inTime)

  const hits: Hit<A>[] = []
  const misses: TruthEvent[] = []
  for (const [e, event] of events.entries()) {
    const alarm = alarms[matched.get(e) ?? -1]
    if (alarm) hits.push({ event, alarm, offsetMs: alarm.openedAt - event.dueAt })
    else misses.push(event)
  }

  const used = new Set(matched.values())
  const falseAlarms: { alarm: A; why: 'early' | 'late' | 'no-event' }[] = []
  const duplicates: { alarm: A; event: TruthEvent }[] = []
  for (const [a, alarm] of alarms.entries()) {
    if (used.has(a)) continue
    const about = events
      .map((event, e) => ({ event, e, alike: likeness[e]?.[a] }))
      .filter(({ event, alike }) => alike !== undefined && alarm.openedAt >= event.fromAt && within(event, alarm))
      .sort((x, y) => (y.alike ?? 0) - (x.alike ?? 0))
    const second = about.find(({ event, e }) => matched.has(e) && alarm.openedAt >= event.dueAt)
    const [first] = about
    if (second) duplicates.push({ alarm, event: second.event })
    else if (first) falseAlarms.push({ alarm, why: alarm.openedAt < first.event.dueAt ? 'early' : 'late' })
    else falseAlarms.push({ alarm, why: 'no-event' })
  }

  const ratios = ratiosOf({ hits: hits.length, events: events.length, alarms: alarms.length })
  return { hits, misses, falseAlarms, duplicates, ...ratios }
}

export interface Ratios {
  /** Hits ÷ alarms, duplicates counted against; null where there was no alarm. */
  readonly precision: number | null
  /** Hits ÷ events; null where there was no event. */
  readonly recall: number | null
  /** Null where there was neither. */
  readonly f1: number | null
}

export function ratiosOf(of: { readonly hits: number; readonly events: number; readonly alarms: number }): Ratios {
  const { hits, events, alarms } = of
  return {
    precision: alarms > 0 ? hits / alarms : null,
    recall: events > 0 ? hits / events : null,
    f1: events + alarms > 0 ? (2 * hits) / (events + alarms) : null,
  }
}

/** IoU where both have boxes, 0 where one has none, undefined where the alarm cannot be about the event. */
function likenessOf(event: TruthEvent, alarm: Alarm, leastIou: number): number | undefined {
  if (alarm.kind !== event.rule || (event.zone !== null && alarm.zoneId !== event.zone)) return undefined
  if (event.subject !== undefined && alarm.subject !== event.subject) return undefined
  const { box } = event
  if (!box || alarm.boxes.length === 0) return 0
  const best = Math.max(...alarm.boxes.map(seen => iou(seen, box)))
  return best >= leastIou ? best : undefined
}

function within(event: TruthEvent, alarm: Alarm): boolean {
  return event.toAt === null || alarm.openedAt <= Math.max(event.toAt, event.dueAt + TOLERANCE_MS)
}

/**
 * Ten seconds after it is due or, where the footage was not looked at so soon, after the first look since; where the rule
 * itself looks on a schedule, after the looks that must have sufficed.
 */
function lastRightAt({ dueAt, sufficedAt = dueAt }: TruthEvent, sampledAt: readonly EpochMs[]): EpochMs {
  return Math.max(lookedAt(dueAt, sampledAt), sufficedAt) + TOLERANCE_MS
}

function lookedAt(dueAt: EpochMs, sampledAt: readonly EpochMs[]): EpochMs {
  const next = sampledAt.findIndex(at => at >= dueAt)
  const first = sampledAt[next]
  if (first === undefined) return dueAt
  const before = sampledAt[next - 1] ?? dueAt
  return first - before > TOLERANCE_MS ? first : dueAt
}

/**
 * Pairs events and alarms one to one: the most alike first (ties in the order of events, then of alarms), and then as many
 * more as augmenting paths find (Kuhn 1955), so that no event goes without because another took its only alarm.
 */
function assign(wanted: readonly (readonly { readonly a: number; readonly alike: number }[])[]): Map<number, number> {
  const alarmOf = new Map<number, number>()
  const eventOf = new Map<number, number>()
  const join = (e: number, a: number) => {
    alarmOf.set(e, a)
    eventOf.set(a, e)
  }
  const pairs = wanted.flatMap((choices, e) => choices.map(({ a, alike }) => ({ e, a, alike })))
  for (const { e, a } of pairs.sort((x, y) => y.alike - x.alike)) {
    if (!alarmOf.has(e) && !eventOf.has(a)) join(e, a)
  }
  const seat = (e: number, tried: Set<number>): boolean => {
    for (const { a } of wanted[e] ?? []) {
      if (tried.has(a)) continue
      tried.add(a)
      const holder = eventOf.get(a)
      if (holder === undefined || seat(holder, tried)) {
        join(e, a)
        return true
      }
    }
    return false
  }
  for (const e of wanted.keys()) if (!alarmOf.has(e)) seat(e, new Set())
  return alarmOf
}
