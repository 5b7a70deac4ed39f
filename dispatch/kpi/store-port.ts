// What the figures need of a store: facts in bounded batches, so that a month of a city never lies in memory at once.
import type { StreetId } from '../../core/ids.ts'
import type { FiguresScope, FiguresSpan } from '../../core/kpi.ts'
import type { StandingChange } from '../../core/standing.ts'
import type { EpochMs } from '../../core/time.ts'
import type { CameraFacts, IncidentFacts, JobTrail, MarkName } from './facts.ts'

/** The history of the grids' colours. */
export interface StandingsStore {
  /** Oldest first, and with each grid's last change before `from`. */
  changes(from: EpochMs, to: EpochMs, streets?: readonly StreetId[]): Promise<readonly StandingChange[]>
}

export interface FiguresStore {
  /**
   * Jobs that count in the span, in batches, by id: made before its end, and open or closed less than `lookBackMs`
   * before its start, since what was closed early may fall due in it. Without those cancelled or joined.
   * @param marks the steps that are wanted of each job's log
   */
  trails(span: FiguresSpan, marks: readonly MarkName[], lookBackMs: number): AsyncIterable<readonly JobTrail[]>
  /** All jobs made in the span, in batches, oldest first. */
  jobsMade(span: FiguresSpan, marks: readonly MarkName[]): AsyncIterable<readonly JobTrail[]>
  /** Incidents opened in the span, oldest first; with a team, those of its jobs. */
  alerts(span: FiguresSpan): AsyncIterable<readonly IncidentFacts[]>
  /** Those that there are now; with a team none, since no camera belongs to one. */
  cameras(scope: FiguresScope): Promise<readonly CameraFacts[]>
}
