// Many jobs at once: who gets which, the urgent first and among equals the nearest pair first.
import type { AssignmentReason } from '../core/job.ts'
import { SEVERITIES } from '../core/observation.ts'
import type { EpochMs } from '../core/time.ts'
import type { AssignmentSettings } from '../core/worker.ts'
import { type Choice, openBench, type Roster, type Wanting } from './bench.ts'

export interface Planned {
  readonly wanting: Wanting
  readonly reason: AssignmentReason
}

/**
 * Assigns jobs together, each counted to whoever gets it before the next is looked at: those with a wish first, then by
 * severity. Within one severity the pair goes that has least load, then least distance, so that ten jobs and ten free
 * workers do not cross each other's ways as they would in the order in which the jobs came; that order decides between
 * pairs alike. Greedy: it looks at each pair a few times, and a best matching would move jobs of people who wait.
 */
export function planAssignments(
  roster: Roster,
  wanting: readonly Wanting[],
  at: EpochMs,
  settings?: AssignmentSettings,
): readonly Planned[] {
  const bench = openBench(roster, at, settings)
  const planned: Planned[] = []
  for (const equals of inTurns(wanting)) {
    let open = equals.map(each => ({ each, choice: bench.best(each) }))
    while (open.length > 0) {
      const next = open.reduce((best, other) => (goesBefore(other.choice, best.choice) ? other : best))
      planned.push({ wanting: next.each, reason: bench.explain(next.each, next.choice) })
      open = open.filter(other => other !== next)
      const { choice: given } = next
      if (!given) continue
      bench.give(given)
      // Whoever got a job is less apt than before; all others are as they were.
      open = open.map(other =>
        other.choice?.person === given.person ? { ...other, choice: bench.best(other.each) } : other,
      )
    }
  }
  return planned
}

/** Groups of equals, most urgent first, each in the order in which its jobs came. */
function inTurns(wanting: readonly Wanting[]): readonly (readonly Wanting[])[] {
  const inOrder = wanting.toSorted(
    ({ job: one }, { job: other }) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1),
  )
  return [
    inOrder.filter(hasWish),
    ...SEVERITIES.toReversed().map(severity =>
      inOrder.filter(each => !hasWish(each) && each.job.severity === severity),
    ),
  ]
}

const hasWish = ({ wish, wishTeam = null }: Wanting): boolean => wish !== null || wishTeam !== null

function goesBefore(one: Choice | undefined, other: Choice | undefined): boolean {
  if (!one || !other) return !one && other !== undefined
  const byLoad = one.person.load - other.person.load
  if (byLoad !== 0) return byLoad < 0
  return (one.distanceM ?? Number.POSITIVE_INFINITY) < (other.distanceM ?? Number.POSITIVE_INFINITY)
}
