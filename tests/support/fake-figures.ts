// Figures for the API's own tests: counted by the real formulas from facts that stand here, one job in each of two streets.
import type { CityFigures, Latencies, Sights, Standings } from '../../api/figures-ports.ts'
import { CITY_CODES } from '../../core/city-codes.ts'
import type { CameraId, GridId, JobId, StreetId, TeamId } from '../../core/ids.ts'
import type { FiguresScope } from '../../core/kpi.ts'
import type { Colour, Standing, StandingChange } from '../../core/standing.ts'
import { jobCases } from '../../dispatch/kpi/cases.ts'
import { countFigures, countMonth, jobLines } from '../../dispatch/kpi/count.ts'
import type { JobTrail } from '../../dispatch/kpi/facts.ts'
import type { FiguresStore, StandingsStore } from '../../dispatch/kpi/store-port.ts'
import { at, incident, trail } from '../../dispatch/kpi/testing/examples.ts'
import { StageLatencies } from '../../main-process/stage-latency.ts'

const NOW = at('2026-04-10 00:00')

function jobOf(street: string, over: Partial<JobTrail> = {}): JobTrail {
  return trail(
    [
      ['created', at('2026-03-12 14:06')],
      ['assigned', at('2026-03-12 14:07')],
      ['accepted', at('2026-03-12 14:09')],
      ['handled', at('2026-03-12 14:30')],
      ['closed', at('2026-03-12 14:31')],
    ],
    {
      id: `job-${street}` as JobId,
      streetId: street as StreetId,
      gridId: `${street}-3` as GridId,
      cameraId: `cam-${street}` as CameraId,
      teamId: `team-${street}` as TeamId,
      openedAt: at('2026-03-12 14:05'),
      ...over,
    },
  )
}

/** @param changes of the jobs of tianshui and of changqing */
export function factsOf(changes: Partial<JobTrail> = {}): FiguresStore {
  const jobs = ['tianshui', 'changqing'].map(street => jobOf(street, changes))
  const seen = ({ streets, teamId }: FiguresScope) =>
    jobs.filter(job => (!streets || streets.includes(job.streetId)) && (!teamId || job.teamId === teamId))
  return {
    trails: async function* (span) {
      yield seen(span)
    },
    jobsMade: async function* (span) {
      yield seen(span)
    },
    alerts: async function* (span) {
      yield seen(span).map(({ streetId, gridId }) => incident({ streetId, gridId, openedAt: at('2026-03-12 14:05') }))
    },
    cameras: async () => [],
  }
}

const change = (when: string, from: Colour, to: Colour): StandingChange => ({
  gridId: 'tianshui-3' as GridId,
  streetId: 'tianshui' as StreetId,
  ...{ at: at(when), from, to, score: 0, parts: [] },
})
const CHANGES = [
  change('2026-02-20 08:00', 'blue', 'green'),
  change('2026-03-12 14:06', 'green', 'orange'),
  change('2026-03-13 09:00', 'orange', 'blue'),
]
const fakeHistory: StandingsStore = { changes: async () => CHANGES }

export function fakeFigures(store: FiguresStore = factsOf()): CityFigures {
  return {
    codes: CITY_CODES,
    count: (span, by) => countFigures(store, span, by, NOW),
    month: (scope, month) => countMonth(store, fakeHistory, scope, month, NOW),
    cases: (span, wish) => jobCases(store, span, wish),
    jobLines: span => jobLines(store, span),
  }
}

const GRIDS: readonly Standing[] = ['tianshui', 'changqing'].map(street => ({
  gridId: `${street}-3` as GridId,
  streetId: street as StreetId,
  colour: 'yellow',
  score: 5,
  parts: [{ kind: 'illegal-parking', open: 3, overdue: 1, repeated: 0, points: 5 }],
  since: at('2026-03-12 14:06'),
}))

export const fakeStandings: Standings = {
  list: async streets => GRIDS.filter(({ streetId }) => !streets || streets.includes(streetId)),
  one: async id => GRIDS.find(({ gridId }) => gridId === id),
  history: async id =>
    GRIDS.filter(({ gridId }) => gridId === id).map(({ colour, since, ...grid }) => ({
      ...grid,
      at: since,
      from: 'blue',
      to: colour,
    })),
}

/** A process that has just begun, and cameras of which nothing is known. */
export const fakeTimes: { readonly latencies: Latencies; readonly sights: Sights } = {
  latencies: new StageLatencies({ now: () => NOW }),
  sights: { list: async () => [] },
}
