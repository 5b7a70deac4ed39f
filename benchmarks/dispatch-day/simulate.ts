// One day of dispatch in simulated time: incidents become jobs, somebody is chosen, answers, goes there and does the work.
//
//   incident ─► turn of assignment ─► offered ─► accepted ─► on the way ─► at work ─► handled
//                  ▲   nobody: 30 s      │ no, or silence until the deadline
//                  └─────────────────────┘
import { DEFAULT_BUSINESS_CALENDAR } from '../../core/business-calendar.ts'
import { type Deadline, dueAfter, type Terms } from '../../core/deadline.ts'
import type { WorkerId } from '../../core/ids.ts'
import type { JobEventName, JobState, Reach, Refusal } from '../../core/job.ts'
import { ZONE_RULES } from '../../core/observation.ts'
import { defaultPolicy } from '../../core/team.ts'
import type { EpochMs } from '../../core/time.ts'
import type { Roster } from '../../dispatch/bench.ts'
import { nextState } from '../../dispatch/job-machine.ts'
import { ASSIGN_AGAIN_MS } from '../../dispatch/work-rows.ts'
import { answerOf, type Temper } from './answer.ts'
import type { PlannedIncident } from './day.ts'
import type { District, Person } from './district.ts'
import { eventQueue } from './event-queue.ts'
import { type Walker, walkerOf } from './walker.ts'
import type { Choose } from './ways.ts'

/** What became of one incident. */
export interface Ended {
  readonly incident: PlannedIncident
  readonly state: JobState
  readonly workerId: WorkerId | null
  /** How far the search for them went. */
  readonly reach: Reach | null
  readonly assignments: number
  readonly acceptedAt: EpochMs | null
  readonly arrivedAt: EpochMs | null
  readonly handledAt: EpochMs | null
  /** Which of its deadlines passed at least once. */
  readonly missed: ReadonlySet<Deadline>
  /** Along the streets, on the way that led there. */
  readonly travel: { readonly metres: number; readonly ms: number } | null
}

export interface SimulatedDay {
  readonly ended: readonly Ended[]
  /** The most jobs that each had at once, among them those that they had not answered; nobody is left out. */
  readonly mostAtOnce: ReadonlyMap<WorkerId, number>
}

export interface DayOptions {
  readonly seed: number
  readonly district: District
  readonly incidents: readonly PlannedIncident[]
  readonly temper: Temper
  readonly choose: Choose
  readonly startAt: EpochMs
  /** What is not done by then stays undone. */
  readonly endAt: EpochMs
}

type Case = { -readonly [Field in keyof Ended]: Ended[Field] } & {
  readonly missed: Set<Deadline>
  readonly refusals: Refusal[]
  readonly handleDueAt: EpochMs
  /** When somebody is looked for; null while somebody has it. */
  askAt: EpochMs | null
}

/** Somebody in the field. */
interface Hand {
  readonly person: Person
  readonly walker: Walker
  /** Accepted and not begun. */
  readonly toDo: Set<Case>
  busy: boolean
  load: number
  mostAtOnce: number
  lastAssignedAt: EpochMs | null
}

const NEVER = Number.POSITIVE_INFINITY

export function simulateDay({ seed, district, incidents, temper, choose, startAt, endAt }: DayOptions): SimulatedDay {
  const queue = eventQueue(startAt)
  const cases = incidents.map(caseOf)
  const byId = new Map(cases.map(each => [each.incident.id, each]))
  const hands = new Map(district.people.map(person => [person.worker.id, handOf(seed, person)]))
  const asked = new Map<string, number>()
  const workers = district.people.map(({ worker }) => worker)

  function step(each: Case, event: JobEventName): void {
    each.state = nextState({ id: each.incident.id, state: each.state, handledBy: null }, event)
  }

  function wants(each: Case, at: EpochMs): void {
    each.askAt = at
    queue.add(at, takeTurn)
  }

  /** All jobs that are due for it together, as the product does. */
  function takeTurn(): void {
    const at = queue.now()
    const due = cases.filter(({ askAt }) => askAt !== null && askAt <= at)
    if (due.length === 0) return
    const wanting = due.map(({ incident, refusals }) => {
      const { id, kind, gridId, severity, lat, lon } = incident
      return { job: { id, kind, gridId, severity, lat, lon, createdAt: incident.at }, refusals, wish: null }
    })
    for (const { wanting: each, reason } of choose(rosterAt(at), wanting, at)) {
      const found = byId.get(each.job.id)
      const hand = hands.get(reason.chosen?.workerId as WorkerId)
      if (!found) continue
      if (hand) offer(found, hand, reason.reach, at)
      else wants(found, at + ASSIGN_AGAIN_MS)
    }
  }

  function rosterAt(at: EpochMs): Roster {
    const { teams, overrides } = district
    const all = [...hands]
    const positions = all.flatMap(([, { walker }]) => walker.reported(at) ?? [])
    const ofWorkers = new Map(all.map(([id, { load, lastAssignedAt }]) => [id, { load, lastAssignedAt }]))
    return { teams, workers, shifts: [], overrides, positions, ofTeams: new Map(), ofWorkers }
  }

  function offer(each: Case, hand: Hand, reach: Reach, at: EpochMs): void {
    const { id: workerId } = hand.person.worker
    step(each, 'assigned')
    each.workerId = workerId
    each.reach = reach
    each.askAt = null
    each.assignments += 1
    hand.load += 1
    hand.mostAtOnce = Math.max(hand.mostAtOnce, hand.load)
    hand.lastAssignedAt = at
    const time = asked.get(`${each.incident.id} ${workerId}`) ?? 0
    asked.set(`${each.incident.id} ${workerId}`, time + 1)
    const answer = answerOf(seed, temper, { job: each.incident.id, worker: workerId, time, busy: hand.busy })
    const dueAt = dueOf(each, 'acknowledge', at)
    const arriveBy = dueOf(each, 'arrive', at)
    // Late by so much as a millisecond is too late: the job is taken back at its deadline.
    if (answer.says === 'nothing' || at + answer.afterMs >= dueAt)
      queue.add(dueAt, () => takeBack(each, hand, 'timed-out'))
    else if (answer.says === 'decline') queue.add(at + answer.afterMs, () => takeBack(each, hand, 'declined'))
    else queue.add(at + answer.afterMs, () => accept(each, hand, arriveBy))
  }

  function takeBack(each: Case, hand: Hand, why: 'timed-out' | 'declined'): void {
    const { id: workerId, teamId } = hand.person.worker
    step(each, why)
    if (why === 'timed-out') each.missed.add('acknowledge')
    each.refusals.push({ jobId: each.incident.id, teamId, workerId, why, sequence: each.refusals.length + 1 })
    each.workerId = null
    each.reach = null
    hand.load -= 1
    wants(each, queue.now())
  }

  function accept(each: Case, hand: Hand, arriveBy: EpochMs): void {
    step(each, 'accepted')
    each.acceptedAt = queue.now()
    queue.add(arriveBy, () => {
      if (each.arrivedAt === null) each.missed.add('arrive')
    })
    hand.toDo.add(each)
    goOn(hand)
  }

  /** One thing after the other, what is due first before the rest; what is begun is finished, also after the shift. */
  function goOn(hand: Hand): void {
    if (hand.busy) return
    const [next] = [...hand.toDo].sort((one, other) => one.handleDueAt - other.handleDueAt)
    if (!next) return
    hand.toDo.delete(next)
    hand.busy = true
    next.travel = hand.walker.goTo(next.incident, queue.now())
    queue.add(queue.now() + next.travel.ms, () => {
      step(next, 'arrived')
      next.arrivedAt = queue.now()
      queue.add(queue.now() + next.incident.workMs, () => finish(next, hand))
    })
  }

  function finish(each: Case, hand: Hand): void {
    step(each, 'handled')
    each.handledAt = queue.now()
    hand.busy = false
    hand.load -= 1
    goOn(hand)
  }

  for (const each of cases) {
    queue.add(each.incident.at, () => wants(each, each.incident.at))
    queue.add(each.handleDueAt, () => {
      if (each.handledAt === null) each.missed.add('handle')
    })
  }
  queue.runUntil(endAt)
  return {
    ended: cases,
    mostAtOnce: new Map([...hands].map(([id, { mostAtOnce }]) => [id, mostAtOnce])),
  }
}

/** The terms are the product's own, as a policy that says nothing of them has them. */
function dueOf({ incident }: Pick<Ended, 'incident'>, deadline: Deadline, from: EpochMs): EpochMs {
  const term = TERMS.get(incident.kind)?.[deadline]
  return term ? dueAfter(term, from, DEFAULT_BUSINESS_CALENDAR) : NEVER
}
const TERMS: ReadonlyMap<string, Terms> = new Map(ZONE_RULES.map(kind => [kind, defaultPolicy(kind).deadlines]))

function caseOf(incident: PlannedIncident): Case {
  return {
    incident,
    ...{ state: 'queued', workerId: null, reach: null, assignments: 0, acceptedAt: null, arrivedAt: null },
    ...{ handledAt: null, missed: new Set(), travel: null, refusals: [], askAt: null },
    handleDueAt: dueOf({ incident }, 'handle', incident.at),
  }
}

function handOf(seed: number, person: Person): Hand {
  const idle = { busy: false, load: 0, mostAtOnce: 0, lastAssignedAt: null }
  return { person, walker: walkerOf(seed, person), toDo: new Set(), ...idle }
}
