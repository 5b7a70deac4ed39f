// What happened before one camera, laid out as rows of bars and numbered marks, for the chart and for its pictures.
//
//    kerb    ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒   the truth, above
//                  ①█████████████     what was said of it, below
//            ×②▒▒▒▒▒▒▒▒               a second event at the same time has a row of its own
//    view    ────────   ───░░░░────   pictures came; the view was not clear
import type { EpochMs } from '../../../core/time.ts'
import type { ScoredCase } from '../../scoring/score-file.ts'

export type Verdict = 'hit' | 'miss' | 'false' | 'duplicate'

export interface Bar {
  readonly row: number
  readonly part: 'truth' | Exclude<Verdict, 'miss'> | 'watched' | 'blind'
  readonly fromAt: EpochMs
  readonly toAt: EpochMs
}

export interface Mark {
  /** From 1, in the order of time: it stands at the mark and at its picture. */
  readonly number: number
  readonly row: number
  readonly at: EpochMs
  readonly verdict: Verdict
  /** Which of the case's events it is about, if any, and which of its alarms it is, unless it is a miss. */
  readonly event: number | null
  readonly alarm: number | null
}

export interface TimeLine {
  readonly rows: readonly { readonly zone: string; readonly rule: string }[]
  readonly bars: readonly Bar[]
  readonly marks: readonly Mark[]
}

/** Something that takes part of a row: an event with all that was said of it, or an alarm about nothing. */
interface Item {
  readonly place: string
  readonly fromAt: EpochMs
  readonly toAt: EpochMs
  readonly event: number | null
  readonly alarms: readonly number[]
}

/** The rows are those of the zones in their order, then of the camera's health where it matters, then of the view. */
export function timeLine(scored: ScoredCase): TimeLine {
  const items = itemsOf(scored)
  const health = items.some(({ place }) => place === HEALTH) ? [{ zone: '', rule: HEALTH }] : []
  const places = [...scored.zones.map(({ id, rule }) => ({ zone: id, rule })), ...health]
  const rows: { zone: string; rule: string }[] = []
  const bars: Bar[] = []
  const marks: Omit<Mark, 'number'>[] = []
  for (const place of places) {
    const lines = packed(items.filter(item => item.place === (place.zone || place.rule)))
    for (const line of lines.length > 0 ? lines : [[]]) {
      const row = rows.push(place) - 1
      for (const item of line) draw(scored, item, row, { bars, marks })
    }
  }
  const row = rows.push({ zone: 'view', rule: '' }) - 1
  for (const { fromAt, toAt } of scored.watched) bars.push({ row, part: 'watched', fromAt, toAt })
  for (const { fromAt, toAt } of scored.blind) bars.push({ row, part: 'blind', fromAt, toAt })
  const inTime = marks.sort((a, b) => a.at - b.at || a.row - b.row)
  return { rows, bars, marks: inTime.map((mark, index) => ({ number: index + 1, ...mark })) }
}

const HEALTH = 'camera-health'

function itemsOf({ events, alarms, endAt }: ScoredCase): readonly Item[] {
  const about = events.map(({ rule, zone, fromAt, toAt }, event): Item => {
    const said = [...alarms.keys()].filter(index => alarms[index]?.event === event)
    const ends = said.map(index => alarms[index]?.clearedAt ?? endAt)
    return { place: zone ?? rule, fromAt, toAt: Math.max(toAt ?? endAt, ...ends), event, alarms: said }
  })
  const invented = alarms.flatMap(({ rule, zone, event, openedAt, clearedAt }, index): Item[] => {
    if (event !== undefined) return []
    const place = rule === HEALTH ? HEALTH : zone
    return [{ place, fromAt: openedAt, toAt: clearedAt ?? endAt, event: null, alarms: [index] }]
  })
  return [...about, ...invented]
}

/** Each item into the first line in which nothing is in its way. */
function packed(items: readonly Item[]): readonly (readonly Item[])[] {
  const lines: Item[][] = []
  for (const item of [...items].sort((a, b) => a.fromAt - b.fromAt)) {
    const free = lines.find(line => (line.at(-1)?.toAt ?? item.fromAt) <= item.fromAt)
    if (free) free.push(item)
    else lines.push([item])
  }
  return lines
}

function draw(
  { events, alarms, endAt }: ScoredCase,
  item: Item,
  row: number,
  onto: { readonly bars: Bar[]; readonly marks: Omit<Mark, 'number'>[] },
): void {
  const event = item.event === null ? undefined : events[item.event]
  if (event) {
    onto.bars.push({ row, part: 'truth', fromAt: event.fromAt, toAt: event.toAt ?? endAt })
    if (event.alarm === null) onto.marks.push({ row, at: event.dueAt, verdict: 'miss', event: item.event, alarm: null })
  }
  for (const index of item.alarms) {
    const alarm = alarms[index]
    if (!alarm) continue
    const { verdict, openedAt, clearedAt } = alarm
    onto.bars.push({ row, part: verdict, fromAt: openedAt, toAt: clearedAt ?? endAt })
    onto.marks.push({ row, at: openedAt, verdict, event: item.event, alarm: index })
  }
}
