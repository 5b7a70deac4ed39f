// The figures by which the city counts: their names, their formulas, and what an answer about them looks like.
import type { GridId, StreetId, TeamId } from './ids.ts'
import type { RuleKind } from './observation.ts'
import type { Colour } from './standing.ts'
import type { EpochMs } from './time.ts'

/** dispatch/kpi/ has a file for each, where what it counts is said exactly. */
export const KPIS = {
  'closure-rate': { chinese: '结案率', english: 'Closure rate', formula: 'closed ÷ (due − deferred)' },
  'on-time-closure': {
    chinese: '按期结案率',
    english: 'Closed in time',
    formula: 'closed in time ÷ (due − deferred)',
  },
  'return-rate': { chinese: '返工率', english: 'Return rate', formula: 'returned ÷ closed' },
  'deferral-rate': { chinese: '延期率', english: 'Deferral rate', formula: 'deferred ÷ due' },
  'first-dispatch-accuracy': {
    chinese: '首次派准率',
    english: 'First dispatch right',
    formula: 'first assignee handled it ÷ assigned, as far as that is known',
  },
  'alert-precision': {
    chinese: '预警准确率',
    english: 'Alert precision',
    formula: 'confirmed ÷ (confirmed + rejected)',
  },
  'false-alarms': {
    chinese: '每路每日误报',
    english: 'False alarms per camera-day',
    formula: 'rejected ÷ camera-days',
  },
} as const
export type KpiName = keyof typeof KPIS
export const KPI_NAMES = Object.keys(KPIS) as KpiName[]

/** The stages of a job, in order; `whole` is from the incident's opening to the closing. */
export const STAGE_NAMES = {
  confirm: '立案',
  assign: '派遣',
  accept: '接单',
  arrive: '到场',
  handle: '处置',
  verify: '核查',
  whole: '全程',
} as const
export type Stage = keyof typeof STAGE_NAMES
export const STAGES = Object.keys(STAGE_NAMES) as Stage[]

export const PERIODS = ['day', 'week', 'month'] as const
export type PeriodUnit = (typeof PERIODS)[number]

export const GROUPINGS = ['street', 'grid', 'team', 'worker', 'camera', 'rule', ...PERIODS] as const
export type Grouping = (typeof GROUPINGS)[number]

/** The city's own time: what a day, a week (from Monday) and a month are. */
export const TIME_ZONE = 'Asia/Shanghai'

/** A figure with what it was divided from: of a few jobs a share says little, and whoever reads it must see that. */
export interface Figure {
  readonly top: number
  readonly bottom: number
  /** Null where nothing is below the line: neither 0 nor 100 % would be true. */
  readonly rate: number | null
}

/** How many jobs have the stage, and its percentiles by nearest rank; null where none has. */
export interface StageTime {
  readonly n: number
  readonly p50Ms: number | null
  readonly p90Ms: number | null
  readonly p99Ms: number | null
}

export interface Figures {
  readonly kpis: Readonly<Record<KpiName, Figure>>
  readonly stages: Readonly<Record<Stage, StageTime>>
}

export interface GroupFigures extends Figures {
  /** An id, a rule's name or a period's; null: belongs to none of them, as a job that nobody was given. */
  readonly key: string | null
}

/** What somebody may see: nothing set is the whole district. */
export interface FiguresScope {
  readonly streets?: readonly StreetId[]
  readonly teamId?: TeamId
}

export interface FiguresSpan extends FiguresScope {
  /** Up to and without `to`. */
  readonly from: EpochMs
  readonly to: EpochMs
}

export interface FiguresAnswer {
  readonly total: Figures
  readonly groups: readonly GroupFigures[]
}

/** A place by what happened there; what was rejected did not happen. */
export interface PlaceFigures {
  readonly placeId: string
  readonly streetId: StreetId
  readonly gridId: GridId
  readonly kind: RuleKind
  readonly incidents: number
  /** Beyond the first, and what came back within the cooldown. */
  readonly repeated: number
}

/** The worst colour of a grid on each day; null where it was not weighed. */
export interface GridDays {
  readonly gridId: GridId
  readonly days: readonly (Colour | null)[]
}

/** What a monthly report is made of. */
export interface MonthFigures {
  /** What was known then. */
  readonly madeAt: EpochMs
  readonly total: Figures
  /** The month before, to compare with. */
  readonly before: Figures
  readonly byGrid: readonly GroupFigures[]
  readonly byTeam: readonly GroupFigures[]
  readonly byRule: readonly GroupFigures[]
  /** Incidents opened and not rejected, by day. */
  readonly days: readonly { readonly name: string; readonly incidents: number }[]
  /** In the order of `days`. */
  readonly colours: readonly GridDays[]
  /** The worst ten, worst first. */
  readonly places: readonly PlaceFigures[]
}

/** A job in one line, for export. */
export interface JobLine {
  readonly id: string
  readonly kind: RuleKind
  readonly streetId: StreetId
  readonly gridId: GridId
  readonly placeId: string
  readonly cameraId: string | null
  readonly severity: string
  readonly state: string
  readonly teamId: string | null
  readonly workerId: string | null
  readonly openedAt: EpochMs | null
  readonly createdAt: EpochMs
  readonly assignedAt: EpochMs | null
  readonly acceptedAt: EpochMs | null
  readonly arrivedAt: EpochMs | null
  /** The last report of it handled. */
  readonly handledAt: EpochMs | null
  readonly closedAt: EpochMs | null
  /** Its latest deadline for handling; null: its kind has none. */
  readonly dueAt: EpochMs | null
  /** Null while it is open. */
  readonly inTime: boolean | null
  readonly returns: number
  readonly deferrals: number
  readonly endReason: string | null
}

/** Figures that are counted of jobs; the others are of alerts. */
export const JOB_KPIS = [
  'closure-rate',
  'on-time-closure',
  'return-rate',
  'deferral-rate',
  'first-dispatch-accuracy',
] as const satisfies readonly KpiName[]
export type JobKpi = (typeof JOB_KPIS)[number]

/** Above the line of a figure, or all below it. */
export const KPI_LINES = ['top', 'bottom'] as const
export type KpiLine = (typeof KPI_LINES)[number]

/** One case that a figure counts: a job, or one of its deadlines. */
export interface JobCase extends JobLine {
  /** The deadline that is counted; null where the figure counts jobs. */
  readonly countedDueAt: EpochMs | null
  /** Whether it is one of those above the line. */
  readonly among: boolean
}
