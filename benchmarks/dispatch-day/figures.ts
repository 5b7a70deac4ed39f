// The figures of a simulated day, and of several days by several ways: what each is like, and who is ahead on how many.
import type { Deadline } from '../../core/deadline.ts'
import type { WorkerId } from '../../core/ids.ts'
import { ZONE_RULES } from '../../core/observation.ts'
import { rounded } from '../provenance.ts'
import { percentiles } from '../scoring/percentiles.ts'
import { gini } from './fairness.ts'
import type { Ended, SimulatedDay } from './simulate.ts'

export const OUTCOMES = ['handled-in-time', 'handled-late', 'unfinished', 'unassigned'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** What an incident came to: exactly one of these. */
export function outcomeOf({ handledAt, missed, workerId }: Pick<Ended, 'handledAt' | 'missed' | 'workerId'>): Outcome {
  if (handledAt !== null) return missed.has('handle') ? 'handled-late' : 'handled-in-time'
  return workerId === null ? 'unassigned' : 'unfinished'
}

/** By name; of each, less is better, but for those in `MORE_IS_BETTER`. */
export type Figures = Readonly<Record<string, number>>
export const MORE_IS_BETTER: readonly string[] = ['outcomes.handled-in-time', 'jobsPerWorker.least']
/** Neither is better: what they say is how the day went. */
export const TELLS_ONLY: readonly string[] = ['outcomes.handled-late']

/** @param teams who worked that day, by team: those without a job count as well */
export function figuresOf({ ended }: Pick<SimulatedDay, 'ended'>, teams: readonly (readonly WorkerId[])[]): Figures {
  const accepted = ended.filter(({ acceptedAt }) => acceptedAt !== null)
  const done = ended.filter(({ handledAt }) => handledAt !== null)
  const seconds = (until: 'acceptedAt' | 'arrivedAt' | 'handledAt') =>
    ended.flatMap(each => (each[until] === null ? [] : [(each[until] - each.incident.at) / 1_000]))
  const jobsOf = new Map<WorkerId, number>()
  for (const { workerId } of done) if (workerId) jobsOf.set(workerId, (jobsOf.get(workerId) ?? 0) + 1)
  const jobs = teams.map(team => team.map(id => jobsOf.get(id) ?? 0))
  const metres = sum(ended.map(({ travel }) => travel?.metres ?? 0))
  const travelMs = sum(ended.map(({ travel }) => travel?.ms ?? 0))
  const set = ended.filter(({ travel }) => travel !== null).length
  return {
    ...Object.fromEntries(
      OUTCOMES.map(outcome => [`outcomes.${outcome}`, ended.filter(each => outcomeOf(each) === outcome).length]),
    ),
    ...ofTimes('secondsToAccept', seconds('acceptedAt')),
    ...ofTimes('secondsToArrive', seconds('arrivedAt')),
    ...ofTimes('secondsToHandle', seconds('handledAt')),
    'travel.metresPerJob': ratio(metres, set),
    'travel.secondsPerJob': ratio(travelMs / 1_000, set),
    'travel.kilometres': metres / 1_000,
    'travel.hours': travelMs / 3_600_000,
    'jobsPerWorker.gini': gini(jobs.flat()),
    // Shifts differ in how much happens: within a team all had the same hours.
    'jobsPerWorker.giniWithinTeams': ratio(sum(jobs.map(team => gini(team) * sum(team))), sum(jobs.flat())),
    'jobsPerWorker.least': Math.min(...jobs.flat()),
    'jobsPerWorker.most': Math.max(...jobs.flat()),
    'overdueShare.acknowledge': missedShare(ended, 'acknowledge'),
    'overdueShare.arrive': missedShare(ended, 'arrive'),
    'overdueShare.handle': missedShare(ended, 'handle'),
    ...Object.fromEntries(
      ZONE_RULES.map(kind => [
        `overdueShare.handleOf.${kind}`,
        missedShare(
          ended.filter(({ incident }) => incident.kind === kind),
          'handle',
        ),
      ]),
    ),
    offersPerJob: ratio(sum(ended.map(({ assignments }) => assignments)), ended.length),
    shareBeyondTheGrid: ratio(accepted.filter(({ reach }) => reach !== 'grid').length, accepted.length),
  }
}

function ofTimes(name: string, seconds: readonly number[]): Figures {
  const { p50 = 0, p95 = 0 } = percentiles(seconds) ?? {}
  return { [`${name}.p50`]: p50, [`${name}.p95`]: p95 }
}

function missedShare(ended: readonly Ended[], deadline: Deadline): number {
  return ratio(ended.filter(({ missed }) => missed.has(deadline)).length, ended.length)
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

export interface Spread {
  readonly mean: number
  readonly least: number
  readonly most: number
}

/** Of one figure over the seeds. */
export function spreadOf(values: readonly number[]): Spread {
  return {
    mean: rounded(ratio(sum(values), values.length)),
    least: rounded(Math.min(...values)),
    most: rounded(Math.max(...values)),
  }
}

export interface Compared extends Spread {
  /** On how many of the days the one was better than the other, and on how many worse. */
  readonly better: number
  readonly worse: number
  /** How likely so lopsided a count would be if neither way were better: see `signTest`. */
  readonly chance: number
}

/** One way minus another, day by day: both had the same incidents and the same people. */
export function comparedWith(one: readonly Figures[], other: readonly Figures[]): Readonly<Record<string, Compared>> {
  const names = Object.keys(one[0] ?? {}).filter(name => !TELLS_ONLY.includes(name))
  return Object.fromEntries(
    names.map(name => {
      const differences = one.map((figures, index) => (figures[name] ?? 0) - (other[index]?.[name] ?? 0))
      const sign = MORE_IS_BETTER.includes(name) ? 1 : -1
      const better = differences.filter(difference => difference * sign > 0).length
      const worse = differences.filter(difference => difference * sign < 0).length
      return [name, { ...spreadOf(differences), better, worse, chance: rounded(signTest(better, worse)) }]
    }),
  )
}

/** Below this a difference is taken for one; of thirty figures one or two come so far by luck. */
const CHANCE_LIMIT = 0.05

/** Names of the figures in which the one way was worse on more days than not, and of those that luck does not explain. */
export function worseIn(compared: Readonly<Record<string, Compared>>) {
  const worse = Object.entries(compared).filter(([, figure]) => figure.worse > figure.better)
  const list = (entries: typeof worse) => entries.map(([name]) => name).join(', ') || 'nothing'
  return {
    worseOnMostDays: list(worse),
    worseBeyondChance: list(worse.filter(([, { chance }]) => chance < CHANCE_LIMIT)),
  }
}

/** The two-sided sign test, days alike left out (Dixon and Mood 1946): the chance of heads and tails so far apart or farther. */
export function signTest(better: number, worse: number): number {
  const days = better + worse
  let [term, tail] = [0.5 ** days, 0]
  for (let count = 0; count <= Math.min(better, worse); count += 1) {
    tail += term
    term *= (days - count) / (count + 1)
  }
  return Math.min(1, 2 * tail)
}

/** "travel.hours" and its value as fields within fields, as a result file has them. */
export function nested<T>(flat: Readonly<Record<string, T>>): object {
  const tree: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(flat)) {
    const names = path.split('.')
    const last = names.pop() ?? path
    let at = tree
    for (const name of names) {
      at[name] ??= {}
      at = at[name] as Record<string, unknown>
    }
    at[last] = value
  }
  return tree
}
