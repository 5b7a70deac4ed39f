// The outbox: what each topic's rows do. A row is taken, acted on and finished in one transaction, so once only.
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { IncidentId, JobId } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import type { EpochMs } from '../core/time.ts'
import { assign } from './assign.ts'
import type { Transact, Work } from './commit.ts'
import type { Notifier } from './notifiers/notifier.ts'
import { composeNotice, type Deliveries, deliver } from './notify.ts'
import { overdue } from './review.ts'
import { type DispatchStore, OUTBOX_TOPICS, type OutboxRow, type OutboxTopic } from './store-port.ts'

export interface OutboxDeps {
  readonly store: DispatchStore
  readonly transact: Transact
  readonly notifiers: readonly Notifier[]
  readonly deliveries: Deliveries
  readonly log: Log
  /** Told of each row whose work is done and committed; must neither throw nor wait. */
  readonly onDone?: (row: OutboxRow) => void
}

/** Acts on a row; hands back what must happen outside the transaction, if anything: then the row is finished after it. */
type Act = (work: Work, row: OutboxRow, at: EpochMs) => Promise<(() => Promise<void>) | undefined>

export interface TopicEntry {
  readonly topic: OutboxTopic
  readonly act: Act
}

function topicTable({ notifiers, deliveries, log }: OutboxDeps): readonly TopicEntry[] {
  return [
    {
      topic: 'assign',
      act: inside((work, { jobId, attempt }, at) => assign(work, jobId as JobId, Number(attempt), at)),
    },
    {
      topic: 'confirm-overdue',
      act: inside((work, { incidentId, opening, level }, at) =>
        overdue(work, incidentId as IncidentId, Number(opening), Number(level), at),
      ),
    },
    {
      topic: 'notify',
      act: async (work, row, at) => {
        const notice = notifiers.length > 0 ? await composeNotice(work, row) : undefined
        return notice && (() => deliver(notice, notifiers, deliveries, log, at))
      },
    },
  ]
}

function inside(act: (work: Work, payload: OutboxRow['payload'], at: EpochMs) => Promise<void>): Act {
  return async (work, row, at) => {
    await act(work, row.payload, at)
    return undefined
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
   * Does the work of one row; nothing where it is done already. Idempotent by id.
   * @throws JiemuError whatever the work met; `retryable` says whether trying again can help
   */
  perform(id: string, at: EpochMs): Promise<void>
  /**
   * Does all work due by `now`, and what follows from it, oldest first, without the queue. Each row is done at its
   * own due time, so that a replay gives the same log however seldom it drains. Rows that fail are left.
   */
  drain(now: EpochMs): Promise<void>
}

const BATCH = 200

export function openOutbox(deps: OutboxDeps): Outbox {
  const acts = indexTopics(topicTable(deps))
  const { store, transact, log } = deps
  let tail: Promise<unknown> = Promise.resolve()

  /**
   * One transaction after the other: two assignments side by side would read the same loads and overfill a team.
   * Each takes milliseconds; what takes longer happens outside.
   */
  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = tail.then(act)
    tail = turn.catch(() => undefined)
    return turn
  }

  async function perform(id: string, at: EpochMs): Promise<void> {
    const taken = await inTurn(() =>
      transact('perform', async work => {
        const row = await work.tx.takeOutbox(id)
        if (!row) return undefined
        const outside = await acts.get(row.topic)?.(work, row, at)
        if (!outside) await work.tx.finishOutbox(id, at)
        return { row, outside }
      }),
    )
    if (!taken) return
    if (taken.outside) {
      await taken.outside()
      await transact('perform', ({ tx }) => tx.finishOutbox(id, at))
    }
    deps.onDone?.(taken.row)
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

  return { perform, drain }
}
