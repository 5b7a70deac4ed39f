// What a stranger may send as a photo, what becomes of it, and where it says that it was taken.
import sharp from 'sharp'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { EvidenceId, IncidentId, JobId } from '../core/ids.ts'
import type { Evidence } from '../core/incident.ts'
import { PHOTO_LIMIT_BYTES } from '../core/keeping.ts'
import { ManualClock } from '../core/time.ts'
import { EvidenceIntake, type Photo } from './evidence-intake.ts'
import { exifPlace } from './exif-place.ts'

const AT = Date.parse('2026-01-05T08:00:00+08:00')
let kept: { row: Evidence; bytes: Uint8Array }[]
let claims: unknown[][]
let intake: EvidenceIntake
beforeEach(() => {
  kept = []
  const evidence = {
    keep: async (pictures: readonly { row: Evidence; bytes: Uint8Array }[]) => void kept.push(...pictures),
    find: async (id: EvidenceId) => kept.find(({ row }) => row.id === id)?.row,
  }
  claims = []
  const notes = { noteClaim: async (...claim: unknown[]) => void claims.push(claim) }
  intake = new EvidenceIntake(evidence, { admit: () => undefined }, notes, new ManualClock(AT))
})

const photo = (bytes: Uint8Array, over: Partial<Photo> = {}): Photo => ({
  bytes,
  jobId: 'job-1' as JobId,
  incidentId: 'inc-1' as IncidentId,
  moment: 'before',
  takenBy: 'li',
  key: null,
  ...over,
})
const drawn = (width = 40, height = 20) => sharp({ create: { width, height, channels: 3, background: '#8a4' } })
const GPS = {
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '30/1 15/1 3000/100',
    GPSLongitudeRef: 'E',
    GPSLongitude: '120/1 10/1 1200/100',
  },
}
let phone: Buffer
beforeAll(async () => {
  phone = await drawn()
    .jpeg()
    .withMetadata({ orientation: 6 })
    .withExifMerge({ IFD0: { Make: 'Phone' }, ...GPS })
    .toBuffer()
})

test('keeps a phone’s photo upright and without what else was in it, and hands back where it was taken', async () => {
  const { evidence, place } = await intake.take(photo(phone))
  expect(place).toEqual({ latitude: 30.258333, longitude: 120.17 })
  expect(evidence).toMatchObject({
    jobId: 'job-1',
    incidentId: 'inc-1',
    cameraId: null,
    takenBy: 'li',
    moment: 'before',
    takenAt: AT,
    mediaType: 'image/jpeg',
  })
  const [{ bytes } = { bytes: new Uint8Array() }] = kept
  const { format, width, height, exif, icc, xmp } = await sharp(bytes).metadata()
  expect({ format, width, height, exif, icc, xmp }).toEqual({
    format: 'jpeg',
    width: 20,
    height: 40,
    exif: undefined,
    icc: undefined,
    xmp: undefined,
  })
  expect(Buffer.from(bytes).includes('Phone')).toBe(false)
})

test('notes how far from the job a photo was taken, by the file’s own word before the page’s, and never where', async () => {
  const at = { lat: 30.258333, lon: 120.171 }
  const said = { place: { lat: 30.3, lon: 120.17 }, shotAt: AT - 60_000 }
  const first = await intake.take(photo(phone, { at, said, key: 'one' }))
  expect(first).toMatchObject({ distanceM: 100, shotAt: AT - 60_000 })
  const bare = await intake.take(photo(await drawn().png().toBuffer(), { at, said, key: 'two' }))
  expect(bare).toMatchObject({ distanceM: 4_630, place: { latitude: 30.3, longitude: 120.17 } })
  const silent = await intake.take(photo(await drawn().png().toBuffer(), { at, key: 'three' }))
  expect(silent).toMatchObject({ distanceM: null, shotAt: null, place: null })
  expect(claims).toEqual([
    [first.evidence.id, { distanceM: 100, shotAt: AT - 60_000 }],
    [bare.evidence.id, { distanceM: 4_630, shotAt: AT - 60_000 }],
  ])
})

test.each(['png', 'webp'] as const)('takes a %s and keeps a JPEG', async format => {
  const { evidence, place } = await intake.take(photo(await drawn()[format]().toBuffer()))
  expect(place).toBeNull()
  expect(evidence.bytes).toBe(kept[0]?.bytes.byteLength)
  expect((await sharp(kept[0]?.bytes).metadata()).format).toBe('jpeg')
})

test('makes a large photo smaller, never a small one larger', async () => {
  await intake.take(photo(await drawn(4_000, 1_000).jpeg().toBuffer()))
  expect(await sharp(kept[0]?.bytes).metadata()).toMatchObject({ width: 2_560, height: 640 })
})

test('the same key keeps one photo, whatever is sent with it; without a key the same photo is kept once', async () => {
  const first = await intake.take(photo(phone, { key: 'k' }))
  const again = await intake.take(photo(await drawn(9, 9).png().toBuffer(), { key: 'k' }))
  expect(again.evidence).toEqual(first.evidence)
  await intake.take(photo(phone))
  await intake.take(photo(phone))
  await intake.take(photo(phone, { moment: 'after' }))
  expect(kept).toHaveLength(3)
})

test.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
  ['nothing', () => new Uint8Array(), 'evidence-not-an-image'],
  ['text', () => new TextEncoder().encode('<script>alert(1)</script>'), 'evidence-not-an-image'],
  ['an SVG', () => new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'evidence-not-an-image'],
  ['a GIF', () => drawn().gif().toBuffer(), 'evidence-not-an-image'],
  ['a JPEG’s head with nothing behind it', () => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]), 'evidence-not-an-image'],
  ['a photo that was cut off', () => phone.subarray(0, phone.length - 100), 'evidence-not-an-image'],
  ['more than 15 MB', () => new Uint8Array(PHOTO_LIMIT_BYTES + 1), 'evidence-too-large'],
])('refuses %s, and keeps nothing', async (_what, bytes, code) => {
  await expect(intake.take(photo(await bytes()))).rejects.toMatchObject({ code })
  expect(kept).toEqual([])
})

test('refuses a picture of more pixels than a camera makes, before they are unpacked', async () => {
  const png = await drawn(9_000, 6_000).png().toBuffer()
  expect(png.byteLength).toBeLessThan(1_000_000)
  await expect(intake.take(photo(png))).rejects.toMatchObject({ code: 'evidence-not-an-image' })
})

test.each([
  ['nothing', undefined],
  ['an empty block', Buffer.from('')],
  ['no TIFF', Buffer.from('Exif\0\0nonsense that goes on for a while')],
  ['an offset that leads out of it', Buffer.from('Exif\0\0II*\0\xff\xff\xff\xff', 'latin1')],
])('finds no place in %s', (_what, exif) => {
  expect(exifPlace(exif)).toBeNull()
})

test.each([
  ['S', 'W', '30/1 15/1 3000/100', { latitude: -30.258333, longitude: -120.17 }],
  ['N', 'E', '95/1 0/1 0/1', null],
  ['N', 'E', '30/0 0/0 0/0', null],
])('reads %s %s %s as %j', async (latitudeRef, longitudeRef, latitude, place) => {
  const IFD3 = { ...GPS.IFD3, GPSLatitudeRef: latitudeRef, GPSLongitudeRef: longitudeRef, GPSLatitude: latitude }
  const jpeg = await drawn().jpeg().withExif({ IFD3 }).toBuffer()
  expect(exifPlace((await sharp(jpeg).metadata()).exif)).toEqual(place)
})

test('a photo of what somebody reports is the incident’s, and once for each key', async () => {
  const { evidence } = await intake.take(photo(phone, { jobId: null, key: 'k' }))
  expect(evidence).toMatchObject({ jobId: null, incidentId: 'inc-1', moment: 'before' })
  await intake.take(photo(phone, { jobId: null, key: 'k' }))
  expect(kept).toHaveLength(1)
  await expect(intake.take(photo(phone, { jobId: null, incidentId: null }))).rejects.toThrow('of a job or of')
})
