// What a scored run comes to: the figures of one rule, of one camera, or of all of them together.

import { garwood, type Interval } from '../../core/garwood.ts'
import type { RuleKind } from '../../core/observation.ts'
import type { EpochMs } from '../../core/time.ts'
import { type Alarm, type Ratios, ratiosOf, type Score } from '../score.ts'
import { type CountError, type CountPair, countError } from './count-error.ts'
import { I_LIDS_BIAS, type ILidsRole, weightedF } from './ilids.ts'
import { type Percentiles, percentiles } from './percentiles.ts'

/** An alarm that knows when it was over; every `Incident` is one. */
export interface EndingAlarm extends Alarm {
  /** Null where it was not over when the footage was. */
  readonly clearedAt: EpochMs | null
}

/** One camera's footage, replayed and held against its truth. */
export interface ScoredCamera {
  readonly camera: string
  /** What it was watched for. */
  readonly rules: readonly RuleKind[]
  readonly score: Score<EndingAlarm>
  /** When the footage was over: an event that lasts until then has no end that an alarm could follow. */
  readonly endAt: EpochMs
  /** From the first picture to the end, gaps between clips included: so long was somebody told of what it saw. */
  readonly watchedMs: number
  /** Of that, the time in which the view was not clear. */
  readonly blindMs: number
  readonly counts: readonly CountPair[]
}

export interface Figures extends Ratios {
  readonly cameras: number
  readonly events: number
  readonly alarms: number
  readonly hits: number
  readonly misses: number
  readonly falseAlarms: number
  readonly duplicates: number
  readonly duplicatesPerEvent: number | null
  readonly iLidsF1: Readonly<Record<ILidsRole, number | null>>
  readonly cameraDays: number
  /** With its exact 95 % interval; null where nothing was watched. */
  readonly falseAlarmsPerCameraDay: ({ readonly rate: number } & Interval) | null
  /** From the due time of each hit's event to its alarm. */
  readonly timeToAlertMs: Percentiles | null
  /** From the end of each hit's event to the end of its alarm, where both came, in this order. */
  readonly timeToClearMs: Percentiles | null
  /** Hits whose alarm was over before its event was. */
  readonly clearedEarly: number
  /** Hits whose event ended in the footage and whose alarm did not, be it for want of time to clear. */
  readonly notCleared: number
  readonly blindMs: number
  /** People, picture by picture; null where nobody counted. */
  readonly counts: CountError | null
}

const DAY_MS = 86_400_000
/** An event that ends within the last second lasts until the footage ends: tools differ on how long a clip is. */
const END_MS = 1_000

/**
 * Everything is pooled: in all means all events and alarms of all cameras, not a mean of means.
 * @param rule only what concerns this rule, on the cameras that are watched for it; everything, if left out
 */
export function figuresOf(all: readonly ScoredCamera[], rule?: RuleKind): Figures {
  const cameras = rule === undefined ? all : all.filter(({ rules }) => rules.includes(rule))
  const about = (kind: RuleKind) => rule === undefined || kind === rule
  const hits = cameras.flatMap(({ score, endAt }) =>
    score.hits.filter(({ event }) => about(event.rule)).map(hit => ({ ...hit, endAt })),
  )
  const misses = sum(cameras, ({ score }) => score.misses.filter(event => about(event.rule)).length)
  const falseAlarms = sum(cameras, ({ score }) => score.falseAlarms.filter(({ alarm }) => about(alarm.kind)).length)
  const duplicates = sum(cameras, ({ score }) => score.duplicates.filter(({ event }) => about(event.rule)).length)
  const events = hits.length + misses
  const alarms = hits.length + falseAlarms + duplicates
  const ratios = ratiosOf({ hits: hits.length, events, alarms })
  const cameraDays = sum(cameras, ({ watchedMs }) => watchedMs) / DAY_MS
  const countsMatter = rule === undefined || rule === 'crowding'
  return {
    cameras: cameras.length,
    ...{ events, alarms, hits: hits.length, misses, falseAlarms, duplicates, ...ratios },
    duplicatesPerEvent: events > 0 ? duplicates / events : null,
    iLidsF1: {
      operationalAlert: weightedF(ratios.precision, ratios.recall, I_LIDS_BIAS.operationalAlert),
      eventRecording: weightedF(ratios.precision, ratios.recall, I_LIDS_BIAS.eventRecording),
    },
    cameraDays,
    falseAlarmsPerCameraDay: perDay(falseAlarms, cameraDays),
    timeToAlertMs: percentiles(hits.map(({ offsetMs }) => offsetMs)),
    ...clearing(hits),
    blindMs: sum(cameras, ({ blindMs }) => blindMs),
    counts: countsMatter ? countError(cameras.flatMap(({ counts }) => counts)) : null,
  }
}

function perDay(falseAlarms: number, days: number): Figures['falseAlarmsPerCameraDay'] {
  if (days <= 0) return null
  const { low, high } = garwood(falseAlarms)
  return { rate: falseAlarms / days, low: low / days, high: high / days }
}

type EndingHit = Score<EndingAlarm>['hits'][number] & { readonly endAt: EpochMs }

function clearing(hits: readonly EndingHit[]): Pick<Figures, 'timeToClearMs' | 'clearedEarly' | 'notCleared'> {
  const afterMs: number[] = []
  let clearedEarly = 0
  let notCleared = 0
  for (const { event, alarm, endAt } of hits) {
    const overAt = Math.min(event.toAt ?? endAt, endAt)
    const ended = overAt < endAt - END_MS
    if (alarm.clearedAt !== null && alarm.clearedAt < overAt) clearedEarly++
    else if (ended && alarm.clearedAt !== null) afterMs.push(alarm.clearedAt - overAt)
    else if (ended) notCleared++
  }
  return { timeToClearMs: percentiles(afterMs), clearedEarly, notCleared }
}

const sum = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((total, item) => total + value(item), 0)
