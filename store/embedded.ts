// The embedded database: PGlite in the data directory, reached by everybody through a private UNIX socket.
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import { Scope } from '../core/scope.ts'
import type { ConnectionConfig } from './connection.ts'
import { serveSocket } from './embedded-socket.ts'
import { newCluster } from './empty-cluster.ts'
import { lockDirectory } from './lock.ts'

export interface EmbeddedDatabase {
  readonly connection: ConnectionConfig
  close(): Promise<void>
}

/** Linux's limit for a socket's path is 108 bytes with its closing zero, macOS's 104. */
const SOCKET_PATH_LIMIT = 103
const PORT = 5432
/** Says where the socket is, for those who join. */
const ADDRESS_FILE = 'socket'

/** PGlite's own start parameters, with 16 MB of buffers instead of 160 and the queue's schema within reach. */
function startParams(): string[] {
  // BullMQ asks for its schema in start-up options, which cannot be applied to the one session.
  // Ours are all plural, BullMQ's singular: `public` first, and none hides another.
  const kept = PGlite.defaultStartParams.map(param =>
    param.startsWith('search_path=') ? 'search_path=public,bullmq' : param,
  )
  // Its log of changes is begun anew every few minutes (see tidying.ts), and what is kept for the next one stays small.
  return [...kept, '-c', 'shared_buffers=16MB', '-c', 'min_wal_size=32MB', '-c', 'max_wal_size=64MB']
}

/** A folder for the socket that nobody else may enter; outside the data directory where that path is too long. */
async function socketFolder(dataDirectory: string, scope: Scope): Promise<string> {
  const inside = join(dataDirectory, 'run')
  if (Buffer.byteLength(socketIn(inside)) <= SOCKET_PATH_LIMIT) {
    await rm(inside, { recursive: true, force: true })
    await mkdir(inside, { recursive: true, mode: 0o700 })
    await chmod(inside, 0o700)
    return inside
  }
  const outside = await mkdtemp(join(tmpdir(), 'jiemu-'))
  scope.defer(() => rm(outside, { recursive: true, force: true }))
  return outside
}

/** Where pg looks for a server when its host is a folder. */
const socketIn = (folder: string): string => join(folder, `.s.PGSQL.${PORT}`)

/**
 * Opens, or first creates, the database in `<dataDirectory>/pg`.
 *
 * All connections share one session: while one is in a transaction nobody else is served. So nothing but the
 * transaction's own queries may be awaited inside one.
 * @throws JiemuError database-locked, or database-unavailable where it cannot be opened
 */
export async function openEmbedded(dataDirectory: string): Promise<EmbeddedDatabase> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 })
  const scope = new Scope()
  try {
    scope.defer(await lockDirectory(dataDirectory))
    const cluster = join(dataDirectory, 'pg')
    if (!existsSync(join(cluster, 'PG_VERSION'))) await newCluster(cluster)
    const database = scope.use(await PGlite.create(cluster, { startParams: startParams() }), it => it.close())
    const folder = await socketFolder(dataDirectory, scope)
    scope.defer(await serveSocket(database, socketIn(folder)))
    await writeFile(join(dataDirectory, ADDRESS_FILE), folder)
    return { connection: connectionTo(folder), close: () => scope.close() }
  } catch (thrown) {
    await scope.close()
    throw toJiemuError(thrown, 'database-unavailable')
  }
}

/**
 * Opens the database as above or, where another process has it open, comes in by that process's socket:
 * `jiemu cameras import` beside a running `jiemu serve`.
 * @throws JiemuError database-unavailable
 */
export async function joinEmbedded(dataDirectory: string): Promise<EmbeddedDatabase> {
  try {
    return await openEmbedded(dataDirectory)
  } catch (thrown) {
    if (!(thrown instanceof JiemuError && thrown.code === 'database-locked')) throw thrown
    const folder = await readFile(join(dataDirectory, ADDRESS_FILE), 'utf8').catch(() => {
      throw thrown
    })
    return { connection: connectionTo(folder), close: async () => {} }
  }
}

const connectionTo = (host: string): ConnectionConfig => ({ host, port: PORT, user: 'postgres', database: 'postgres' })
