// The publisher: hands the outbox's due rows to the queue, and goes on handing them over until they are done.
import { type JiemuError, toJiemuError } from '../core/errors.ts'
import { failpoint } from '../core/failpoint.ts'
import type { Log } from '../core/log.ts'
import type { Clock } from '../core/time.ts'
import type { JobQueue } from './queue.ts'
import type { DispatchStore, OutboxRow } from './store-port.ts'

export interface PublisherDeps {
  readonly store: Pick<DispatchStore, 'dueOutbox' | 'comingOutbox' | 'markPublished'>
  readonly queue: Pick<JobQueue, 'publish' | 'publishAhead'>
  readonly clock: Clock
  readonly log: Log
  /** Whether this process is at a row already: it needs no queue then. */
  readonly inHand?: (id: string) => boolean
  readonly onPublished?: (rows: readonly OutboxRow[]) => void
}

export interface Publisher {
  /** Rows that were just committed: those due at once are published at once. Never throws, never waits. */
  kick(rows: readonly OutboxRow[]): void
  /** Looks for everything due, now; also done each second. @throws JiemuError database- or queue-unavailable */
  sweep(): Promise<void>
  /** What stands in the way of publishing, if anything does. */
  problem(): JiemuError | null
  stop(): Promise<void>
}

const SWEEP_MS = 1_000
const MAX_BACKOFF_MS = 15_000
/** A row that the queue has had for so long without doing it may be lost there: a flushed Redis, a killed process. */
const STALE_MS = 15_000
const BATCH = 500
/** What comes soon is at the queue by the millisecond; of what comes later most is met and never gets there. */
const AHEAD_MS = 30_000

/**
 * The database is the truth and the queue a hint: rows are marked once the queue has them, and whatever is marked but
 * not done in time is handed over again under the same id, which the queue ignores where it still holds it.
 */
export function startPublisher(deps: PublisherDeps): Publisher {
  const { store, queue, clock, log, onPublished, inHand = () => false } = deps
  let fresh: OutboxRow[] = []
  let failures = 0
  let problem: JiemuError | null = null
  let stopped = false
  let wake = () => {}
  let sweepAt = 0

  async function publish(rows: readonly OutboxRow[]): Promise<void> {
    if (rows.length === 0) return
    await handOver(rows, async () => {
      await queue.publish(rows)
      onPublished?.(rows)
    })
  }

  async function handOver(rows: readonly OutboxRow[], toQueue: () => Promise<void>): Promise<void> {
    failpoint('outbox:before-publish')
    await toQueue()
    failpoint('outbox:after-publish')
    await store.markPublished(
      rows.map(row => row.id),
      clock.now(),
    )
    failpoint('outbox:after-mark')
  }

  async function sweep(): Promise<void> {
    for (;;) {
      const now = clock.now()
      const rows = await store.dueOutbox(now, now - STALE_MS, BATCH)
      const held = rows.filter(({ id }) => inHand(id))
      await publish(rows.filter(row => !held.includes(row)))
      if (rows.length < BATCH) break
      // A full batch may hide newer rows behind it; these are marked, too, so that the next look sees past them.
      await store.markPublished(
        held.map(({ id }) => id),
        now,
      )
    }
    await announce()
  }

  /** One batch each second is enough: what is left out is found when it is due. */
  async function announce(): Promise<void> {
    const now = clock.now()
    const rows = await store.comingOutbox(now, now + AHEAD_MS, BATCH)
    if (rows.length === 0) return
    await handOver(rows, () => queue.publishAhead(rows, now))
  }

  async function round(): Promise<void> {
    const rows = fresh
    fresh = []
    await publish(rows)
    if (performance.now() < sweepAt) return
    await sweep()
    sweepAt = performance.now() + SWEEP_MS
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        await round()
        if (problem) log.info({ code: problem.code }, 'publishing again')
        problem = null
        failures = 0
      } catch (thrown) {
        failures += 1
        const error = toJiemuError(thrown, 'unexpected')
        if (error.message !== problem?.message) log.warn({ code: error.code }, error.message)
        problem = error
        // What was at hand is in the database: the sweep finds it when all is well again.
        fresh = []
        sweepAt = 0
      }
      const pauseMs =
        failures > 0 ? Math.min(250 * 2 ** failures, MAX_BACKOFF_MS) * (0.5 + Math.random() / 2) : SWEEP_MS
      if (!stopped && fresh.length === 0) await paused(pauseMs)
    }
  }

  function paused(durationMs: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, durationMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  const running = run()
  return {
    kick(rows) {
      if (stopped) return
      const due = rows.filter(row => row.dueAt <= row.createdAt)
      // While the queue is away its back-off is kept: the rows wait in the database.
      if (due.length === 0 || failures > 0) return
      fresh.push(...due)
      wake()
    },
    sweep,
    problem: () => problem,
    async stop() {
      stopped = true
      wake()
      await running
    },
  }
}
