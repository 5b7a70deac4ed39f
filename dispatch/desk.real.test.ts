// Dispatch over real servers, which are killed, restarted and made to forget.
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { silentLog } from '../core/log.ts'
import { systemClock } from '../core/time.ts'
import { openStore } from '../store/open.ts'
import { again, deskContract, type Ground, type Played, until } from '../tests/support/desk-contract.ts'
import { openTestStore } from '../tests/support/embedded.ts'
import { type PostgresServer, postgresAbsent, startPostgres } from '../tests/support/postgres.ts'
import { type RedisServer, redisAbsent, startRedis } from '../tests/support/redis.ts'

const assigned = async (played: Played, place: string) =>
  (await played.jobs(place).catch(() => [])).filter(job => job.state === 'assigned').length

describe.skipIf(postgresAbsent)(`with PostgreSQL ${postgresAbsent && '(absent)'}`, () => {
  let server: PostgresServer

  async function open(): Promise<Ground> {
    server = await startPostgres()
    const dataDirectory = await mkdtemp(join(tmpdir(), 'jiemu-desk-'))
    const store = await openStore({ databaseUrl: server.url, dataDirectory, clock: systemClock, log: silentLog })
    const dispose = async () => {
      await store.close()
      await server.stop()
      await rm(dataDirectory, { recursive: true, force: true })
    }
    return { store, dispose }
  }

  deskContract('PostgreSQL', open, played => {
    test('the server is killed at work and comes back: everything acknowledged is assigned, once', async () => {
      const place = randomUUID()
      const cars = Array.from({ length: 40 }, (_, index) => `car-${index}`)
      const all = Promise.all(cars.map(car => again(() => played().park(place, car))))
      await until(async () => (await assigned(played(), place)) > 0)
      await server.kill9()
      await server.start()
      await all
      // What the queue had in hand when it died is taken up when its lock runs out, or handed over as stale.
      await until(async () => (await assigned(played(), place)) === 40)
      expect(await played().jobs(place)).toHaveLength(40)
      await until(async () => (await played().desk.health()).state === 'ok')
    })
  })
})

describe.skipIf(redisAbsent)(`with Redis ${redisAbsent && '(absent)'}`, () => {
  let redis: RedisServer

  async function open(): Promise<Ground> {
    redis = await startRedis()
    const { store, dispose } = await openTestStore({ clock: systemClock })
    return { store, redisUrl: redis.url, dispose: () => dispose().then(() => redis.stop()) }
  }

  deskContract('Redis', open, played => {
    test('a queue that forgot everything loses nothing', async () => {
      const { door, desk } = played()
      door.opened = false
      const place = randomUUID()
      for (let car = 0; car < 20; car += 1) await played().park(place, `car-${car}`)
      await until(async () => (await assigned(played(), place)) === 20)
      await until(async () => ((await desk.health()).queued ?? 0) >= 40)
      redis.flush()
      door.opened = true
      played().ahead(15_000)
      // What tests before this one left in the outbox comes to this door as well.
      const jobs = await played().jobs(place)
      const ours = new Set(jobs.flatMap(job => [job.id, ...job.incidentIds] as string[]))
      const told = () => new Set(door.arrived.filter(({ subject }) => ours.has(subject)).map(({ id }) => id)).size
      await until(() => told() >= 40)
      await until(async () => (await desk.health()).queued === 0)
      expect(told()).toBe(40)
    })

    test('while the queue is away incidents are taken in, it is told, and the jobs follow when it is back', async () => {
      const place = randomUUID()
      await redis.kill9()
      for (let car = 0; car < 5; car += 1) await played().park(place, `car-${car}`)
      expect((await played().jobs(place)).map(job => job.state)).toEqual(Array(5).fill('queued'))
      await until(async () => (await played().desk.health()).problem?.code === 'queue-unavailable')
      await redis.start()
      await until(async () => (await assigned(played(), place)) === 5)
      await until(async () => (await played().desk.health()).state === 'ok')
    })
  })
})
