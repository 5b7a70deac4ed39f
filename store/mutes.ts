// Mutes: set and ended by people, asked for with every observation, and what each held back.
import { sql, type Transaction } from 'kysely'
import { JiemuError } from '../core/errors.ts'
import { contentId, type Fingerprint, type StreetId } from '../core/ids.ts'
import type { Mute, MuteId, NewMute } from '../core/mute.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { Database } from './connection.ts'
import { oneOf } from './outbox-rows.ts'
import type { Tables } from './tables.ts'

/** What `DispatchTransaction` says of it. */
export async function noteHeld(
  trx: Transaction<Tables>,
  muteId: MuteId,
  fingerprint: Fingerprint,
  at: EpochMs,
): Promise<void> {
  await trx
    .insertInto('muteHolds')
    .values({ muteId, fingerprint, firstAt: at, lastAt: at })
    .onConflict(conflict =>
      conflict.columns(['muteId', 'fingerprint']).doUpdateSet({ lastAt: sql`greatest(mute_holds.last_at, ${at})` }),
    )
    .execute()
}

/** Fulfils `Mutes` of api/mute-ports.ts, where each method is described. */
export class Mutes {
  readonly #db: Database
  readonly #clock: Clock

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  async add(mute: NewMute, key: string): Promise<Mute> {
    const id = `mute-${contentId(mute.setBy, key)}` as MuteId
    await this.#db
      .insertInto('mutes')
      .values({ ...mute, id, key, fromAt: this.#clock.now(), endedAt: null, endedBy: null, endReason: null })
      .onConflict(conflict => conflict.doNothing())
      .execute()
    return this.#one(id)
  }

  find(id: MuteId): Promise<Mute | undefined> {
    return this.#mutes().where('mutes.id', '=', id).executeTakeFirst()
  }

  /** @param streets only what lies in them, and what is muted everywhere */
  async list(standing: boolean, limit: number, streets?: readonly StreetId[]): Promise<readonly Mute[]> {
    const now = this.#clock.now()
    let query = this.#mutes()
    query = standing
      ? query.where('mutes.endedAt', 'is', null).where('mutes.untilAt', '>', now)
      : query.where(({ eb, or }) => or([eb('mutes.endedAt', 'is not', null), eb('mutes.untilAt', '<=', now)]))
    if (streets) {
      query = query.where(({ eb, or }) =>
        or([eb('mutes.streetId', 'is', null), eb('mutes.streetId', '=', oneOf(streets))]),
      )
    }
    return query
      .orderBy(standing ? 'mutes.untilAt' : 'mutes.fromAt', standing ? 'asc' : 'desc')
      .orderBy('mutes.id')
      .limit(limit)
      .execute()
  }

  async end(id: MuteId, by: string, reason: string | null): Promise<Mute> {
    const now = this.#clock.now()
    await this.#db
      .updateTable('mutes')
      .set({ endedAt: now, endedBy: by, endReason: reason })
      .where('id', '=', id)
      .where('endedAt', 'is', null)
      .where('untilAt', '>', now)
      .execute()
    return this.#one(id)
  }

  async #one(id: MuteId): Promise<Mute> {
    const found = await this.find(id)
    if (!found) throw new JiemuError('not-found', { what: 'mute', id })
    return found
  }

  #mutes() {
    return this.#db
      .selectFrom('mutes')
      .leftJoinLateral(
        eb =>
          eb
            .selectFrom('muteHolds')
            .select(({ fn }) => [fn.countAll<number>().as('held'), fn.max('muteHolds.lastAt').as('lastHeldAt')])
            .whereRef('muteHolds.muteId', '=', 'mutes.id')
            .as('holds'),
        join => join.onTrue(),
      )
      .select([
        'mutes.id',
        'mutes.streetId',
        'mutes.cameraId',
        'mutes.zoneId',
        'mutes.kind',
        'mutes.faults',
        'mutes.fromAt',
        'mutes.untilAt',
        'mutes.reason',
        'mutes.setBy',
        'mutes.endedAt',
        'mutes.endedBy',
        'mutes.endReason',
        'holds.lastHeldAt',
        // An aggregate always gives a row.
        sql<number>`coalesce(holds.held, 0)`.as('held'),
      ])
  }
}
