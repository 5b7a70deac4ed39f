// A kept picture on its way out: pixelated where people and vehicles were seen, refused where nobody looked.
import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CameraId, EvidenceId, Fingerprint, ZoneId } from '../core/ids.ts'
import type { Moment } from '../core/observation.ts'
import type { Detection } from '../core/scene.ts'
import { openTestStore, type TestStore } from '../tests/support/embedded.ts'
import { AT } from '../tests/support/records.ts'

let it: TestStore
beforeAll(async () => {
  it = await openTestStore()
}, 60_000)
afterAll(() => it?.dispose())

const WIDE = 160
const HIGH = 120
const STRIP = 20
const FINGERPRINT = 'crowding|gate/square|' as Fingerprint
const region = { x1: 0, y1: 0, x2: 1, y2: 1 }
const person: Detection = { label: 'person', score: 0.8, box: { x1: 0.25, y1: 0.2, x2: 0.5, y2: 0.9 } }

/** Stripes of four pixels, which a JPEG keeps well. */
async function stripes(): Promise<Uint8Array> {
  const pixels = new Uint8Array(WIDE * (HIGH + STRIP) * 3)
  for (let index = 0; index < pixels.length; index++) pixels[index] = Math.floor(index / 12) % 2 === 0 ? 230 : 20
  const raw = { width: WIDE, height: HIGH + STRIP, channels: 3 } as const
  return sharp(pixels, { raw })
    .withExif({ IFD0: { Artist: 'who took it' } })
    .jpeg({ quality: 95 })
    .toBuffer()
}

async function keep(moment: Moment, inFrame?: readonly Detection[]) {
  const request = {
    fingerprint: FINGERPRINT,
    moment,
    at: AT,
    zoneId: 'square' as ZoneId,
    boxes: [],
    caption: '',
  }
  const cut = { region, widthPx: WIDE, heightPx: HIGH }
  const snapshots = [{ view: 'wide', annotated: true, jpeg: await stripes(), cut }] as const
  const [row] = await it.store.evidence.keepPictures('gate' as CameraId, request, snapshots, inFrame)
  if (!row) throw new Error('nothing was kept')
  return row
}

/** How much neighbouring stripes differ along a line, on average. */
async function contrast(jpeg: Uint8Array, y: number, from: number, to: number): Promise<number> {
  const { data } = await sharp(jpeg).greyscale().raw().toBuffer({ resolveWithObject: true })
  let sum = 0
  for (let x = from; x < to - 4; x += 4) sum += Math.abs((data[y * WIDE + x + 1] ?? 0) - (data[y * WIDE + x + 5] ?? 0))
  return sum / ((to - from) / 4 - 1)
}

test('opens a picture with the heads pixelated, and all else as it was', async () => {
  const row = await keep('fired', [person])
  const blurred = await it.store.blurred.open(row.id)
  if (!blurred) throw new Error('it is there')
  expect(blurred).toMatchObject({ row, widthPx: WIDE, heightPx: HIGH + STRIP })
  expect(blurred.sha256).toBe(createHash('sha256').update(blurred.jpeg).digest('hex'))
  expect(blurred.sha256).not.toBe(row.sha256)
  const [head, feet, beside, strip] = await Promise.all([
    contrast(blurred.jpeg, 32, 40, 80),
    contrast(blurred.jpeg, 100, 40, 80),
    contrast(blurred.jpeg, 32, 100, 150),
    contrast(blurred.jpeg, HIGH + 8, 40, 80),
  ])
  expect(head).toBeLessThan(60)
  for (const clear of [feet, beside, strip]) expect(clear).toBeGreaterThan(150)
  expect((await sharp(blurred.jpeg).metadata()).exif).toBeUndefined()
})

test('gives the same bytes every time it is asked', async () => {
  const { id } = await keep('fired', [person])
  const [one, two] = await Promise.all([it.store.blurred.open(id), it.store.blurred.open(id)])
  expect(one?.sha256).toBe(two?.sha256)
})

test('shows a street in which nobody was seen, and refuses one at which nobody looked', async () => {
  const empty = await keep('half', [])
  expect(await contrast((await it.store.blurred.open(empty.id))?.jpeg ?? Buffer.of(), 32, 40, 80)).toBeGreaterThan(150)
  const unknown = await keep('cleared')
  await expect(it.store.blurred.open(unknown.id)).rejects.toMatchObject({ code: 'picture-not-blurred' })
  expect(await it.store.blurred.open('ev-none' as EvidenceId)).toBeUndefined()
})

test('forgets who was in a picture together with the picture', async () => {
  const row = await keep('first', [person])
  expect(await it.store.blurred.subjects(row.id)).toMatchObject({ inFrame: [person] })
  await it.store.evidence.dropProvisional(FINGERPRINT)
  expect(await it.store.blurred.subjects(row.id)).toBeUndefined()
})
