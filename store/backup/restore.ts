// `jiemu restore`: an archive into an empty place, which becomes a house only once all of it is there.
import { existsSync } from 'node:fs'
import { appendFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { JiemuError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { Scope } from '../../core/scope.ts'
import { Audit, type AuditReport } from '../audit.ts'
import { connect, type Database } from '../connection.ts'
import { openEmbedded } from '../embedded.ts'
import { databaseFailure } from '../failure.ts'
import { MIGRATION_NAMES, migrate, migrateTo } from '../migrations/index.ts'
import { bytesOf, type Member, readArchive } from './archive.ts'
import { checkArchive } from './check-archive.ts'
import { KEY, type Manifest } from './manifest.ts'
import { type ForeignKey, foreignKeys, setIdentity } from './table-shapes.ts'
import { databaseMark, RESTORING } from './unfinished.ts'

export interface RestoreRequest {
  readonly file: string
  readonly dataDirectory: string
  /** A PostgreSQL server; without it the embedded database. */
  readonly databaseUrl?: string | undefined
  readonly log: Log
  readonly onProgress?: (step: 'checking' | 'restoring', bytes: number) => void
}

export interface RestoreResult {
  readonly manifest: Manifest
  readonly rows: number
  readonly audit: readonly AuditReport[]
}

/** Checking a reference of a million rows takes its time. */
const STATEMENT_MS = 600_000
/** What becomes part of the data directory, the embedded database last: without it nothing starts. */
const PARTS = ['evidence', 'detections', KEY, 'pg'] as const

/**
 * The whole archive is checked first. Files and embedded database grow in a folder of the data directory that keeps the
 * program from starting; a server's database bears a mark that does the same. Broken off, it is begun anew by the next restore.
 * @throws JiemuError backup-invalid, backup-newer, restore-target-not-empty, database-…
 */
export async function restoreBackup(request: RestoreRequest): Promise<RestoreResult> {
  const { file, dataDirectory, databaseUrl, log, onProgress } = request
  const manifest = await checkArchive(file, MIGRATION_NAMES, bytes => onProgress?.('checking', bytes))
  const growing = join(dataDirectory, RESTORING)
  await clearPlace(dataDirectory, growing)
  const scope = new Scope()
  let result: RestoreResult
  try {
    const connection = databaseUrl
      ? { connectionString: databaseUrl }
      : scope.use(await openEmbedded(growing), opened => opened.close()).connection
    const db = scope.use(connect({ ...connection, max: 2, query_timeout: STATEMENT_MS }, log), opened =>
      opened.destroy(),
    )
    const references = await prepare(db, manifest)
    const rows = await fill(db, manifest, growing, request)
    await complete(db, manifest, rows, references, file)
    const audit = await new Audit(db).verify()
    await databaseMark.remove(db)
    result = { manifest, rows: [...rows.values()].reduce((sum, count) => sum + count, 0), audit }
  } catch (error) {
    await scope.close()
    throw databaseFailure(error)
  }
  await scope.close()
  for (const part of PARTS) {
    if (existsSync(join(growing, part))) await rename(join(growing, part), join(dataDirectory, part))
  }
  await rm(growing, { recursive: true })
  return result
}

/** Empty, or with what a restore left that was broken off. */
async function clearPlace(dataDirectory: string, growing: string): Promise<void> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 })
  if (existsSync(growing)) {
    await rm(growing, { recursive: true })
    for (const part of PARTS) await rm(join(dataDirectory, part), { recursive: true, force: true })
  }
  const there = await readdir(dataDirectory)
  if (there.length > 0) throw notEmpty(dataDirectory, there.slice(0, 3).join(', '))
  await mkdir(growing, { mode: 0o700 })
}

const notEmpty = (target: string, found: string) => new JiemuError('restore-target-not-empty', { target, found })

/** Tables as they were when the backup was made, without rows and without references that would ask for an order. */
async function prepare(db: Database, manifest: Manifest): Promise<readonly ForeignKey[]> {
  const { rows: there } = await sql<{ name: string }>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'f', 'p')
    order by relname`.execute(db)
  if (await databaseMark.isThere(db)) {
    for (const { name } of there) {
      if (name !== databaseMark.table) await sql`drop table if exists ${sql.table(name)} cascade`.execute(db)
    }
  } else if (there.length > 0) {
    throw notEmpty(
      'the database',
      there
        .slice(0, 3)
        .map(({ name }) => name)
        .join(', '),
    )
  }
  await databaseMark.put(db)
  await migrateTo(db, manifest.migrations.at(-1) ?? '')
  const references = await foreignKeys(db)
  for (const { table, name } of references) {
    await sql`alter table ${sql.table(table)} drop constraint ${sql.ref(name)}`.execute(db)
  }
  // What migrations put into new tables is in the archive too.
  for (const name of Object.keys(manifest.tables)) {
    const { rows } = await sql`select from ${sql.table(name)} limit 1`.execute(db)
    // Append-only tables refuse even to delete nothing.
    if (rows.length > 0) await sql`delete from ${sql.table(name)}`.execute(db)
  }
  return references
}

/** @returns rows by table */
async function fill(
  db: Database,
  manifest: Manifest,
  growing: string,
  { file, onProgress }: RestoreRequest,
): Promise<ReadonlyMap<string, number>> {
  const rows = new Map<string, number>()
  for await (const member of readArchive(file)) {
    const [folder, table = ''] = member.path.split('/')
    if (folder === 'tables') {
      const columns = manifest.tables[table]?.columns
      if (!columns) throw new JiemuError('backup-invalid', { file, problem: `its manifest has no table ${table}` })
      rows.set(table, (rows.get(table) ?? 0) + (await insert(db, table, columns, await bytesOf(member))))
    } else if (folder === 'evidence' || folder === 'detections' || member.path === KEY) {
      await writeMember(member, join(growing, member.path))
    }
    onProgress?.('restoring', member.size)
  }
  return rows
}

async function insert(db: Database, table: string, columns: readonly string[], lines: Buffer): Promise<number> {
  const list = sql.join(columns.map(column => sql.ref(column)))
  const json = `[${lines.toString('utf8').trimEnd().replaceAll('\n', ',')}]`
  const { numAffectedRows } = await sql`
    insert into ${sql.table(table)} (${list}) overriding system value
    select ${list} from json_populate_recordset(null::${sql.table(table)}, ${json}::json)`.execute(db)
  return Number(numAffectedRows ?? 0)
}

async function writeMember(member: Member, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFile(path, '', { mode: 0o600, flag: 'wx' })
  for await (const chunk of member.chunks()) await appendFile(path, chunk)
}

/** References again, and so a check of all of them; identities; then the schema of this program. */
async function complete(
  db: Database,
  manifest: Manifest,
  rows: ReadonlyMap<string, number>,
  references: readonly ForeignKey[],
  file: string,
): Promise<void> {
  for (const [table, { rows: wanted }] of Object.entries(manifest.tables)) {
    const found = rows.get(table) ?? 0
    if (found !== wanted) {
      throw new JiemuError('backup-invalid', { file, problem: `${table} has ${found} rows of ${wanted}` })
    }
  }
  for (const { table, name, definition } of references) {
    // PostgreSQL's own words for the constraint that was dropped.
    await sql`alter table ${sql.table(table)} add constraint ${sql.ref(name)} ${sql.raw(definition)}`.execute(db)
  }
  for (const [name, last] of Object.entries(manifest.identities)) {
    const [table = '', column = ''] = name.split('.')
    await setIdentity(db, table, column, last)
  }
  await migrate(db)
}
