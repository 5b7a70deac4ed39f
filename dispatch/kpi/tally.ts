// Adds facts up by group, batch after batch, and says the figures of each group and of all together.
import {
  type Figures,
  type FiguresAnswer,
  type GroupFigures,
  type Grouping,
  JOB_KPIS,
  type JobKpi,
  KPI_NAMES,
  type KpiName,
  PERIODS,
  type PeriodUnit,
} from '../../core/kpi.ts'
import { type NamedPeriod, type Period, periodsIn } from '../../core/periods.ts'
import type { EpochMs } from '../../core/time.ts'
import { alertPrecision } from './alert-precision.ts'
import { closureRate } from './closure-rate.ts'
import { deferralRate } from './deferral-rate.ts'
import type { CameraFacts, IncidentFacts, JobFacts } from './facts.ts'
import { cameraDays, falseAlarms } from './false-alarms.ts'
import { firstDispatchAccuracy } from './first-dispatch-accuracy.ts'
import { onTimeClosure } from './on-time-closure.ts'
import { type Formula, NOTHING, plus, quotient, type Ratio } from './ratio.ts'
import { returnRate } from './return-rate.ts'
import { StageTimes } from './stage-times.ts'

export const OF_JOBS: Readonly<Record<JobKpi, Formula<JobFacts>>> = {
  'closure-rate': closureRate,
  'on-time-closure': onTimeClosure,
  'return-rate': returnRate,
  'deferral-rate': deferralRate,
  'first-dispatch-accuracy': firstDispatchAccuracy,
}

interface Sums {
  readonly ratios: Map<KpiName, Ratio>
  readonly stages: StageTimes
}

/** Which facts a grouping is asked of: an incident has no worker, a camera no rule. */
interface Keys {
  readonly streetId?: string
  readonly gridId?: string
  readonly cameraId?: string | null
  readonly teamId?: string | null
  readonly workerId?: string | null
  readonly kind?: string
}

export type JobGrouping = Exclude<Grouping, PeriodUnit>

const KEY_OF: Readonly<Record<JobGrouping, (keys: Keys) => string | null>> = {
  street: keys => keys.streetId ?? null,
  grid: keys => keys.gridId ?? null,
  team: keys => keys.teamId ?? null,
  worker: keys => keys.workerId ?? null,
  camera: keys => keys.cameraId ?? null,
  rule: keys => keys.kind ?? null,
}

/** Which group of a grouping something belongs to. */
export const keyOf = (by: JobGrouping, keys: Keys): string | null => KEY_OF[by](keys)

const isPeriod = (by: Grouping): by is PeriodUnit => (PERIODS as readonly Grouping[]).includes(by)

export class Tally {
  readonly #whole: Period
  readonly #by: Grouping
  readonly #slots: readonly NamedPeriod[]
  readonly #groups = new Map<string | null, Sums>()
  readonly #total: Sums = { ratios: new Map(), stages: new StageTimes() }

  constructor(whole: Period, by: Grouping) {
    this.#whole = whole
    this.#by = by
    this.#slots = isPeriod(by) ? periodsIn(whole, by) : []
    for (const { name } of this.#slots) this.#group(name)
  }

  addJob(job: JobFacts): void {
    this.#each(job, (sums, period) => {
      for (const name of JOB_KPIS) add(sums, name, OF_JOBS[name](job, period))
      sums.stages.add(job, period)
    })
  }

  addIncident(incident: IncidentFacts): void {
    this.#each(incident, (sums, period) => {
      add(sums, 'alert-precision', alertPrecision(incident, period))
      add(sums, 'false-alarms', falseAlarms(incident, period))
    })
  }

  addCamera(camera: CameraFacts, now: EpochMs): void {
    this.#each(camera, (sums, period) => add(sums, 'false-alarms', cameraDays(camera, period, now)))
  }

  answer(): FiguresAnswer {
    return { total: figuresOf(this.#total), groups: this.#answers() }
  }

  /** By key, what belongs to none last; groups to which nothing was counted are left out, periods are not. */
  #answers(): readonly GroupFigures[] {
    return [...this.#groups]
      .filter(([, sums]) => this.#slots.length > 0 || counted(sums))
      .sort(([one], [other]) => compareKeys(one, other))
      .map(([key, sums]) => ({ key, ...figuresOf(sums) }))
  }

  #each(keys: Keys, visit: (sums: Sums, period: Period) => void): void {
    visit(this.#total, this.#whole)
    if (!isPeriod(this.#by)) visit(this.#group(keyOf(this.#by, keys)), this.#whole)
    else for (const slot of this.#slots) visit(this.#group(slot.name), slot)
  }

  #group(key: string | null): Sums {
    const known = this.#groups.get(key)
    if (known) return known
    const made: Sums = { ratios: new Map(), stages: new StageTimes() }
    this.#groups.set(key, made)
    return made
  }
}

function add(sums: Sums, name: KpiName, ratio: Ratio): void {
  if (ratio.top !== 0 || ratio.bottom !== 0) sums.ratios.set(name, plus(sums.ratios.get(name) ?? NOTHING, ratio))
}

function counted({ ratios }: Sums): boolean {
  return ratios.size > 0
}

function figuresOf({ ratios, stages }: Sums): Figures {
  const kpis = KPI_NAMES.map(name => {
    const ratio = ratios.get(name) ?? NOTHING
    return [name, { ...ratio, rate: quotient(ratio) }] as const
  })
  return { kpis: Object.fromEntries(kpis) as Figures['kpis'], stages: stages.times() }
}

function compareKeys(one: string | null, other: string | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null)
  return one < other ? -1 : 1
}
