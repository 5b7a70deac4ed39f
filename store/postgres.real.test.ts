// The store on a real PostgreSQL server: the contract, and what happens while the server is away.
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { IncidentId } from '../core/ids.ts'
import { auditContract } from '../tests/support/audit-contract.ts'
import { boardContract } from '../tests/support/board-contract.ts'
import { configurationContract } from '../tests/support/configuration-contract.ts'
import { openTestStore, type TestStore } from '../tests/support/embedded.ts'
import { kpiContract } from '../tests/support/kpi-contract.ts'
import { peopleContract } from '../tests/support/people-contract.ts'
import { type PostgresServer, postgresAbsent, startPostgres } from '../tests/support/postgres.ts'
import { incidentRecord } from '../tests/support/records.ts'
import { reportContract } from '../tests/support/report-contract.ts'
import { sightContract } from '../tests/support/sight-contract.ts'
import { standingContract } from '../tests/support/standing-contract.ts'
import { storeContract } from '../tests/support/store-contract.ts'

describe.skipIf(postgresAbsent)(`with a PostgreSQL server${postgresAbsent && `, absent: ${postgresAbsent}`}`, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  auditContract('PostgreSQL', () => openTestStore({ databaseUrl: server.url }))
  // It brings cameras of its own, which the other contracts do not expect.
  reportContract('PostgreSQL', async () => openTestStore({ databaseUrl: await server.emptyDatabase() }))
  storeContract('PostgreSQL', () => openTestStore({ databaseUrl: server.url }))
  configurationContract('PostgreSQL', async () => openTestStore({ databaseUrl: await server.emptyDatabase() }))
  sightContract('PostgreSQL', async () => openTestStore({ databaseUrl: await server.emptyDatabase() }))
  boardContract('PostgreSQL', async () => openTestStore({ databaseUrl: await server.emptyDatabase() }))
  standingContract('PostgreSQL', async () => openTestStore({ databaseUrl: await server.emptyDatabase() }))
  kpiContract('PostgreSQL', async () => openTestStore({ databaseUrl: await server.emptyDatabase() }))
  peopleContract('PostgreSQL', async () => openTestStore({ databaseUrl: await server.emptyDatabase() }))

  test('lets two stores bring the tables up to date at once', async () => {
    const stores = await Promise.all([1, 2, 3].map(() => openTestStore({ databaseUrl: server.url })))
    expect(await Promise.all(stores.map(({ store }) => store.health()))).toMatchObject(
      [1, 2, 3].map(() => ({ problem: null })),
    )
    await Promise.all(stores.map(store => store.dispose()))
  })

  test('lets nobody serve from the same data directory, and a command beside it', async () => {
    const serving = await openTestStore({ databaseUrl: server.url })
    const again = { databaseUrl: server.url, dataDirectory: serving.directory }
    await expect(openTestStore(again)).rejects.toMatchObject({ code: 'database-locked' })
    const command = await openTestStore({ ...again, join: true })
    await command.store.close()
    await serving.dispose()
  })

  test('says that the server is away, and goes on with everything committed once it is back', async () => {
    const it: TestStore = await openTestStore({ databaseUrl: server.url })
    const { dispatch } = it.store
    await dispatch.transact(tx => tx.insertIncident(incidentRecord()))
    await server.kill9()
    const unavailable = { code: 'database-unavailable', retryable: true }
    await expect(dispatch.transact(tx => tx.incident('inc-1' as IncidentId))).rejects.toMatchObject(unavailable)
    expect(await it.store.health()).toMatchObject({ backend: 'server', problem: unavailable })
    await server.start()
    expect(await dispatch.transact(tx => tx.incident('inc-1' as IncidentId))).toEqual(incidentRecord())
    expect(await it.store.health()).toMatchObject({ problem: null })
    await it.dispose()
  })

  test('refuses a transaction whose server dies in its midst, and nothing of it stays', async () => {
    const it: TestStore = await openTestStore({ databaseUrl: server.url })
    const id = 'inc-cut' as IncidentId
    const cut = it.store.dispatch.transact(async tx => {
      await tx.insertIncident(incidentRecord({ id, fingerprint: 'cut' as never }))
      await server.kill9()
      // Our backend outlives its parent, until it waits for us and notices.
      for (;;) {
        await pause(50)
        await tx.incident(id)
      }
    })
    await expect(cut).rejects.toMatchObject({ code: 'database-unavailable' })
    await server.start()
    expect(await it.store.dispatch.transact(tx => tx.incident(id))).toBeUndefined()
    await it.dispose()
  })
})
