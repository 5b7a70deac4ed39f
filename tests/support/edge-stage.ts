// The stage of the state edges: jobs made ready in each state, processes that die at the step, and the house that goes on.
import {
  type IncidentId,
  incidentIdOf,
  type JobId,
  jobIdOf,
  type PlaceId,
  type WorkerId,
  type ZoneId,
} from '../../core/ids.ts'
import type { JobState } from '../../core/job.ts'
import { silentLog } from '../../core/log.ts'
import type { Observation } from '../../core/observation.ts'
import { type EpochMs, ManualClock } from '../../core/time.ts'
import { createDispatch } from '../../dispatch/desk.ts'
import type { JobCommandName } from '../../dispatch/job-commands.ts'
import type { OutboxRow, OutboxTopic } from '../../dispatch/store-port.ts'
import { OPERATOR, observation, SUPERVISOR } from '../../dispatch/testing/examples.ts'
import type { Store } from '../../store/open.ts'
import { type EdgeCase, LEADER, nameOf, TERM_MS } from './edge-cases.ts'
import type { EdgeChildSettings, Moment } from './edge-child.ts'
import { beginLife, type EdgeLife } from './edge-life.ts'
import { waitFor } from './jiemu.ts'

export const MOMENTS: readonly Moment[] = ['before its commit', 'after its commit']
const MINUTE_MS = 60_000

/** One edge at one moment, with a job of its own that waits in front of it. */
export interface Prepared {
  readonly name: string
  readonly edge: EdgeCase
  readonly moment: Moment
  readonly seen: Observation
  readonly incidentId: IncidentId
  readonly jobId: JobId
  readonly secondId: IncidentId
  readonly otherId: JobId
  /** What the clock of the process shows that dies there. */
  readonly at: EpochMs
  /** Once it is ready: the look that is owed, who else of the team could do it, and how many rows its log has. */
  lookId?: string
  colleague: WorkerId
  rows: number
}

/** What brings a job that was assigned, or that nobody can take, into a state. */
const LEADS_TO: Readonly<Record<JobState, readonly JobCommandName[]>> = {
  queued: [],
  assigned: [],
  accepted: ['accept'],
  'on-site': ['accept', 'arrive'],
  handled: ['accept', 'handled'],
  verifying: ['accept', 'handled'],
  returned: ['accept', 'handled', 'return'],
  deferred: ['defer'],
  closed: ['accept', 'handled', 'close'],
  cancelled: ['cancel'],
  joined: ['merge'],
}
const OF_THE_FIELD: readonly JobCommandName[] = ['accept', 'arrive', 'handled']

export const isTimed = ({ edge }: Pick<Prepared, 'edge'>): boolean => edge.house && !edge.ask
const beginsAnew = ({ edge }: Prepared): boolean => edge.steps[0] === 'created'
/** Where a job waits, if that is not where its edge begins: what is asked leads there first. */
const waitsIn = ({ edge }: Prepared): JobState => (edge.event === 'verifying' ? 'accepted' : (edge.from ?? 'queued'))

function planned(edge: EdgeCase, moment: Moment, at: EpochMs, seenAt: EpochMs): Prepared {
  const name = `${nameOf(edge)}, ${moment}`
  const placed = { kind: edge.kind, zoneId: edge.zone as ZoneId, placeId: name as PlaceId, at: seenAt }
  const seen = observation({ ...placed, subject: 'first' })
  const incidentOf = (it: Observation) => incidentIdOf(it.fingerprint, it.at)
  return {
    ...{ name, edge, moment, at, seen, rows: 0, colleague: 'he' as WorkerId },
    incidentId: incidentOf(seen),
    jobId: jobIdOf(incidentOf(seen)),
    secondId: incidentOf(second(seen)),
    otherId: jobIdOf(incidentOf(other(seen))),
  }
}

const second = ({ kind, zoneId, placeId, at }: Observation) =>
  observation({ kind, zoneId, placeId, at, subject: 'second' })
const other = ({ kind, zoneId, placeId, at }: Observation) =>
  observation({ kind, zoneId, placeId: `${placeId}, the other` as PlaceId, at, subject: 'other' })
const wantsOther = ({ edge }: Prepared) => edge.other || edge.from === 'joined'

export class EdgeStage {
  readonly #store: Store<OutboxTopic>
  readonly #child: Pick<EdgeChildSettings, 'databaseUrl' | 'dataDirectory' | 'receivers'>
  readonly #clock: ManualClock
  readonly #desk
  readonly all: readonly Prepared[]
  /** When everything is over that anybody waits for. */
  readonly endsAt: EpochMs

  /** @param now when most is done; what the house does when time is up happens later, a minute from one to the next */
  constructor(
    store: Store<OutboxTopic>,
    child: Pick<EdgeChildSettings, 'databaseUrl' | 'dataDirectory' | 'receivers'>,
    edges: readonly EdgeCase[],
    now: EpochMs,
  ) {
    this.#store = store
    this.#child = child
    this.#clock = new ManualClock(now - TERM_MS)
    const deps = { store: store.dispatch, deliveries: store.deliveries, notifiers: [], looks: true, log: silentLog }
    this.#desk = createDispatch({ ...deps, clock: this.#clock })
    const timed = edges.filter(edge => isTimed({ edge }))
    // What nobody can take is tried twice a minute until then: it waits the shortest.
    const inTurn = [...timed].sort((one, two) => Number(one.from === 'queued') - Number(two.from === 'queued'))
    const asked = edges.filter(edge => !isTimed({ edge }))
    const dueAt = (index: number) => now + (index + 1) * MINUTE_MS
    const each = <T>(list: readonly EdgeCase[], plan: (edge: EdgeCase, moment: Moment, index: number) => T) =>
      list
        .flatMap(edge => MOMENTS.map(moment => [edge, moment] as const))
        .map(([edge, moment], i) => plan(edge, moment, i))
    this.all = [
      // Within the ten seconds in which a confirmation can be taken back.
      ...each(asked, (edge, moment) => planned(edge, moment, now + 5_000, now)),
      ...each(inTurn, (edge, moment, i) => planned(edge, moment, dueAt(i), dueAt(i) - TERM_MS)),
    ]
    this.endsAt = dueAt(timed.length * MOMENTS.length)
  }

  /** Brings every job in front of its edge, but for those that wait as `handled`: the house would take them further. */
  async prepare(): Promise<void> {
    // A deadline began when its job did: each of these has a beginning of its own.
    for (const it of this.all.filter(isTimed)) await this.#prepare([it], it.seen.at)
    const rest = this.all.filter(it => !isTimed(it))
    await this.#prepare(rest, rest[0]?.seen.at ?? 0)
  }

  async #prepare(some: readonly Prepared[], at: EpochMs): Promise<void> {
    this.#clock.advanceTo(at)
    const desk = this.#desk
    await each(some, async it => {
      if (it.edge.zone !== 'auto') await desk.takeIn(it.seen)
      if (it.edge.second) await desk.takeIn(second(it.seen))
      if (!beginsAnew(it)) await desk.confirm(it.incidentId, OPERATOR)
      if (!wantsOther(it)) return
      await desk.takeIn(other(it.seen))
      await desk.confirm(incidentIdOf(other(it.seen).fingerprint, it.seen.at), OPERATOR)
    })
    await desk.drain(at)
    await each(some, async it => {
      const leads = LEADS_TO[waitsIn(it)]
      for (const name of waitsIn(it) === 'handled' ? leads.slice(0, -1) : leads) await this.#lead(it, name)
    })
    await desk.drain(at)
    await each(some, async it => {
      if (it.edge.second === 'listed') await desk.confirm(it.secondId, OPERATOR)
    })
    await desk.drain(at)
    await each(some, async it => {
      if (waitsIn(it) !== 'handled') await this.#ready(it)
    })
  }

  /** The last step before those edges that the house must not be at meanwhile. */
  async prepareHandled(): Promise<void> {
    await each(
      this.all.filter(it => waitsIn(it) === 'handled'),
      async it => {
        await this.#lead(it, 'handled')
        await this.#ready(it)
      },
    )
  }

  async #lead(it: Prepared, name: JobCommandName): Promise<void> {
    // One that is supervised while it is put off stays so when the supervision's time has passed.
    const later = !isTimed(it) || (name === 'defer' && it.edge.event === 'supervision-overdue')
    const wish = { until: later ? it.at + 1_000 * TERM_MS : it.at, into: it.otherId }
    const actor = OF_THE_FIELD.includes(name) ? LEADER : SUPERVISOR
    await this.#desk.ask(name, it.jobId, { actor, key: 'before', reason: 'to begin with', ...wish })
  }

  /** @throws Error where it is not in front of its edge: the stage is wrong, and would prove nothing */
  async #ready(it: Prepared): Promise<void> {
    if (beginsAnew(it)) return
    if (it.edge.event === 'supervision-overdue') await this.#lead(it, 'supervise')
    const found = await this.#store.reading.job(it.jobId)
    if (found?.job.state !== waitsIn(it)) throw new Error(`${it.name}: its job is ${found?.job.state}`)
    it.rows = found.events.length
    it.colleague = (found.job.workerId === 'li' ? 'he' : 'li') as WorkerId
    const [look] = await this.#store.dispatch.transact(tx => tx.looks.of(it.jobId))
    if (look) it.lookId = look.id
  }

  /**
   * Has a process die at some edges, all at one moment.
   * @returns of each what was wrong about it, and with what it left behind
   */
  async kill(some: readonly Prepared[]): Promise<readonly (string | undefined)[]> {
    const [first] = some
    if (!first) return []
    const { house } = first.edge
    const steps = some.map(({ jobId, edge: { event, from } }) => ({ jobId, event, from }))
    const commands = some.flatMap(it => (it.edge.ask ? [it.edge.ask(it)] : []))
    const life = this.#begin({ at: first.at, house, commands, death: { steps, moment: first.moment } })
    // Whoever is only asked has died before it answers; the house takes its own time.
    void life.ready.then(() => house || life.end(), life.end)
    const signal = await life.ended
    if (signal !== 'SIGKILL') return some.map(() => `its process ended by itself: ${life.said()}`)
    return Promise.all(some.map(it => this.#leftBehind(it)))
  }

  async #leftBehind({ edge, moment, jobId, rows }: Prepared): Promise<string | undefined> {
    const since = (await this.#store.reading.job(jobId))?.events.slice(rows) ?? []
    const taken = since.filter(({ event, from }) => event === edge.event && from === edge.from).length
    return taken === (moment === 'after its commit' ? 1 : 0)
      ? undefined
      : `killed ${moment}, it was taken ${taken} times`
  }

  /** Asks once more, as people's clients do, whatever was asked of processes that died. @returns what was refused */
  async repeat(some: readonly Prepared[]): Promise<readonly string[]> {
    const commands = some.flatMap(it => (it.edge.ask ? [it.edge.ask(it)] : []))
    const life = this.#begin({ at: some[0]?.at ?? 0, house: false, commands, death: null })
    const { refused } = await life.ready
    life.end()
    return refused
  }

  /** Starts the house again, on all that was left, and waits until nothing is left to do. */
  async goOn(): Promise<void> {
    const life = this.#begin({ at: this.endsAt, house: true, commands: [], death: null })
    await life.ready
    const begunMs = performance.now()
    const settled = async () => {
      const left = await undone(this.#store)
      return left.every(row => mayWait(row, this.endsAt + performance.now() - begunMs))
    }
    await waitFor('the house to have nothing left to do', settled).catch(error => {
      throw new Error(`${error}\n${life.said()}`)
    })
    life.end()
    await life.ended
  }

  #begin(settings: Pick<EdgeChildSettings, 'at' | 'house' | 'commands' | 'death'>): EdgeLife {
    return beginLife({ ...this.#child, ...settings })
  }
}

const TIMED: readonly OutboxTopic[] = [
  ...(['assign', 'confirm-overdue', 'deadline', 'escalate', 'resume', 'supervision', 'verify-overdue'] as const),
]

/** Whether the row's time has not come. Grids are weighed at their own pace. */
export function mayWait({ topic, dueAt }: OutboxRow, now: EpochMs): boolean {
  return topic === 'weigh' || (TIMED.includes(topic) && dueAt > now)
}

/** Every row of the outbox that is not done, due or not. */
export const undone = ({ dispatch }: Store<OutboxTopic>): Promise<readonly OutboxRow[]> =>
  dispatch.dueOutbox(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 100_000)

/** All at once: a pool of connections does them side by side. */
const each = (some: readonly Prepared[], act: (it: Prepared) => Promise<void>) => Promise.all(some.map(act))
