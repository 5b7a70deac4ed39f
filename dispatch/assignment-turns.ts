// The turns of assignment: one after the other, each with everything that is due; who asks meanwhile waits for the next.
import { setTimeout as pause } from 'node:timers/promises'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { EpochMs } from '../core/time.ts'
import { assignDue } from './assign.ts'
import type { Transact } from './commit.ts'
import type { OutboxRow } from './store-port.ts'

export interface AssignmentTurns {
  /**
   * Sees to it that the row's work is done, with that of all others that are due by `at`.
   * @throws JiemuError whatever the work met; `retryable` says whether trying again can help
   */
  perform(id: string, at: EpochMs): Promise<void>
  /** Something was committed that is due: does it without waiting for the queue, which asks again where this fails. */
  kick(rows: readonly OutboxRow[], at: EpochMs): void
  /** Waits for the turn in hand; what was asked for after it is left to the queue. */
  close(): Promise<void>
}

export interface AssignmentTurnsDeps {
  readonly transact: Transact
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

export function openAssignmentTurns({ transact, onDone }: AssignmentTurnsDeps): AssignmentTurns {
  const done = new Set<string>()
  let askers: Asker[] = []
  let running: Promise<void> | undefined
  let closed = false

  async function turn(at: EpochMs, only?: readonly string[]): Promise<boolean> {
    const { rows, busy } = await transact('perform', work => assignDue(work, at, TURN, only))
    for (const row of rows) {
      remember(row.id)
      onDone?.(row)
    }
    if (rows.length < TURN && busy > 0) await pause(BUSY_PAUSE_MS)
    return rows.length === TURN || busy > 0
  }

  async function turns(at: EpochMs, only?: readonly string[]): Promise<void> {
    for (let tries = 0; tries < BUSY_TRIES; tries += 1) if (!(await turn(at, only))) return
  }

  function remember(id: string): void {
    done.add(id)
    if (done.size > REMEMBERED) for (const oldest of done) return void done.delete(oldest)
  }

  function run(): void {
    running ??= serveAll().finally(() => {
      running = undefined
    })
  }

  async function serveAll(): Promise<void> {
    while (askers.length > 0) {
      const asking = askers
      askers = []
      await serve(asking)
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
      if (done.has(id)) return
      await new Promise<void>((resolve, reject) => {
        const settle = (failure?: unknown) => (failure === undefined ? resolve() : reject(failure))
        askers.push({ id, at, settle })
        run()
      })
    },
    kick(rows, at) {
      if (closed) return
      for (const { id } of rows) askers.push({ id, at, settle: () => undefined })
      run()
    },
    async close() {
      closed = true
      await running
    },
  }
}
