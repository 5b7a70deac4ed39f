// The marks of a restore that is under way, or was broken off: with either of them the program does not start.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { JiemuError } from '../../core/errors.ts'
import type { Database } from '../connection.ts'

/** In the data directory: what is restored grows here. */
export const RESTORING = 'restoring'

export const databaseMark = {
  table: 'restore_unfinished',

  async put(db: Database): Promise<void> {
    await sql`create table if not exists restore_unfinished (mark integer)`.execute(db)
  },

  async isThere(db: Database): Promise<boolean> {
    const { rows } = await sql<{ found: boolean }>`
      select to_regclass('public.restore_unfinished') is not null as found`.execute(db)
    return rows[0]?.found === true
  },

  async remove(db: Database): Promise<void> {
    await sql`drop table restore_unfinished`.execute(db)
  },
} as const

const REFUSAL = (target: string) => new JiemuError('restore-unfinished', { target })

/** @throws JiemuError restore-unfinished */
export function refuseUnfinishedDirectory(dataDirectory: string): void {
  if (existsSync(join(dataDirectory, RESTORING))) throw REFUSAL(dataDirectory)
}

/** @throws JiemuError restore-unfinished */
export async function refuseUnfinishedDatabase(db: Database): Promise<void> {
  if (await databaseMark.isThere(db)) throw REFUSAL('the database')
}
