// `jiemu backup`: one consistent copy of every table and the pictures that its rows name, in one tar file.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { sql } from 'kysely'
import { JiemuError } from '../../core/errors.ts'
import type { Clock } from '../../core/time.ts'
import type { Database } from '../connection.ts'
import { databaseFailure } from '../failure.ts'
import { appliedMigrations } from '../migrations/index.ts'
import { ArchiveWriter } from './archive.ts'
import { BEGINS, ENDS, FORMAT, KEY, type Manifest, picturePath } from './manifest.ts'
import { type TableShape, tableShapes } from './table-shapes.ts'

export interface BackupRequest {
  readonly file: string
  readonly dataDirectory: string
  readonly program: string
  readonly withKey: boolean
  readonly withDetections: boolean
  readonly clock: Clock
  readonly onProgress?: (done: number, total: number) => void
}

export interface BackupResult {
  readonly rows: number
  readonly pictures: number
  readonly bytes: number
  readonly missing: Manifest['missing']
  /** For how long the tables were read: on the embedded database nobody else was served. */
  readonly readingMs: number
  /** Of the manifest: whoever keeps it apart can tell this archive from another. */
  readonly manifestSha256: string
}

/** Few enough rows that those of the largest table (64 KiB each) stay a few megabytes. */
const FETCH = 500
const MEMBER_BYTES = 4 << 20
/** A backup that died keeps nobody's files for longer. */
const LEASE_MS = 10 * 60_000
const RENEW_MS = 60_000

type Parts = { -readonly [K in 'tables' | 'identities' | 'members' | 'missing']: Manifest[K] }

/**
 * Reads all tables in one repeatable-read transaction, a cursor a table, and then copies the pictures that they name; while
 * it runs, no picture's file is removed. The file has its name only when it is whole.
 * @throws JiemuError file-unwritable, database-unavailable
 */
export async function writeBackup(db: Database, request: BackupRequest): Promise<BackupResult> {
  const { file, clock } = request
  const unfinished = `${file}.part`
  const pictureList = `${file}.part-pictures`
  const unwritable = (problem: string, cause?: unknown) => new JiemuError('file-unwritable', { file, problem }, cause)
  if (await stat(file).catch(() => undefined)) throw unwritable('it is there already')
  const key = join(request.dataDirectory, KEY)
  if (request.withKey && !(await stat(key).catch(() => undefined))) {
    throw new JiemuError('file-unreadable', {
      file: key,
      problem: 'the key is not here; it may be in JIEMU_SECRET_KEY',
    })
  }
  const lease = await holdFiles(db, clock)
  try {
    const archive = await ArchiveWriter.create(unfinished, new Date(clock.now())).catch(
      (error: NodeJS.ErrnoException) => {
        const left =
          error.code === 'EEXIST' ? `${unfinished} is there: another backup runs, or one was cut off` : undefined
        throw unwritable(left ?? error.code ?? error.message, error)
      },
    )
    try {
      const result = await new Backup(db, archive, request, pictureList).write()
      await archive.finish()
      await rename(unfinished, file)
      return { ...result, bytes: (await stat(file)).size }
    } catch (error) {
      await rm(unfinished, { force: true })
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      throw ['ENOSPC', 'EDQUOT', 'EIO', 'EACCES'].includes(code) ? unwritable(code, error) : error
    } finally {
      await archive.close()
      await rm(pictureList, { force: true })
    }
  } finally {
    await lease.end()
  }
}

class Backup {
  readonly #db: Database
  readonly #archive: ArchiveWriter
  readonly #request: BackupRequest
  readonly #pictureList: string
  readonly #parts: Parts = { tables: {}, identities: {}, members: {}, missing: [] }
  #done = 0
  #total = 0

  constructor(db: Database, archive: ArchiveWriter, request: BackupRequest, pictureList: string) {
    this.#db = db
    this.#archive = archive
    this.#request = request
    this.#pictureList = pictureList
  }

  async write(): Promise<Omit<BackupResult, 'bytes'>> {
    const { program, clock, withKey, withDetections } = this.#request
    const begin = { format: FORMAT, program, createdAt: clock.now() }
    await this.#add(BEGINS, Buffer.from(JSON.stringify(begin)))
    const startedAt = clock.now()
    const migrations = await this.#tables()
    const readingMs = clock.now() - startedAt
    const pictures = await this.#pictures()
    if (withDetections) await this.#detections()
    if (withKey) await this.#add(KEY, await readFile(join(this.#request.dataDirectory, KEY)))
    const manifest: Manifest = { ...begin, migrations, ...this.#parts, pictures, withKey, withDetections }
    const manifestSha256 = await this.#archive.add(ENDS, Buffer.from(JSON.stringify(manifest, undefined, 1)))
    const rows = Object.values(manifest.tables).reduce((sum, table) => sum + table.rows, 0)
    return { rows, pictures, missing: manifest.missing, readingMs, manifestSha256 }
  }

  async #add(path: string, bytes: Uint8Array): Promise<void> {
    const sha256 = await this.#archive.add(path, bytes)
    this.#parts.members[path] = { size: bytes.byteLength, sha256 }
  }

  /** @returns the migrations that these tables have seen */
  async #tables(): Promise<string[]> {
    return this.#db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async trx => {
        const migrations = await appliedMigrations(trx)
        const shapes = await tableShapes(trx)
        for (const { name } of shapes) {
          const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(name)}`.execute(trx)
          this.#total += Number(rows[0]?.count ?? 0)
        }
        const { rows } = await sql<{
          count: number
        }>`select count(*) as count from (select distinct sha256, media_type from evidence) as files`.execute(trx)
        this.#total += Number(rows[0]?.count ?? 0)
        for (const shape of shapes) await this.#table(trx, shape)
        await this.#listPictures(trx)
        return [...migrations]
      })
  }

  async #table(trx: Database, { name, columns, identity }: TableShape): Promise<void> {
    let lines: string[] = []
    let bytes = 0
    let member = 0
    let count = 0
    const flush = async () => {
      if (lines.length === 0) return
      member += 1
      await this.#add(`tables/${name}/${String(member).padStart(6, '0')}.ndjson`, Buffer.from(lines.join('')))
      lines = []
      bytes = 0
    }
    for await (const rows of fetched<{ line: string }>(
      trx,
      sql`select to_json(t)::text as line from ${sql.table(name)} t`,
    )) {
      for (const { line } of rows) {
        // Between values JSON may hold line ends, within them never: a json column is handed out as it came in.
        lines.push(`${line.replace(/[\r\n]/g, ' ')}\n`)
        bytes += line.length
        count += 1
        if (bytes >= MEMBER_BYTES) await flush()
      }
      this.#progress(rows.length)
    }
    await flush()
    this.#parts.tables[name] = { rows: count, columns: [...columns] }
    if (identity) this.#parts.identities[`${name}.${identity.column}`] = identity.last
  }

  /** A million names of pictures would be a hundred megabytes of memory. */
  async #listPictures(trx: Database): Promise<void> {
    const list = await open(this.#pictureList, 'w', 0o600)
    try {
      const query = sql`select distinct sha256, media_type as type from evidence order by sha256`
      for await (const rows of fetched<{ sha256: string; type: string }>(trx, query)) {
        await list.appendFile(rows.map(row => `${row.sha256} ${row.type}\n`).join(''))
      }
    } finally {
      await list.close()
    }
  }

  /** @returns how many were copied; each was held against its SHA-256 */
  async #pictures(): Promise<number> {
    let copied = 0
    for await (const line of createInterface({ input: createReadStream(this.#pictureList) })) {
      const [sha256 = '', type] = line.split(' ')
      const path = picturePath(sha256, type === 'video/mp4' ? type : 'image/jpeg')
      const bytes = await readFile(join(this.#request.dataDirectory, path)).catch(() => undefined)
      if (!bytes) this.#parts.missing.push({ sha256, problem: 'the file cannot be read' })
      else if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
        this.#parts.missing.push({ sha256, problem: 'its SHA-256 is another' })
      } else {
        await this.#archive.add(path, bytes)
        copied += 1
      }
      this.#progress(1)
    }
    return copied
  }

  /** A file that still grows is copied as far as it goes now; one that retention deletes meanwhile is none. */
  async #detections(): Promise<void> {
    const root = join(this.#request.dataDirectory, 'detections')
    for (const camera of (await readdir(root).catch(() => [])).sort()) {
      for (const name of (await readdir(join(root, camera)).catch(() => [])).sort()) {
        const file = await open(join(root, camera, name)).catch(() => undefined)
        if (!file) continue
        try {
          const { size } = await file.stat()
          const path = `detections/${camera}/${name}`
          const sha256 = await this.#archive.addStream(path, size, file.createReadStream({ autoClose: false }))
          this.#parts.members[path] = { size, sha256 }
        } finally {
          await file.close()
        }
      }
    }
  }

  #progress(more: number): void {
    this.#done += more
    this.#request.onProgress?.(this.#done, this.#total)
  }
}

/** A cursor of this transaction, which ends with it: the one session of the embedded database keeps nothing of it. */
async function* fetched<Row>(trx: Database, query: ReturnType<typeof sql>): AsyncGenerator<readonly Row[]> {
  await sql`declare backup_rows no scroll cursor for ${query}`.execute(trx)
  for (;;) {
    const { rows } = await sql<Row>`fetch forward ${sql.lit(FETCH)} from backup_rows`.execute(trx)
    if (rows.length === 0) break
    yield rows
  }
  await sql`close backup_rows`.execute(trx)
}

/** Files of deleted rows stay until it ends. */
async function holdFiles(db: Database, clock: Clock): Promise<{ end(): Promise<void> }> {
  const id = `backup-${process.pid}-${clock.now()}`
  const renew = () => {
    const until = clock.now() + LEASE_MS
    return db
      .insertInto('backupLeases')
      .values({ id, until })
      .onConflict(conflict => conflict.column('id').doUpdateSet({ until }))
      .execute()
  }
  await renew().catch(error => Promise.reject(databaseFailure(error)))
  const timer = setInterval(() => void renew().catch(() => undefined), RENEW_MS)
  return {
    end: async () => {
      clearInterval(timer)
      await db.deleteFrom('backupLeases').where('id', '=', id).execute()
    },
  }
}
