// The figures of a scored run as a table: a row for each rule, each camera, and one in all.

import { type Html, html } from '../../html.ts'
import type { Figures } from '../../scoring/figures.ts'
import type { ScoreFile } from '../../scoring/score-file.ts'

const NOTHING = '–'
const share = (value: number | null): string => value?.toFixed(2) ?? NOTHING
const seconds = (times: Figures['timeToAlertMs']): string =>
  times ? [times.p50, times.p95, times.p99].map(ms => (ms / 1_000).toFixed(1)).join(' / ') : NOTHING
const short = (value: number): string => (value === 0 ? '0' : value.toFixed(value < 10 ? 2 : 0))

/** A column's head and what it says on a row. */
type Column = readonly [head: string, cell: (figures: Figures) => string]

const FOUND: readonly Column[] = [
  ['events', it => String(it.events)],
  ['found', it => String(it.hits)],
  ['missed', it => String(it.misses)],
  ['false', it => String(it.falseAlarms)],
  ['twice', it => String(it.duplicates)],
  ['precision', it => share(it.precision)],
  ['recall', it => share(it.recall)],
  ['F1', it => share(it.f1)],
  ['i-LIDS F1: alert, recording', it => `${share(it.iLidsF1.operationalAlert)}, ${share(it.iLidsF1.eventRecording)}`],
  [
    'false a camera-day (95 %)',
    ({ falseAlarmsPerCameraDay: it }) => (it ? `${short(it.rate)} (${short(it.low)}–${short(it.high)})` : NOTHING),
  ],
  ['camera-days', it => String(Number(it.cameraDays.toPrecision(2)))],
]
const WHEN: readonly Column[] = [
  ['s to alert: p50 / 95 / 99', it => seconds(it.timeToAlertMs)],
  ['s to clear: p50 / 95 / 99', it => seconds(it.timeToClearMs)],
  ['cleared early', it => String(it.clearedEarly)],
  ['not cleared', it => String(it.notCleared)],
  ['s blind', it => (it.blindMs / 1_000).toFixed(0)],
  [
    'people: mean error, bias',
    ({ counts }) => (counts ? `${counts.meanAbsolute.toFixed(1)}, ${counts.bias.toFixed(1)}` : NOTHING),
  ],
]

function rowsOf({ rules, cameras, all }: ScoreFile): readonly (readonly [name: string, figures: Figures])[] {
  return [...Object.entries(rules), ...Object.entries(cameras), ['in all', all]]
}

/** What was found, and when: two tables, since one would be wider than a page. */
export function scoreTablesHtml(score: ScoreFile): Html {
  const table = (columns: readonly Column[]) => html`<div class="wide"><table class="score">
<tr><th></th>${columns.map(([head]) => html`<th>${head}</th>`)}</tr>
${rowsOf(score).map(([name, figures]) => html`<tr><th>${name}</th>${columns.map(([, cell]) => html`<td>${cell(figures)}</td>`)}</tr>\n`)}</table></div>\n`
  return html`${table(FOUND)}${table(WHEN)}`
}

export function scoreTableMarkdown(score: ScoreFile): string {
  const columns = [...FOUND, ...WHEN]
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(['', ...columns.map(([head]) => head)]),
    `|${'---|'.repeat(columns.length + 1)}`,
    ...rowsOf(score).map(([name, figures]) => line([name, ...columns.map(([, cell]) => cell(figures))])),
  ].join('\n')
}
