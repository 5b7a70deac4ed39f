// Input that must change nothing: over HTTP, on a real store with real dispatch, each is refused with its own code.
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemSchema } from '../api/problem.ts'
import { PHOTO_LIMIT_BYTES } from '../core/keeping.ts'
import { teamOf } from './support/api-samples.ts'
import { openRealHouse, type RealHouse } from './support/real-house.ts'

const JOB = '/api/jobs/job-tianshui'
/** By the clock of the house, which stands still. */
const NOW = Date.parse('2026-01-05T08:00:00+08:00')
const HOUR_MS = 3_600_000

let house: RealHouse
let jpeg: Buffer
beforeAll(async () => {
  house = await openRealHouse()
  jpeg = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#876' } })
    .jpeg()
    .toBuffer()
  const member = { teamId: teamOf('tianshui'), name: '王芳' }
  await make('/api/workers', { id: 'on-shift', ...member })
  await make('/api/workers', { id: 'off-shift', ...member })
  await make('/api/workers', { id: 'elsewhere', ...member, grids: ['tianshui-4'] })
  await make('/api/workers', { id: 'untrained', ...member, skills: ['dirty-road'] })
  const leave = { workerId: 'off-shift', working: false, fromAt: NOW - HOUR_MS, toAt: NOW + HOUR_MS, why: 'leave' }
  await make('/api/shift-overrides', leave)
})
afterAll(() => house?.close())

const post = (url: string, payload: object) =>
  house.app.inject({ method: 'POST', url, payload, headers: house.byToken })
async function make(url: string, body: object): Promise<void> {
  const response = await post(url, body)
  expect(response.statusCode, `${url}: ${response.body}`).toBe(200)
}

async function shown(url: string) {
  const response = await house.app.inject({ url, headers: house.byToken })
  expect(response.statusCode, url).toBe(200)
  return response.json()
}
/** The job with its log and its deadlines, the case with its pictures, and what else there is of both kinds. */
const all = () => Promise.all([JOB, '/api/incidents/inc-tianshui', '/api/jobs', '/api/incidents'].map(shown))
const versionNow = async (): Promise<number> => (await shown(JOB)).job.version

/** Posts it, and finds it refused as a problem with this code, and everything as it was. */
async function expectRefused(url: string, body: object, status: number, code: string): Promise<void> {
  const before = await all()
  const response = await post(url, body)
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(problemSchema.strict().parse(response.json())).toMatchObject({ status, code })
  expect(response.statusCode).toBe(status)
  expect(await all()).toEqual(before)
}

describe('a step of a job', () => {
  test.each<[string, string, object, number, string]>([
    ['that leads nowhere from where it is', 'close', {}, 409, 'transition-illegal'],
    ['that another step has to come before', 'arrive', {}, 409, 'transition-illegal'],
    ['whose name nobody knows', 'explode', {}, 404, 'not-found'],
    ['whose name every object has', 'constructor', {}, 404, 'not-found'],
    ['without the reason that it needs', 'cancel', {}, 400, 'request-invalid'],
    ['with a field that nobody knows', 'accept', { force: true }, 400, 'request-invalid'],
    ['with half a character in its reason', 'note', { reason: 'gate \ud800' }, 400, 'request-invalid'],
    ['that puts it off until a time that is over', 'defer', { reason: 'rain', until: NOW }, 400, 'request-invalid'],
    ['that joins it to itself', 'merge', { into: 'job-tianshui' }, 400, 'request-invalid'],
    ['that joins it to a job that nobody knows', 'merge', { into: 'job-none' }, 404, 'not-found'],
  ])('%s is refused: %s %j is %i %s', async (_what, step, body, status, code) => {
    await expectRefused(`${JOB}/${step}`, body, status, code)
  })

  test('of a job that nobody knows is refused', async () => {
    await expectRefused('/api/jobs/job-none/accept', {}, 404, 'not-found')
  })

  test.each(['accept', 'note', 'cancel', 'hand-over'])('against a version that is past is refused: %s', async step => {
    const seen = await versionNow()
    await make(`${JOB}/note`, { reason: 'somebody was quicker', version: seen })
    const more = {
      note: { reason: 'late' },
      cancel: { reason: 'late' },
      'hand-over': { reason: 'late', workerId: 'on-shift' },
    }
    const body = { ...more[step as keyof typeof more], version: seen }
    await expectRefused(`${JOB}/${step}`, body, 409, 'version-stale')
  })

  test('against a version that is still to come is refused', async () => {
    await expectRefused(`${JOB}/accept`, { version: (await versionNow()) + 1 }, 409, 'version-stale')
  })
})

describe('a hand-over', () => {
  test.each([
    ['whose shift is over', 'off-shift', 409, 'worker-off-shift'],
    ['of another grid', 'elsewhere', 409, 'worker-foreign-grid'],
    ['without the skill', 'untrained', 409, 'worker-unskilled'],
    ['whom nobody knows', 'nobody', 404, 'worker-unknown'],
  ])('to somebody %s is refused', async (_what, workerId, status, code) => {
    await expectRefused(`${JOB}/hand-over`, { reason: 'their street', workerId }, status, code)
  })

  test('to a colleague on shift, of the grid and with the skill is done', async () => {
    await make(`${JOB}/hand-over`, { reason: 'their street', workerId: 'on-shift' })
    expect((await shown(JOB)).job).toMatchObject({ state: 'assigned', workerId: 'on-shift' })
  })
})

describe('a photo of a job', () => {
  const form = (bytes: Uint8Array, moment = 'before') => {
    const made = new FormData()
    made.append('moment', moment)
    made.append('file', new Blob([new Uint8Array(bytes)]), 'photo.jpg')
    return made
  }
  /** A true picture of any size: what follows its end belongs to nothing. */
  const ofBytes = (size: number) => Buffer.concat([jpeg, Buffer.alloc(size - jpeg.byteLength)])

  test.each<[string, () => FormData, number, string]>([
    ['that is no picture', () => form(Buffer.from('<script>alert(1)</script>')), 422, 'evidence-not-an-image'],
    ['that only begins as one', () => form(jpeg.subarray(0, 40)), 422, 'evidence-not-an-image'],
    ['that is empty', () => form(Buffer.alloc(0)), 422, 'evidence-not-an-image'],
    ['a byte above 15 MB', () => form(ofBytes(PHOTO_LIMIT_BYTES + 1)), 413, 'evidence-too-large'],
    ['of no known moment', () => form(jpeg, 'during'), 400, 'request-invalid'],
    ['that is not there', () => new FormData(), 400, 'request-invalid'],
  ])('%s is refused', async (_what, body, status, code) => {
    await expectRefused(`${JOB}/evidence`, body(), status, code)
  })

  test('of 15 MB exactly is taken, and is in the case', async () => {
    const pictures = async () => (await shown('/api/incidents/inc-tianshui')).evidence.length
    const before = await pictures()
    await make(`${JOB}/evidence`, form(ofBytes(PHOTO_LIMIT_BYTES)))
    expect(await pictures()).toBe(before + 1)
  })
})
