// Links to blurred pictures: good for a day, for one picture, and not to be guessed or lengthened.
import { randomBytes } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import type { EvidenceId } from '../core/ids.ts'
import type { Evidence } from '../core/incident.ts'
import { ManualClock } from '../core/time.ts'
import { samplePicture } from '../tests/support/api-samples.ts'
import { NOTICE } from '../tests/support/loopback.ts'
import { MediaLinks, type MediaLinksDeps } from './media-links.ts'

const NOW = Date.parse('2026-03-12T14:05:32+08:00')
const { row } = samplePicture('tianshui')
const picture = (id: string, change: Partial<Evidence> = {}): Evidence => ({ ...row, id: id as EvidenceId, ...change })
const ABOUT = { ...NOTICE, details: { ...NOTICE.details, incidentIds: ['inc-1', 'inc-2'] } }
const KEY = randomBytes(32)

let clock: ManualClock
let evidence: readonly Evidence[]
let blurrable: readonly string[]

/** Of the store only what is asked of it. */
function links(change: Partial<MediaLinksDeps> = {}): MediaLinks {
  const store = {
    reading: { incident: async (id: string) => (id === 'inc-1' ? { evidence } : undefined) },
    blurred: {
      subjects: async (id: string) => (blurrable.includes(id) ? {} : undefined),
      open: async (id: string) => ({ row: picture(id), jpeg: Buffer.from('blurred') }),
    },
  } as unknown as MediaLinksDeps['store']
  return new MediaLinks({ store, key: KEY, publicUrl: 'https://jiemu.example/', clock, ...change })
}

beforeEach(() => {
  clock = new ManualClock(NOW)
  evidence = [
    picture('ev-first', { moment: 'first' }),
    picture('ev-close', { view: 'close-up' }),
    picture('ev-drawn', { annotated: true }),
    picture('ev-wide', { annotated: false }),
  ]
  blurrable = evidence.map(({ id }) => id)
})

async function read(made: MediaLinks = links()) {
  const link = await made.linkFor(ABOUT)
  const url = new URL(link?.url ?? '')
  const id = url.pathname.split('/').at(-1) as EvidenceId
  const expiresAt = Number(url.searchParams.get('expires')) * 1_000
  return { link, url, id, expiresAt, signature: url.searchParams.get('signature') ?? '' }
}

test('leads to the picture that made the alarm, for a day', async () => {
  const { link, url, id, expiresAt, signature } = await read()
  expect(url.href).toMatch(/^https:\/\/jiemu\.example\/media\/ev-wide\?expires=\d+&signature=[\w-]{43}$/)
  expect(expiresAt).toBe(NOW + 86_400_000)
  expect(link?.expiresAt).toBe(expiresAt)
  expect(await links().open(id, expiresAt, signature)).toMatchObject({ row: { id: 'ev-wide' } })
  clock.advanceTo(expiresAt - 1)
  expect(await links().open(id, expiresAt, signature)).toBeDefined()
})

test('a picture that cannot be blurred is left out, and where none can, there is no link', async () => {
  blurrable = ['ev-drawn', 'ev-first']
  expect((await read()).id).toBe('ev-drawn')
  blurrable = []
  expect(await links().linkFor(ABOUT)).toBeUndefined()
  expect(await links().linkFor({ ...NOTICE, details: {} })).toBeUndefined()
})

test('a clip is never linked to, whatever is known of who is in it', async () => {
  evidence = [picture('ev-clip', { annotated: false, mediaType: 'video/mp4' })]
  blurrable = ['ev-clip']
  expect(await links().linkFor(ABOUT)).toBeUndefined()
})

test('without an address that people outside know there is no link', async () => {
  expect(await links({ publicUrl: null }).linkFor(ABOUT)).toBeUndefined()
})

test('nothing else opens it', async () => {
  const { id, expiresAt, signature } = await read()
  const open = (...asked: Parameters<MediaLinks['open']>) => links().open(...asked)
  const isVoid = { code: 'media-link-void' }
  await expect(open('ev-close' as EvidenceId, expiresAt, signature)).rejects.toMatchObject(isVoid)
  await expect(open(id, expiresAt + 1_000, signature)).rejects.toMatchObject(isVoid)
  await expect(open(id, expiresAt, '')).rejects.toMatchObject(isVoid)
  await expect(open(id, expiresAt, signature.slice(1))).rejects.toMatchObject(isVoid)
  await expect(links({ key: randomBytes(32) }).open(id, expiresAt, signature)).rejects.toMatchObject(isVoid)
  clock.advanceTo(expiresAt)
  await expect(open(id, expiresAt, signature)).rejects.toMatchObject(isVoid)
})

test('no link is good for more than seven days, even with our signature', async () => {
  const { id, expiresAt, signature } = await read()
  clock = new ManualClock(expiresAt - 7 * 86_400_000 - 1)
  await expect(links().open(id, expiresAt, signature)).rejects.toMatchObject({ code: 'media-link-void' })
  clock = new ManualClock(expiresAt - 7 * 86_400_000)
  expect(await links().open(id, expiresAt, signature)).toBeDefined()
})
