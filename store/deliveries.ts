// What was sent to whom: one row per notification and destination, so that a retry skips those already reached.

import type { Clock } from '../core/time.ts'
import type { Database } from './connection.ts'
import type { Delivery } from './tables.ts'

const DONE_WORK_KEPT_MS = 30 * 86_400_000

export class Deliveries {
  readonly #db: Database
  readonly #clock: Clock

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  /** Counts an attempt. `done`: this destination has it already, so there is nothing to send. */
  async begin(outboxId: string, destination: string): Promise<'new' | 'retry' | 'done'> {
    const now = this.#clock.now()
    const row = await this.#db
      .insertInto('deliveries')
      .values({ outboxId, destination, state: 'pending', attempts: 1, lastError: null, createdAt: now, updatedAt: now })
      .onConflict(conflict =>
        conflict
          .columns(['outboxId', 'destination'])
          .doUpdateSet(eb => ({ state: 'pending', attempts: eb('deliveries.attempts', '+', 1), updatedAt: now }))
          .where('deliveries.state', '!=', 'delivered'),
      )
      .returning('attempts')
      .executeTakeFirst()
    if (!row) return 'done'
    return row.attempts === 1 ? 'new' : 'retry'
  }

  async succeeded(outboxId: string, destination: string): Promise<void> {
    await this.#settle(outboxId, destination, { state: 'delivered', lastError: null })
  }

  async failed(outboxId: string, destination: string, problem: string): Promise<void> {
    await this.#settle(outboxId, destination, { state: 'failed', lastError: problem })
  }

  async #settle(outboxId: string, destination: string, outcome: Pick<Delivery, 'state' | 'lastError'>): Promise<void> {
    await this.#db
      .updateTable('deliveries')
      .set({ ...outcome, updatedAt: this.#clock.now() })
      .where('outboxId', '=', outboxId)
      .where('destination', '=', destination)
      .execute()
  }

  /** Deletes work that was done a month ago, with what was sent of it: job logs and incidents tell the story by then. */
  async sweep(): Promise<void> {
    const before = this.#clock.now() - DONE_WORK_KEPT_MS
    await this.#db.transaction().execute(async trx => {
      const done = trx.selectFrom('outbox').select('id').where('finishedAt', '<', before)
      await trx.deleteFrom('deliveries').where('outboxId', 'in', done).execute()
      await trx.deleteFrom('outbox').where('finishedAt', '<', before).execute()
    })
  }

  /** Newest first. */
  list(wanted: { readonly state?: Delivery['state']; readonly limit: number }): Promise<readonly Delivery[]> {
    let query = this.#db.selectFrom('deliveries').selectAll()
    if (wanted.state) query = query.where('state', '=', wanted.state)
    return query.orderBy('updatedAt', 'desc').orderBy('outboxId').orderBy('destination').limit(wanted.limit).execute()
  }
}
