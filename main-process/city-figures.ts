// The city's figures as the API gets them: dispatch counts, the store reads.
import type { CityFigures } from '../api/figures-ports.ts'
import type { Config } from '../config.ts'
import { cityCodes } from '../core/city-codes.ts'
import type { Clock } from '../core/time.ts'
import { jobCases } from '../dispatch/kpi/cases.ts'
import { countFigures, countMonth, jobLines } from '../dispatch/kpi/count.ts'
import type { FiguresStore, StandingsStore } from '../dispatch/kpi/store-port.ts'

export function openFigures(
  store: FiguresStore,
  standings: StandingsStore,
  clock: Clock,
  configured: Pick<Config, 'cityCodes'>,
): CityFigures {
  return {
    codes: cityCodes(configured.cityCodes),
    count: (span, by) => countFigures(store, span, by, clock.now()),
    month: (scope, month) => countMonth(store, standings, scope, month, clock.now()),
    cases: (span, wish) => jobCases(store, span, wish),
    jobLines: span => jobLines(store, span),
  }
}
