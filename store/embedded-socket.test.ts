// The socket under many connections: what one does never reaches another, and nobody waits for ever.
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { preparedDirectory } from '../tests/support/embedded.ts'
import { serveSocket } from './embedded-socket.ts'

let database: PGlite
let folder: string
let stop: () => Promise<void>
beforeAll(async () => {
  folder = await preparedDirectory()
  database = await PGlite.create(join(folder, 'pg'))
  stop = await serveSocket(database, join(folder, '.s.PGSQL.5432'))
  await database.exec('create table mark (a int)')
}, 60_000)
afterAll(async () => {
  await stop?.()
  await database?.close()
  await rm(folder, { recursive: true, force: true })
})

async function connected(): Promise<pg.Client> {
  const client = new pg.Client({ host: folder, port: 5432, user: 'postgres', database: 'postgres' })
  client.on('error', () => {})
  await client.connect()
  return client
}

/** As the kernel does when the process at the other end is killed. */
const cut = (client: pg.Client) =>
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()

test('keeps each connection’s statements apart while others come, go and are cut', async () => {
  const steady = await Promise.all([1, 2, 3].map(connected))
  const asking = steady.map(async (client, which) => {
    for (let n = 0; n < 60; n++) {
      const { rows } = await client.query(`select $1::int as n, ${which} as which`, [n])
      expect(rows).toEqual([{ n, which }])
    }
  })
  const passing = ['ends', 'is cut', 'is cut in a transaction'].map(async how => {
    for (let n = 0; n < 20; n++) {
      const client = await connected()
      expect((await client.query('select $1::text as how', [how])).rows).toEqual([{ how }])
      if (how === 'is cut in a transaction') {
        await client.query('begin')
        await client.query('insert into mark values ($1)', [-1])
      }
      if (how === 'ends') await client.end()
      else cut(client)
    }
  })
  await Promise.all([...asking, ...passing])
  expect((await steady[0]?.query('select count(*)::int as n from mark where a = -1'))?.rows).toEqual([{ n: 0 }])
  await Promise.all(steady.map(client => client.end()))
})

test('shows nobody a transaction before it is committed', async () => {
  const [writer, reader] = await Promise.all([connected(), connected()])
  await writer.query('begin')
  await writer.query('insert into mark values (7)')
  const seen = reader.query('select count(*)::int as n from mark where a = 7')
  await writer.query('insert into mark values (7)')
  await writer.query('commit')
  expect((await seen).rows).toEqual([{ n: 2 }])
  await Promise.all([writer.end(), reader.end()])
})

test('gives an error to the one whose query failed, and goes on', async () => {
  const [one, other] = await Promise.all([connected(), connected()])
  await one.query('begin')
  await expect(one.query('select $1::int / 0', [1])).rejects.toMatchObject({ code: '22012' })
  await expect(one.query('select 1')).rejects.toMatchObject({ code: '25P02' })
  await one.query('rollback')
  expect((await other.query('select 1 as fine')).rows).toEqual([{ fine: 1 }])
  await Promise.all([one.end(), other.end()])
})

test('shuts the door on what is not PostgreSQL, and stays open for others', async () => {
  const stranger = createConnection(join(folder, '.s.PGSQL.5432'))
  stranger.end(Buffer.alloc(64))
  await once(stranger.resume(), 'close')
  const client = await connected()
  expect((await client.query('select 1 as fine')).rows).toEqual([{ fine: 1 }])
  await client.end()
})

test('brings a notification to whoever listens', async () => {
  const [listener, speaker] = await Promise.all([connected(), connected()])
  const heard: (string | undefined)[] = []
  listener.on('notification', ({ payload }) => heard.push(payload))
  await listener.query('listen news')
  await speaker.query(`select pg_notify('news', 'one')`)
  await vi.waitFor(() => expect(heard).toEqual(['one']))
  await Promise.all([listener.end(), speaker.end()])
})

test('keeps nothing of what was answered', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const client = await connected()
  const held = async (queries: number) => {
    for (let query = 0; query < queries; query++) await client.query('select * from generate_series(1, 2000)')
    collect()
    return process.memoryUsage().heapUsed
  }
  const before = await held(20)
  // Kept, the rows of the hundred alone would be some 30 MB.
  expect((await held(100)) - before).toBeLessThan(8_000_000)
  await client.end()
})
