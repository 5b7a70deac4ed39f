// Keeping on a real database: holds before every deletion, a chain that tells on whoever changes it, the register.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CameraId, EvidenceId, Fingerprint, IncidentId, JobId, StreetId, ZoneId } from '../core/ids.ts'
import type { Evidence } from '../core/incident.ts'
import type { EvidenceView } from '../core/keeping.ts'
import { silentLog } from '../core/log.ts'
import { openTestStore, type TestStore } from '../tests/support/embedded.ts'
import { AT, incidentRecord, jobRecord } from '../tests/support/records.ts'
import { connect, type Database } from './connection.ts'

const DAY = 86_400_000
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

/** An incident that is over, its job closed, and one picture of it. */
async function closedCase(name: string): Promise<Evidence> {
  const incident = incidentRecord({
    id: `inc-${name}` as IncidentId,
    fingerprint: name as Fingerprint,
    physical: 'cleared',
    clearedAt: AT,
  })
  const job = jobRecord({
    id: `job-${name}` as JobId,
    state: 'closed',
    closedAt: AT,
    incidentIds: [incident.id],
  })
  await it.store.dispatch.transact(async tx => {
    await tx.insertIncident(incident)
    await tx.insertJob(job)
  })
  return picture(name, 'cleared')
}

async function picture(name: string, moment: 'first' | 'cleared'): Promise<Evidence> {
  const request = {
    fingerprint: name as Fingerprint,
    moment,
    at: AT,
    zoneId: 'bay' as ZoneId,
    boxes: [],
    caption: '',
  }
  const jpeg = new TextEncoder().encode(`picture ${name} ${it.clock.now()}`)
  const [row] = await it.store.evidence.keepPictures('kerb' as CameraId, request, [
    { view: 'wide', annotated: false, jpeg },
  ])
  if (!row) throw new Error('nothing was kept')
  return row
}

const isThere = async (id: EvidenceId) => (await it.store.evidence.open(id)) !== undefined
async function files(): Promise<number> {
  const names = await readdir(join(it.directory, 'evidence'), { recursive: true })
  return names.filter(name => name.includes('.')).length
}

test('a picture goes ninety days after it came, its file too, and its row in the chain says what it was', async () => {
  const row = await closedCase('plain')
  it.clock.advanceBy(90 * DAY)
  await it.store.retention.sweep()
  expect(await isThere(row.id)).toBe(true)
  it.clock.advanceBy(1)
  await it.store.retention.sweep()
  expect(await isThere(row.id)).toBe(false)
  expect(await files()).toBe(0)
  expect(await it.store.deletions.list({ limit: 9 })).toMatchObject([
    {
      sequence: 1,
      evidenceId: row.id,
      incidentId: 'inc-plain',
      sha256: row.sha256,
      bytes: row.bytes,
      takenAt: AT,
      why: 'retention',
      policy: 'evidence 90d, floor 30d',
      actor: 'policy',
      previousHash: '0'.repeat(64),
    },
  ])
})

test.each([
  ['its incident', { incidentId: 'inc-held1' as IncidentId }, 'held1'],
  ['the job of its incident', { jobId: 'job-held2' as JobId }, 'held2'],
])('a hold on %s beats retention, a full disk and a person, until it is released', async (_what, on, name) => {
  const row = await closedCase(name)
  await it.store.holds.place(on, 'court 2026-17', 'chen')
  it.clock.advanceBy(91 * DAY)
  await it.store.retention.sweep()
  expect(await it.store.evidence.deletion.oldOfCases(it.clock.now(), 9)).toEqual([])
  const byHand = () => it.store.evidence.deletion.removeOne(row.id, 'wish of a citizen', 'wang')
  await expect(byHand()).rejects.toMatchObject({ code: 'case-held' })
  const cause = { why: 'request', policy: 'behind the check', actor: 'wang' } as const
  expect(await it.store.evidence.deletion.remove([row.id], cause)).toBe(0)
  expect(await isThere(row.id)).toBe(true)
  await it.store.holds.release(on, 'judged', 'wu')
  const events = (await it.store.reading.incident(`inc-${name}` as IncidentId))?.events
  expect(events).toMatchObject([
    { event: 'held', actor: 'chen', note: 'court 2026-17' },
    { event: 'released', actor: 'wu', note: 'judged' },
  ])
  await byHand()
  expect(await isThere(row.id)).toBe(false)
  expect((await it.store.deletions.list({ limit: 1 }))[0]).toMatchObject({
    why: 'request',
    policy: 'wish of a citizen',
    actor: 'wang',
  })
})

test('a case is held once, and only one that is there and held is released', async () => {
  await closedCase('once')
  const on = { incidentId: 'inc-once' as IncidentId }
  const first = await it.store.holds.place(on, 'first', 'chen')
  expect(await it.store.holds.place(on, 'second', 'wu')).toEqual(first)
  expect(await it.store.holds.standing()).toEqual([first])
  await it.store.holds.release(on, 'done', 'chen')
  await expect(it.store.holds.release(on, 'again', 'chen')).rejects.toMatchObject({ code: 'not-found' })
  await expect(it.store.holds.place({ jobId: 'job-none' as JobId }, 'x', 'chen')).rejects.toMatchObject({
    code: 'not-found',
  })
})

test('nobody deletes a picture by hand before the law’s thirty days are over', async () => {
  const row = await closedCase('young')
  const byHand = () => it.store.evidence.deletion.removeOne(row.id, 'wish', 'wang')
  it.clock.advanceBy(30 * DAY - 1)
  await expect(byHand()).rejects.toMatchObject({ code: 'evidence-below-floor', status: 409 })
  it.clock.advanceBy(1)
  await byHand()
  await expect(byHand()).rejects.toMatchObject({ code: 'not-found' })
})

test('pictures of a job that is still open stay, however old', async () => {
  await it.store.dispatch.transact(async tx => {
    const id = 'inc-open' as IncidentId
    await tx.insertIncident(incidentRecord({ id, fingerprint: 'open' as Fingerprint, physical: 'cleared' }))
    await tx.insertJob(jobRecord({ id: 'job-open' as JobId, state: 'assigned', incidentIds: [id] }))
  })
  const row = await picture('open', 'cleared')
  it.clock.advanceBy(400 * DAY)
  await it.store.retention.sweep()
  expect(await isThere(row.id)).toBe(true)
})

test('what a dead candidate leaves is deleted at once, in the chain too', async () => {
  const row = await picture('candidate', 'first')
  expect(await it.store.evidence.dropProvisional('candidate' as Fingerprint)).toBe(1)
  expect((await it.store.deletions.list({ limit: 1 }))[0]).toMatchObject({
    evidenceId: row.id,
    incidentId: null,
    why: 'provisional',
  })
})

test('while a backup runs a file outlives its row, and goes afterwards', async () => {
  const before = await files()
  await picture('leased', 'first')
  await db
    .insertInto('backupLeases')
    .values({ id: 'b', until: it.clock.now() + 1_000 })
    .execute()
  await it.store.evidence.dropProvisional('leased' as Fingerprint)
  expect(await files()).toBe(before + 1)
  it.clock.advanceBy(1_000)
  await it.store.retention.sweep()
  expect(await files()).toBe(before)
})

test('two sweeps at once chain one after the other', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `pair${index}`)
  for (const name of names) await picture(name, 'first')
  await Promise.all(names.map(name => it.store.evidence.dropProvisional(name as Fingerprint)))
  expect(await it.store.deletions.verify()).toMatchObject({ broken: null })
})

const LOOK: Omit<EvidenceView, 'at'> = {
  who: 'li',
  role: 'operator',
  purpose: 'view',
  evidenceId: 'ev-1' as EvidenceId,
  incidentId: 'inc-plain' as IncidentId,
  jobId: null,
  streetId: 'north' as StreetId,
  address: '10.0.0.5',
  subject: null,
}

test('the register finds views by who, what, when and street, newest first, and keeps them for three years', async () => {
  const { register } = it.store
  const from = it.clock.now()
  await register.record(LOOK)
  it.clock.advanceBy(1_000)
  const exported = await register.record({ ...LOOK, who: 'cli:root', role: null, purpose: 'export', streetId: null })
  const found = async (query: object) => (await register.list({ limit: 9, from, ...query })).map(({ who }) => who)
  expect(await found({})).toEqual(['cli:root', 'li'])
  expect(await found({ purpose: 'view' })).toEqual(['li'])
  expect(await found({ who: 'cli:root', incidentId: 'inc-plain' })).toEqual(['cli:root'])
  expect(await found({ streets: ['north'] })).toEqual(['li'])
  expect(await found({ streets: [] })).toEqual([])
  expect(await found({ to: from + 1 })).toEqual(['li'])
  expect(await found({ before: { at: exported.at, id: String(exported.id) } })).toEqual(['li'])
  await expect(sql`update evidence_views set who = 'nobody'`.execute(db)).rejects.toThrow('append-only')
  it.clock.advanceBy(3 * 365 * DAY - 1)
  await it.store.retention.sweep()
  expect(await found({})).toEqual(['cli:root', 'li'].slice(0, 1))
  it.clock.advanceBy(1_002)
  await it.store.retention.sweep()
  expect(await found({})).toEqual([])
})

test('the embedded database is tidied: its planner knows how much there is, and rows stay as they are', async () => {
  await closedCase('tidied')
  const before = await it.store.reading.incident('inc-tidied' as IncidentId)
  await it.store.tidy()
  expect(await it.store.reading.incident('inc-tidied' as IncidentId)).toEqual(before)
  const { rows } = await sql<{ known: number; there: number }>`
    select reltuples::int as known, (select count(*)::int from incidents) as there
    from pg_class where oid = 'incidents'::regclass`.execute(db)
  expect(rows[0]?.there).toBeGreaterThan(0)
  expect(rows[0]?.known).toBe(rows[0]?.there)
})

// Last: they leave the chain broken.
test('a row that somebody changed is found and named, though the database was told not to allow it', async () => {
  expect(await it.store.deletions.verify()).toMatchObject({ broken: null })
  await expect(sql`update deletions set why = 'request'`.execute(db)).rejects.toThrow('append-only')
  await expect(sql`delete from deletions`.execute(db)).rejects.toThrow('append-only')
  await sql`alter table deletions disable trigger user`.execute(db)
  await sql`update deletions set actor = 'nobody' where sequence = 3`.execute(db)
  expect(await it.store.deletions.verify()).toMatchObject({ rows: 3, broken: 'deletions 3' })
  await sql`update deletions set actor = 'wang' where sequence = 3`.execute(db)
  expect(await it.store.deletions.verify()).toMatchObject({ broken: null })
})

test('an end that was cut off is missed', async () => {
  const { rows } = await it.store.deletions.verify()
  await sql`delete from deletions where sequence = ${rows}`.execute(db)
  expect(await it.store.deletions.verify()).toMatchObject({ rows: rows - 1, broken: `deletions ${rows}` })
})
