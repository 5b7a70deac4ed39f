// Feedback on the built program: judged alerts become figures, a proposal that can be imported, and a data set.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countsInCoco } from '../benchmarks/truth/import/coco.ts'
import { partOf } from '../cli/dataset/parts.ts'
import type { CameraId, StreetId } from '../core/ids.ts'
import type { Incident } from '../core/incident.ts'
import { silentLog } from '../core/log.ts'
import type { Detection, Scene } from '../core/scene.ts'
import { encodeScene } from '../core/scene.ts'
import { defaultPolicy } from '../core/team.ts'
import { ManualClock } from '../core/time.ts'
import { openStore } from '../store/open.ts'
import { rerun } from '../watch/rule-rerun.ts'
import { openTestStore } from './support/embedded.ts'
import { jiemu, temporaryFolder } from './support/jiemu.ts'
import { AT } from './support/records.ts'

const S = 1_000
const out = temporaryFolder('feedback')
let directory = ''
afterAll(() => {
  out.remove()
  if (directory) rmSync(directory, { recursive: true, force: true })
})
const inFolder = (name: string) => join(out.path, name)

/** Of two streets, one in each half. */
const streetIn = (part: string): StreetId => {
  const names = Array.from({ length: 20 }, (_, index) => `street-${index}` as StreetId)
  const found = names.find(
    streetId => partOf({ streetId, cameraId: 'c' as CameraId, takenAt: AT }, 'street', 0.5) === part,
  )
  if (!found) throw new Error('the hash puts all streets on one side')
  return found
}
const cameraYaml = (id: string, street: string) => `
  - id: ${id}
    name: ${id}
    street: ${street}
    grid: g1
    source: { kind: rtsp, url: "rtsp://127.0.0.1:9/live" }
    zones: [{ id: bay, rule: illegal-parking, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]], options: { grace: 60s, clearAfter: 10s } }]`

/** Seven cars, one after the other: the shorter ones are vans that load. */
const STANDS_S = [120, 64, 100, 68, 140, 132, 64]
const isVan = (index: number) => (STANDS_S[index] ?? 0) < 70
const boxOf = (index: number) => ({ x1: 0.05 + index * 0.13, y1: 0.3, x2: 0.15 + index * 0.13, y2: 0.5 })
const startS = (index: number) => 20 + STANDS_S.slice(0, index).reduce((sum, standsS) => sum + standsS + 32, 0)
const scenes = Array.from({ length: Math.ceil((startS(STANDS_S.length) + 40) / 4) }, (_, frame): Scene => {
  const seen = (index: number) => frame * 4 >= startS(index) && frame * 4 <= startS(index) + (STANDS_S[index] ?? 0)
  const objects = STANDS_S.flatMap((_stands, index) =>
    seen(index) ? [{ label: 'car', score: 0.8, box: boxOf(index) }] : [],
  )
  return { at: AT + frame * 4 * S, density: 'keyframes', view: 'clear', objects }
})

const WIDE = 64
const HIGH = 48
/** A picture that is its own: a grey of its number. */
const picture = (index: number): Promise<Uint8Array> =>
  sharp({ create: { width: WIDE, height: HIGH, channels: 3, background: { r: 9 * index, g: 99, b: 99 } } })
    .jpeg()
    .toBuffer()
const person: Detection = { label: 'person', score: 0.8, box: { x1: 0.5, y1: 0.5, x2: 0.75, y2: 1 } }
const ghost: Detection = { ...person, score: 0.05 }

beforeAll(async () => {
  const it = await openTestStore()
  directory = it.directory
  const { store } = it
  await store.configuration.importCameras(
    `cameras:${cameraYaml('kerb', streetIn('train'))}${cameraYaml('gate', streetIn('test'))}`,
    'test',
  )
  for (const camera of await store.configuration.cameras()) {
    await store.detections.append(
      camera.id,
      scenes.map(scene => ({ at: scene.at, line: encodeScene(scene) })),
    )
    const [zone] = camera.zones
    if (!zone) throw new Error('the zone was imported')
    const policy = defaultPolicy('illegal-parking')
    const { incidents } = await rerun(camera, [{ zone, options: zone.options, policy }], scenes)
    const raised = (incidents[0] ?? []).entries()
    for (const [index, incident] of raised) {
      const judged: Incident = isVan(index)
        ? { ...incident, review: 'rejected', rejectReason: 'loading' }
        : { ...incident, review: 'confirmed' }
      await store.dispatch.transact(tx => tx.insertIncident(judged))
      const request = {
        fingerprint: judged.fingerprint,
        moment: 'cleared',
        at: judged.openedAt,
        zoneId: zone.id,
        boxes: judged.boxes,
        caption: '',
      } as const
      const cut = { region: { x1: 0, y1: 0, x2: 1, y2: 1 }, widthPx: WIDE, heightPx: HIGH }
      const jpeg = await picture(index + (camera.id === 'gate' ? 10 : 0))
      // At the last one nobody could look.
      const inFrame = index === 6 ? undefined : [person, ghost]
      await store.evidence.keepPictures(camera.id, request, [{ view: 'wide', annotated: false, jpeg, cut }], inFrame)
    }
  }
  await store.close()
}, 60_000)

const on = (...args: string[]) => jiemu([...args, '--data-dir', directory])
const coco = (folder: string, part: string) => JSON.parse(readFileSync(join(folder, part, 'annotations.json'), 'utf8'))

test('prints how often the alerts of each zone are right', async () => {
  const { code, stdout, stderr } = await on('precision', '--from', '2026-01-05', '--to', '2026-01-05')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/kerb\/bay\/illegal-parking \* +4 +3 +0 +0\.57 \(0\.25–0\.84\) +– +loading 3/)
  expect((await on('precision', '--from', 'Monday')).stderr).toContain('"Monday" is no day')
})

test('proposes a longer grace, applies nothing, and writes what can be imported', async () => {
  const file = inFolder('proposal.yaml')
  const { code, stdout } = await on('tune', '--camera', 'kerb', '--write', file)
  expect(code).toBe(0)
  expect(stdout).toContain('kerb/bay illegal-parking: 7 incidents, 4 confirmed, 3 rejected')
  expect(stdout).toContain('proposed: grace 1m → 1m9s')
  expect((await on('cameras', 'import', file)).stdout).toContain('zone kerb/bay changed')
  expect((await on('cameras', 'export')).stdout).toContain('grace: 1m9s')
})

test('exports what a COCO reader reads, blurred, street by street, with verdicts and hashes', async () => {
  const folder = inFolder('set')
  const { code, stdout, stderr } = await on('export-dataset', folder, '--test-share', '0.5')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('6 pictures in train, 6 in test, blurred\n2 left out')
  const counts = countsInCoco(coco(folder, 'train'), 'annotations.json', 'person')
  expect(counts).toMatchObject({ widthPx: WIDE, heightPx: HIGH })
  expect(counts.pictures.map(({ people }) => people)).toEqual([1, 1, 1, 1, 1, 1])
  const { images, annotations, categories } = coco(folder, 'train')
  expect(new Set(images.map((image: { attributes: { camera: string } }) => image.attributes.camera))).toEqual(
    new Set(['kerb']),
  )
  expect(images.map((image: { attributes: { review: string } }) => image.attributes.review).sort()).toEqual([
    ...Array(4).fill('confirmed'),
    ...Array(2).fill('rejected'),
  ])
  const alert = categories.find(({ name }: { name: string }) => name === 'illegal-parking').id
  const alerts = annotations.filter((one: { category_id: number }) => one.category_id === alert)
  expect(alerts).toHaveLength(6)
  expect(alerts[0]).toMatchObject({
    attributes: { source: 'alert', outcome: 'none' },
    bbox: [expect.any(Number), 14.4, 6.4, 9.6],
  })
  const sums = readFileSync(join(folder, 'SHA256SUMS'), 'utf8').trim().split('\n')
  expect(sums).toHaveLength(12 + 3)
  for (const line of sums) {
    const [sha256, name = ''] = line.split('  ')
    expect(
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ).toBe(sha256)
  }
  expect(readFileSync(join(folder, 'README.txt'), 'utf8')).toContain('8 confirmed, 4 rejected')
  expect((await on('export-dataset', folder)).stderr).toContain('[data-set-exists]')
})

test('goes on where it was interrupted, and not with other settings', async () => {
  const whole = inFolder('set')
  const again = inFolder('again')
  const partial = `${again}.partial`
  // What an export leaves that is killed after three pictures, half of a line included.
  cpSync(whole, partial, { recursive: true })
  const done = readFileSync(join(partial, 'done.jsonl'), 'utf8').split('\n')
  writeFileSync(join(partial, 'done.jsonl'), `${done.slice(0, 3).join('\n')}\n${done[3]?.slice(0, 9)}`)
  rmSync(join(partial, 'train/annotations.json'))
  expect((await on('export-dataset', again, '--test-share', '0.4')).stderr).toContain('[data-set-begun-otherwise]')
  expect((await on('export-dataset', again, '--test-share', '0.5')).code).toBe(0)
  expect(existsSync(partial)).toBe(false)
  expect(readFileSync(join(again, 'SHA256SUMS'), 'utf8')).toBe(readFileSync(join(whole, 'SHA256SUMS'), 'utf8'))
})

test('hands out originals only for a reason, and registers every picture', async () => {
  const folder = inFolder('plain')
  expect((await on('export-dataset', folder, '--no-blur')).stderr).toContain('--no-blur needs --reason')
  const { stdout } = await on(
    'export-dataset',
    folder,
    '--no-blur',
    '--reason',
    'a court wants them',
    '--camera',
    'kerb',
  )
  expect(stdout).toContain('NOT BLURRED')
  const files = ['train', 'test'].flatMap(part => readdirSync(join(folder, part, 'images')))
  expect(files).toHaveLength(6)
  const store = await openStore({ dataDirectory: directory, clock: new ManualClock(AT), log: silentLog })
  const views = await store.register.list({ limit: 100, purpose: 'dataset' })
  await store.close()
  const plain = views.filter(({ subject }) => subject === 'plain, not blurred: a court wants them')
  expect(plain.map(({ evidenceId }) => `${evidenceId}.jpg`).sort()).toEqual(files.sort())
  expect(views.filter(({ subject }) => subject === 'set')).toHaveLength(12)
})
