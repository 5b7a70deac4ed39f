// The store on PGlite, in process.
import { expect, test } from 'vitest'
import { auditContract } from '../tests/support/audit-contract.ts'
import { configurationContract } from '../tests/support/configuration-contract.ts'
import { openTestStore } from '../tests/support/embedded.ts'
import { peopleContract } from '../tests/support/people-contract.ts'
import { reportContract } from '../tests/support/report-contract.ts'
import { storeContract } from '../tests/support/store-contract.ts'

storeContract('PGlite', () => openTestStore())
reportContract('PGlite', () => openTestStore())
auditContract('PGlite', () => openTestStore())
configurationContract('PGlite', () => openTestStore())
peopleContract('PGlite', () => openTestStore())

const CAMERA = `
cameras:
  - id: gate
    name: North gate
    street: north
    grid: n1
    source: { kind: rtsp, url: "rtsp://admin:hunter2@10.0.0.9/live" }
`
const keyOf = (byte: number) => Buffer.alloc(32, byte).toString('base64')

test('a camera whose password nobody can open any more is imported again with it, and not without', async () => {
  const before = await openTestStore({ secretKey: keyOf(1) })
  await before.store.configuration.importCameras(CAMERA, 'test')
  const masked = await before.store.configuration.exportCameras()
  const after = await openTestStore({ dataDirectory: before.directory, join: true, secretKey: keyOf(2) })
  const { configuration } = after.store
  await expect(configuration.cameras()).rejects.toMatchObject({ code: 'secret-key-invalid' })
  await expect(configuration.importCameras(masked, 'test')).rejects.toMatchObject({ code: 'options-invalid' })
  expect(await configuration.importCameras(CAMERA, 'test')).toHaveLength(1)
  expect((await configuration.cameras())[0]?.source.url).toContain('admin:hunter2@')
  await after.store.close()
  await before.dispose()
})
