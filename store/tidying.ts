// What a server's autovacuum and checkpointer do for themselves, for the embedded database, which has neither.
import { sql } from 'kysely'
import type { Database } from './connection.ts'

/**
 * Gives back what was deleted and counts what is there, where enough has changed (as autovacuum judges it by default: a
 * fifth of the rows, a tenth for the planner's counts, and fifty) or nothing was counted yet, table by table: everybody
 * else waits for one at a time. Then the log of changes is begun anew: without that it grows until the program ends in
 * peace, 0.5 GB an hour with fifty cameras, and one that is killed reads all of it when it starts again.
 * @throws JiemuError database-unavailable
 */
export async function tidy(db: Database): Promise<void> {
  // What was changed a moment ago counts too.
  await sql`select pg_stat_force_next_flush()`.execute(db)
  for (const { schema, name } of await due(db)) await sql`vacuum (analyze) ${sql.id(schema, name)}`.execute(db)
  await sql`checkpoint`.execute(db)
}

/** Large values lie in a table of their own, whose dead rows are many where those of the table are few. */
async function due(db: Database): Promise<readonly { readonly schema: string; readonly name: string }[]> {
  const { rows } = await sql<{ readonly schema: string; readonly name: string }>`
    select own.schemaname as schema, own.relname as name
    from pg_stat_all_tables own
    join pg_class on pg_class.oid = own.relid and pg_class.relkind = 'r'
    left join pg_stat_all_tables large on large.relid = pg_class.reltoastrelid
    where own.n_dead_tup > 50 + own.n_live_tup / 5
      or large.n_dead_tup > 50 + large.n_live_tup / 5
      or own.n_mod_since_analyze > 50 + own.n_live_tup / 10
      or (pg_class.reltuples < 0 and own.n_live_tup > 0)
    order by own.relid`.execute(db)
  return rows
}
