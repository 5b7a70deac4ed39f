// What is told to whom: claimed, sent, tried again or given up, each step in one statement with its row of the outbox.
import type { Delivery, DeliveryState, DestinationTally } from '../core/delivery.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { Database } from './connection.ts'
import type { StoredWork } from './dispatch-store.ts'
import { isHeldWork } from './legal-holds.ts'
import { deliveryRows, oneOf, outboxRows } from './outbox-rows.ts'

/** Deleted in one transaction: nobody waits long for the embedded database. */
const BATCH = 1_000
const ROBOT_MESSAGES_KEPT_MS = 3_600_000

const DELIVERY = [
  ...['id', 'destination', 'recipient', 'notice', 'state', 'attempts', 'lastError'],
  ...['createdAt', 'updatedAt', 'giveUpAt'],
] as readonly (keyof Delivery)[]

type Outcome =
  | { readonly state: 'delivered' }
  | { readonly state: 'pending'; readonly problem: string; readonly dueAt: EpochMs }
  | { readonly state: 'dead' | 'dismissed'; readonly problem: string }

export interface DeliveryFilter {
  readonly state?: DeliveryState
  readonly destination?: string
  readonly limit: number
  readonly before?: { readonly at: EpochMs; readonly id: string }
}

/** Fulfils `Deliveries` of dispatch/deliveries-port.ts, where each method is described, and the API's port of that name. */
export class Deliveries {
  readonly #db: Database
  readonly #clock: Clock

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  begin(ids: readonly string[], leaseMs: number): Promise<readonly Delivery[]> {
    const now = this.#clock.now()
    return this.#db
      .updateTable('deliveries')
      .set(eb => ({ attempts: eb('attempts', '+', 1), claimedUntil: now + leaseMs, updatedAt: now }))
      .where('id', '=', oneOf(ids))
      .where('state', '=', 'pending')
      .where(eb => eb.or([eb('claimedUntil', 'is', null), eb('claimedUntil', '<=', now)]))
      .returning(DELIVERY)
      .execute()
  }

  async settle(ids: readonly string[], outcome: Outcome): Promise<void> {
    const now = this.#clock.now()
    const lastError = outcome.state === 'delivered' ? null : outcome.problem
    await this.#db
      .with('settled', db =>
        db
          .updateTable('deliveries')
          .set({ state: outcome.state, lastError, claimedUntil: null, updatedAt: now })
          .where('id', '=', oneOf(ids))
          .where('state', '=', 'pending')
          .returning('outboxId'),
      )
      .updateTable('outbox')
      .set(outcome.state === 'pending' ? { dueAt: outcome.dueAt } : { finishedAt: now })
      .where('id', 'in', eb => eb.selectFrom('settled').select('outboxId'))
      .execute()
  }

  async postpone(ids: readonly string[], dueAt: EpochMs): Promise<void> {
    const now = this.#clock.now()
    await this.#db
      .updateTable('outbox')
      .set({ dueAt })
      .where('finishedAt', 'is', null)
      .where('id', 'in', eb =>
        eb
          .selectFrom('deliveries')
          .select('outboxId')
          .where('id', '=', oneOf(ids))
          .where(on => on.or([on('claimedUntil', 'is', null), on('claimedUntil', '<=', now)])),
      )
      .execute()
  }

  async spread(id: string, deliveries: readonly Delivery[], rows: readonly StoredWork[]): Promise<void> {
    await this.#db.transaction().execute(async trx => {
      if (deliveries.length > 0) {
        await trx
          .insertInto('deliveries')
          .values(deliveryRows(deliveries, rows))
          .onConflict(conflict => conflict.doNothing())
          .execute()
        await trx
          .insertInto('outbox')
          .values(outboxRows(rows))
          .onConflict(conflict => conflict.doNothing())
          .execute()
      }
      const now = this.#clock.now()
      const { outboxId } = await trx
        .updateTable('deliveries')
        .set({ state: 'delivered', lastError: null, claimedUntil: null, updatedAt: now })
        .where('id', '=', id)
        .returning('outboxId')
        .executeTakeFirstOrThrow()
      await trx.updateTable('outbox').set({ finishedAt: now }).where('id', '=', outboxId).execute()
    })
  }

  async noteMessage(robot: string): Promise<void> {
    await this.#db.insertInto('robotMessages').values({ robot, sentAt: this.#clock.now() }).execute()
  }

  async messagesSince(robot: string, since: EpochMs): Promise<readonly EpochMs[]> {
    const rows = await this.#db
      .selectFrom('robotMessages')
      .select('sentAt')
      .where('robot', '=', robot)
      .where('sentAt', '>', since)
      .orderBy('sentAt')
      .execute()
    return rows.map(({ sentAt }) => sentAt)
  }

  /** Newest first. */
  list({ state, destination, limit, before }: DeliveryFilter): Promise<readonly Delivery[]> {
    let query = this.#db.selectFrom('deliveries').select(DELIVERY)
    if (state) query = query.where('state', '=', state)
    if (destination) query = query.where('destination', '=', destination)
    if (before) {
      query = query.where(eb => eb(eb.refTuple('createdAt', 'id'), '<', eb.tuple(before.at, before.id)))
    }
    return query.orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(limit).execute()
  }

  find(id: string): Promise<Delivery | undefined> {
    return this.#db.selectFrom('deliveries').select(DELIVERY).where('id', '=', id).executeTakeFirst()
  }

  /** Of the destinations that have something pending or dead. */
  async tallies(): Promise<readonly DestinationTally[]> {
    return this.#db
      .selectFrom('deliveries')
      .select(eb => [
        'destination',
        eb.fn.countAll<number>().filterWhere('state', '=', 'pending').as('pending'),
        eb.fn.countAll<number>().filterWhere('state', '=', 'dead').as('dead'),
        eb.fn.min('createdAt').filterWhere('state', '=', 'pending').as('oldestPendingAt'),
      ])
      .where('state', 'in', ['pending', 'dead'])
      .groupBy('destination')
      .orderBy('destination')
      .execute()
  }

  /**
   * Has dead letters sent again, with a whole new day for their tries; what is not dead is left as it is, so that twice
   * is once.
   * @returns how many
   */
  async redrive(which: { readonly id: string } | { readonly destination: string }, giveUpAt: EpochMs): Promise<number> {
    const now = this.#clock.now()
    const { numUpdatedRows } = await this.#db
      .with('driven', db => {
        const dead = db
          .updateTable('deliveries')
          .set({ state: 'pending', attempts: 0, giveUpAt, claimedUntil: null, updatedAt: now })
          .where('state', '=', 'dead')
        const wanted =
          'id' in which ? dead.where('id', '=', which.id) : dead.where('destination', '=', which.destination)
        return wanted.returning('outboxId')
      })
      .updateTable('outbox')
      .set({ finishedAt: null, publishedAt: null, dueAt: now })
      .where('id', 'in', eb => eb.selectFrom('driven').select('outboxId'))
      .executeTakeFirst()
    return Number(numUpdatedRows)
  }

  /** A dead letter that nobody needs any more is not counted as one. */
  async dismiss(id: string): Promise<void> {
    await this.#db
      .updateTable('deliveries')
      .set({ state: 'dismissed', updatedAt: this.#clock.now() })
      .where('id', '=', id)
      .where('state', '=', 'dead')
      .execute()
  }

  /**
   * Deletes work that was done before `before`, with what was sent of it, but for cases under hold: job logs and incidents
   * tell the story by then. Dead letters too: whom a month did not move, nothing will.
   * @returns how much work
   */
  async sweep(before: EpochMs): Promise<number> {
    for (let swept = 0; ; ) {
      const some = await this.#sweepSome(before)
      swept += some
      if (some < BATCH) return swept
    }
  }

  #sweepSome(before: EpochMs): Promise<number> {
    return this.#db.transaction().execute(async trx => {
      const rows = await trx
        .selectFrom('outbox')
        .select('id')
        .where('finishedAt', '<', before)
        .where(eb => eb.not(isHeldWork))
        .limit(BATCH)
        .execute()
      const done = rows.map(row => row.id)
      if (done.length === 0) return 0
      await trx.deleteFrom('deliveries').where('outboxId', 'in', done).execute()
      await trx.deleteFrom('outbox').where('id', 'in', done).execute()
      return done.length
    })
  }

  /** Forgets what robots were sent: their rate looks back a minute. */
  async forgetMessages(): Promise<void> {
    const before = this.#clock.now() - ROBOT_MESSAGES_KEPT_MS
    await this.#db.deleteFrom('robotMessages').where('sentAt', '<', before).execute()
  }
}
