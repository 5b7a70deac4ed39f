// Several seeded days, each gone through once by every way to choose.
import { TEMPER } from './answer.ts'
import { planDay } from './day.ts'
import { type District, openDistrict } from './district.ts'
import { comparedWith, type Figures, figuresOf, nested, spreadOf, worseIn } from './figures.ts'
import { simulateDay } from './simulate.ts'
import { WAYS, type Way } from './ways.ts'

/** A Monday in Hangzhou, from midnight. */
const DAY = Date.parse('2026-01-05T00:00:00+08:00')
/** The night after it is there to finish what was begun. */
const END = DAY + 36 * 3_600_000
const NAMES = Object.keys(WAYS) as readonly Way[]

export interface CompareOptions {
  readonly incidents: number
  readonly seeds: number
  readonly onDay?: (seed: number, way: Way) => void
}

export function compareWays({ incidents, seeds, onDay }: CompareOptions) {
  const days = Array.from({ length: seeds }, (_, index) => dayOf(index + 1, incidents, onDay))
  const of = (way: Way): readonly Figures[] => days.map(day => day[way])
  const spread = (way: Way) => {
    const names = Object.keys(of(way)[0] ?? {})
    return nested(Object.fromEntries(names.map(name => [name, spreadOf(of(way).map(figures => figures[name] ?? 0))])))
  }
  const beside = Object.fromEntries(
    NAMES.filter(name => name !== 'product').map(other => {
      const compared = comparedWith(of('product'), of(other))
      return [`minus ${other}`, { ...worseIn(compared), ...nested(compared) }]
    }),
  )
  return { incidents, ways: Object.fromEntries(NAMES.map(way => [way, spread(way)])), product: beside }
}

function dayOf(seed: number, count: number, onDay: CompareOptions['onDay']): Readonly<Record<Way, Figures>> {
  const district = openDistrict(seed, DAY)
  const incidents = planDay(seed, count, DAY)
  const teams = workingTeams(district)
  const figures = NAMES.map(way => {
    const day = { seed, district, incidents, temper: TEMPER, choose: WAYS[way], startAt: DAY, endAt: END }
    const simulated = simulateDay(day)
    onDay?.(seed, way)
    return [way, figuresOf(simulated, teams)] as const
  })
  return Object.fromEntries(figures) as Record<Way, Figures>
}

/** Who works that day, by team. */
function workingTeams({ teams, people, overrides }: District) {
  const away = new Set(overrides.map(({ workerId }) => workerId))
  return teams.map(team =>
    people.flatMap(({ worker }) => (worker.teamId === team.id && !away.has(worker.id) ? [worker.id] : [])),
  )
}
