// The three places in which the product keeps its records and its queue, each started fresh, or named as absent.
import type { Scope } from '../../core/scope.ts'
import { postgresAbsent, startPostgres } from '../../tests/support/postgres.ts'
import { redisAbsent, startRedis } from '../../tests/support/redis.ts'
import type { Servers } from './desk.ts'

export interface BackEnd {
  readonly name: 'pglite' | 'postgres' | 'redis'
  readonly title: string
  /** What this machine lacks for it; empty where it lacks nothing. */
  readonly absent: string
  /** What a district may ask of it: so many incidents a second, and 99 of 100 with their people so soon after the commit. */
  readonly asked?: { readonly ratePerS: number; readonly p99Ms: number }
  /** The scope stops the servers. */
  open(scope: Scope): Promise<Servers>
}

async function postgres(scope: Scope): Promise<Servers> {
  const server = scope.use(await startPostgres(), it => it.stop())
  return { databaseUrl: server.url }
}

export const BACK_ENDS: readonly BackEnd[] = [
  {
    name: 'pglite',
    title: 'PGlite, embedded, with the queue in it (never calls fsync)',
    absent: '',
    asked: { ratePerS: 10, p99Ms: 2_000 },
    open: async () => ({}),
  },
  {
    name: 'postgres',
    title: 'PostgreSQL with the queue in it (fsync at every commit)',
    absent: postgresAbsent,
    open: postgres,
  },
  {
    name: 'redis',
    title: 'PostgreSQL, and the queue in Redis (fsync at every commit, and at every command)',
    absent: [postgresAbsent, redisAbsent].filter(Boolean).join(' and '),
    asked: { ratePerS: 100, p99Ms: 500 },
    open: async scope => {
      const servers = await postgres(scope)
      const redis = scope.use(await startRedis(), it => it.stop())
      return { ...servers, redisUrl: redis.url }
    },
  },
]
