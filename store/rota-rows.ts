// The rota's rows as a choice of people needs them at one moment.
import type { Kysely } from 'kysely'
import type { Team } from '../core/team.ts'
import type { EpochMs } from '../core/time.ts'
import type { Rota, Worker } from '../core/worker.ts'
import type { Tables } from './tables.ts'

export interface StoredRota extends Rota {
  readonly teams: readonly Team[]
  readonly workers: readonly Worker[]
}

/** With the exceptions that are in force at `at`. */
export async function readRota(db: Kysely<Tables>, at: EpochMs): Promise<StoredRota> {
  return {
    teams: await db.selectFrom('teams').selectAll().orderBy('id').execute(),
    workers: await db.selectFrom('workers').selectAll().orderBy('id').execute(),
    shifts: await db.selectFrom('shifts').selectAll().orderBy('id').execute(),
    overrides: await db
      .selectFrom('shiftOverrides')
      .selectAll()
      .where('toAt', '>', at)
      .where('fromAt', '<=', at)
      .execute(),
  }
}
