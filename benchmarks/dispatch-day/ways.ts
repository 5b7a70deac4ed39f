// The ways to choose that are compared: the product's own, and simpler ones.
import type { WorkerId } from '../../core/ids.ts'
import type { EpochMs } from '../../core/time.ts'
import type { Roster, Standing, Wanting } from '../../dispatch/bench.ts'
import { type Planned, planAssignments } from '../../dispatch/plan.ts'

export type Choose = (roster: Roster, wanting: readonly Wanting[], at: EpochMs) => readonly Planned[]

/**
 * Who may go, and how far the search reaches, is the product's code in all of them: the simpler ways are shown a roster
 * from which what they do not look at is missing, and take the jobs one by one as they came.
 * `first-free`: the least loaded, of these the first by name. `nearest`: whoever is nearest and below the cap.
 */
export const WAYS = {
  product: planAssignments,
  'first-free': oneByOne(roster => ({ ...roster, positions: [], ofWorkers: seenAs(roster, ({ load }) => load) })),
  nearest: oneByOne(roster => {
    const capOf = new Map(roster.workers.map(({ id, loadCap }) => [id, loadCap]))
    return { ...roster, ofWorkers: seenAs(roster, ({ load }, id) => (load >= (capOf.get(id) ?? 0) ? load : 0)) }
  }),
} as const satisfies Record<string, Choose>
export type Way = keyof typeof WAYS

/** Nobody was idle longer than anybody else. */
function seenAs(roster: Roster, loadOf: (standing: Standing, id: WorkerId) => number): Roster['ofWorkers'] {
  return new Map(
    [...roster.ofWorkers].map(([id, standing]) => [id, { load: loadOf(standing, id), lastAssignedAt: null }]),
  )
}

function oneByOne(view: (roster: Roster) => Roster): Choose {
  return (roster, wanting, at) => {
    const standings = new Map(roster.ofWorkers)
    const inOrder = wanting.toSorted(
      ({ job: one }, { job: other }) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1),
    )
    return inOrder.flatMap(each => {
      const planned = planAssignments(view({ ...roster, ofWorkers: standings }), [each], at)
      for (const { reason } of planned) {
        const id = reason.chosen?.workerId
        if (id) standings.set(id, { load: (standings.get(id)?.load ?? 0) + 1, lastAssignedAt: at })
      }
      return planned
    })
  }
}
