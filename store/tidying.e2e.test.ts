// Tidying the embedded database: what is written over and over takes no more room, and no more time to recover.
import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CameraId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { openTestStore, type TestStore } from '../tests/support/embedded.ts'
import { AT } from '../tests/support/records.ts'
import { connect, type Database } from './connection.ts'

const CAMERAS = 10
let it: TestStore
let db: Database
beforeAll(async () => {
  it = await openTestStore()
  db = connect(it.store.queueConnection, silentLog)
}, 60_000)
afterAll(async () => {
  await db?.destroy()
  await it?.dispose()
})

/** Snapshots of ten cameras, a hundred times: 8 MB that no compression makes less. */
async function rewriteSnapshots(): Promise<void> {
  for (let round = 0; round < 100; round++) {
    for (let camera = 0; camera < CAMERAS; camera++) {
      const zones = { kerb: randomBytes(6_000).toString('base64') }
      await it.store.snapshots.save(`camera-${camera}` as CameraId, { version: 1, takenAt: AT + round, zones })
    }
  }
}

async function bytesOfSnapshots(): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`select pg_total_relation_size('rule_snapshots') as bytes`.execute(db)
  return Number(rows[0]?.bytes)
}

/** Of changes that would be read again after a kill. */
async function bytesToRecover(): Promise<number> {
  const { rows } = await sql<{ bytes: string }>`
    select pg_current_wal_insert_lsn() - redo_lsn as bytes from pg_control_checkpoint()`.execute(db)
  return Number(rows[0]?.bytes)
}

test('what is written again and again takes the room that it left, and a kill leaves little to recover', async () => {
  await rewriteSnapshots()
  const untidied = await bytesOfSnapshots()
  expect(untidied).toBeGreaterThan(6_000_000)
  expect(await bytesToRecover()).toBeGreaterThan(6_000_000)
  for (let again = 0; again < 2; again++) {
    await it.store.tidy()
    await rewriteSnapshots()
  }
  // Of three times as much.
  expect(await bytesOfSnapshots()).toBeLessThan(1.5 * untidied)
  await it.store.tidy()
  expect(await bytesToRecover()).toBeLessThan(100_000)
})

test('leaves alone what has not changed', async () => {
  const vacuums = async () => {
    const { rows } = await sql<{ all: number }>`
      select sum(vacuum_count) as all from pg_stat_all_tables where relname = 'teams'`.execute(db)
    return Number(rows[0]?.all)
  }
  const before = await vacuums()
  await it.store.tidy()
  expect(await vacuums()).toBe(before)
})
