// The one way to the database: a pool of pg, read and written through Kysely, with failures given their codes.
import { CamelCasePlugin, Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import type { Log } from '../core/log.ts'
import { databaseFailure } from './failure.ts'
import type { Tables } from './tables.ts'

export type Database = Kysely<Tables>

/** What pg needs to reach the database; the queue is handed the same. */
export type ConnectionConfig = Pick<
  pg.PoolConfig,
  'connectionString' | 'host' | 'port' | 'user' | 'database' | 'connectionTimeoutMillis' | 'query_timeout' | 'max'
>

/** Beyond this a query counts as unanswered: a server that hangs must not hang us. */
const QUERY_TIMEOUT_MS = 30_000
const CONNECT_TIMEOUT_MS = 5_000

/** Epoch milliseconds are bigint columns, and fit a number until the year 287396. Set per pool: pg is shared with BullMQ. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
}

type NameOf = (text: string, values: readonly unknown[]) => string | undefined

/** Statements that came so often are prepared, but for those with many values: they write many rows, and each number has a text of its own. */
const PREPARED_FROM = 20
const MOST_PREPARED = 300
const MOST_VALUES = 80

/**
 * Names for the statements that come all the time: a server parses a named one once per connection, and half of what
 * dispatch costs it is parsing and planning. Behind a pooler that hands out another connection for each transaction, only
 * one that knows of prepared statements will do (PgBouncer from 1.21 on).
 */
function statementNames(): NameOf {
  const counts = new Map<string, number>()
  const names = new Map<string, string>()
  return (text, values) => {
    const name = names.get(text)
    if (name || names.size >= MOST_PREPARED || values.length > MOST_VALUES) return name
    if (counts.size > 10 * MOST_PREPARED) counts.clear()
    const count = (counts.get(text) ?? 0) + 1
    counts.set(text, count)
    if (count < PREPARED_FROM || text.length < SHORTEST_PREPARED) return undefined
    counts.delete(text)
    names.set(text, `jiemu-${names.size}`)
    return names.get(text)
  }
}

/** "begin" and "commit" need no plan. */
const SHORTEST_PREPARED = 20

/** A connection whose query failed for want of an answer is thrown away: its next answer would be the old one. */
function guarded(pool: pg.Pool, nameOf: NameOf): PostgresPool {
  return {
    connect: async () => {
      const client = await pool.connect().catch((thrown: unknown) => Promise.reject(databaseFailure(thrown)))
      let broken = false
      const query = async (text: string, values: unknown[]) => {
        try {
          const name = nameOf(text, values)
          return await client.query({ text, values, ...(name && { name }) })
        } catch (thrown) {
          const failure = databaseFailure(thrown)
          if (failure !== thrown) broken = true
          throw failure
        }
      }
      // Kysely's interface overloads `query` with a cursor, which we never ask for.
      const guardedQuery = query as unknown as PostgresPoolClient['query']
      return { query: guardedQuery, release: () => client.release(broken) }
    },
    end: () => pool.end(),
  }
}

/** Opens a pool; nothing is connected before the first query. Whoever opens it destroys it. */
export function connect(config: ConnectionConfig, log: Log): Database {
  // The connections to the embedded database share one backend, and so would share its names.
  const nameOf = config.connectionString ? statementNames() : () => undefined
  const pool = new pg.Pool({
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    ...config,
    types,
  })
  // A connection may be lost while nobody waits for its answer, at rest or within a transaction; without listeners that
  // would end the process. The next query gets the error, the one after it a new connection.
  const lost = (error: Error) => log.warn({ problem: error.message }, 'a database connection was lost')
  pool.on('error', lost)
  pool.on('connect', client => client.on('error', lost))
  // Column names are snake_case and records camelCase; what lies inside a JSON column is left as it is.
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: guarded(pool, nameOf) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
}
