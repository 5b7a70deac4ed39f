// A full disk, made with a tiny file system: the picture is refused by its code, and everything else goes on.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CameraId, Fingerprint, IncidentId, ZoneId } from '../core/ids.ts'
import { openTestStore, preparedDirectory, type TestStore } from '../tests/support/embedded.ts'
import { AT, incidentRecord } from '../tests/support/records.ts'

/** Mounting takes root, and not every container's. */
function mountable(): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'jiemu-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory], { stdio: 'ignore' })
    execFileSync('umount', [directory], { stdio: 'ignore' })
    return true
  } catch {
    return false
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
const requestOf = (name: string) =>
  ({
    fingerprint: name.trim() as Fingerprint,
    moment: 'cleared',
    at: AT,
    zoneId: 'z' as ZoneId,
    boxes: [],
    caption: name,
  }) as const
const absent = mountable() ? '' : 'the right to mount a tmpfs'

describe.skipIf(absent)(`on a full disk${absent && `, absent: ${absent}`}`, () => {
  let it: TestStore
  let small: readonly string[]
  beforeAll(async () => {
    const directory = await preparedDirectory()
    small = ['evidence', 'detections'].map(name => join(directory, name))
    for (const path of small) {
      mkdirSync(path)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path])
    }
    it = await openTestStore({ dataDirectory: directory })
  })
  afterAll(async () => {
    for (const path of small) execFileSync('umount', ['-l', path])
    await it?.dispose()
  })

  test('refuses a picture, leaves nothing half written, and still records the incident', async () => {
    const fingerprint = 'full' as Fingerprint
    const request = { fingerprint, moment: 'fired', at: AT, zoneId: 'z' as ZoneId, boxes: [], caption: '' } as const
    const jpeg = new Uint8Array(200_000)
    const keeping = it.store.evidence.keepPictures('gate' as CameraId, request, [
      { view: 'wide', annotated: true, jpeg },
    ])
    await expect(keeping).rejects.toMatchObject({ code: 'disk-full', retryable: true })
    const names = readdirSync(join(it.directory, 'evidence'), { recursive: true, encoding: 'utf8' })
    expect(names.filter(name => name.includes('.'))).toEqual([])
    expect(await it.store.dispatch.transact(tx => tx.insertIncident(incidentRecord({ fingerprint })))).toBe(true)
  })

  test('refuses lines of the detection log', async () => {
    const lines = [{ at: AT, line: JSON.stringify({ at: AT, fill: 'x'.repeat(200_000) }) }]
    await expect(it.store.detections.append('gate' as CameraId, lines)).rejects.toMatchObject({ code: 'disk-full' })
  })

  test('deletes the oldest above its floor to make room, refuses what is new when nothing may go, and recovers', async () => {
    // Of the 64 KiB that the file system has, 32 shall stay free.
    const retention = { lowDisk: { bytes: 32_768 } }
    const joined = await openTestStore({ dataDirectory: it.directory, join: true, retention })
    const { store, clock } = joined
    const keep = (name: string) =>
      store.evidence.keepPictures('gate' as CameraId, requestOf(name), [
        { view: 'wide', annotated: false, jpeg: Buffer.from(name.padEnd(12_000, '.')) },
      ])
    await store.dispatch.transact(async tx => {
      for (const name of ['old', 'young']) {
        const id = `inc-${name}` as IncidentId
        await tx.insertIncident(incidentRecord({ id, fingerprint: name as Fingerprint, physical: 'cleared' }))
      }
    })
    await keep('old')
    clock.advanceBy(31 * 86_400_000)
    expect((await store.retention.relieve()).state).toBe('ample')
    await keep('young')
    await keep('young ')
    expect((await store.retention.relieve()).state).toBe('ample')
    expect(await store.deletions.list({ limit: 1 })).toMatchObject([{ incidentId: 'inc-old', why: 'low-disk' }])
    const filler = join(it.directory, 'evidence', 'filler')
    writeFileSync(filler, Buffer.alloc(16_000))
    expect((await store.retention.relieve()).state).toBe('full')
    expect(() => store.retention.admit()).toThrow(expect.objectContaining({ code: 'disk-below-floor' }))
    rmSync(filler)
    clock.advanceBy(2 * 3_600_000)
    expect((await store.retention.relieve()).state).toBe('ample')
    expect(store.retention.admit()).toBeUndefined()
    await store.close()
  })
})
