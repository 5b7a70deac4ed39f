// The tables of the standings of grids.
import type { ColumnType, Generated } from 'kysely'
import type { Standing, StandingChange, StandingPart } from '../../core/standing.ts'

type Parts = ColumnType<readonly StandingPart[], string, string>

export interface StandingTables {
  readonly gridStandings: Omit<Standing, 'parts'> & { readonly parts: Parts }
  /** Append-only. */
  readonly gridStandingChanges: Omit<StandingChange, 'parts'> & {
    readonly id: Generated<number>
    readonly parts: Parts
  }
}
