// The embedded database as files and processes: what it keeps when killed, who may open it, where its socket lies.
import { spawn } from 'node:child_process'
import { mkdir, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLog } from '../core/log.ts'
import { openTestStore, preparedDirectory } from '../tests/support/embedded.ts'
import { type ConnectionConfig, connect } from './connection.ts'
import { openEmbedded } from './embedded.ts'

let directory: string
beforeEach(async () => {
  directory = await preparedDirectory()
}, 60_000)
afterEach(() => rm(directory, { recursive: true, force: true }))

async function rowsIn(connection: ConnectionConfig): Promise<readonly number[]> {
  const db = connect(connection, silentLog)
  const { rows } = await sql<{ readonly n: number }>`select n from kept order by n`.execute(db)
  await db.destroy()
  return rows.map(row => row.n)
}

/** Commits numbers as fast as it can and says each once it is committed. */
const WRITER = `
const { PGlite } = await import(process.argv[1])
const database = await PGlite.create(process.argv[2])
await database.exec('create table kept (n int)')
for (let n = 0; ; n++) {
  await database.query('insert into kept values ($1)', [n])
  process.stdout.write(n + '\\n')
}
`

test('keeps every committed row when the process is killed in the midst of writing', async () => {
  const module = pathToFileURL(createRequire(import.meta.url).resolve('@electric-sql/pglite')).href
  const writer = spawn(process.execPath, ['--input-type=module', '--eval', WRITER, module, join(directory, 'pg')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = -1
  for await (const line of createInterface({ input: writer.stdout })) {
    said = Number(line)
    if (said === 40) writer.kill('SIGKILL')
  }
  const database = await openEmbedded(directory)
  const rows = await rowsIn(database.connection)
  await database.close()
  expect(said).toBeGreaterThanOrEqual(40)
  expect(rows.slice(0, said + 1)).toEqual(Array.from({ length: said + 1 }, (_, n) => n))
}, 60_000)

test('lets nobody open the data directory a second time while it is open', async () => {
  const database = await openEmbedded(directory)
  await expect(openEmbedded(directory)).rejects.toMatchObject({ code: 'database-locked' })
  await database.close()
  await (await openEmbedded(directory)).close()
})

test('lets a command join a running process, and not a dead one', async () => {
  const serving = await openTestStore({ dataDirectory: directory })
  const joined = await openTestStore({ dataDirectory: directory, join: true })
  const before = await serving.store.configuration.revision()
  const team = 'teams: [{ id: patrol, name: Patrol, skills: [crowding], grids: [n1] }]'
  expect(await joined.store.configuration.importCameras(team, 'test')).toHaveLength(1)
  await joined.store.close()
  expect(await serving.store.configuration.revision()).toBe(before + 1)
  await serving.store.close()
  const alone = await openTestStore({ dataDirectory: directory, join: true })
  expect(await alone.store.configuration.teams()).toHaveLength(1)
  await alone.dispose()
})

test('puts its socket elsewhere when the data directory’s path is too long for one', async () => {
  const deep = join(directory, 'd'.repeat(100))
  await mkdir(deep)
  await rename(join(directory, 'pg'), join(deep, 'pg'))
  const database = await openEmbedded(deep)
  expect(database.connection.host?.startsWith(deep)).toBe(false)
  const db = connect(database.connection, silentLog)
  expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }])
  await db.destroy()
  await database.close()
})
