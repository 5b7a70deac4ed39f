// What the standings of grids need of a transaction.
import type { GridId, StreetId } from '../../core/ids.ts'
import type { RuleKind } from '../../core/observation.ts'
import type { Standing, StandingChange } from '../../core/standing.ts'
import type { EpochMs } from '../../core/time.ts'

/** What there is in a grid now, of one kind. */
export interface GridLoad {
  readonly gridId: GridId
  readonly streetId: StreetId
  readonly kind: RuleKind
  readonly open: number
  readonly overdue: number
  readonly repeated: number
}

export interface StandingsTransaction {
  /**
   * Counts, by grid and kind; grids with cameras and without incidents are there too, with nothing of any kind.
   * @param at jobs whose time for handling was up by then are overdue
   * @param repeatedSince incidents opened since then are compared by place
   */
  loads(at: EpochMs, repeatedSince: EpochMs): Promise<readonly GridLoad[]>
  /** All of them, by grid; their rows are locked until the transaction ends. */
  all(): Promise<readonly Standing[]>
  one(gridId: GridId): Promise<Standing | undefined>
  put(standing: Standing): Promise<void>
  addChange(change: StandingChange): Promise<void>
}
