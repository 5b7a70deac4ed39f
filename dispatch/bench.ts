// The bench: everybody who could be sent at one moment, with their loads, and who of them is the best for a job.
import { distanceM, type Position } from '../core/geo.ts'
import type { GridId, JobId, WorkerId } from '../core/ids.ts'
import type { AssignmentReason, Candidate, Exclusion, Job, Offer, Offers, Reach, Refusal } from '../core/job.ts'
import type { Team } from '../core/team.ts'
import type { EpochMs } from '../core/time.ts'
import {
  type AssignmentSettings,
  assignmentSchema,
  type Rota,
  type Worker,
  type WorkerPosition,
} from '../core/worker.ts'
import { hadBefore, NOBODY, type Refused, refusalKey, refusedOf } from './refusals.ts'
import { rotaAt } from './rota-at.ts'

/** How many open jobs somebody has, and when they last got one. */
export interface Standing {
  readonly load: number
  readonly lastAssignedAt: EpochMs | null
}

/** Everything about people that a choice needs, as it is at one moment. */
export interface Roster extends Rota {
  readonly teams: readonly Team[]
  readonly workers: readonly Worker[]
  readonly positions: readonly WorkerPosition[]
  /** Of all jobs of a team, whoever of it has them; teams without any may be absent. */
  readonly ofTeams: ReadonlyMap<Team['id'], Standing>
  readonly ofWorkers: ReadonlyMap<WorkerId, Standing>
}

/** A job that needs somebody. */
export interface Wanting {
  readonly job: Pick<Job, 'id' | 'kind' | 'gridId' | 'severity' | 'createdAt' | 'lat' | 'lon'>
  readonly refusals: readonly Refusal[]
  /** Whom a dispatcher would like to have it. */
  readonly wish: WorkerId | null
  /** Or which team. */
  readonly wishTeam?: Team['id'] | null
  /** They get it even where the rules pass them over: off shift, full, of another grid. */
  readonly forced?: boolean
}

/** One who could be sent. */
interface Person {
  readonly id: string
  readonly team: Team
  readonly worker: Worker | null
  readonly skills: ReadonlySet<Job['kind']>
  readonly grids: ReadonlySet<GridId>
  /** Where they help out: the rest of their team's grids, and its neighbours. */
  readonly reachable: ReadonlySet<GridId>
  readonly loadCap: number
  readonly isOnShift: boolean
  /** Null off shift, too: where somebody is then is asked by nobody, and recorded nowhere. */
  readonly position: WorkerPosition | null
  load: number
  lastAssignedAt: EpochMs
}

export interface Choice {
  readonly wanting: Wanting
  readonly person: Person
  readonly reach: Exclude<Reach, 'nobody'>
  readonly refused: Refused
  readonly distanceM: number | null
}

/**
 * Two who are about as far go by who was idle longer. Phones know where they are to 10–50 m, and 100 m are 20 s by
 * e-bike: without this the one who happens to stand 3 m nearer would get every job of a quiet day.
 */
const NEAR_M = 100
/** In the record, which is kept: three jobs with distances to the metre would say where somebody stood. */
const RECORDED_M = 50
/** Twenty tell whoever asks "why this one?"; sixty, a hundred times a second, cost more than the choice itself. */
const MOST_LISTED = 20
const DEFAULTS = assignmentSchema.parse({})
const NEVER = Number.NEGATIVE_INFINITY
const REACH_ORDER = ['grid', 'neighbour', 'team-leader', 'duty'] as const

export interface Bench {
  /** Who would go now; undefined where nobody can. */
  best(wanting: Wanting): Choice | undefined
  /** Counts a job to whoever gets it. */
  give(choice: Choice): void
  /**
   * Of a team, whom people ask to take a job over; or why they cannot, whatever they said of it before. Undefined where
   * the team has no such worker.
   */
  successor(wanting: Wanting, teamId: Team['id']): Choice | Exclusion | undefined
  /** Whoever is wished for, of a team the most apt, by the rules for wishes; or why they are passed over. Undefined where there is nobody. */
  named(wanting: Wanting): Choice | Exclusion | undefined
  /** Everybody, as they would be judged if a dispatcher named them. */
  offers(wanting: Wanting): Omit<Offers, 'teams'>
  explain(wanting: Wanting, choice: Choice | undefined): AssignmentReason
}

/**
 * By docs/2-domain.md: on shift, covers the grid, has the skill, below the load cap, has not declined; of those the
 * least loaded, then the nearest where positions are known, then the longest idle, then the first by id. Where nobody
 * fits: those who help the grid out, then the team's leader even when full, then whoever is on duty, whatever their
 * skills and load. Those who let a job pass unanswered, or from whom it was taken, are asked again once nobody else is
 * left (docs/decisions/0014): a refusal is an answer, silence is none. Deterministic.
 */
export function openBench(roster: Roster, at: EpochMs, settings: AssignmentSettings = DEFAULTS): Bench {
  const people = peopleOf(roster, at, settings)
  // The order of ids is settled once; sorting is stable.
  const byId = people.toSorted((one, other) => compare(one.id, other.id) || compare(one.team.id, other.team.id))

  const distances = new Map<JobId, ReadonlyMap<Person, number>>()
  function distancesTo({ job }: Wanting): ReadonlyMap<Person, number> {
    const known = distances.get(job.id)
    if (known) return known
    const place = placeOf(job)
    const measured = new Map(
      place ? byId.flatMap(one => (one.position ? [[one, distanceM(one.position, place)] as const] : [])) : [],
    )
    distances.set(job.id, measured)
    return measured
  }

  const before = (far: ReadonlyMap<Person, number>) => (one: Person, other: Person) =>
    one.load - other.load ||
    compare(bucket(far.get(one)), bucket(far.get(other))) ||
    compare(one.lastAssignedAt, other.lastAssignedAt)

  function found(wanting: Wanting, reach: Choice['reach'], refused: Refused): Choice | undefined {
    const far = distancesTo(wanting)
    const order = before(far)
    let person: Person | undefined
    for (const one of byId) {
      if (person && order(one, person) >= 0) continue
      if (exclusion(one, wanting, reach, refused) === null) person = one
    }
    return person && { wanting, person, reach, refused, distanceM: far.get(person) ?? null }
  }

  function named(wanting: Wanting): Choice | Exclusion | undefined {
    const asked = byId.filter(one => isWished(wanting, one)).toSorted(before(distancesTo(wanting)))
    // Whoever names somebody has spoken with them: what they said before does not count. Of a team those come first who
    // have not had this very job.
    const judged = asked.map(one => ({ person: one, excluded: whenNamed(one, wanting) }))
    const hadBeforeOf = ({ team, worker }: Person) => hadBefore(wanting, team.id, worker?.id ?? null)
    const [best] = judged.toSorted(
      (one, other) =>
        namedRank(one.excluded) - namedRank(other.excluded) || hadBeforeOf(one.person) - hadBeforeOf(other.person),
    )
    if (!best) return undefined
    const { person, excluded } = best
    if (typeof excluded !== 'object' && !wanting.forced) return excluded
    const reach = typeof excluded === 'object' ? excluded.reach : 'named'
    return { wanting, person, reach, refused: NOBODY, distanceM: distancesTo(wanting).get(person) ?? null }
  }

  function best(wanting: Wanting): Choice | undefined {
    const asked = named(wanting)
    if (typeof asked === 'object') return asked
    for (const refused of refusedOf(wanting)) {
      for (const reach of REACH_ORDER) {
        const choice = found(wanting, reach, refused)
        if (choice) return choice
      }
    }
    return undefined
  }

  return {
    best,
    named,
    offers(wanting) {
      const far = distancesTo(wanting)
      const said = refusedOf(wanting)[0] ?? NOBODY
      const judged = byId.toSorted(before(far)).map(person => {
        const outcome = whenNamed(person, wanting)
        return { person, excluded: typeof outcome === 'object' ? null : outcome }
      })
      const offers = judged
        .toSorted((one, other) => rank(one.excluded) - rank(other.excluded))
        .map(
          ({ person, excluded }): Offer => ({
            ...candidateOf(person, excluded, far.get(person), at),
            name: person.worker?.name ?? null,
            teamName: person.team.name,
            before: said.get(refusalKey(person.team.id, person.worker?.id ?? null)) ?? null,
          }),
        )
      const next = best({ ...wanting, wish: null, wishTeam: null })
      return { offers, next: next ? chosenOf(next) : null }
    },
    successor(wanting, teamId) {
      const person = byId.find(({ team, worker }) => team.id === teamId && worker?.id === wanting.wish)
      if (!person) return undefined
      const { team, worker } = person
      // They are asked instead of colleagues who cover the grid: where the team has its own there, helping out is not enough.
      const usual = team.grids.includes(wanting.job.gridId) ? 'grid' : 'neighbour'
      const reaches = [usual, worker?.leader && 'team-leader', team.onDuty && 'duty'] as const
      const excluded = exclusion(person, wanting, usual, NOBODY)
      const reach = reaches.find(each => each && !exclusion(person, wanting, each, NOBODY))
      if (!reach) return excluded ?? undefined
      return { wanting, person, reach, refused: NOBODY, distanceM: distancesTo(wanting).get(person) ?? null }
    },
    give({ person }) {
      person.load += 1
      person.lastAssignedAt = at
    },
    explain(wanting, choice) {
      const far = distancesTo(wanting)
      const reach = !choice || choice.reach === 'named' ? 'neighbour' : choice.reach
      const refused = choice?.refused ?? refusedOf(wanting)[0] ?? NOBODY
      const isWish = choice !== undefined && isWished(wanting, choice.person)
      const judged = byId.toSorted(before(far)).map(person => {
        const excluded = exclusion(person, wanting, reach, refused)
        return {
          person,
          excluded: isWish && !excluded && !isWished(wanting, person) ? ('not-wished' as const) : excluded,
        }
      })
      const ordered = judged.toSorted((one, other) => rank(one.excluded) - rank(other.excluded))
      const unlisted = ordered.length - MOST_LISTED
      return {
        chosen: choice ? chosenOf(choice) : null,
        candidates: ordered
          .slice(0, MOST_LISTED)
          .map(({ person, excluded }) => candidateOf(person, excluded, far.get(person), at)),
        ...(unlisted > 0 && { unlisted }),
        reach: choice?.reach ?? 'nobody',
      }
    },
  }
}

const placeOf = ({ lat, lon }: Wanting['job']): Position | null => (lat === null || lon === null ? null : { lat, lon })
const chosenOf = ({ person }: Choice) => ({ teamId: person.team.id, workerId: person.worker?.id ?? null })
const isWished = ({ wish, wishTeam = null }: Wanting, { team, worker }: Person): boolean =>
  wish === null ? wishTeam !== null && team.id === wishTeam : worker?.id === wish
/** Of those who could not go, the nearest to it first. */
const EXCLUSION_ORDER: readonly Exclusion[] = [
  'not-wished',
  'full',
  'declined',
  'timed-out',
  'reassigned',
  'off-shift',
  'no-skill',
  'other-grid',
]
const rank = (excluded: Exclusion | null): number => (excluded === null ? -1 : EXCLUSION_ORDER.indexOf(excluded))
const bucket = (distance: number | undefined): number =>
  distance === undefined ? Number.POSITIVE_INFINITY : Math.floor(distance / NEAR_M)

/** Teams that list workers are represented by them; of the others the team as a whole goes. */
function peopleOf(roster: Roster, at: EpochMs, { positionMaxAge }: AssignmentSettings): Person[] {
  const positions = new Map(roster.positions.map(position => [position.workerId, position]))
  const worksNow = rotaAt(roster, at)
  return roster.teams.flatMap(team => {
    const listed = roster.workers.filter(({ teamId }) => teamId === team.id)
    const ownGrids = new Set(team.grids)
    const reachable = new Set([...team.grids, ...team.neighbours])
    const ownSkills = new Set(team.skills)
    if (listed.length === 0) {
      const { load, lastAssignedAt } = standingOf(roster.ofTeams.get(team.id))
      const whole = { id: team.id, team, worker: null, skills: ownSkills, grids: ownGrids, reachable, position: null }
      return [{ ...whole, loadCap: team.loadCap, isOnShift: worksNow(team, null), load, lastAssignedAt }]
    }
    return listed
      .filter(({ active }) => active)
      .map((worker): Person => {
        const { load, lastAssignedAt } = standingOf(roster.ofWorkers.get(worker.id))
        const position = positions.get(worker.id)
        const onShift = worksNow(team, worker)
        return {
          id: worker.id,
          team,
          worker,
          skills: worker.skills ? new Set(worker.skills) : ownSkills,
          grids: worker.grids ? new Set(worker.grids) : ownGrids,
          reachable,
          loadCap: worker.loadCap,
          isOnShift: onShift,
          position: onShift && position && at - position.at <= positionMaxAge ? position : null,
          load,
          lastAssignedAt,
        }
      })
  })
}

function standingOf(standing: Standing | undefined) {
  return { load: standing?.load ?? 0, lastAssignedAt: standing?.lastAssignedAt ?? NEVER }
}

/** How far one reaches for whoever is named, or why they cannot be: not so far as a leader or whoever is on duty. */
function whenNamed(person: Person, wanting: Wanting): { readonly reach: 'grid' | 'neighbour' } | Exclusion {
  if (!exclusion(person, wanting, 'grid', NOBODY)) return { reach: 'grid' }
  return exclusion(person, wanting, 'neighbour', NOBODY) ?? { reach: 'neighbour' }
}

/** Of a team whoever covers the grid goes before those who help out there, and these before all who cannot. */
const namedRank = (outcome: ReturnType<typeof whenNamed>): number =>
  typeof outcome === 'string' ? 2 + rank(outcome) : outcome.reach === 'grid' ? 0 : 1

/** The most lasting reason first: that somebody is off shift says little where the grid is not theirs. */
function exclusion(person: Person, { job }: Wanting, reach: Choice['reach'], refused: Refused): Exclusion | null {
  const { team, worker } = person
  const refusal = refused.get(refusalKey(team.id, worker?.id ?? null)) ?? null
  const ownGround = team.grids.includes(job.gridId)
  const asDuty = reach === 'duty' && team.onDuty
  const asLeader = reach === 'team-leader' && worker?.leader === true && ownGround && team.skills.includes(job.kind)
  if (!asDuty && !asLeader) {
    if (!(reach === 'grid' ? person.grids : person.reachable).has(job.gridId)) return 'other-grid'
    if (!person.skills.has(job.kind)) return 'no-skill'
  }
  if (!person.isOnShift) return 'off-shift'
  if (!asDuty && !asLeader && person.load >= person.loadCap) return 'full'
  return refusal
}

function candidateOf(
  { team, worker, load, lastAssignedAt, position }: Person,
  excluded: Exclusion | null,
  distance: number | undefined,
  at: EpochMs,
): Candidate {
  return {
    teamId: team.id,
    workerId: worker?.id ?? null,
    load,
    distanceM: distance === undefined ? null : Math.round(distance / RECORDED_M) * RECORDED_M,
    positionAgeMs: position && at - position.at,
    idleMs: lastAssignedAt === NEVER ? null : at - lastAssignedAt,
    excluded,
  }
}

function compare<T extends string | number>(one: T, other: T): number {
  return one < other ? -1 : one > other ? 1 : 0
}
