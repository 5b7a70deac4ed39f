// Dispatch over real servers, which are killed, restarted and made to forget.
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { silentLog } from '../core/log.ts'
import { systemClock } from '../core/time.ts'
import type { StoredDispatch } from '../store/dispatch-store.ts'
import { openStore } from '../store/open.ts'
import { again, deskContract, type Ground, type Played, passed, until } from '../tests/support/desk-contract.ts'
import { openTestStore } from '../tests/support/embedded.ts'
import { type PostgresServer, postgresAbsent, startPostgres } from '../tests/support/postgres.ts'
import { type RedisServer, redisAbsent, startRedis } from '../tests/support/redis.ts'
import { createDispatch } from './desk.ts'
import type { OutboxTopic } from './store-port.ts'

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
      const { door, desk, ground } = played()
      door.opened = false
      const place = randomUUID()
      for (let car = 0; car < 20; car += 1) await played().park(place, `car-${car}`)
      redis.flush()
      await until(async () => {
        // What was marked as handed over while it was forgotten is stale a little later than the rest.
        played().ahead(1_000)
        return (await assigned(played(), place)) === 20
      })
      const jobs = await played().jobs(place)
      // What tests before this one left in the outbox comes to this door as well.
      const ours = new Set(jobs.flatMap(job => [job.id, ...job.incidentIds] as string[]))
      const { destination } = door
      const waiting = async () =>
        (await ground.store.deliveries.list({ state: 'pending', destination, limit: 999 })).filter(({ notice }) =>
          ours.has(notice.subject),
        ).length
      await until(async () => (await waiting()) === 40)
      redis.flush()
      door.opened = true
      // However often they failed, by then they are due again.
      played().ahead(60_000)
      const told = () => door.arrived.filter(({ subject }) => ours.has(subject)).map(({ id }) => id)
      await until(() => told().length >= 40)
      await until(async () => (await desk.health()).queued === 0)
      expect(new Set(told()).size).toBe(40)
      expect(told()).toHaveLength(40)
    })

    test('a queue that hangs is told by the canary that does not come, without the queue', async () => {
      const { ground, desk: other, ahead, clock } = played()
      await other.stop()
      const told: string[] = []
      const desk = createDispatch({
        store: ground.store.dispatch as StoredDispatch<OutboxTopic>,
        deliveries: ground.store.deliveries,
        notifiers: [
          {
            destination: 'duty',
            wants: ({ event }) => event.startsWith('system.canary-'),
            send: async ({ event }) => void told.push(event),
          },
        ],
        queue: { postgres: ground.store.queueConnection, name: `jiemu-${randomUUID()}`, redisUrl: redis.url },
        canary: { tickMs: 20 },
        clock,
        log: silentLog,
      })
      const arrived = async () =>
        (await ground.store.deliveries.list({ state: 'delivered', destination: 'canary', limit: 9 })).length
      await desk.start()
      await until(async () => (await arrived()) === 1)
      ahead(60_000)
      await until(async () => (await arrived()) === 2)
      await redis.kill9()
      ahead(60_000)
      const written = async () =>
        (await ground.store.dispatch.dueOutbox(clock.now(), clock.now(), 99)).filter(({ id }) => id.includes('canary'))
          .length
      await until(async () => (await written()) === 1)
      expect(desk.missing()).toEqual([])
      ahead(180_000)
      await until(() => told.includes('system.canary-missing'))
      expect(desk.missing()).toEqual(['canary'])
      await redis.start()
      await until(() => told.includes('system.canary-returned'))
      expect(desk.missing()).toEqual([])
      await desk.stop()
    })

    test('the queue forgets the deadlines it was told of, and is restarted: each passes all the same, once', async () => {
      const place = randomUUID()
      for (let car = 0; car < 5; car += 1) await played().park(place, `car-${car}`)
      await until(async () => (await assigned(played(), place)) === 5)
      // So near that the queue has been told.
      played().ahead(5 * 60_000 - 10_000)
      await until(async () => ((await played().desk.health()).queued ?? 0) >= 5)
      redis.flush()
      await redis.kill9()
      played().ahead(10_000)
      await redis.start()
      await until(async () => (await passed(played(), place)).length >= 10)
      await until(async () => (await played().desk.health()).state === 'ok')
      expect((await passed(played(), place)).toSorted()).toEqual([
        ...Array(5).fill('escalated'),
        ...Array(5).fill('timed-out'),
      ])
    })

    test('while the queue is away jobs still get their people, who are told of them, and it is said that it is away', async () => {
      const place = randomUUID()
      await redis.kill9()
      for (let car = 0; car < 5; car += 1) await played().park(place, `car-${car}`)
      await until(async () => (await assigned(played(), place)) === 5)
      const jobs = new Set<string>((await played().jobs(place)).map(job => job.id))
      const told = () => played().door.arrived.filter(({ subject }) => jobs.has(subject)).length
      await until(() => told() === 5)
      await until(async () => (await played().desk.health()).problem?.code === 'queue-unavailable')
      await redis.start()
      await until(async () => (await played().desk.health()).state === 'ok')
    })
  })
})
