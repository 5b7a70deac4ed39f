// Backups are tested by restoring them: every table is compared, and every kind of broken archive or place is refused.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Header } from 'tar'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CameraId, Fingerprint, IncidentId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { openTestStore, type TestStore } from '../../tests/support/embedded.ts'
import { contentOf, fillStore } from '../../tests/support/filled-store.ts'
import { incidentRecord } from '../../tests/support/records.ts'
import { MIGRATION_NAMES } from '../migrations/index.ts'
import type { BackupRequest } from './backup.ts'
import { checkArchive } from './check-archive.ts'
import { restoreBackup } from './restore.ts'

let folder: string
let it: TestStore
let whole: string
let content: Awaited<ReturnType<typeof contentOf>>
const inFolder = (name: string) => join(folder, name)
const request = (over: Partial<BackupRequest> = {}) => ({
  ...{ file: inFolder('b.tar'), program: '0.1.0', withKey: true, withDetections: true },
  ...over,
})
const restoreInto = (name: string, file = whole) =>
  restoreBackup({ file, dataDirectory: inFolder(name), log: silentLog })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jiemu-backup-'))
  it = await openTestStore()
  await fillStore(it)
  whole = inFolder('whole.tar')
  await it.store.backup(request({ file: whole }))
  content = await contentOf(it.store.queueConnection)
}, 120_000)
afterAll(async () => {
  await it?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

test('what is restored is what was there: every row of every table, the pictures, the log, the key', async () => {
  const { rows, audit, manifest } = await restoreInto('copy')
  expect(audit.every(({ broken }) => broken === null)).toBe(true)
  expect(manifest).toMatchObject({ pictures: 3, missing: [], withKey: true, withDetections: true })
  expect(rows).toBe(Object.values(manifest.tables).reduce((sum, table) => sum + table.rows, 0))
  expect(existsSync(inFolder('copy/restoring'))).toBe(false)
  const copy = await openTestStore({ dataDirectory: inFolder('copy') })
  expect(await contentOf(copy.store.queueConnection)).toEqual(content)
  for (const part of ['evidence', 'detections']) {
    const listed = (root: string) =>
      readdirSync(join(root, part), { recursive: true, encoding: 'utf8' })
        .filter(name => name.includes('.'))
        .map(name => [name, readFileSync(join(root, part, name), 'utf8')])
    expect(listed(inFolder('copy'))).toEqual(listed(it.directory))
  }
  // The key opens the cameras' passwords, and life goes on where it stopped.
  expect((await copy.store.configuration.cameras())[0]?.source.url).toContain('admin:hunter2@')
  const [newest] = await copy.store.register.list({ limit: 1 })
  const look = { ...newest, subject: 'after' } as Parameters<typeof copy.store.register.record>[0]
  const { id: _, ...unnumbered } = look as typeof look & { id: number }
  expect((await copy.store.register.record(unnumbered)).id).toBe((newest?.id ?? 0) + 1)
  await copy.store.evidence.keepPictures(
    'gate' as CameraId,
    { ...{ fingerprint: 'new' as Fingerprint, moment: 'first', at: 1, zoneId: 'z' as never, boxes: [], caption: '' } },
    [{ view: 'wide', annotated: false, jpeg: new Uint8Array([1]) }],
  )
  await copy.store.evidence.dropProvisional('new' as Fingerprint)
  expect((await copy.store.deletions.list({ limit: 1 }))[0]?.sequence).toBe(2)
  expect(await copy.store.audit.verify()).toEqual(
    expect.arrayContaining([{ chain: 'deletions', rows: 2, broken: null }]),
  )
  // A reference is a reference again.
  const stray = copy.store.dispatch.transact(tx =>
    tx.addIncidentEvent({ incidentId: 'inc-none' as IncidentId, at: 1, event: 'opened', actor: 'x', note: null }),
  )
  await expect(stray).rejects.toThrow('foreign key')
  await copy.store.close()
})

test('a backup is one instant, though the street goes on while it is made', async () => {
  const busy = await openTestStore()
  await fillStore(busy)
  let going = true
  let added = 0
  const street = (async () => {
    while (going) {
      const id = `inc-busy${added}` as IncidentId
      await busy.store.dispatch.transact(async tx => {
        await tx.insertIncident(incidentRecord({ id, fingerprint: id as never }))
        await tx.addIncidentEvent({ incidentId: id, at: 1, event: 'opened', actor: 'x', note: null })
      })
      added++
    }
  })()
  const file = inFolder('busy.tar')
  await busy.store.backup(request({ file, withKey: false }))
  going = false
  await street
  await busy.dispose()
  const manifest = await checkArchive(file, MIGRATION_NAMES)
  const counted = (table: string) => manifest.tables[table]?.rows ?? 0
  // Each incident has its event, or the backup saw half a transaction; fillStore leaves two of each and a hold's event.
  expect(counted('incident_events') - 3).toBe(counted('incidents') - 2)
  expect(counted('incidents')).toBeLessThanOrEqual(2 + added)
  expect(manifest.members).not.toHaveProperty('secret.key')
})

test('a picture that is gone or altered is said to be, and the rest is in it', async () => {
  const lame = await openTestStore()
  await fillStore(lame)
  const names = readdirSync(join(lame.directory, 'evidence'), { recursive: true, encoding: 'utf8' })
  const [first = '', second = ''] = names.filter(name => name.endsWith('.jpg'))
  rmSync(join(lame.directory, 'evidence', first))
  writeFileSync(join(lame.directory, 'evidence', second), 'doctored')
  const { missing, pictures } = await lame.store.backup(request({ file: inFolder('lame.tar') }))
  await lame.dispose()
  // The clip of one of the cases.
  expect(pictures).toBe(1)
  expect(missing.map(({ problem }) => problem).sort()).toEqual(['its SHA-256 is another', 'the file cannot be read'])
  expect((await checkArchive(inFolder('lame.tar'), MIGRATION_NAMES)).missing).toEqual(missing)
})

test('a file that is there is never written over, and nothing half is left', async () => {
  writeFileSync(inFolder('there.tar'), 'mine')
  await expect(it.store.backup(request({ file: inFolder('there.tar') }))).rejects.toMatchObject({
    code: 'file-unwritable',
  })
  expect(readFileSync(inFolder('there.tar'), 'utf8')).toBe('mine')
  await expect(it.store.backup(request({ file: inFolder('no/where.tar') }))).rejects.toMatchObject({
    code: 'file-unwritable',
  })
  expect(readdirSync(folder).filter(name => name.includes('.part'))).toEqual([])
  expect(statSync(whole).mode & 0o777).toBe(0o600)
})

/** A member with our or another's header, in an archive that is otherwise well-formed. */
function archiveOf(
  ...members: readonly { path: string; body?: string; type?: 'File' | 'SymbolicLink'; linkpath?: string }[]
) {
  const parts = members.map(({ path, body = '', type = 'File', linkpath = '' }) => {
    const block = Buffer.alloc(512)
    new Header({ path, size: Buffer.byteLength(body), mode: 0o600, mtime: new Date(0), type, linkpath }).encode(block)
    return Buffer.concat([block, Buffer.from(body), Buffer.alloc((512 - (Buffer.byteLength(body) % 512)) % 512)])
  })
  return Buffer.concat([...parts, Buffer.alloc(1_024)])
}
const BEGIN = { path: 'jiemu-backup.json', body: '{"format":1,"program":"x","createdAt":1}' }

describe('refused before anything is changed', () => {
  const bytes = () => readFileSync(whole)
  const flipped = (at: (size: number) => number) => {
    const copy = bytes()
    const index = at(copy.length)
    copy[index] = (copy[index] ?? 0) ^ 1
    return copy
  }
  /** Inside the first member's body. */
  const FIRST_BODY = 520
  test.each<[string, () => Uint8Array, string]>([
    ['cut off in the middle', () => bytes().subarray(0, bytes().length / 2), 'backup-invalid'],
    ['cut off just before its end', () => bytes().subarray(0, bytes().length - 512), 'backup-invalid'],
    ['altered in a member', () => flipped(() => FIRST_BODY), 'backup-invalid'],
    ['altered in a header', () => flipped(() => 3), 'backup-invalid'],
    ['altered in a row', () => flipped(() => bytes().indexOf('hunter2') + bytes().indexOf('court')), 'backup-invalid'],
    ['altered in a picture', () => flipped(() => bytes().indexOf('picture one')), 'backup-invalid'],
    ['no archive', () => Buffer.from('hello'), 'backup-invalid'],
    ['empty', () => Buffer.alloc(0), 'backup-invalid'],
    ['without a manifest', () => archiveOf(BEGIN), 'backup-invalid'],
    ['climbing out', () => archiveOf(BEGIN, { path: 'evidence/../../etc/cron.d/x', body: 'x' }), 'backup-invalid'],
    ['with an absolute path', () => archiveOf(BEGIN, { path: '/etc/passwd', body: 'x' }), 'backup-invalid'],
    [
      'with a link',
      () => archiveOf(BEGIN, { path: 'secret.key', type: 'SymbolicLink', linkpath: '/etc/passwd' }),
      'backup-invalid',
    ],
    ['of a later format', () => archiveOf({ ...BEGIN, body: BEGIN.body.replace('1', '2') }), 'backup-newer'],
  ])('an archive that is %s', async (name, archive, code) => {
    const file = inFolder(`${name}.tar`)
    writeFileSync(file, archive())
    await expect(restoreInto(`into ${name}`, file)).rejects.toMatchObject({ code })
    expect(existsSync(inFolder(`into ${name}`))).toBe(false)
  })

  test('a schema that this program does not know', async () => {
    const older = MIGRATION_NAMES.slice(0, -1)
    await expect(checkArchive(whole, older)).rejects.toMatchObject({ code: 'backup-newer' })
  })

  test('a place that is not empty', async () => {
    mkdirSync(inFolder('taken'))
    writeFileSync(inFolder('taken/notes.txt'), 'mine')
    await expect(restoreInto('taken')).rejects.toMatchObject({ code: 'restore-target-not-empty' })
    expect(readdirSync(inFolder('taken'))).toEqual(['notes.txt'])
  })
})

test('a restore that was broken off keeps the program from starting, and the next one begins anew', async () => {
  // As it lies there when the power fails between two of the last renames.
  mkdirSync(inFolder('copy/restoring'))
  cpSync(inFolder('copy/pg'), inFolder('copy/restoring/pg'), { recursive: true })
  for (const name of ['pg', 'run', 'socket']) rmSync(inFolder(`copy/${name}`), { recursive: true, force: true })
  await expect(openTestStore({ dataDirectory: inFolder('copy') })).rejects.toMatchObject({ code: 'restore-unfinished' })
  await restoreInto('copy')
  const again = await openTestStore({ dataDirectory: inFolder('copy') })
  expect(await contentOf(again.store.queueConnection)).toEqual(content)
  await again.dispose()
})
