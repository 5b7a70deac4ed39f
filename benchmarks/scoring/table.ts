// The figures of scored cameras as a table for a person: a row for each rule, for each camera, and one in all.
import { RULE_KINDS } from '../../core/observation.ts'
import { columns } from '../columns.ts'
import { type Figures, figuresOf, type ScoredCamera } from './figures.ts'
import type { Percentiles } from './percentiles.ts'

export interface ScoreReport {
  readonly rules: Readonly<Record<string, Figures>>
  readonly cameras: Readonly<Record<string, Figures>>
  readonly all: Figures
}

/** Rules that no camera is watched for are left out. Of two truths of one camera, both count for it. */
export function scoreReport(cameras: readonly ScoredCamera[]): ScoreReport {
  const watched = RULE_KINDS.filter(rule => cameras.some(({ rules }) => rules.includes(rule)))
  const names = [...new Set(cameras.map(({ camera }) => camera))]
  return {
    rules: Object.fromEntries(watched.map(rule => [rule, figuresOf(cameras, rule)])),
    cameras: Object.fromEntries(names.map(name => [name, figuresOf(cameras.filter(({ camera }) => camera === name))])),
    all: figuresOf(cameras),
  }
}

const HEAD = [
  ...['', 'events', 'found', 'false', 'twice', 'precision', 'recall', 'F1', 'i-LIDS alert, rec.'],
  ...['false/camera-day', 'alert p50/95/99 s', 'clear p50/95/99 s', 'early, never', 'blind s', 'count MAE, bias'],
]

export function scoreTable({ rules, cameras, all }: ScoreReport): string {
  return columns([
    HEAD,
    ...Object.entries(rules).map(([name, figures]) => row(name, figures)),
    ...Object.entries(cameras).map(([name, figures]) => row(name, figures)),
    row('in all', all),
  ])
}

function row(name: string, figures: Figures): readonly string[] {
  const { precision, recall, f1, iLidsF1, timeToAlertMs, timeToClearMs, clearedEarly, notCleared, counts } = figures
  return [
    name,
    ...[figures.events, figures.hits, figures.falseAlarms, figures.duplicates].map(String),
    ...[share(precision), share(recall), share(f1)],
    `${share(iLidsF1.operationalAlert)}, ${share(iLidsF1.eventRecording)}`,
    rate(figures.falseAlarmsPerCameraDay),
    ...[seconds(timeToAlertMs), seconds(timeToClearMs)],
    `${clearedEarly}, ${notCleared}`,
    (figures.blindMs / 1_000).toFixed(0),
    counts ? `${counts.meanAbsolute.toFixed(1)}, ${counts.bias.toFixed(1)}` : NOTHING,
  ]
}

const NOTHING = '–'
const share = (value: number | null): string => value?.toFixed(2) ?? NOTHING
const seconds = (times: Percentiles | null): string =>
  times ? [times.p50, times.p95, times.p99].map(ms => (ms / 1_000).toFixed(1)).join('/') : NOTHING

function rate(perDay: Figures['falseAlarmsPerCameraDay']): string {
  return perDay ? `${short(perDay.rate)} (${short(perDay.low)}–${short(perDay.high)})` : NOTHING
}

const short = (value: number): string => (value === 0 ? '0' : value.toFixed(value < 10 ? 2 : 0))
