// What the API needs for figures and exports: counted by dispatch, read from the store.
import type { CityCode } from '../core/city-codes.ts'
import type { CameraId, GridId, StreetId } from '../core/ids.ts'
import type {
  FiguresAnswer,
  FiguresScope,
  FiguresSpan,
  Grouping,
  JobCase,
  JobKpi,
  JobLine,
  KpiLine,
  MonthFigures,
  PeriodUnit,
} from '../core/kpi.ts'
import type { StageLatency, TimedStage } from '../core/latency-budget.ts'
import type { RuleKind } from '../core/observation.ts'
import type { SightHour } from '../core/sight.ts'
import type { Standing, StandingChange } from '../core/standing.ts'
import type { EpochMs } from '../core/time.ts'

export interface CityFigures {
  /** What the city's own system calls each kind. */
  readonly codes: Readonly<Record<RuleKind, CityCode>>
  count(span: FiguresSpan, by: Grouping): Promise<FiguresAnswer>
  /** @param month as YYYY-MM */
  month(scope: FiguresScope, month: string): Promise<MonthFigures>
  /** The cases that a figure of jobs counts, newest first: as many as it says, of which `limit` are given. */
  cases(
    span: FiguresSpan,
    wish: {
      readonly kpi: JobKpi
      readonly line: KpiLine
      readonly group?: { readonly by: Exclude<Grouping, PeriodUnit>; readonly key: string | null }
      readonly limit: number
    },
  ): Promise<{ readonly items: readonly JobCase[]; readonly total: number }>
  /** The jobs made in the span, in batches, oldest first. */
  jobLines(span: FiguresSpan): AsyncIterable<readonly JobLine[]>
}

/** How long each stage takes in this process. */
export interface Latencies {
  readonly startedAt: EpochMs
  readonly recentMinutes: number
  recent(stage: TimedStage): StageLatency
  sinceStart(stage: TimedStage): StageLatency
}

/** For how long each camera was in each sight. */
export interface Sights {
  /** By camera and hour. */
  list(wanted: {
    readonly from: EpochMs
    readonly to: EpochMs
    readonly cameraId?: CameraId
    readonly streets?: readonly StreetId[]
  }): Promise<readonly SightHour[]>
}

/** 五色评估, as it was weighed last. */
export interface Standings {
  /** By grid; nothing set is the whole district. */
  list(streets?: readonly StreetId[]): Promise<readonly Standing[]>
  one(gridId: GridId): Promise<Standing | undefined>
  /** Changes of colour, newest first. */
  history(gridId: GridId, limit: number): Promise<readonly StandingChange[]>
}
