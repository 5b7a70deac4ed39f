// A house moves from a PostgreSQL server to the embedded database and back, and every row of every table comes along.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '../../core/log.ts'
import { openTestStore } from '../../tests/support/embedded.ts'
import { contentOf, fillStore } from '../../tests/support/filled-store.ts'
import { type PostgresServer, postgresAbsent, startPostgres } from '../../tests/support/postgres.ts'
import { connect } from '../connection.ts'
import { restoreBackup } from './restore.ts'
import { databaseMark } from './unfinished.ts'

const OPTIONS = { program: '0.1.0', withKey: true, withDetections: true } as const

describe.skipIf(postgresAbsent)(`backups between databases${postgresAbsent && `, absent: ${postgresAbsent}`}`, () => {
  let server: PostgresServer
  let folder: string
  const inFolder = (name: string) => join(folder, name)
  /** Another database of the same server. */
  const urlOf = (name: string) => server.url.replace(/\/postgres$/, `/${name}`)
  const administer = async (statement: string, name = 'postgres') => {
    const db = connect({ connectionString: urlOf(name), max: 1 }, silentLog)
    await sql.raw(statement).execute(db)
    await db.destroy()
  }
  beforeAll(async () => {
    server = await startPostgres()
    folder = mkdtempSync(join(tmpdir(), 'jiemu-move-'))
  }, 60_000)
  afterAll(async () => {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('server to embedded and back', async () => {
    const first = await openTestStore({ databaseUrl: server.url })
    await fillStore(first)
    const content = await contentOf({ connectionString: server.url })
    await first.store.backup({ file: inFolder('first.tar'), ...OPTIONS })
    await first.dispose()

    await restoreBackup({ file: inFolder('first.tar'), dataDirectory: inFolder('embedded'), log: silentLog })
    const second = await openTestStore({ dataDirectory: inFolder('embedded') })
    expect(await contentOf(second.store.queueConnection)).toEqual(content)
    await second.store.backup({ file: inFolder('second.tar'), ...OPTIONS })
    await second.dispose()

    await administer('create database again')
    const place = { dataDirectory: inFolder('again'), databaseUrl: urlOf('again') }
    const { audit } = await restoreBackup({ file: inFolder('second.tar'), ...place, log: silentLog })
    expect(audit.every(({ broken }) => broken === null)).toBe(true)
    expect(await contentOf({ connectionString: place.databaseUrl })).toEqual(content)
    const third = await openTestStore(place)
    expect((await third.store.configuration.cameras())[0]?.source.url).toContain('admin:hunter2@')
    await third.dispose()
  })

  test('a database with anything in it is refused, and one whose restore broke off is begun anew', async () => {
    await administer('create database other')
    await administer('create table visitors (name text)', 'other')
    const place = { dataDirectory: inFolder('other'), databaseUrl: urlOf('other') }
    const restore = () => restoreBackup({ file: inFolder('first.tar'), ...place, log: silentLog })
    await expect(restore()).rejects.toMatchObject({ code: 'restore-target-not-empty' })
    await administer('drop table visitors', 'other')
    await restore()
    // As it is when the connection breaks among the rows.
    const db = connect({ connectionString: place.databaseUrl, max: 1 }, silentLog)
    await databaseMark.put(db)
    await db.destroy()
    await expect(openTestStore({ databaseUrl: place.databaseUrl })).rejects.toMatchObject({
      code: 'restore-unfinished',
    })
    rmSync(place.dataDirectory, { recursive: true })
    await restore()
    const content = await contentOf({ connectionString: place.databaseUrl })
    expect(content.incidents).toHaveLength(2)
  })
})
