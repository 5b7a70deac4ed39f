// A test double of the standings: what there is in each grid is said by the test.
import type { Standing, StandingChange } from '../../core/standing.ts'
import type { GridLoad, StandingsTransaction } from '../standing/store-port.ts'

export interface MemoryStandings extends StandingsTransaction {
  readonly changes: readonly StandingChange[]
  /** What there is in the grids from now on. */
  set(loads: readonly GridLoad[]): void
}

export function memoryStandings(): MemoryStandings {
  const standings = new Map<string, Standing>()
  const changes: StandingChange[] = []
  let loads: readonly GridLoad[] = []
  return {
    changes,
    set: given => {
      loads = given
    },
    loads: async () => loads,
    all: async () => [...standings.values()],
    one: async id => standings.get(id),
    put: async standing => void standings.set(standing.gridId, standing),
    addChange: async change => void changes.push(change),
  }
}
