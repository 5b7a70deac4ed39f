// Evidence files: named by content, verified when opened, deleted only when nothing needs them.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CameraId, EvidenceId, Fingerprint, IncidentId, ZoneId } from '../core/ids.ts'
import type { Moment } from '../core/observation.ts'
import { openTestStore, type TestStore } from '../tests/support/embedded.ts'
import { AT, incidentRecord } from '../tests/support/records.ts'

let it: TestStore
beforeAll(async () => {
  it = await openTestStore()
}, 60_000)
afterAll(() => it?.dispose())

const HOUR_MS = 3_600_000

async function keep(fingerprint: string, text: string, moment: Moment = 'first') {
  const request = {
    fingerprint: fingerprint as Fingerprint,
    moment,
    at: AT,
    zoneId: 'z' as ZoneId,
    boxes: [],
    caption: '',
  }
  const jpeg = new TextEncoder().encode(text)
  const [row] = await it.store.evidence.keepPictures('gate' as CameraId, request, [
    { view: 'wide', annotated: false, jpeg },
  ])
  if (!row) throw new Error('nothing was kept')
  return row
}

async function files(): Promise<readonly string[]> {
  const names = await readdir(join(it.directory, 'evidence'), { recursive: true })
  return names.filter(name => name.includes('.')).sort()
}

test('writes a picture once, under the SHA-256 of its content', async () => {
  const row = await keep('a', 'one')
  expect(row.sha256).toBe('7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed')
  expect(await keep('a', 'one')).toEqual(row)
  expect(await files()).toEqual([`76/92/${row.sha256}.jpg`])
  const opened = await it.store.evidence.open(row.id)
  expect(await readFile(opened?.path ?? '', 'utf8')).toBe('one')
  expect(await it.store.evidence.open('ev-none' as EvidenceId)).toBeUndefined()
})

test('keeps a file that another candidate’s picture shares, and deletes it with the last', async () => {
  const [one, two] = [await keep('b', 'shared'), await keep('c', 'shared')]
  expect(one.id).not.toBe(two.id)
  expect(await it.store.evidence.dropProvisional('b' as Fingerprint)).toBe(1)
  expect((await it.store.evidence.open(two.id))?.row).toEqual(two)
  expect(await it.store.evidence.dropProvisional('c' as Fingerprint)).toBe(1)
  expect((await files()).some(name => name.includes(two.sha256))).toBe(false)
})

test('refuses to show a file that is not what was recorded', async () => {
  const row = await keep('d', 'original')
  const opened = await it.store.evidence.open(row.id)
  await writeFile(opened?.path ?? '', 'doctored')
  await expect(it.store.evidence.open(row.id)).rejects.toMatchObject({ code: 'evidence-altered' })
})

const clipOf = (fingerprint: string, text: string) =>
  it.store.evidence.keepClip(
    'gate' as CameraId,
    { fingerprint: fingerprint as Fingerprint, moment: 'fired', at: AT, zoneId: 'z' as ZoneId, boxes: [], caption: '' },
    { mp4: new TextEncoder().encode(text), durationMs: 10_000 },
  )

test('a clip belongs to the incident that is open, is one file of its own kind, and leaves the house for nobody', async () => {
  const incident = incidentRecord({ id: 'inc-clip' as IncidentId, fingerprint: 'clip' as Fingerprint })
  await it.store.dispatch.transact(tx => tx.insertIncident(incident))
  const [row] = await clipOf('clip', 'ten seconds')
  expect(row).toMatchObject({ incidentId: 'inc-clip', mediaType: 'video/mp4', moment: 'fired', bytes: 11 })
  expect(await clipOf('clip', 'ten seconds')).toEqual([row])
  const id = row?.id as EvidenceId
  expect((await it.store.evidence.open(id))?.path).toMatch(new RegExp(`${row?.sha256}\\.mp4$`))
  await expect(it.store.blurred.open(id)).rejects.toMatchObject({ code: 'picture-not-blurred' })
})

test('the clip of a candidate that never became an incident is deleted with its pictures', async () => {
  const [row] = await clipOf('died', 'of nothing')
  await keep('died', 'a picture of it')
  expect(await it.store.evidence.dropProvisional('died' as Fingerprint)).toBe(2)
  expect((await files()).filter(name => name.includes(row?.sha256 ?? 'none'))).toEqual([])
})

test('gives the picture of the end to the incident that has just cleared', async () => {
  const incident = incidentRecord({
    id: 'inc-e' as IncidentId,
    fingerprint: 'e' as Fingerprint,
    physical: 'cleared',
    clearedAt: AT,
  })
  await it.store.dispatch.transact(tx => tx.insertIncident(incident))
  expect(await keep('e', 'after', 'cleared')).toMatchObject({ incidentId: 'inc-e' })
  expect(await keep('e', 'a new candidate', 'first')).toMatchObject({ incidentId: null })
})

test('sweeps what no incident adopted within a day, however old its footage', async () => {
  const kept = await keep('e', 'after', 'cleared')
  it.clock.advanceBy(20 * HOUR_MS)
  const young = await keep('f', 'young')
  it.clock.advanceBy(5 * HOUR_MS)
  await it.store.retention.sweep()
  expect((await it.store.evidence.open(young.id))?.row).toEqual(young)
  expect((await it.store.evidence.open(kept.id))?.row).toEqual(kept)
  // And the clip of a case.
  expect(await files()).toHaveLength(3)
})
