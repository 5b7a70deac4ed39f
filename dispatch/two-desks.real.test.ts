// Two dispatchers on one PostgreSQL: every job is assigned once, and nobody gets more than they can take.
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { PlaceId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { systemClock } from '../core/time.ts'
import type { StoredDispatch } from '../store/dispatch-store.ts'
import { openStore } from '../store/open.ts'
import { again, until } from '../tests/support/desk-contract.ts'
import { postgresAbsent, startPostgres } from '../tests/support/postgres.ts'
import { transactor } from './commit.ts'
import { createDispatch } from './desk.ts'
import type { OutboxTopic } from './store-port.ts'
import { observation } from './testing/examples.ts'

/** Twelve workers who can take five jobs each: exactly as many as there are. */
const WORKERS = 12
const CAP = 5
const JOBS = WORKERS * CAP
const STREET = `
cameras:
  - { id: cam-1, name: Kerb, street: gulou, grid: gulou-1, source: { kind: rtsp, url: "rtsp://127.0.0.1/kerb" } }
teams:
  - { id: a, name: A, skills: [illegal-parking], grids: [gulou-1] }
  - { id: b, name: B, skills: [illegal-parking], grids: [gulou-1] }
workers:
${Array.from({ length: WORKERS }, (_, index) => `  - { id: w${index}, name: W, team: ${index % 2 ? 'a' : 'b'}, loadCap: ${CAP} }`).join('\n')}
policies:
  - { kind: illegal-parking, mode: auto, joinWindow: 0s }
`

describe.skipIf(postgresAbsent)(`two dispatchers ${postgresAbsent && '(absent)'}`, () => {
  test('assign what both see at once, each job once, and fill everybody to their cap and no further', async () => {
    const server = await startPostgres()
    const folders = await Promise.all([0, 1].map(() => mkdtemp(join(tmpdir(), 'jiemu-two-'))))
    const stores = await Promise.all(
      folders.map(dataDirectory =>
        openStore({ databaseUrl: server.url, dataDirectory, clock: systemClock, log: silentLog }),
      ),
    )
    await stores[0]?.configuration.importCameras(STREET, 'test')
    const name = `jiemu-${randomUUID()}`
    const desks = stores.map(store =>
      createDispatch({
        store: store.dispatch as StoredDispatch<OutboxTopic>,
        deliveries: store.deliveries,
        notifiers: [],
        queue: { postgres: store.queueConnection, name },
        clock: systemClock,
        log: silentLog,
      }),
    )
    try {
      for (const desk of desks) await desk.start()
      const place = randomUUID() as PlaceId
      const [store] = stores
      if (!store) throw new Error('no store')
      const dispatch = store.dispatch as StoredDispatch<OutboxTopic>
      const jobs = () => transactor(dispatch, () => {})('perform', ({ tx }) => tx.openJobsAt('illegal-parking', place))
      // Each car is seen by both: as many as can be taken, and one more.
      await Promise.all(
        Array.from({ length: JOBS + 1 }, (_, index) => index).flatMap(index =>
          desks.map(desk =>
            again(async () => {
              await desk.takeIn(observation({ placeId: place, subject: `car-${index}`, at: Date.now() }))
            }),
          ),
        ),
      )
      await until(async () => (await jobs()).filter(({ state }) => state === 'assigned').length === JOBS)
      await until(async () => (await jobs()).some(({ assignment }) => assignment?.reach === 'nobody'))
      const all = await jobs()
      expect(all).toHaveLength(JOBS + 1)
      const given = Array.from({ length: WORKERS }, (_, index) => {
        return all.filter(({ state, workerId }) => state === 'assigned' && workerId === `w${index}`).length
      })
      expect(given).toEqual(Array(WORKERS).fill(CAP))
      for (const { id } of all) {
        const detail = await store.reading.job(id)
        const times = detail?.events.filter(({ event }) => event === 'assigned').length ?? 0
        expect(times).toBe(detail?.job.state === 'assigned' ? 1 : 0)
      }
    } finally {
      for (const desk of desks) await desk.stop()
      for (const store of stores) await store.close()
      await server.stop()
      for (const folder of folders) await rm(folder, { recursive: true, force: true })
    }
  }, 120_000)
})
