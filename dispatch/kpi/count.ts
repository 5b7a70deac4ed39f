// Counts figures from the store's batches: of any span and grouping, and all that a month's report needs in one pass.
import type { Figures, FiguresAnswer, FiguresSpan, Grouping, JobLine, MonthFigures } from '../../core/kpi.ts'
import { monthBefore, monthOf, type Period, periodsIn } from '../../core/periods.ts'
import type { EpochMs } from '../../core/time.ts'
import { worstByDay } from '../standing/days.ts'
import { type JobTrail, jobFacts, jobHistory, MARKS } from './facts.ts'
import { Places } from './places.ts'
import type { FiguresStore, StandingsStore } from './store-port.ts'
import { Tally } from './tally.ts'

/** What was closed longer before a span is not looked at: it does not fall due in it, with terms of hours and of a few days. */
export const LOOK_BACK_MS = 15 * 86_400_000

export async function countFigures(
  store: FiguresStore,
  span: FiguresSpan,
  by: Grouping,
  now: EpochMs,
): Promise<FiguresAnswer> {
  const tally = new Tally(span, by)
  await feed(store, span, [tally], now)
  return tally.answer()
}

/** @param month as YYYY-MM; what it leaves out of the scope's own span is nobody's */
export async function countMonth(
  store: FiguresStore,
  standings: StandingsStore,
  scope: Omit<FiguresSpan, keyof Period>,
  month: string,
  now: EpochMs,
): Promise<MonthFigures> {
  const period = monthOf(month)
  const [grid, team, rule] = [new Tally(period, 'grid'), new Tally(period, 'team'), new Tally(period, 'rule')]
  const places = new Places(period)
  await feed(store, { ...scope, ...period }, [grid, team, rule], now, places)
  const byGrid = grid.answer()
  return {
    madeAt: now,
    total: byGrid.total,
    before: await totalOf(store, { ...scope, ...monthOf(monthBefore(month)) }, now),
    byGrid: byGrid.groups,
    byTeam: team.answer().groups,
    byRule: rule.answer().groups,
    days: places.days(),
    // A grid belongs to a street, and to no team.
    colours: scope.teamId
      ? []
      : worstByDay(await standings.changes(period.from, period.to, scope.streets), periodsIn(period, 'day'), now),
    places: places.worst(10),
  }
}

async function totalOf(store: FiguresStore, span: FiguresSpan, now: EpochMs): Promise<Figures> {
  return (await countFigures(store, span, 'month', now)).total
}

async function feed(
  store: FiguresStore,
  span: FiguresSpan,
  tallies: readonly Tally[],
  now: EpochMs,
  places?: Places,
): Promise<void> {
  for await (const batch of store.trails(span, MARKS, LOOK_BACK_MS)) {
    for (const trail of batch) {
      const facts = jobFacts(trail)
      if (facts) for (const tally of tallies) tally.addJob(facts)
    }
  }
  for await (const batch of store.alerts(span)) {
    for (const incident of batch) {
      places?.add(incident)
      for (const tally of tallies) tally.addIncident(incident)
    }
  }
  for (const camera of await store.cameras(span)) for (const tally of tallies) tally.addCamera(camera, now)
}

/** Every job made in the span, whatever became of it. */
export async function* jobLines(store: FiguresStore, span: FiguresSpan): AsyncGenerator<readonly JobLine[]> {
  for await (const batch of store.jobsMade(span, MARKS)) yield batch.map(lineOf)
}

export function lineOf(trail: JobTrail): JobLine {
  const { marks, ...job } = trail
  const { dues, assignedAt, closedAt } = jobHistory(trail)
  const due = dues.at(-1)
  const times = (name: JobTrail['marks'][number][0]) => marks.filter(([mark]) => mark === name).map(([, at]) => at)
  return {
    ...job,
    assignedAt,
    acceptedAt: times('accepted')[0] ?? null,
    arrivedAt: times('arrived')[0] ?? null,
    handledAt: times('handled').at(-1) ?? null,
    closedAt,
    dueAt: due?.dueAt ?? null,
    inTime: due && closedAt !== null ? due.inTime : null,
    returns: times('returned').length,
    deferrals: times('deferred').length,
  }
}
