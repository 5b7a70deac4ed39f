// The migrations in the order in which they are applied. A migration that was released is never changed.
import { type Migration, Migrator, sql } from 'kysely'
import type { Database } from '../connection.ts'
import { databaseFailure } from '../failure.ts'
import { firstVertical } from './001-first-vertical.ts'
import { conditions } from './002-conditions.ts'
import { closedLoop } from './003-closed-loop.ts'
import { people } from './004-people.ts'
import { deliveries } from './005-deliveries.ts'
import { keeping } from './006-keeping.ts'
import { feedback } from './007-feedback.ts'
import { workers } from './008-workers.ts'
import { reports } from './009-reports.ts'
import { standing } from './010-standing.ts'
import { deadlines } from './011-deadlines.ts'
import { verify } from './012-verify.ts'
import { notices } from './013-notices.ts'
import { claims } from './015-claims.ts'
import { field } from './016-field.ts'
import { jobsAndDuty } from './018-jobs-and-duty.ts'
import { theRoomsDay } from './019-the-rooms-day.ts'
import { signInAndSight } from './020-sign-in-and-sight.ts'
import { reportsByOurOwn } from './021-reports-by-our-own.ts'
import { supervisionAndTeams } from './022-supervision-and-teams.ts'
import { whatIsKnown } from './023-what-is-known.ts'

const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '001-first-vertical': firstVertical,
  '002-conditions': conditions,
  '003-closed-loop': closedLoop,
  '004-people': people,
  '005-deliveries': deliveries,
  '006-keeping': keeping,
  '007-feedback': feedback,
  '008-workers': workers,
  '009-reports': reports,
  '010-standing': standing,
  '011-deadlines': deadlines,
  '012-verify': verify,
  '013-notices': notices,
  '015-claims': claims,
  '016-field': field,
  '018-jobs-and-duty': jobsAndDuty,
  '019-the-rooms-day': theRoomsDay,
  '020-sign-in-and-sight': signInAndSight,
  '021-reports-by-our-own': reportsByOurOwn,
  '022-supervision-and-teams': supervisionAndTeams,
  '023-what-is-known': whatIsKnown,
}

/** In the order in which they are applied. */
export const MIGRATION_NAMES: readonly string[] = Object.keys(MIGRATIONS).sort()

const migrator = (db: Database) => new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } })

/** Brings the tables up to date; several processes may call it at once. @throws JiemuError database-unavailable */
export async function migrate(db: Database): Promise<void> {
  const { error } = await migrator(db).migrateToLatest()
  if (error) throw databaseFailure(error)
}

/** Makes the tables as they were after the migration `name`. @throws JiemuError database-unavailable */
export async function migrateTo(db: Database, name: string): Promise<void> {
  const { error } = await migrator(db).migrateTo(name)
  if (error) throw databaseFailure(error)
}

/** Those that this database has seen, in their order. */
export async function appliedMigrations(db: Database): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  return rows.map(row => row.name)
}
