// What the API needs for figures and exports: counted by dispatch, read from the store.
import type { CityCode } from '../core/city-codes.ts'
import type { GridId, StreetId } from '../core/ids.ts'
import type { FiguresAnswer, FiguresScope, FiguresSpan, Grouping, JobLine, MonthFigures } from '../core/kpi.ts'
import type { RuleKind } from '../core/observation.ts'
import type { Standing, StandingChange } from '../core/standing.ts'

export interface CityFigures {
  /** What the city's own system calls each kind. */
  readonly codes: Readonly<Record<RuleKind, CityCode>>
  count(span: FiguresSpan, by: Grouping): Promise<FiguresAnswer>
  /** @param month as YYYY-MM */
  month(scope: FiguresScope, month: string): Promise<MonthFigures>
  /** The jobs made in the span, in batches, oldest first. */
  jobLines(span: FiguresSpan): AsyncIterable<readonly JobLine[]>
}

/** 五色评估, as it was weighed last. */
export interface Standings {
  /** By grid; nothing set is the whole district. */
  list(streets?: readonly StreetId[]): Promise<readonly Standing[]>
  one(gridId: GridId): Promise<Standing | undefined>
  /** Changes of colour, newest first. */
  history(gridId: GridId, limit: number): Promise<readonly StandingChange[]>
}
