// The outbox: what each topic's rows do. A row is taken, acted on and finished in one transaction, so once only.
import type { Deadline } from '../core/deadline.ts'
import type { Delivery } from '../core/delivery.ts'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { IncidentId, JobId } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import { type StandingSettings, standingsSchema } from '../core/standing.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import { assignDue } from './assign.ts'
import type { Transact, Work } from './commit.ts'
import type { Deliveries, Outcome } from './deliveries-port.ts'
import { goOn, type Turn } from './escalation.ts'
import { openLanes } from './lanes.ts'
import { miss, overrun, resume } from './missed-deadlines.ts'
import type { Notifier } from './notifiers/notifier.ts'
import { tell, tellDue } from './notify.ts'
import { overdue } from './review.ts'
import { weighGrids } from './standing/weigh.ts'
import { type DispatchStore, OUTBOX_TOPICS, type OutboxRow, type OutboxTopic } from './store-port.ts'
import { openTurns, type Turns } from './turns.ts'
import { verify, verifyOverdue } from './verify.ts'
import { deliverRow, deliveryOf } from './work-rows.ts'

export interface OutboxDeps {
  readonly store: DispatchStore
  readonly transact: Transact
  readonly notifiers: readonly Notifier[]
  readonly deliveries: Deliveries
  /** How grids are weighed; as the defaults say, if left out. */
  readonly standings?: StandingSettings | undefined
  readonly clock: Clock
  readonly log: Log
  /** Told of each row whose work is done and committed; must neither throw nor wait. A notice is done when one has it. */
  readonly onDone?: (row: OutboxRow) => void
  readonly onSettled?: (delivery: Delivery, outcome: Outcome['state']) => void
  /** Between 0 and 1; for tests. */
  readonly random?: () => number
}

/** Acts on a row, inside the transaction that finishes it; hands back 'goes on' where other rows do the rest. */
type Act = (work: Work, row: OutboxRow, at: EpochMs) => Promise<'done' | 'goes on'>

export interface TopicEntry {
  readonly topic: OutboxTopic
  readonly act: Act
}

function topicTable({ notifiers, standings = standingsSchema.parse({}) }: OutboxDeps): readonly TopicEntry[] {
  return [
    // What is due of these is done together, in a turn of its own.
    { topic: 'assign', act: async () => 'goes on' },
    { topic: 'notify', act: async () => 'goes on' },
    {
      topic: 'confirm-overdue',
      act: inside((work, { incidentId, opening, level }, at) =>
        overdue(work, incidentId as IncidentId, String(opening), Number(level), at),
      ),
    },
    {
      topic: 'deadline',
      act: inside((work, { jobId, deadline, run }, at) =>
        miss(work, jobId as JobId, deadline as Deadline, Number(run), at),
      ),
    },
    {
      topic: 'escalate',
      act: inside((work, { jobId, ...turn }, at) => goOn(work, jobId as JobId, turn as unknown as Turn, at)),
    },
    {
      topic: 'resume',
      act: inside((work, { jobId, until }, at) => resume(work, jobId as JobId, Number(until), at)),
    },
    {
      topic: 'supervision',
      act: inside((work, { jobId, dueAt }, at) => overrun(work, jobId as JobId, Number(dueAt), at)),
    },
    {
      topic: 'verify',
      act: inside((work, { jobId, round, handledAt }, at) =>
        verify(work, jobId as JobId, Number(round), Number(handledAt), at),
      ),
    },
    {
      topic: 'verify-overdue',
      act: inside((work, { jobId, round }, at) => verifyOverdue(work, jobId as JobId, Number(round), at)),
    },
    {
      topic: 'canary',
      act: async (work, row, at) => ((await tell(work, [row], notifiers, at)).size > 0 ? 'goes on' : 'done'),
    },
    { topic: 'weigh', act: inside((work, _payload, at) => weighGrids(work, standings, at)) },
    // A delivery waits for the world outside, and so has a lane instead of a transaction.
    { topic: 'deliver', act: async () => 'goes on' },
  ]
}

function inside(act: (work: Work, payload: OutboxRow['payload'], at: EpochMs) => Promise<void>): Act {
  return async (work, row, at) => {
    await act(work, row.payload, at)
    return 'done'
  }
}

/** @throws JiemuError unexpected: at start, where a topic has no entry, or two */
export function indexTopics(table: readonly TopicEntry[]): ReadonlyMap<OutboxTopic, Act> {
  for (const topic of OUTBOX_TOPICS) {
    const count = table.filter(entry => entry.topic === topic).length
    if (count !== 1) throw new JiemuError('unexpected', { problem: `outbox topic "${topic}" has ${count} entries` })
  }
  return new Map(table.map(({ topic, act }) => [topic, act]))
}

export interface Outbox {
  /**
   * Does the work of one row; nothing where it is done already, or not due yet: the clock may have been set back since
   * the queue was handed it. Idempotent by id. A delivery is attempted, and if it fails the database knows when it is due
   * again: it never throws.
   * @throws JiemuError whatever the work met; `retryable` says whether trying again can help
   */
  perform(id: string, at: EpochMs): Promise<void>
  /**
   * Does at once what was just committed, of the topics that need no queue; never throws, never waits. The queue brings
   * it again where that fails.
   * @returns the rows that it took
   */
  doSoon(rows: readonly OutboxRow[], at: EpochMs): readonly OutboxRow[]
  /** Whether a row is being done, or waits here to be. */
  has(id: string): boolean
  /**
   * Does all work due by `now`, and what follows from it, oldest first, without the queue. Each row is done at its
   * own due time, so that a replay gives the same log however seldom it drains. Rows that fail are left.
   */
  drain(now: EpochMs): Promise<void>
  /** Waits for what is being assigned and sent. */
  close(): Promise<void>
}

const BATCH = 200

export function openOutbox(deps: OutboxDeps): Outbox {
  const acts = indexTopics(topicTable(deps))
  const { store, transact, log } = deps
  const lanes = openLanes({
    ...deps,
    onSettled: (delivery, outcome) => {
      deps.onSettled?.(delivery, outcome)
      if (outcome === 'delivered') deps.onDone?.(deliverRow(delivery))
    },
  })
  const onDone = deps.onDone
  const turns: Readonly<Record<string, Turns>> = {
    assign: openTurns({ transact, take: assignDue, ...(onDone && { onDone }) }),
    notify: openTurns({
      transact,
      take: (work, at, limit, only) => tellDue(work, deps.notifiers, at, limit, only),
      ...(onDone && { onDone }),
    }),
  }
  /** Told by its id alone. */
  const turnsOf = (id: string): Turns | undefined => turns[id.slice(0, id.indexOf('.'))]

  async function perform(id: string, at: EpochMs): Promise<void> {
    const delivery = deliveryOf(id)
    if (delivery) return lanes.deliver(delivery.id, delivery.destination)
    const inTurns = turnsOf(id)
    if (inTurns) return inTurns.perform(id, at)
    const taken = await transact('perform', async work => {
      const row = await work.tx.takeOutbox(id)
      // Work of at once is done at once, also where the camera's clock that it is dated by is ahead of ours.
      if (!row || (row.dueAt > at && row.dueAt > row.createdAt)) return undefined
      const end = await acts.get(row.topic)?.(work, row, at)
      await work.tx.finishOutbox(id, at)
      return { row, end }
    })
    if (taken?.end === 'done') deps.onDone?.(taken.row)
  }

  async function drain(now: EpochMs): Promise<void> {
    const failed = new Set<string>()
    for (;;) {
      const due = await store.dueOutbox(now, Number.MAX_SAFE_INTEGER, BATCH + failed.size)
      const rows = due.filter(row => !failed.has(row.id))
      // The earliest instant only: what follows from it may be due before the rest.
      const earliest = rows.filter(row => row.dueAt === rows[0]?.dueAt)
      if (earliest.length === 0) return
      for (const row of earliest) {
        await perform(row.id, row.dueAt).catch((thrown: unknown) => {
          failed.add(row.id)
          const error = toJiemuError(thrown)
          log.error({ code: error.code, outbox: row.id }, error.message)
        })
      }
    }
  }

  return {
    perform,
    doSoon(rows, at) {
      const due = rows.filter(({ dueAt, createdAt }) => dueAt <= Math.max(at, createdAt))
      const taken = new Set<OutboxRow>()
      for (const row of due) {
        const delivery = deliveryOf(row.id)
        if (delivery) void lanes.deliver(delivery.id, delivery.destination)
        else if (!turnsOf(row.id)) continue
        taken.add(row)
      }
      for (const its of Object.values(turns))
        its.kick(
          [...taken].filter(row => turnsOf(row.id) === its),
          at,
        )
      return [...taken]
    },
    has(id) {
      const delivery = deliveryOf(id)
      return delivery ? lanes.has(delivery.id, delivery.destination) : (turnsOf(id)?.has(id) ?? false)
    },
    drain,
    async close() {
      await Promise.all(Object.values(turns).map(its => its.close()))
      await lanes.close()
    },
  }
}
