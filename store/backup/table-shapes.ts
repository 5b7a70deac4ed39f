// The tables as the database itself describes them, so that a backup holds every table that any migration ever made.
import { sql } from 'kysely'
import type { Database } from '../connection.ts'

export interface TableShape {
  readonly name: string
  /** Without those that the database computes. */
  readonly columns: readonly string[]
  /** Its identity column, and the last number that it gave; null where it has none. */
  readonly identity: { readonly column: string; readonly last: number } | null
}

/** The migrations' own tables are made by migrating; a lease is of one backup; the mark is of one restore. */
const NOT_OURS = ['kysely_migration', 'kysely_migration_lock', 'backup_leases', 'restore_unfinished']

/** All tables of the schema `public`, by name. The queue's lie in another schema: it is filled anew from the outbox. */
export async function tableShapes(db: Database): Promise<readonly TableShape[]> {
  const { rows } = await sql<{ name: string; columns: string[]; identity: string | null }>`
    select c.relname as name,
      array_agg(a.attname::text order by a.attnum) filter (where a.attgenerated = '') as columns,
      max(a.attname::text) filter (where a.attidentity <> '') as identity
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> all(${sql.val(NOT_OURS)}::text[])
    group by c.relname order by c.relname`.execute(db)
  const shapes: TableShape[] = []
  for (const { name, columns, identity } of rows) {
    shapes.push({
      name,
      columns,
      identity: identity ? { column: identity, last: await lastOf(db, name, identity) } : null,
    })
  }
  return shapes
}

/** 0 where it never gave one. */
async function lastOf(db: Database, table: string, column: string): Promise<number> {
  const { rows } = await sql<{ sequence: string }>`
    select pg_get_serial_sequence(${`"${table}"`}, ${column}) as sequence`.execute(db)
  const [schema = '', sequence = ''] = (rows[0]?.sequence ?? '').replaceAll('"', '').split('.')
  const { rows: values } = await sql<{ last: number | null }>`
    select last_value as last from pg_sequences where schemaname = ${schema} and sequencename = ${sequence}`.execute(db)
  return Number(values[0]?.last ?? 0)
}

/** The next row gets the number after `last`. */
export async function setIdentity(db: Database, table: string, column: string, last: number): Promise<void> {
  await sql`select setval(pg_get_serial_sequence(${`"${table}"`}, ${column}), ${Math.max(1, last)}::bigint, ${last > 0})`.execute(
    db,
  )
}

export interface ForeignKey {
  readonly table: string
  readonly name: string
  readonly definition: string
}

export async function foreignKeys(db: Database): Promise<readonly ForeignKey[]> {
  const { rows } = await sql<ForeignKey>`
    select c.relname as table, k.conname as name, pg_get_constraintdef(k.oid) as definition
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where k.contype = 'f' and k.connamespace = 'public'::regnamespace order by 1, 2`.execute(db)
  return rows
}
