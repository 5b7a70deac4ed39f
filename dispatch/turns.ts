// Turns: all that is due of one topic is done in one transaction, one after the other; who asks meanwhile waits for the next.
import { setTimeout as pause } from 'node:timers/promises'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { EpochMs } from '../core/time.ts'
import type { Transact, Work } from './commit.ts'
import type { OutboxRow } from './store-port.ts'

/** What one turn came to. */
export interface Turned {
  /** Finished, and not to be taken again. */
  readonly rows: readonly OutboxRow[]
  /** Those of them after which nothing is left to do. */
  readonly done: readonly OutboxRow[]
  /** How many were due, but somebody else is at them for a moment. */
  readonly busy: number
}

/**
 * Does the work of the topic's rows that are due by `at`, `limit` at most, and finishes them.
 * @param only of these rows, where others failed
 */
export type TakeTurn = (work: Work, at: EpochMs, limit: number, only?: readonly string[]) => Promise<Turned>

export interface Turns {
  /**
   * Sees to it that the row's work is done, with that of all others that are due by `at`.
   * @throws JiemuError whatever the work met; `retryable` says whether trying again can help
   */
  perform(id: string, at: EpochMs): Promise<void>
  /** Whether the row waits for its turn here, or is in one: the queue need not bring it. */
  has(id: string): boolean
  /** Something was committed that is due: does it without waiting for the queue, which asks again where this fails. */
  kick(rows: readonly OutboxRow[], at: EpochMs): void
  /** Waits for the turn in hand; what was asked for after it is left to the queue. */
  close(): Promise<void>
}

export interface TurnsDeps {
  readonly transact: Transact
  readonly take: TakeTurn
  /** Told of each row whose work is done and committed; must neither throw nor wait. */
  readonly onDone?: (row: OutboxRow) => void
}

/** Bounds a transaction, behind which everybody on the embedded database waits. */
const TURN = 200
/** Whoever is at a job moves it on in milliseconds. */
const BUSY_PAUSE_MS = 10
const BUSY_TRIES = 50
/** Rows that the queue still brings after they were done cost a look into a list instead of a transaction. */
const REMEMBERED = 5_000

interface Asker {
  readonly id: string
  readonly at: EpochMs
  settle(failure?: unknown): void
}

export function openTurns({ transact, take, onDone }: TurnsDeps): Turns {
  const finished = new Set<string>()
  const asked = new Set<string>()
  let askers: Asker[] = []
  let running: Promise<void> | undefined
  let closed = false

  async function turn(at: EpochMs, only?: readonly string[]): Promise<boolean> {
    const { rows, done, busy } = await transact('perform', work => take(work, at, TURN, only))
    for (const { id } of rows) remember(id)
    for (const row of done) onDone?.(row)
    if (rows.length < TURN && busy > 0) await pause(BUSY_PAUSE_MS)
    return rows.length === TURN || busy > 0
  }

  async function turns(at: EpochMs, only?: readonly string[]): Promise<void> {
    for (let tries = 0; tries < BUSY_TRIES; tries += 1) if (!(await turn(at, only))) return
  }

  function remember(id: string): void {
    finished.add(id)
    if (finished.size > REMEMBERED) for (const oldest of finished) return void finished.delete(oldest)
  }

  function ask(asker: Asker): void {
    asked.add(asker.id)
    askers.push(asker)
    run()
  }

  function run(): void {
    running ??= serveAll().finally(() => {
      running = undefined
      if (askers.length > 0) run()
    })
  }

  async function serveAll(): Promise<void> {
    while (askers.length > 0) {
      const asking = askers
      askers = []
      await serve(asking)
      for (const { id } of asking) asked.delete(id)
    }
  }

  async function serve(asking: readonly Asker[]): Promise<void> {
    const at = Math.max(...asking.map(asker => asker.at))
    const failure = await turns(at).then(() => undefined, toJiemuError)
    if (failure instanceof JiemuError && !failure.retryable) return oneByOne(asking)
    for (const asker of asking) asker.settle(failure)
  }

  /** One row that cannot be done must not keep all others from their people. */
  async function oneByOne(asking: readonly Asker[]): Promise<void> {
    for (const { id, at, settle } of asking) {
      await turns(at, [id]).then(() => settle(), settle)
    }
  }

  return {
    async perform(id, at) {
      if (finished.has(id)) return
      await new Promise<void>((resolve, reject) => {
        ask({ id, at, settle: failure => (failure === undefined ? resolve() : reject(failure)) })
      })
    },
    has: id => asked.has(id),
    kick(rows, at) {
      if (!closed) for (const { id } of rows) ask({ id, at, settle: () => undefined })
    },
    async close() {
      closed = true
      await running
    },
  }
}
