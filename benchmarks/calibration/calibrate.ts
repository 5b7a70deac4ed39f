// Calibration: thresholds chosen on one half of the labelled pictures, and what they are worth on the other.
import { createHash } from 'node:crypto'
import { JiemuError } from '../../core/errors.ts'
import { knownLabels, type Model, type ModelCard } from '../../models/manifest.ts'
import { bootstrap, type Interval } from './bootstrap.ts'
import { HALVES, type Half, halfOf, type LabelledPicture, type LabelledPictures, type LabelSource } from './labelled.ts'
import { type Framing, type Looked, lookAt } from './look.ts'
import { type ClassSeen, type Confusion, confusion, judgeClass } from './matching.ts'
import { ap50, LEVELS, type Level, type Rates, ratesAt } from './rates.ts'
import { choose, type Objective, type SweepPoint, sweep } from './sweep.ts'

/**
 * `halves`: chosen on one and reported on the other. `choose`: the reporting half is not looked at, while things are tried.
 * `report`: nothing is chosen, the card's thresholds are reported. `all`: both on everything, which flatters.
 */
export const SPLITS = ['halves', 'choose', 'report', 'all'] as const
export type Split = (typeof SPLITS)[number]

export interface CalibrateOptions {
  readonly split?: Split
  readonly objective?: Objective
  readonly framing?: Framing
  /** Of the bootstrap. */
  readonly seed?: number
  /** Told before the first picture and after each, for a progress bar. */
  readonly onPicture?: (done: number, of: number) => void
}

export interface Figure {
  readonly value: number | null
  /** 95 of 100 such sets of pictures would give a value within it. */
  readonly interval: Interval | null
}
type FigureName = `${Level} ${keyof Rates}` | 'ap50'

export interface ClassCalibration {
  readonly label: string
  /** What its threshold is chosen for. */
  readonly level: Level
  readonly before: number | null
  /** Null where nothing was or could be chosen: the card's stays. */
  readonly chosen: number | null
  /** Labels, and pictures that have one, where it was chosen and where it is reported. */
  readonly labelled: Readonly<Record<Half, { readonly labels: number; readonly pictures: number }>>
  /** On the reporting pictures, at the threshold in use: the chosen one, or else the card's. */
  readonly figures: Readonly<Record<FigureName, Figure>>
  readonly sweeps: Readonly<Record<Level, Readonly<Record<Half, readonly SweepPoint[]>>>>
}

export interface Calibration {
  readonly model: Pick<ModelCard, 'name' | 'sha256'>
  readonly data: Pick<LabelledPictures, 'source' | 'sha256' | 'leftOut'>
  readonly split: Split
  readonly objective: Objective
  readonly framing: Framing
  readonly seed: number
  readonly pictures: Readonly<Record<Half, number>>
  readonly classes: readonly ClassCalibration[]
  /** On the reporting pictures, at the thresholds in use. */
  readonly confusion: readonly Confusion[]
  /** The pictures that the figures were made from, as they were seen at the thresholds in use. */
  readonly reported: readonly Looked[]
}

/** Rules ask of these whether they are here at all, sample by sample; of everything else where and how many. */
const CONDITIONS: readonly string[] = ['litter', 'bin-overflow']

/**
 * One look at each picture, at next to no threshold, serves all of the sweep; a second look at the reporting half, at the
 * thresholds in use, gives the figures. They are not quite the same: of overlapping boxes of a group of classes only the
 * best is kept, so that in the first a bin seen with 0.38 puts out an overflow seen with 0.36, and in the second, if bins
 * need 0.4, it does not (one picture of 117: F1 0.945 instead of 0.952).
 * @throws JiemuError calibration-data-invalid, model-misfit, inference-failed
 */
export async function calibrate(
  model: Model,
  source: LabelSource,
  options: CalibrateOptions = {},
): Promise<Calibration> {
  const { split = 'halves', objective = { kind: 'f1' }, framing = 'whole', seed = 1, onPicture } = options
  const data = await source.read(knownLabels(model.card))
  const parts = partsOf(data, split)
  const wanted = [...new Set([...parts.choose, ...parts.report])]
  const looks = wanted.length + parts.report.length
  onPicture?.(0, looks)
  const looked = await lookAt(wanted, model, { framing, onPicture: done => onPicture?.(done, looks) })
  const ranked = mapOf(HALVES, half => looked.filter(({ name }) => parts[half].some(one => one.name === name)))
  const swept = data.classes.map(label => {
    const before = model.card.suggestedThresholds[label] ?? null
    return sweepClass(label, ranked, before, split === 'report' ? null : objective)
  })
  const inUse = Object.fromEntries(
    swept.flatMap(({ label, chosen, before }) =>
      chosen === null && before === null ? [] : [[label, chosen ?? before]],
    ),
  ) as Readonly<Record<string, number>>
  const reported = await lookAt(parts.report, model, {
    framing,
    thresholds: inUse,
    onPicture: done => onPicture?.(wanted.length + done, looks),
  })
  return {
    model: model.card,
    data,
    split,
    objective,
    framing,
    seed,
    pictures: { choose: parts.choose.length, report: parts.report.length },
    classes: swept.map(({ seen, ...one }) => {
      const used = judgeClass(one.label, reported)
      const figures = figuresOf(used, inUse[one.label] ?? 1, seen.report, seedOf(seed, one.label))
      return { ...one, figures }
    }),
    confusion: confusion(reported, inUse),
    reported,
  }
}

/** Where only one half is looked at, or none is made, the same pictures serve for both. */
function partsOf(
  { source, pictures }: LabelledPictures,
  split: Split,
): Readonly<Record<Half, readonly LabelledPicture[]>> {
  const half = (wanted: Half) => {
    const found = pictures.filter(({ name }) => halfOf(name) === wanted)
    if (found.length > 0) return found
    const problem = `none of ${pictures.length} pictures falls into the half "${wanted}"; give more, or --split all`
    throw new JiemuError('calibration-data-invalid', { file: source, problem })
  }
  if (split === 'halves') return mapOf(HALVES, half)
  const only = split === 'all' ? pictures : half(split)
  return { choose: only, report: only }
}

function sweepClass(
  label: string,
  ranked: Readonly<Record<Half, readonly Looked[]>>,
  before: number | null,
  objective: Objective | null,
) {
  const seen = mapOf(HALVES, half => judgeClass(label, ranked[half]))
  const level: Level = CONDITIONS.includes(label) ? 'pictures' : 'boxes'
  const sweeps = mapOf(LEVELS, one => mapOf(HALVES, half => sweep(seen[half], one)))
  const chosen = objective ? (choose(sweeps[level].choose, objective)?.threshold ?? null) : null
  return { label, level, before, chosen, labelled: mapOf(HALVES, half => labelledIn(seen[half])), sweeps, seen }
}

/** @param ranking the same pictures at next to no threshold: only there is the whole ranking */
function figuresOf(used: ClassSeen, threshold: number, ranking: ClassSeen, seed: number) {
  const all = (weightOf?: (picture: number) => number): Readonly<Record<FigureName, number | null>> => {
    const boxes = ratesAt(used, threshold, 'boxes', weightOf)
    const whole = ratesAt(used, threshold, 'pictures', weightOf)
    return {
      ap50: ap50(ranking, weightOf),
      'boxes precision': boxes.precision,
      'boxes recall': boxes.recall,
      'boxes f1': boxes.f1,
      'pictures precision': whole.precision,
      'pictures recall': whole.recall,
      'pictures f1': whole.f1,
    }
  }
  const values = all()
  const intervals = bootstrap(used.truths.length, all, { seed })
  return mapOf(Object.keys(values) as FigureName[], name => ({
    value: values[name],
    interval: intervals[name] ?? null,
  }))
}

function labelledIn({ truths }: ClassSeen) {
  return { labels: truths.reduce((sum, count) => sum + count, 0), pictures: truths.filter(count => count > 0).length }
}

/** Another class draws other pictures, and leaving a class out changes nothing for the others. */
function seedOf(seed: number, label: string): number {
  return createHash('sha256').update(`${seed} ${label}`).digest().readUInt32LE(0)
}

function mapOf<Name extends string, Value>(
  names: readonly Name[],
  make: (name: Name) => Value,
): Readonly<Record<Name, Value>> {
  return Object.fromEntries(names.map(name => [name, make(name)])) as Record<Name, Value>
}
